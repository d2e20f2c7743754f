"""The changes before the discriminator, against NumPy, image by image."""

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import augment
from gan_lessons.engine import backends

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (60, 8, 8, 3)).astype("float32")


def changed(function, *settings, images=IMAGES, seed=0):
    result = function(ops.convert_to_tensor(images), *settings, keras.random.SeedGenerator(seed))
    return ops.convert_to_numpy(result)


def test_half_of_the_images_are_flipped_whole_and_the_others_stay():
    got = changed(augment.random_flip)
    flipped = [
        np.array_equal(after, before[:, ::-1]) for before, after in zip(IMAGES, got, strict=True)
    ]
    stayed = [np.array_equal(after, before) for before, after in zip(IMAGES, got, strict=True)]
    assert all(a != b for a, b in zip(flipped, stayed, strict=True)) and 15 < sum(flipped) < 45


def test_colour_changes_each_image_by_three_numbers_of_its_own():
    strength = 0.6
    got = changed(augment.random_colour, strength).astype("float64")
    found = []
    for before, after in zip(IMAGES.astype("float64"), got, strict=True):
        # brightness and contrast move the grey of a pixel, saturation its distance from grey
        grey, new_grey = before.mean(-1), after.mean(-1)
        brightness = after.mean() - before.mean()
        contrast, _ = np.polyfit(grey.ravel(), new_grey.ravel(), 1)
        saturation = (
            np.polyfit(
                (before - grey[..., None]).ravel(), (after - new_grey[..., None]).ravel(), 1
            )[0]
            / contrast
        )
        expected = (
            grey.mean()
            + brightness
            + contrast * (grey[..., None] + saturation * (before - grey[..., None]) - grey.mean())
        )
        np.testing.assert_allclose(after, expected, atol=1e-4)
        found.append(
            (
                brightness / (0.5 * strength),
                (saturation - 1) / strength,
                (contrast - 1) / (0.5 * strength),
            )
        )
    found = np.array(found)
    assert np.abs(found).max() < 1.0001, "further than the strength allows"
    assert (found.min(0) < -0.8).all() and (found.max(0) > 0.8).all(), "the range is not used"
    assert np.abs(np.corrcoef(found.T) - np.eye(3)).max() < 0.5, "the three numbers are one"


def test_cutout_covers_one_square_of_its_size_at_many_places():
    got = changed(augment.random_cutout, 0.5)
    covered = (got == 0).all(-1)
    np.testing.assert_array_equal(got[~covered], IMAGES[~covered])
    corners = set()
    for hole in covered:
        rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
        assert hole[np.ix_(rows, columns)].all() and hole.sum() == len(rows) * len(columns)
        assert 2 <= len(rows) <= 4 and 2 <= len(columns) <= 4  # half of it may lie outside
        corners.add((rows[0], columns[0]))
    assert len(corners) > 15
    assert covered.mean() == pytest.approx(0.19, abs=0.05)  # (1/2 - 1/16)^2: what stays inside


def test_all_together_and_nothing_at_all():
    assert augment.augment(IMAGES, None) is IMAGES
    settings = dict(flip=True, shift=2, colour=0.5, cutout=0.3)

    def drawn(seed, **chosen):
        source = keras.random.SeedGenerator(seed)
        return ops.convert_to_numpy(
            augment.augment(ops.convert_to_tensor(IMAGES), source, **chosen)
        )

    np.testing.assert_array_equal(drawn(1, **settings), drawn(1, **settings))
    assert not np.array_equal(drawn(1, **settings), drawn(2, **settings))
    whole = drawn(1, **settings)
    assert whole.shape == IMAGES.shape
    for left_out, nothing in {"flip": False, "shift": 0, "colour": 0.0, "cutout": 0.0}.items():
        part = drawn(1, **{**settings, left_out: nothing})
        assert not np.allclose(part, whole), f"{left_out} does nothing"


def test_the_gradient_reaches_what_is_visible():
    for function, settings, share in (
        (augment.random_flip, (), 1.0),
        (augment.random_colour, (0.5,), 1.0),
        (augment.random_cutout, (0.5,), 0.81),
    ):

        def total(x, function=function, settings=settings):
            return function(x, *settings, keras.random.SeedGenerator(3))

        x = ops.convert_to_tensor(IMAGES)
        gradient = ops.convert_to_numpy(backends.input_gradient(total, x))
        assert np.isfinite(gradient).all()
        assert (gradient != 0).mean() == pytest.approx(share, abs=0.06)
