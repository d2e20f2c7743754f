"""Penalties on discriminators whose gradients are known in closed form."""

import contextlib

import keras
import numpy as np
import pytest
from keras import layers, ops

from gan_lessons.engine import backends, penalties

pytestmark = pytest.mark.backend

RNG = np.random.default_rng(0)
W = RNG.normal(size=(3, 1)).astype("float32")
X = RNG.normal(size=(8, 3)).astype("float32")


def number(x):
    return float(ops.convert_to_numpy(x))


def linear(x, training):
    return ops.matmul(x, W)  # its gradient is W everywhere


def quadratic(x, training):
    return ops.sum(ops.square(x), axis=-1, keepdims=True)  # its gradient is 2x


def test_input_gradient_of_a_quadratic():
    gradient = backends.input_gradient(
        lambda x: quadratic(x, training=True), ops.convert_to_tensor(X)
    )
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), 2 * X, rtol=1e-5)


def test_input_gradient_is_itself_differentiable():
    def norm(x):
        return ops.sum(ops.square(backends.input_gradient(lambda x: ops.sum(x**3), x)))

    # |grad x^3|^2 = 9 x^4, whose gradient is 36 x^3
    second = backends.input_gradient(norm, ops.convert_to_tensor(X))
    np.testing.assert_allclose(ops.convert_to_numpy(second), 36 * X**3, rtol=1e-4, atol=1e-5)


def test_zero_centred_on_known_gradients():
    x = ops.convert_to_tensor(X)
    assert number(penalties.zero_centred(linear, x)) == pytest.approx(float((W**2).sum()), rel=1e-5)
    expected = float((4 * X**2).sum(axis=1).mean())
    assert number(penalties.zero_centred(quadratic, x)) == pytest.approx(expected, rel=1e-5)


def test_the_norm_of_an_image_is_over_all_of_its_pixels():
    images = RNG.normal(size=(5, 4, 3, 2)).astype("float32")
    norms = penalties.squared_gradient_norm(
        lambda x, training: ops.sum(ops.square(x), axis=(1, 2, 3)), ops.convert_to_tensor(images)
    )
    expected = (4 * images**2).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(ops.convert_to_numpy(norms), expected, rtol=1e-5)


def test_the_discriminator_is_measured_as_it_is_trained():
    steep = lambda x, training: (3.0 if training else 1.0) * linear(x, training)  # noqa: E731
    value = penalties.zero_centred(steep, ops.convert_to_tensor(X))
    assert number(value) == pytest.approx(9 * float((W**2).sum()), rel=1e-5)


def test_one_centred_on_a_linear_critic():
    seed = keras.random.SeedGenerator(0)
    value = penalties.one_centred(linear, ops.convert_to_tensor(X), ops.convert_to_tensor(-X), seed)
    assert number(value) == pytest.approx((np.linalg.norm(W) - 1) ** 2, rel=1e-4)


def test_one_centred_stays_on_the_line_between_real_and_fake():
    # The gradient of |x|^2 / 2 is x: at u (3, 4) its norm is 5u, and E (5u - 1)^2 = 25/3 - 5 + 1.
    n = 20_000
    real = ops.convert_to_tensor(np.tile(np.array([3.0, 4.0], "float32"), (n, 1)))
    half = lambda x, training: 0.5 * quadratic(x, training)  # noqa: E731
    value = penalties.one_centred(half, real, 0.0 * real, keras.random.SeedGenerator(1))
    assert number(value) == pytest.approx(13 / 3, abs=0.15)


def test_at_most_one_forgives_slopes_below_1_and_no_others():
    seed, x = keras.random.SeedGenerator(0), ops.convert_to_tensor(X)
    length = np.linalg.norm(W)
    for factor, expected in ((0.5 / length, 0.0), (1.0 / length, 0.0), (3.0 / length, 4.0)):
        critic = lambda x, training, factor=factor: factor * linear(x, training)  # noqa: E731
        value = penalties.at_most_one(critic, x, -x, seed)
        assert number(value) == pytest.approx(expected, abs=1e-5)


@contextlib.contextmanager
def in_float64():
    """Numbers of 64 bits, which JAX has only on request."""
    if keras.backend.backend() == "jax":
        import jax

        with jax.enable_x64(True):
            yield
    else:
        yield


def test_the_penalty_of_1_and_its_gradients_agree_with_finite_differences_in_float64():
    """f(x) = sum tanh(x A) b: its gradient by hand; the penalty's own gradient by differences.

    What trains the critic is the gradient of the penalty by the weights A, which holds second
    derivatives of f; what trains nobody, but is of the second order too, that by the samples.
    """
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
    real, fake = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))

    def penalty(real, a):
        def critic(x, training):
            return ops.matmul(ops.tanh(ops.matmul(x, a)), b)

        seed = keras.random.SeedGenerator(7)  # the same points between in every call
        return penalties.one_centred(critic, real, ops.convert_to_tensor(fake), seed)

    def by_hand(real, a, mix):
        x = fake + mix * (real - fake)
        gradient = ((1 - np.tanh(x @ a) ** 2) * b[:, 0]) @ a.T  # (5, 3)
        return np.mean((np.sqrt((gradient**2).sum(axis=1) + 1e-12) - 1) ** 2)

    def slopes(f, at, h=1e-6):
        found = np.zeros_like(at)
        for place in np.ndindex(*at.shape):
            move = np.zeros_like(at)
            move[place] = h
            found[place] = (f(at + move) - f(at - move)) / (2 * h)
        return found

    with in_float64():
        mix = keras.random.uniform((5, 1), dtype="float64", seed=keras.random.SeedGenerator(7))
        mix = ops.convert_to_numpy(mix)
        tensors = [ops.convert_to_tensor(array) for array in (real, a)]
        value = penalty(*tensors)
        assert keras.backend.standardize_dtype(value.dtype) == "float64"
        assert number(value) == pytest.approx(by_hand(real, a, mix), rel=1e-6)
        by_weights = backends.input_gradient(lambda a: penalty(tensors[0], a), tensors[1])
        by_samples = backends.input_gradient(lambda x: penalty(x, tensors[1]), tensors[0])
    expected = (
        slopes(lambda a: by_hand(real, a, mix), a),
        slopes(lambda x: by_hand(x, a, mix), real),
    )
    for mine, theirs in zip((by_weights, by_samples), expected, strict=True):
        error = np.linalg.norm(ops.convert_to_numpy(mine) - theirs)
        assert error < 1e-5 * np.linalg.norm(theirs)


def test_lazily_averages_to_the_penalty():
    values = [
        float(penalties.lazily(ops.convert_to_tensor(i), 4, lambda: ops.ones(()))) for i in range(8)
    ]
    assert values == [4.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0]
    assert float(penalties.lazily(ops.convert_to_tensor(3), 1, lambda: ops.ones(()))) == 1.0


def test_a_penalty_leaves_no_trace_in_the_network():
    network = keras.Sequential([keras.Input((3,)), layers.BatchNormalization(), layers.Dense(1)])
    before = [np.array(w) for w in network.get_weights()]
    penalties.zero_centred(network, ops.convert_to_tensor(X + 5))
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
