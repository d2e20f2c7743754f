"""Checks of the exercises in lesson 05, the DCGAN on digits."""

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close
from gan_lessons.latent import great_circle


@check("the size of a transposed convolution's output")
def check_transposed_size(fn):
    """fn(size, kernel, stride) is the length of the output, with nothing cut off."""
    for kernel in (3, 5):
        expect_close(
            fn(1, kernel, 2),
            kernel,
            f"A single number leaves a single stamp, so with a kernel of {kernel} the output has "
            f"{kernel} cells, whatever the stride.",
        )
    expect_close(
        fn(2, 4, 3),
        7,
        "The second stamp of 4 begins one stride of 3 further right, so it ends at cell 7.",
    )
    for size, kernel, stride in [(7, 4, 2), (5, 5, 1), (10, 3, 3), (14, 2, 2)]:
        expect_close(
            fn(size, kernel, stride),
            (size - 1) * stride + kernel,
            f"Size {size}, kernel {kernel}, stride {stride}: the last of {size} stamps begins "
            f"after {size - 1} strides, and its whole kernel still follows.",
        )


@check("a transposed convolution")
def check_transposed_convolution(fn):
    """fn(x, kernel, stride) is the transposed convolution of a 1-D signal, nothing cut off."""
    kernel = np.array([1.0, 2.0, 3.0])
    expect_close(
        fn(np.array([10.0]), kernel, 2),
        [10, 20, 30],
        "One number leaves one stamp: the kernel as it stands (not mirrored), times the number.",
    )
    expect_close(
        fn(np.array([1.0, 0.0, 2.0]), np.array([1.0, 1.0]), 3),
        [1, 1, 0, 0, 0, 0, 2, 2],
        "Each stamp begins one stride after the one before. Where stamps do not reach, 0 stays.",
    )
    expect_close(
        fn(np.array([1.0, 1.0]), kernel, 2),
        [1, 2, 4, 2, 3],
        "Where stamps overlap they add up; the later one does not replace the earlier.",
    )
    rng = np.random.default_rng(0)
    for size, width, stride in [(5, 4, 2), (4, 5, 1), (6, 2, 3)]:
        x, kernel = rng.standard_normal(size), rng.standard_normal(width)
        before = x.copy(), kernel.copy()
        expected = convolution_matrix((size - 1) * stride + width, kernel, stride).T @ x
        expect_close(
            fn(x, kernel, stride),
            expected,
            f"Size {size}, kernel {width}, stride {stride}: the result should be the transposed "
            "matrix of the convolution, times x.",
        )
        expect(
            np.array_equal(x, before[0]) and np.array_equal(kernel, before[1]),
            "Your function changed the array that it was given; write into a new one.",
        )


@check("a walk along the great circle")
def check_great_circle(fn):
    """fn(a, b, t) lies between two points of equal length, on their great circle."""
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 64))
    a, b = 8 * a / np.linalg.norm(a), 8 * b / np.linalg.norm(b)
    expect_close(fn(a, b, 0.0), a, "At t = 0 the walk is still at a.")
    expect_close(fn(a, b, 1.0), b, "At t = 1 the walk has arrived at b.")
    expect_close(
        np.linalg.norm(as_array(fn(a, b, 0.5), (64,))),
        8.0,
        "A great circle never leaves the sphere: every point is as long as a and b.",
    )
    right, end = np.array([1.0, 0.0]), np.array([-0.5, np.sqrt(0.75)])  # 120 degrees apart
    for t in (0.25, 0.9):
        point = as_array(fn(right, end, t), (2,))
        expect_close(
            np.rad2deg(np.arctan2(point[1], point[0])),
            120 * t,
            f"The walk turns evenly: after t = {t} of 120 degrees it should stand at "
            f"{120 * t:g} degrees.",
        )
    for t in (0.1, 0.5, 0.75):
        expect_close(
            fn(a, b, t),
            great_circle(a, b, t),
            "In 64 dimensions, on a sphere of radius 8, the walk leaves the great circle.",
        )


@check("which kernels cover the image evenly")
def check_even_cover(fn):
    """fn(kernel, stride) says whether all pixels inside receive the same number of stamps."""
    for kernel, stride in [(3, 2), (4, 2), (5, 2), (6, 4), (6, 3), (3, 3), (2, 2), (4, 3), (5, 1)]:
        counts = np.unique(interior_counts(kernel, stride))
        answer = as_array(fn(kernel, stride), ()).item()
        told = " and ".join(f"{c:.0f}" for c in counts)
        expect(
            bool(answer) == (len(counts) == 1),
            f"Kernel {kernel}, stride {stride}: count the stamps on each pixel inside. They are "
            f"{told}{'' if len(counts) > 1 else ' everywhere'}. The kernel has to be made of "
            "whole strides, for then each stamp ends where another begins.",
        )


@check("pixels in the range of tanh")
def check_scale_pixels(fn):
    """fn(images) takes uint8 images to floats in [-1, 1]."""
    ramp = np.arange(0, 256, 51, dtype="uint8").reshape(1, 2, 3, 1)
    scaled = as_array(fn(ramp), ramp.shape)
    expect_close(
        scaled.min(), -1.0, "Black, 0, must become -1, the lower end of tanh: else D knows at once."
    )
    expect_close(scaled.max(), 1.0, "White, 255, must become 1, the upper end of tanh.")
    expect_close(
        scaled,
        np.linspace(-1, 1, 6).reshape(ramp.shape),
        "Equal steps of grey must stay equal steps. (uint8 arithmetic wraps round: 0 - 127 is "
        "129. And a result in whole numbers has lost every grey between.)",
    )
    dim = np.full((2, 2, 2, 1), 51, "uint8")
    dim[1, 0, 0, 0] = 102
    expect_close(
        fn(dim),
        dim / 127.5 - 1.0,
        "A dim image must stay dim: use the same fixed range for all images, not the smallest and "
        "largest value of the ones at hand.",
    )


def convolution_matrix(size, kernel, stride):
    """Matrix (outputs, size) of the 1-D convolution of a signal of `size`, without padding."""
    outputs = (size - len(kernel)) // stride + 1
    matrix = np.zeros((outputs, size))
    for row in range(outputs):
        matrix[row, row * stride : row * stride + len(kernel)] = kernel
    return matrix


def interior_counts(kernel, stride):
    """How many stamps of a transposed convolution fall on each of the pixels far from the edge."""
    size = 8 * kernel
    counts = convolution_matrix((size - 1) * stride + kernel, np.ones(kernel), stride).sum(axis=0)
    return counts[kernel:-kernel]
