"""Every lesson's model is free of the classic bugs, and the guards would notice them."""

import contextlib
import dataclasses

import guards
import keras
import numpy as np
import pytest

from gan_lessons import dcgan, vanilla_gan
from gan_lessons.engine import checkpoint

pytestmark = pytest.mark.backend

BUILDERS = {
    "vanilla_gan": lambda: vanilla_gan.build(vanilla_gan.PRESETS["smoke"]),
    "vanilla_gan_2014": lambda: vanilla_gan.build(vanilla_gan.plain(vanilla_gan.PRESETS["smoke"])),
    "dcgan": lambda: dcgan.build(dcgan.PRESETS["smoke"]),
}
GUARDS = [getattr(guards, name) for name in dir(guards) if name.startswith("guard_")]
DATA = np.random.default_rng(0).integers(0, 256, (24, 28, 28, 1), dtype=np.uint8)


def check(guard, build, tmp_path):
    extra = (tmp_path / "a.npz",) if guard is guards.guard_restore else ()
    guard(build, DATA, *extra)


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("guard", GUARDS, ids=lambda g: g.__name__)
def test_model_passes(name, guard, tmp_path):
    if guard is guards.guard_average and BUILDERS[name]().average is None:
        pytest.skip("this model has no averaged generator")
    keras.utils.set_random_seed(0)
    check(guard, BUILDERS[name], tmp_path)


# The bugs, each as a change to a healthy model (or to the engine, as a context manager).


def frozen_discriminator(model):
    model.players[0].optimizer.apply = lambda gradients, variables: None
    model.players[0].optimizer.stateless_apply = lambda state, gradients, variables: (
        variables,
        state,
    )


def trains_the_generator_too(model):
    player = model.players[0]
    player.networks = [model.discriminator, model.generator]
    player.optimizer = keras.optimizers.Adam()
    player.optimizer.build(player.variables)
    model.optimizer.members["discriminator"] = player.optimizer


def forgets_training(model):
    model.make_fakes = lambda real: model.generator(
        model.noise(keras.ops.shape(real)[0]), training=False
    )


def smooths_past_one(model):
    # A target t adds -t * logit to the cross-entropy: this makes 1.2 of 1 for real samples.
    loss = model.players[0].loss

    def smoothed(real, fake):
        value, monitors = loss(real, fake)
        real_logits = model.discriminator(real, training=True)
        return value - 0.2 * keras.ops.mean(real_logits), monitors

    model.players[0].loss = smoothed


def reuses_data(model):
    turns = model.turns

    def stuck(data):
        first = None
        for turn in turns(data):
            first = turn.real if first is None else first
            yield dataclasses.replace(turn, real=first)

    model.turns = stuck


def reuses_noise(model):
    model.noise = lambda n: keras.random.normal((n, model.latent_dim), seed=1)


def scales_twice(model):
    model.prepare = lambda x: keras.ops.cast(x, "float32") / 127.5 - 1.0


def hard_codes_the_batch(model):
    model.make_fakes = lambda real: model.generator(model.noise(24), training=True)


def fresh_average(model):
    model.ema_generator.set_weights([w + 0.01 for w in model.ema_generator.get_weights()])


@contextlib.contextmanager
def not_saved(part, monkeypatch):
    named = checkpoint.named_variables

    def fewer(model):
        seeds = {id(v) for v in model.seeds}
        twins = {id(v) for v in model.ema_generator.variables}
        drop = {
            "optimizers": lambda name, v: name.startswith("optimizer/"),
            "seeds": lambda name, v: id(v) in seeds,
            "average": lambda name, v: id(v) in twins,
        }[part]
        return {name: v for name, v in named(model).items() if not drop(name, v)}

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "named_variables", fewer)
        yield


MUTANTS = [
    (guards.guard_turns, frozen_discriminator),
    (guards.guard_turns, trains_the_generator_too),
    (guards.guard_training_mode, forgets_training),
    (guards.guard_targets, smooths_past_one),
    (guards.guard_fresh_batches, reuses_data),
    (guards.guard_fresh_batches, reuses_noise),
    (guards.guard_scaling, scales_twice),
    (guards.guard_sizes, hard_codes_the_batch),
    (guards.guard_average, fresh_average),
]


@pytest.mark.parametrize("guard, bug", MUTANTS, ids=lambda x: x.__name__)
def test_guard_notices_its_bug(guard, bug, tmp_path):
    def broken():
        model = BUILDERS["dcgan"]()
        bug(model)
        return model

    with pytest.raises(AssertionError):
        check(guard, broken, tmp_path)


@pytest.mark.parametrize("part", ["optimizers", "seeds", "average"])
def test_guard_notices_lost_state(part, monkeypatch, tmp_path):
    with not_saved(part, monkeypatch), pytest.raises(AssertionError):
        check(guards.guard_restore, BUILDERS["dcgan"], tmp_path)
