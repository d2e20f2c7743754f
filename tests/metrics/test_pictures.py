"""The rough distance of pictures."""

import numpy as np
import pytest

from gan_lessons import metrics
from gan_lessons.datasets.celeba import portraits

REAL, OTHER = portraits(100, seed=5)[0], portraits(100, seed=6)[0]


def scaled(images):
    return images / np.float32(127.5) - 1


def test_shrunk_pictures_are_the_means_of_their_squares():
    images = np.random.default_rng(1).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    small = metrics.shrunk(images, 4)
    assert small.dtype == np.uint8 and small.shape == (2, 4, 4, 3)
    assert abs(float(small[1, 3, 0, 2]) - images[1, 6:8, 0:2, 2].mean()) <= 0.5
    assert metrics.shrunk(images, 8) is images
    with pytest.raises(ValueError, match="8 pixels .* for 16"):
        metrics.shrunk(images, 16)


def test_real_pictures_are_near_and_others_far():
    good = metrics.picture_distance(scaled(OTHER), REAL, "a test")
    negative = metrics.picture_distance(scaled(255 - OTHER), REAL)
    same = metrics.picture_distance(scaled(np.repeat(OTHER[:1], 100, axis=0)), REAL)
    assert good.distance < 2 * good.floor < 0.5 * same.distance
    assert negative.distance > 5 * good.floor
    assert (good.samples, good.real, good.size) == (100, 100, 8) and "a test" in str(good)


def test_it_is_the_sliced_distance_of_the_shrunk_pictures():
    score = metrics.picture_distance(scaled(OTHER), REAL, size=4)
    points = [scaled(metrics.shrunk(x, 4)).reshape(100, -1) for x in (OTHER, REAL)]
    assert score.distance == pytest.approx(metrics.sliced_wasserstein(*points), rel=1e-6)
