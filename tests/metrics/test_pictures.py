"""The rough distance of pictures."""

import numpy as np
import pytest
from PIL import Image

from gan_lessons import metrics, portraits

REAL, OTHER = portraits.draw(100, seed=5)[0], portraits.draw(100, seed=6)[0]


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


@pytest.mark.parametrize("times", [2, 3, 4])
def test_enlarged_pictures_are_interpolated_in_straight_lines(times):
    images = np.random.default_rng(1).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    large = metrics.enlarged(images, 8 * times)
    side, bilinear = (8 * times, 8 * times), Image.Resampling.BILINEAR
    for image, found in zip(images, large, strict=True):
        expected = np.asarray(Image.fromarray(image).resize(side, bilinear))
        assert np.abs(found.astype(int) - expected).max() <= 1
    assert large.dtype == np.uint8
    floats = metrics.enlarged(scaled(images), 8 * times)
    np.testing.assert_allclose(floats, scaled(large), atol=0.005)
    assert metrics.enlarged(images, 8) is images
    with pytest.raises(ValueError, match="8 pixels cannot be made 20 high"):
        metrics.enlarged(images, 20)


def test_real_pictures_are_near_and_others_far():
    good = metrics.picture_distance(scaled(OTHER), REAL, "a test")
    negative = metrics.picture_distance(scaled(255 - OTHER), REAL)
    same = metrics.picture_distance(scaled(np.repeat(OTHER[:1], 100, axis=0)), REAL)
    assert good.distance < 2 * good.floor < 0.5 * same.distance
    assert negative.distance > 3 * good.floor
    assert (good.samples, good.real, good.size) == (100, 100, 8) and "a test" in str(good)


def test_it_is_the_sliced_distance_of_the_shrunk_pictures():
    score = metrics.picture_distance(scaled(OTHER), REAL, size=4)
    points = [scaled(metrics.shrunk(x, 4)).reshape(100, -1) for x in (OTHER, REAL)]
    assert score.distance == pytest.approx(metrics.sliced_wasserstein(*points), rel=1e-6)
