"""Values and gradients of all losses against derivations written in NumPy."""

import numpy as np
import pytest
from keras import ops

from gan_lessons.engine import backends, losses

pytestmark = pytest.mark.backend

LOGITS = np.array([-40.0, -3.0, -0.5, 0.0, 0.2, 1.7, 40.0], "float32")
OTHER = np.array([5.0, -1.0, 0.3, 0.0, -0.7, 2.0, -30.0], "float32")


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x.astype("float64")))


def log_sigmoid(x):
    x = x.astype("float64")
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


# name: (value of D's loss, its gradients in the real and the fake logits, G's value, G's gradient),
# each written down from the formula of the paper, not from the code.
def expected(name, r, f):
    n = len(r)
    if name in ("nonsaturating", "saturating"):
        d = -log_sigmoid(r).mean() - log_sigmoid(-f).mean()
        d_real, d_fake = -sigmoid(-r) / n, sigmoid(f) / n
        if name == "nonsaturating":
            return d, d_real, d_fake, -log_sigmoid(f).mean(), -sigmoid(-f) / n
        return d, d_real, d_fake, log_sigmoid(-f).mean(), -sigmoid(f) / n
    if name == "least_squares":
        d = 0.5 * ((r - 1.0) ** 2).mean() + 0.5 * (f**2.0).mean()
        return d, (r - 1) / n, f / n, 0.5 * ((f - 1.0) ** 2).mean(), (f - 1) / n
    if name == "wasserstein":
        one = np.ones(n)
        return f.mean() - r.mean(), -one / n, one / n, -f.mean(), -one / n
    d = np.maximum(0, 1 - r).mean() + np.maximum(0, 1 + f).mean()
    d_real, d_fake = -1.0 * (r < 1.0) / n, 1.0 * (f > -1.0) / n
    return d, d_real, d_fake, -f.mean(), -np.ones(n) / n


def gradient(fn, x):
    return ops.convert_to_numpy(backends.input_gradient(fn, ops.convert_to_tensor(x)))


@pytest.mark.parametrize("name", losses.LOSSES)
def test_values_and_gradients(name):
    # -1.0 sits on the hinge's kink, where the gradient is a convention: move off it.
    real, fake = LOGITS, np.where(OTHER == -1.0, -1.25, OTHER).astype("float32")
    d_loss, g_loss = losses.pair(name)
    d, d_real, d_fake, g, g_fake = expected(name, real, fake)
    t = ops.convert_to_tensor
    np.testing.assert_allclose(float(d_loss(t(real), t(fake))), d, rtol=1e-5)
    np.testing.assert_allclose(float(g_loss(t(fake))), g, rtol=1e-5)
    close = {"rtol": 1e-4, "atol": 1e-7}
    np.testing.assert_allclose(gradient(lambda x: d_loss(x, t(fake)), real), d_real, **close)
    np.testing.assert_allclose(gradient(lambda x: d_loss(t(real), x), fake), d_fake, **close)
    np.testing.assert_allclose(gradient(g_loss, fake), g_fake, **close)


def test_relativistic_losses_compare_real_with_fake():
    real, fake = map(ops.convert_to_tensor, (LOGITS, OTHER))
    d = float(losses.discriminator_relativistic(real, fake))
    g = float(losses.generator_relativistic(real, fake))
    np.testing.assert_allclose(d, -log_sigmoid(LOGITS - OTHER).mean(), rtol=1e-5)
    np.testing.assert_allclose(g, -log_sigmoid(OTHER - LOGITS).mean(), rtol=1e-5)


def test_both_sides_can_be_smoothed():
    def loss(logits, target):
        return -(target * log_sigmoid(logits) + (1 - target) * log_sigmoid(-logits)).mean()

    real, fake = map(ops.convert_to_tensor, (LOGITS, OTHER))
    value = float(losses.discriminator_nonsaturating(real, fake, 0.9, 0.2))
    np.testing.assert_allclose(value, loss(LOGITS, 0.9) + loss(OTHER, 0.2), rtol=1e-5)


def test_value_at_the_equilibrium_is_log_four():
    zero = ops.zeros((5, 1))
    loss = float(losses.discriminator_nonsaturating(zero, zero))
    assert abs(loss - np.log(4.0)) < 1e-6


def test_extreme_logits_stay_finite():
    big = ops.convert_to_tensor(np.array([-1e4, 1e4], "float32"))
    for d_loss, g_loss in losses.LOSSES.values():
        assert np.isfinite(float(d_loss(big, big))) and np.isfinite(float(g_loss(big)))


@pytest.mark.parametrize("target", [-0.1, 1.1, 1.3, float("nan")])
def test_targets_outside_the_unit_interval_are_refused(target):
    with pytest.raises(ValueError, match=r"\[0, 1\].*received"):
        losses.binary_cross_entropy(ops.zeros((3,)), target)
    with pytest.raises(ValueError, match="received"):
        losses.discriminator_nonsaturating(ops.zeros((3,)), ops.zeros((3,)), real_target=target)


def test_smoothed_loss_is_bounded_below():
    # With targets in [0, 1] the loss never falls below the target's entropy.
    for target in (0.0, 0.1, 0.9, 1.0):
        values = [
            float(losses.binary_cross_entropy(ops.convert_to_tensor([x]), target))
            for x in (-100.0, -2.0, 0.0, 2.0, 100.0)
        ]
        inside = [p * np.log(p) for p in (target, 1 - target) if p > 0]
        assert min(values) >= -sum(inside) - 1e-6


def test_unknown_family_names_the_choices():
    with pytest.raises(ValueError, match="hinge"):
        losses.pair("bce")
