import math

import numpy as np
import pytest

from gan_lessons.datasets import gaussians
from gan_lessons.metrics import mode_coverage
from gan_lessons.metrics.modes import CEILING

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])


def test_by_hand():
    samples = [
        [0.0, 0.0],  # on a centre
        [2.9, 0.0],  # within 3 std of the first
        [3.1, 0.0],  # just outside
        [2.2, 2.2],  # |x| and |y| are within 3 std, but the distance is 3.11
        [10.0, 12.0],  # near the fourth
        [5.0, 5.0],  # between all of them
    ]
    found = mode_coverage(samples, SQUARE, std=1.0)
    assert found.modes == 2
    assert found.high_quality == pytest.approx(3 / 6)
    # p = (2/3, 0, 0, 1/3) against 1/4 each.
    expected = 2 / 3 * math.log(8 / 3) + 1 / 3 * math.log(4 / 3)
    assert found.reverse_kl == pytest.approx(expected, abs=1e-12)
    assert found.samples == 6
    assert found.total == 4


def test_the_direction_of_the_divergence():
    # KL(p || uniform) is finite for an empty mode; KL(uniform || p) would be infinite.
    samples = np.repeat(SQUARE[:2], [3, 1], axis=0)
    expected = 0.75 * math.log(3) + 0.25 * math.log(1)
    assert mode_coverage(samples, SQUARE, 1.0).reverse_kl == pytest.approx(expected, abs=1e-12)


def test_a_collapsed_generator():
    found = mode_coverage(np.tile(SQUARE[2], (100, 1)), SQUARE, 1.0)
    assert found.modes == 1
    assert found.high_quality == 1.0
    assert found.reverse_kl == pytest.approx(math.log(4), abs=1e-12)


def test_one_sample_covers_a_mode():
    samples = np.concatenate([np.tile(SQUARE[0], (999, 1)), SQUARE[1:2] + 2.0])
    assert mode_coverage(samples, SQUARE, 1.0).modes == 2


def test_an_even_generator():
    found = mode_coverage(np.tile(SQUARE, (5, 1)), SQUARE, 1.0)
    assert (found.modes, found.high_quality) == (4, 1.0)
    assert found.reverse_kl == pytest.approx(0, abs=1e-12)


def test_a_diverged_generator():
    found = mode_coverage([[np.nan, 0], [np.inf, 1], [1e9, -1e9]], SQUARE, 1.0)
    assert (found.modes, found.high_quality, found.samples) == (0, 0.0, 3)
    assert math.isnan(found.reverse_kl)
    half = mode_coverage([[np.nan, 0], [0, 0]], SQUARE, 1.0)
    assert half.high_quality == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("draw", "centres", "std"),
    [
        (gaussians.ring, gaussians.ring_centres(), 0.01),
        (gaussians.grid, gaussians.grid_centres(), 0.05),
    ],
)
def test_real_samples_reach_the_ceiling(draw, centres, std):
    n, k = 100_000, len(centres)
    found = mode_coverage(draw(n, seed=0), centres, std)
    assert found.modes == k
    assert abs(CEILING - 0.98889) < 1e-5
    share = 1 - math.exp(-4.5)
    error = math.sqrt(share * (1 - share) / n)
    assert found.high_quality == pytest.approx(share, abs=5 * error)
    # For even draws, 2 n KL follows a chi-squared law with k - 1 degrees of freedom.
    mean, spread = (k - 1) / (2 * n), math.sqrt(2 * (k - 1)) / (2 * n)
    assert found.reverse_kl == pytest.approx(mean, abs=5 * spread)


def test_the_line_names_its_sample_size():
    line = str(mode_coverage(np.tile(SQUARE, (625, 1)), SQUARE, 1.0))
    assert line == (
        "4 of 4 modes, 100.0% high quality (real samples: 98.9%), reverse KL 0.0000, n = 2,500"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros((5, 3)), SQUARE, 1.0), r"samples have the shape \(5, 3\)"),
        ((np.zeros((0, 2)), SQUARE, 1.0), "n > 0"),
        ((np.zeros((5, 2)), np.zeros(2), 1.0), r"centres have the shape \(2,\)"),
        ((np.zeros((5, 2)), SQUARE, 0.0), "std is 0.0"),
        ((np.zeros((5, 2)), SQUARE, math.nan), "std is nan"),
    ],
)
def test_impossible_arguments_are_explained(arguments, words):
    with pytest.raises(ValueError, match=words):
        mode_coverage(*arguments)
