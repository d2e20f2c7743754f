"""How far generated pictures are from real ones when both are made tiny: rough, but quick."""

from __future__ import annotations

import dataclasses

import numpy as np

from gan_lessons.metrics.wasserstein import sliced_wasserstein


@dataclasses.dataclass(frozen=True)
class PictureDistance:
    """Sliced Wasserstein distance of tiny pictures, values in [-1, 1]. No FID, and far cheaper.

    It sees colours, light and rough shapes, and how varied they are; whether an eye is an eye it
    does not see.

    Attributes:
        distance: of the samples from the real pictures; floor: between the halves of these.
        samples, real: how many of each; size: height and width compared; source: of the real ones.
    """

    distance: float
    floor: float
    samples: int
    real: int
    size: int
    source: str

    def __str__(self):
        return (
            f"sliced Wasserstein distance at {self.size}x{self.size} pixels {self.distance:.4f}, "
            f"n = {self.samples:,} (halves of the real ones: {self.floor:.4f}), against "
            f"{self.real:,} pictures from {self.source}"
        )


def picture_distance(samples, real, source="", size=8):
    """The `PictureDistance` of samples (n, h, h, c) in [-1, 1] from real ones (m, k, k, c) uint8.

    Raises ValueError where h or k is no multiple of `size`, or for other inputs as
    `sliced_wasserstein`.
    """
    fake = np.clip(np.round((np.asarray(samples) + 1.0) * 127.5), 0, 255).astype("uint8")
    tiny, small = (
        shrunk(images, size).reshape(len(images), -1) / np.float32(127.5) - 1.0
        for images in (fake, real)
    )
    return PictureDistance(
        sliced_wasserstein(tiny, small),
        sliced_wasserstein(small[::2], small[1::2]),
        len(tiny),
        len(small),
        size,
        source,
    )


def shrunk(images, size):
    """Pictures (n, h, h, 3) uint8 as (n, size, size, 3): the means of squares of pixels.

    Raises:
        ValueError: h is no multiple of the size.
    """
    n, height = images.shape[:2]
    if height % size:
        raise ValueError(f"Pictures of {height} pixels cannot be shown to networks for {size}.")
    if height == size:
        return images
    squares = images.reshape(n, size, height // size, size, height // size, 3)
    return np.round(squares.mean(axis=(2, 4), dtype="float32")).astype("uint8")


def enlarged(images, size):
    """Pictures (n, h, h, 3) as (n, size, size, 3), uint8 or float: straight lines between pixels.

    What comes out holds no more than went in: it is for judges that want pictures of one size.

    Raises:
        ValueError: the size is no multiple of h.
    """
    height = images.shape[1]
    if size % height:
        raise ValueError(f"Pictures of {height} pixels cannot be made {size} high.")
    times = size // height
    if times == 1:
        return images
    # A pixel as a square of pixels, and then the mean around each: together that is a straight line
    # from the middle of one square to the middle of the next.
    weights = np.full(times + 1 - times % 2, 1.0 / times)
    if times % 2 == 0:  # a mean of so many has no middle: half of the outermost on either side
        weights[[0, -1]] /= 2
    large = images.repeat(times, axis=1).repeat(times, axis=2).astype("float32")
    for axis in (1, 2):
        large = _smoothed(large, weights, axis)
    return np.round(large).astype("uint8") if images.dtype == np.uint8 else large


def _smoothed(images, weights, axis):
    """A weighted mean along one axis, the edge repeated; an odd number of weights."""
    reach, length = len(weights) // 2, images.shape[axis]
    border = [(0, 0)] * images.ndim
    border[axis] = (reach, reach)
    padded = np.pad(images, border, mode="edge")
    return sum(
        np.float32(w) * padded.take(range(i, i + length), axis) for i, w in enumerate(weights)
    )
