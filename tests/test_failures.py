"""Lesson 04's toys: each remedy does what its paper says, and `pull` is the derivative."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import datasets, failures, vanilla_gan
from gan_lessons.engine import losses
from gan_lessons.engine.training import train

SMALL = failures.ToyPreset(
    dataset="ring",
    batch_size=32,
    steps=20,
    report_every=10,
    shape=(2,),
    latent_dim=3,
    generator=(16,),
    discriminator=(16, 8),
    r1=0.0,
    shift=0,
)


def variant(**changes):
    return dataclasses.replace(SMALL, **changes)


def points(n=32):
    return np.random.default_rng(0).normal(size=(n, 2)).astype("float32")


def test_without_a_remedy_it_is_the_gan_of_lesson_03():
    keras.utils.set_random_seed(0)
    toy = failures.build(SMALL)
    keras.utils.set_random_seed(0)
    plain = vanilla_gan.build(SMALL)
    toy.fit(points(64), batch_size=32, epochs=1, steps_per_epoch=10, verbose=0)
    plain.fit(points(64), batch_size=32, epochs=1, steps_per_epoch=10, verbose=0)
    np.testing.assert_array_equal(toy.sample(5), plain.sample(5))


@pytest.mark.parametrize(
    "change",
    [{"pack": 4}, {"group": 8}, {"diversity": 0.1}, {"loss": "saturating"}, {"pack": 2, "r1": 0.1}],
    ids=str,
)
def test_every_remedy_trains_both_players(change):
    model = failures.build(variant(**change))
    before = [w.copy() for w in model.get_weights()]
    model.fit(points(64), batch_size=32, epochs=1, steps_per_epoch=10, verbose=0)
    networks = [model.generator, model.discriminator]
    for network in networks:
        assert all(np.isfinite(w).all() for w in network.get_weights())
    moved = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert np.mean(moved) > 0.8


def test_a_pack_is_judged_as_one():
    model = failures.build(variant(pack=4))
    x = ops.convert_to_tensor(points(32))
    logits = model.discriminator(model.veil(x), training=False)
    assert tuple(logits.shape) == (8, 1)
    # What a pack is worth depends on all its members, and on nobody else.
    other = points(32)
    other[2] += 1.0
    changed = model.discriminator(model.veil(ops.convert_to_tensor(other)), training=False)
    differs = ops.convert_to_numpy(logits != changed).ravel()
    assert differs.tolist() == [True] + [False] * 7


def test_a_group_is_told_how_much_its_members_differ():
    model = failures.build(variant(group=8))
    x = points(32)
    x[8:16] = x[8]  # all the same
    inner = keras.Model(
        model.discriminator.inputs, model.discriminator.layers[-2].output
    )  # (n, features + 1)
    spread = ops.convert_to_numpy(inner(ops.convert_to_tensor(x), training=False))[:, -1]
    assert spread[8:16].max() < 1e-3 < spread[:8].min()
    assert np.ptp(spread[:8]) < 1e-6


def test_sameness_is_large_where_z_makes_no_difference():
    model = failures.build(variant(diversity=1.0))
    ordinary = float(ops.convert_to_numpy(model.sameness(32)))
    weights = model.generator.get_weights()
    weights[0] = np.zeros_like(weights[0])  # z is not looked at any more
    model.generator.set_weights(weights)
    assert float(ops.convert_to_numpy(model.sameness(32))) > 10 * ordinary


def test_sameness_against_numpy():
    model = failures.build(variant(diversity=1.0, scale=2.0))
    z = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
    model.noise = lambda n: ops.convert_to_tensor(z)
    x = ops.convert_to_numpy(model.generator(ops.convert_to_tensor(z), training=False)) / 2.0
    near_z = np.abs(z[:4] - z[4:]).mean(axis=1)
    near_x = np.abs(x[:4] - x[4:]).mean(axis=1)
    expected = np.mean(near_z / (near_x + 0.01))
    assert float(ops.convert_to_numpy(model.sameness(8))) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("d_fake", [1e-4, 0.01, 0.5, 0.99])
def test_pull_is_the_derivative_with_respect_to_the_logit(d_fake):
    """Closed forms: d/dl log(1 - sigmoid(l)) = -D, and d/dl log sigmoid(l) = 1 - D."""
    saturating = failures.pull(losses.generator_saturating, [d_fake])[0]
    nonsaturating = failures.pull(losses.generator_nonsaturating, [d_fake])[0]
    assert saturating == pytest.approx(d_fake, rel=1e-3)
    assert nonsaturating == pytest.approx(1 - d_fake, rel=1e-3)


def test_pull_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match="between 0 and 1"):
        failures.pull(losses.generator_saturating, [0.5, 1.0])


@pytest.mark.parametrize(
    "change, message",
    [
        ({"pack": 3}, r"batch_size \(32\) must be a multiple of pack \(3\)"),
        ({"group": 5}, r"batch_size \(32\) must be a multiple of group \(5\)"),
    ],
)
def test_groups_that_would_mix_real_with_fake_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        variant(**change)


def test_unknown_losses_are_refused():
    with pytest.raises(ValueError, match="received 'magic'"):
        failures.build(variant(loss="magic"))


def test_train_takes_the_toys():
    ring = datasets.load("ring", verbose=False)
    trained = train(failures, SMALL, ring.x_train, verbose=False)
    assert trained.model.sample(3).shape == (3, 2)


# --- the Dirac GAN --------------------------------------------------------------------------------


def slope(f, at, h=1e-5):
    return (f(at + h) - f(at - h)) / (2 * h)


DIRAC_LOSSES = {
    "nonsaturating": (lambda y: np.log1p(np.exp(y)), lambda y: np.log1p(np.exp(-y))),
    "saturating": (lambda y: np.log1p(np.exp(y)), lambda y: -np.log1p(np.exp(y))),
    "wasserstein": (lambda y: y, lambda y: -y),
}


@pytest.mark.parametrize("loss", DIRAC_LOSSES)
@pytest.mark.parametrize("alternating", [True, False])
def test_a_step_of_the_dirac_gan_is_gradient_descent_on_its_losses(loss, alternating):
    theta, psi, rate, gamma = 0.7, -1.3, 0.2, 0.4
    of_d, of_g = DIRAC_LOSSES[loss]
    d_loss = lambda psi: of_d(psi * theta) + gamma / 2 * psi**2  # noqa: E731
    new_psi = psi - rate * slope(d_loss, psi)
    seen = new_psi if alternating else psi
    new_theta = theta - rate * slope(lambda t: of_g(seen * t), theta)
    got = failures.dirac(loss, r1=gamma, alternating=alternating)(theta, psi, rate)
    np.testing.assert_allclose(got, (new_theta, new_psi), rtol=1e-6)


def test_the_dirac_gan_circles_and_r1_and_averaging_bring_it_home():
    distance = failures.circles()
    assert distance["simultaneous"][-1] > 1.2 * distance["simultaneous"][0]
    late = distance["alternating"][-500:]
    assert late.min() > 0.5, "it does not arrive"
    assert distance["alternating, R1"][-1] < 1e-3
    assert distance["alternating, averaged"][-1] < 0.1


def test_unknown_dirac_losses_are_refused():
    with pytest.raises(ValueError, match="Unknown loss 'hinge'"):
        failures.dirac("hinge")
