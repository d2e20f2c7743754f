"""The layers of the lessons against NumPy."""

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import layers
from gan_lessons.engine import backends

RNG = np.random.default_rng(0)


def shifted(image, down, right):
    """An image moved by whole pixels, black (-1) where nothing was: the slow way."""
    height, width, _ = image.shape
    result = np.full_like(image, -1.0)
    for i in range(height):
        for j in range(width):
            if 0 <= i - down < height and 0 <= j - right < width:
                result[i, j] = image[i - down, j - right]
    return result


def test_random_shift_moves_each_image_by_its_own_whole_pixels():
    images = RNG.uniform(-1, 1, (40, 7, 9, 2)).astype("float32")
    seed = keras.random.SeedGenerator(0)
    moved = ops.convert_to_numpy(layers.random_shift(ops.convert_to_tensor(images), 2, seed))
    seen = set()
    for before, after in zip(images, moved, strict=True):
        fits = [
            (down, right)
            for down in range(-2, 3)
            for right in range(-2, 3)
            if np.allclose(after, shifted(before, down, right), atol=1e-5)
        ]
        assert len(fits) == 1, "not a shift by at most two pixels"
        seen.add(fits[0])
    assert len(seen) > 12, "the images were not moved independently"
    for axis in (0, 1):  # the largest moves in both directions occur as well
        assert {move[axis] for move in seen} == {-2, -1, 0, 1, 2}


def test_random_shift_by_nothing_is_the_identity():
    images = ops.convert_to_tensor(RNG.uniform(-1, 1, (2, 4, 4, 1)).astype("float32"))
    assert layers.random_shift(images, 0, None) is images


def test_random_shift_passes_the_gradient_to_the_pixels_that_stayed():
    images = RNG.uniform(-1, 1, (3, 5, 5, 1)).astype("float32")

    def total(x):
        return layers.random_shift(x, 1, keras.random.SeedGenerator(4))

    gradient = ops.convert_to_numpy(backends.input_gradient(total, ops.convert_to_tensor(images)))
    assert set(np.unique(gradient)) <= {0.0, 1.0}
    moved = ops.convert_to_numpy(total(ops.convert_to_tensor(images)))
    for g, after in zip(gradient, moved, strict=True):
        assert g.sum() == (~np.isclose(after, -1.0)).sum()


def test_fourier_features():
    x = RNG.uniform(-1, 1, (6, 2)).astype("float32")
    result = ops.convert_to_numpy(layers.fourier_features(ops.convert_to_tensor(x), 2))
    pi = np.pi
    expected = [x, np.sin(pi * x), np.sin(2 * pi * x), np.cos(pi * x), np.cos(2 * pi * x)]
    np.testing.assert_allclose(result, np.concatenate(expected, axis=1), atol=1e-5)
    assert layers.fourier_features(x, 0) is x


@pytest.mark.parametrize("frequencies", [1, 4])
def test_fourier_features_have_the_stated_width(frequencies):
    assert layers.fourier_features(ops.zeros((3, 5)), frequencies).shape == (
        3,
        5 * (1 + 2 * frequencies),
    )


# --- packs and groups (lesson 04) -----------------------------------------------------------------


def test_packed_puts_neighbours_side_by_side():
    x = np.arange(24.0).reshape(6, 2, 1, 2)  # (batch, height, width, channels)
    got = ops.convert_to_numpy(layers.packed(ops.convert_to_tensor(x), 3))
    assert got.shape == (2, 2, 1, 6)
    for pack in range(2):
        three = x[3 * pack : 3 * pack + 3]
        np.testing.assert_array_equal(got[pack], np.concatenate(three, axis=-1))


def test_packed_points():
    x = np.arange(8.0).reshape(4, 2)
    got = ops.convert_to_numpy(layers.packed(ops.convert_to_tensor(x), 2))
    np.testing.assert_array_equal(got, [[0, 1, 2, 3], [4, 5, 6, 7]])
    assert layers.packed(x, 1) is x


@pytest.mark.parametrize("shape", [(8, 5), (8, 3, 2, 4)])
def test_minibatch_stddev_is_the_mean_spread_of_each_group(shape):
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    x[4:] *= 3.0  # the second group differs more
    got = ops.convert_to_numpy(layers.MinibatchStddev(group=4)(ops.convert_to_tensor(x)))
    assert got.shape == (*shape[:-1], shape[-1] + 1)
    np.testing.assert_array_equal(got[..., :-1], x)
    for group in (slice(0, 4), slice(4, 8)):
        expected = np.std(x[group], axis=0).mean()
        np.testing.assert_allclose(got[group][..., -1], expected, rtol=1e-4)


def test_minibatch_stddev_of_equal_samples_is_nearly_zero_with_a_finite_gradient():
    x = ops.ones((4, 3))
    layer = layers.MinibatchStddev(group=4)
    assert float(ops.max(layer(x)[:, -1])) < 1e-3
    gradient = ops.convert_to_numpy(backends.input_gradient(lambda x: layer(x)[:, -1:], x))
    assert np.isfinite(gradient).all()


def test_minibatch_stddev_says_what_is_wrong_and_can_be_saved():
    with pytest.raises(ValueError, match="at least 2 samples, received 1"):
        layers.MinibatchStddev(group=1)
    layer = layers.MinibatchStddev.from_config(layers.MinibatchStddev(group=8).get_config())
    assert layer.group == 8 and layer.compute_output_shape((16, 5)) == (16, 6)
