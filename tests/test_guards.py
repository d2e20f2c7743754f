"""Every lesson's model is free of the classic bugs, and the guards would notice them."""

import dataclasses
import inspect

import guards
import keras
import numpy as np
import pytest

from gan_lessons import (
    cgan,
    cyclegan,
    dcgan,
    dcgan_faces,
    museum,
    robustness,
    runtime,
    vae,
    vae_gan,
    vanilla_gan,
    wgan,
)

pytestmark = pytest.mark.backend

BUILDERS = {
    "vanilla_gan": lambda: vanilla_gan.build(vanilla_gan.PRESETS["smoke"]),
    "vanilla_gan_2014": lambda: vanilla_gan.build(vanilla_gan.plain(vanilla_gan.PRESETS["smoke"])),
    "dcgan": lambda: dcgan.build(dcgan.PRESETS["smoke"]),
    # Groups forbid odd batches; and where pairs are compared, D's last bias has no gradient.
    "dcgan_faces": lambda: built(dcgan_faces, loss="nonsaturating", extra=0, group=0),
    "vae": lambda: built(vae, extra=0),
    "vae_gan": lambda: built(vae_gan, loss="nonsaturating", extra=0, group=0),
    "cgan": lambda: built(cgan),
    "cgan_projection": lambda: built(cgan, condition="projection", network="dense"),
    "cgan_auxiliary": lambda: built(cgan, condition="auxiliary", network="dense"),
    "wgan": lambda: built(wgan),
    "wgan_clip": lambda: built(wgan, variant="clip", network="dense"),
    "cyclegan": lambda: built(cyclegan),
    "wgan_norm": lambda: robustness.build(robustness.PRESETS["smoke"]["WGAN"]),
}
# Where a guard asks for something that not every model has: whom it is for (the start of a name),
# and in whom the museum's bugs must be noticed.
ONLY = {
    "guard_clip": "wgan",
    "guard_critic": "wgan",
    "guard_labels": "cgan",
    "guard_cycles": "cyclegan",
    "guard_identity": "cyclegan",
    "guard_pool": "cyclegan",
}
PATIENTS = {**ONLY, "guard_clip": "wgan_norm"}
ALL = [getattr(guards, name) for name in dir(guards) if name.startswith("guard_")]
OF_MODELS = [guard for guard in ALL if inspect.signature(guard).parameters]
OF_FUNCTIONS = [guard for guard in ALL if guard not in OF_MODELS]
DATA = np.random.default_rng(0).integers(0, 256, (24, 28, 28, 1), dtype=np.uint8)
FACES = np.random.default_rng(2).integers(0, 256, (24, 16, 16, 3), dtype=np.uint8)
PILES = {k: np.random.default_rng(3).integers(0, 256, (24, 32, 32, 3), np.uint8) for k in "xy"}
# Other forms of a model, which on JAX, where each takes long to compile, pass their own guard only.
FORMS = ("vanilla_gan_2014", "cgan_projection", "cgan_auxiliary", "wgan_clip", "wgan_norm")
LABELS = np.random.default_rng(1).integers(0, 10, 24)


def built(lesson, **changes):
    return lesson.build(dataclasses.replace(lesson.PRESETS["smoke"], **changes))


def data_for(name):
    """Data of the kind that a model is made for."""
    if name in ("dcgan_faces", "vae", "vae_gan"):
        return FACES
    if name == "cyclegan":
        return PILES
    return (DATA, LABELS) if name.startswith("cgan") else DATA


def check(guard, build, tmp_path, data=DATA):
    if guard in OF_FUNCTIONS:
        return guard()
    extra = (tmp_path / "a.npz",) if guard is guards.guard_restore else ()
    return guard(build, data, *extra)


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("guard", OF_MODELS, ids=lambda g: g.__name__)
def test_model_passes(name, guard, tmp_path):
    if guard is guards.guard_average and BUILDERS[name]().average is None:
        pytest.skip("this model has no averaged generator")
    if guard is guards.guard_targets and name.startswith("wgan"):
        pytest.skip("a critic has no targets, and its loss no lower bound")
    if guard is guards.guard_targets and name == "vae":
        pytest.skip("nobody tells real from fake here, and a density may be above 1")
    if guard is guards.guard_targets and name == "cyclegan":
        pytest.skip("squares have a lower bound whatever the target is")
    if not name.startswith(ONLY.get(guard.__name__, "")):
        pytest.skip(f"only for {ONLY[guard.__name__]}")
    if guard is guards.guard_clip and BUILDERS[name]().preset.variant != "clip":
        pytest.skip("this critic is not clipped")
    if runtime.backend() == "jax" and name in FORMS and guard is not guards.guard_clip:
        pytest.skip("on JAX one form of each model is enough")
    keras.utils.set_random_seed(0)
    check(guard, BUILDERS[name], tmp_path, data_for(name))


@pytest.mark.parametrize("guard", OF_FUNCTIONS, ids=lambda g: g.__name__)
def test_function_passes(guard):
    guard()


@pytest.mark.parametrize("name", museum.BUGS)
def test_every_bug_of_the_museum_is_noticed_by_its_guard(name, tmp_path):
    guard = getattr(guards, museum.BUGS[name].guard)
    patient = PATIENTS.get(guard.__name__, "dcgan")
    with museum.switched_on(name), pytest.raises(AssertionError):
        check(guard, BUILDERS[patient], tmp_path, data_for(patient))


def test_every_guard_has_a_bug_that_it_is_there_for():
    assert {bug.guard for bug in museum.BUGS.values()} == {guard.__name__ for guard in ALL}


def test_there_is_one_bug_under_each_name_and_no_other():
    assert all(name == bug.name for name, bug in museum.BUGS.items())
    assert all(bool(bug.spoil) != bool(bug.patch) for bug in museum.BUGS.values())
    with pytest.raises(ValueError, match="no bug 'typo'.*frozen discriminator"):
        museum.switched_on("typo").__enter__()


def test_a_bug_leaves_with_an_error_too():
    with pytest.raises(KeyError), museum.switched_on("frozen discriminator"):
        raise KeyError("something else went wrong")
    check(guards.guard_turns, BUILDERS["dcgan"], None)
