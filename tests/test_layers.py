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


def test_reflection_padding_continues_pictures_like_numpy():
    x = RNG.normal(size=(2, 5, 4, 3)).astype("float32")
    layer = layers.ReflectionPadding(2)
    expected = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(ops.convert_to_tensor(x))), expected)
    assert layer.compute_output_shape((None, 5, None, 3)) == (None, 9, None, 3)
    assert layers.ReflectionPadding.from_config(layer.get_config()).pixels == 2
    with pytest.raises(ValueError, match="at least 1, received 0"):
        layers.ReflectionPadding(0)


def test_instance_normalization_is_group_normalization_with_one_channel_a_group():
    x = (3.0 + 2.0 * RNG.normal(size=(3, 6, 5, 4))).astype("float32")
    gamma, beta = RNG.normal(size=(2, 4)).astype("float32")
    ours, keras_own = (
        layers.InstanceNormalization(),
        keras.layers.GroupNormalization(groups=-1, epsilon=1e-5),
    )
    for layer in (ours, keras_own):
        layer.build((None, 6, 5, 4))
        layer.set_weights([gamma, beta])
    x = ops.convert_to_tensor(x)
    np.testing.assert_allclose(
        ops.convert_to_numpy(ours(x)), ops.convert_to_numpy(keras_own(x)), atol=1e-4
    )
    gradients = [
        ops.convert_to_numpy(backends.input_gradient(lambda x, f=layer: ops.sin(f(x)), x))
        for layer in (ours, keras_own)
    ]
    np.testing.assert_allclose(*gradients, atol=1e-4)


def test_instance_normalization_knows_no_neighbours_and_bears_a_flat_picture():
    layer = layers.InstanceNormalization()
    x = ops.convert_to_tensor(RNG.normal(size=(4, 6, 6, 2)).astype("float32"))
    together, alone = layer(x), layer(x[1:2])
    np.testing.assert_allclose(*map(ops.convert_to_numpy, (together[1:2], alone)), atol=1e-6)
    flat = ops.ones((1, 4, 4, 2))
    assert np.abs(ops.convert_to_numpy(layer(flat))).max() < 1e-3
    gradient = ops.convert_to_numpy(backends.input_gradient(layer, flat))
    assert np.isfinite(gradient).all()


def numbered(start, n):
    """n pictures that know their number."""
    numbers = np.arange(start, start + n, dtype="float32").reshape(n, 1, 1, 1)
    return ops.convert_to_tensor(np.broadcast_to(numbers, (n, 2, 2, 1)))


def through(pool, batch, batches):
    """What a pool hands back of numbered pictures: (batches, batch)."""
    handed = [pool(numbered(batch * i, batch)) for i in range(batches)]
    return np.array([ops.convert_to_numpy(h)[:, 0, 0, 0] for h in handed])


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_a_pool_fills_first_and_then_exchanges_half(batch):
    """10 is a multiple of neither 3 nor 8: one batch fills the last places and exchanges too."""
    pool = layers.ImagePool((2, 2, 1), size=10, seed=4)
    handed = through(pool, batch, 240 // batch).ravel()
    asked = np.arange(240)
    np.testing.assert_array_equal(handed[:10], asked[:10])
    new = (handed == asked)[10:]
    assert 0.38 < new.mean() < 0.62
    old = (asked - handed)[10:][~new]
    assert old.min() > 0
    assert 10 < old.mean() < 40, "a kept picture waits 20 pictures on average"
    counts = np.bincount(handed.astype(int), minlength=240)
    assert counts[:10].max() <= 2 and counts[10:].max() == 1
    kept = ops.convert_to_numpy(pool.kept)[:, 0, 0, 0]
    gone = set(handed[10:])
    assert len(set(kept)) == 10 and not set(kept) & (gone - set(asked[:10]))


def test_a_batch_as_large_as_the_pool_and_a_pool_without_places():
    pool = layers.ImagePool((2, 2, 1), size=4, seed=1)
    handed = through(pool, 4, 30)
    assert len(set(ops.convert_to_numpy(pool.kept)[:, 0, 0, 0])) == 4
    assert all(len(set(row)) == 4 for row in handed)
    none = layers.ImagePool((2, 2, 1), size=0)
    np.testing.assert_array_equal(through(none, 3, 2).ravel(), np.arange(6))
    assert not none.weights
    with pytest.raises(ValueError, match=">= 0, received -1"):
        layers.ImagePool((2, 2, 1), size=-1)


def test_the_pool_belongs_to_the_weights_and_is_never_trained():
    pool = layers.ImagePool((2, 2, 1), size=5, seed=2)
    assert not pool.trainable_variables and len(pool.weights) == 2
    through(pool, 3, 4)
    twin = layers.ImagePool.from_config(pool.get_config())
    twin.set_weights(pool.get_weights())
    np.testing.assert_array_equal(twin.kept, pool.kept)
    assert int(twin.filled) == 5


def test_instance_normalisation_sums_in_32_bits():
    """A picture far from 0: in 16 bits its mean has no room for the differences."""
    x = ops.cast(256.0 + 2.0 * RNG.integers(0, 2, (1, 16, 16, 1)), "bfloat16")
    layer = layers.InstanceNormalization(dtype="bfloat16")
    found = ops.convert_to_numpy(ops.cast(layer(x), "float32"))
    assert abs(found.mean()) < 0.01 and abs(found.std() - 1) < 0.01
