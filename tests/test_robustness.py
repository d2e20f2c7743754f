"""The robustness table: every cell is the network, the loss and the optimizer that it says."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import layers, ops

from gan_lessons import critics, robustness, wgan
from gan_lessons.engine import losses

SMOKE = robustness.PRESETS["smoke"]
CELLS = [(a, m) for a in robustness.ARCHITECTURES for m in robustness.METHODS]
DATA = np.random.default_rng(0).integers(0, 256, (32, 28, 28, 1), dtype=np.uint8)


def preset_of(architecture, method):
    odd = robustness.ARCHITECTURES[architecture]
    return dataclasses.replace(SMOKE[method], architecture=odd)


def count(network, kind):
    return sum(isinstance(layer, kind) for layer in network.layers)


@pytest.mark.parametrize("architecture, method", CELLS)
def test_the_networks_are_as_odd_as_they_say(architecture, method):
    preset = preset_of(architecture, method)
    odd = preset.architecture
    generator, judge = robustness.build_generator(preset), robustness.build_judge(preset)
    assert generator.output_shape == (None, 28, 28, 1) and judge.output_shape == (None, 1)
    norm = layers.BatchNormalization
    assert bool(count(generator, norm)) == odd.batch_norm
    assert bool(count(judge, norm)) == (odd.batch_norm and method != "WGAN-GP")
    assert bool(count(generator, layers.Conv2DTranspose)) != odd.dense
    rectified = count(generator, layers.ReLU) + count(judge, layers.LeakyReLU)
    assert bool(rectified) == (odd.activation == "relu")
    assert count(judge, layers.Conv2D) == 2 + 2 * odd.extra
    held = [v.constraint is not None for v in judge.trainable_variables]
    assert all(held) if method == "WGAN" else not any(held)


def test_the_architectures_differ_in_what_they_are_about():
    assert len(robustness.ARCHITECTURES) >= 5  # four odd ones beside the usual one
    assert len(set(robustness.ARCHITECTURES.values())) == len(robustness.ARCHITECTURES)
    assert robustness.ARCHITECTURES["as in the DCGAN"] == robustness.Architecture()


@pytest.mark.parametrize("method", robustness.METHODS)
def test_each_method_minimises_its_own_loss(method):
    preset = preset_of("no batch norm", method)
    keras.utils.set_random_seed(0)
    model = robustness.build(preset)
    first, second = model.players
    real, fake = (ops.convert_to_tensor((DATA[i : i + 8] / 127.5 - 1).astype("float32"))
                  for i in (0, 8))  # fmt: skip
    judge = model.critic if method.startswith("WGAN") else model.discriminator
    loss = {"WGAN": "wasserstein", "WGAN-GP": "wasserstein"}.get(method)
    of_d, of_g = losses.pair(loss or robustness.METHODS[method])
    value, monitors = first.evaluate(real, fake)
    expected = of_d(judge(real, training=True), judge(fake, training=True))
    if method == "WGAN-GP":
        expected = expected + preset.as_wgan.penalty * monitors["penalty"]
    a, b = (float(ops.convert_to_numpy(x)) for x in (value, expected))
    assert a == pytest.approx(b, abs=1e-4)
    a, b = (
        float(ops.convert_to_numpy(x))
        for x in (second.evaluate(real, fake)[0], of_g(judge(fake, training=True)))
    )
    assert a == pytest.approx(b, abs=1e-4)


def test_each_method_has_the_optimizer_of_its_paper():
    made = {m: robustness.build(preset_of("no batch norm", m)) for m in robustness.METHODS}
    rates = {m: model.optimizer.members["generator"] for m, model in made.items()}
    assert (rates["DCGAN"].beta_1, rates["LSGAN"].beta_1) == (0.5, 0.5)
    assert (rates["WGAN-GP"].beta_1, rates["WGAN-GP"].beta_2) == (0.0, 0.9)
    assert isinstance(rates["WGAN"], keras.optimizers.RMSprop)
    assert [made[m].players[0].steps for m in robustness.METHODS] == [1, 1, 2, 2]


def test_every_weight_of_a_clipped_critic_stays_in_its_clip():
    """Gamma and beta are weights; moving statistics are none."""
    model = robustness.build(preset_of("as in the DCGAN", "WGAN"))
    model.fit(DATA, batch_size=8, epochs=1, steps_per_epoch=2, verbose=0)
    size = np.float32(model.preset.clip)
    for v in model.critic.trainable_variables:
        assert np.abs(ops.convert_to_numpy(v.value)).max() <= size
    moving = [v for v in model.critic.non_trainable_variables if "moving_variance" in v.path]
    assert moving and all(ops.convert_to_numpy(v.value).max() > 10 * size for v in moving)


def test_a_clip_of_other_weights():
    held = critics.clipped(0.1, ("gamma",))
    assert list(held) == ["gamma_constraint"]
    np.testing.assert_allclose(
        ops.convert_to_numpy(held["gamma_constraint"](ops.array([-3.0, 0.05, 3.0]))),
        [-0.1, 0.05, 0.1],
    )


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="method must be one of .*received 'magic'"):
        robustness.OddPreset(method="magic")


def test_the_wgan_inside_takes_over_the_settings():
    preset = robustness.OddPreset(method="WGAN", n_critic=3, pace=7.0, batch_size=16)
    inside = preset.as_wgan
    assert isinstance(inside, wgan.WGANPreset)
    assert (inside.variant, inside.n_critic, inside.pace, inside.batch_size) == ("clip", 3, 7.0, 16)


def test_the_outcome_of_a_cell_is_its_median_and_the_number_of_failures():
    runs = [{"deep, WGAN: rfd": rfd, "deep, DCGAN: rfd": 0.1} for rfd in (0.3, 9.0, 0.4, 0.6, 0.2)]
    assert robustness.FAILED == 0.5
    assert robustness.outcome(runs, "deep", "WGAN") == (0.4, 2)
    assert robustness.outcome(runs, "deep", "DCGAN") == (0.1, 0)
