"""Earth movers: against SciPy and POT, against closed forms, and against what must always hold."""

import os

import numpy as np
import pytest
from scipy import stats

from gan_lessons import metrics
from gan_lessons.datasets import gaussians
from gan_lessons.metrics import exact_wasserstein, sliced_wasserstein, wasserstein_1d

for framework in ("CUPY", "JAX", "PYTORCH", "TENSORFLOW"):  # POT would load every one it finds
    os.environ.setdefault(f"POT_BACKEND_DISABLE_{framework}", "1")
import ot  # noqa: E402

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("n, m", [(1, 1), (7, 7), (40, 40), (5, 8), (100, 33), (1, 50)])
@pytest.mark.parametrize("rounded", [False, True], ids=["distinct", "ties"])
def test_agrees_with_scipy(n, m, rounded):
    x, y = RNG.normal(size=n), RNG.normal(0.5, 2.0, size=m)
    if rounded:
        x, y = x.round(), y.round()
    assert wasserstein_1d(x, y) == pytest.approx(stats.wasserstein_distance(x, y), abs=1e-12)


def test_a_shift_costs_its_length_and_a_stretch_the_mean_way():
    x = RNG.normal(size=101)
    assert wasserstein_1d(x, x + 3.0) == pytest.approx(3.0)
    assert wasserstein_1d(x, 2 * x) == pytest.approx(np.abs(x).mean())
    assert wasserstein_1d([0.0, 1.0], [0.0, 0.0, 0.0, 1.0]) == pytest.approx(0.25)


def test_symmetric_and_zero_for_the_same_points_in_another_order():
    x, y = RNG.normal(size=(50, 3)), RNG.normal(size=(70, 3))
    assert sliced_wasserstein(x, y) == pytest.approx(sliced_wasserstein(y, x))
    assert sliced_wasserstein(x, x[::-1]) == pytest.approx(0.0, abs=1e-12)
    assert sliced_wasserstein(x, np.repeat(x, 2, axis=0)) == pytest.approx(0.0, abs=1e-12)


def test_a_shifted_cloud_is_two_over_pi_of_its_way_off():
    """In the plane, the mean of |cos| over all directions is 2 / pi."""
    x = RNG.normal(size=(300, 2))
    found = sliced_wasserstein(x, x + np.array([3.0, 4.0]), directions=20_000)
    assert found == pytest.approx(5.0 * 2 / np.pi, rel=0.01)


def test_two_round_normals_of_different_width_in_space():
    """On every line W1 of N(0, a^2) and N(0, b^2) is |a - b| sqrt(2 / pi)."""
    x, y = RNG.normal(size=(40_000, 3)), 3 * RNG.normal(size=(30_000, 3))
    assert sliced_wasserstein(x, y) == pytest.approx(2 * np.sqrt(2 / np.pi), rel=0.02)


def test_is_the_mean_over_the_projections():
    x, y = RNG.normal(size=(30, 4)), RNG.normal(size=(45, 4))
    ways = np.random.default_rng(5).standard_normal((37, 4))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    each = [stats.wasserstein_distance(x @ way, y @ way) for way in ways]
    assert sliced_wasserstein(x, y, directions=37, seed=5) == pytest.approx(np.mean(each))


def test_on_a_line_it_is_the_distance_itself():
    x, y = RNG.normal(size=60), RNG.normal(size=80)
    assert sliced_wasserstein(x[:, None], y[:, None]) == pytest.approx(wasserstein_1d(x, y))


def test_the_directions_come_from_the_seed_alone():
    x, y = RNG.normal(size=(30, 2)), RNG.normal(size=(30, 2)) * [1.0, 3.0]
    first = sliced_wasserstein(x, y, directions=4, seed=3)
    assert sliced_wasserstein(x, y, directions=4, seed=3) == first
    assert sliced_wasserstein(x, y, directions=4, seed=4) != first


@pytest.mark.parametrize("n, m", [(30, 30), (25, 40)])
def test_the_line_and_the_slices_agree_with_pot(n, m):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=(n, 3)), rng.normal(0.5, 2.0, size=(m, 3))
    expected = ot.wasserstein_1d(x[:, 0], y[:, 0], p=1)
    assert wasserstein_1d(x[:, 0], y[:, 0]) == pytest.approx(expected, rel=1e-6)
    # In the same directions, which POT wants one a column.
    ways = np.random.default_rng(7).standard_normal((50, 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    expected = ot.sliced_wasserstein_distance(x, y, projections=ways.T, p=1)
    assert sliced_wasserstein(x, y, directions=50, seed=7) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("n, d", [(1, 2), (40, 1), (60, 2), (80, 30)])
def test_the_exact_distance_agrees_with_pot(n, d):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=(n, d)), rng.normal(0.5, 2.0, size=(n, d))
    expected = ot.emd2([], [], ot.dist(x, y, metric="euclidean"))
    assert exact_wasserstein(x, y) == pytest.approx(expected, rel=1e-6)


def test_the_exact_distance_on_a_line_is_the_one_by_sorting():
    x, y = RNG.normal(size=90), RNG.normal(0.3, 2.0, size=90)
    assert exact_wasserstein(x[:, None], y[:, None]) == pytest.approx(wasserstein_1d(x, y))


def test_the_exact_distance_of_a_shift_is_its_length_and_never_below_the_slices():
    x, y = RNG.normal(size=(70, 2)), RNG.normal(0.5, 2.0, size=(70, 2))
    assert exact_wasserstein(x, x[::-1] + np.array([3.0, 4.0])) == pytest.approx(5.0)
    assert exact_wasserstein(x, x[::-1]) == pytest.approx(0.0, abs=1e-12)
    assert exact_wasserstein(x, y) == pytest.approx(exact_wasserstein(y, x))
    assert exact_wasserstein(x, y) > sliced_wasserstein(x, y)


def test_the_best_assignment_is_not_the_nearest_neighbour():
    # Both points of x are nearest to 1, but only one may have it: 1 + 9, not 1 + 0.
    assert exact_wasserstein([[0.0], [1.0]], [[1.0], [10.0]]) == pytest.approx((1 + 9) / 2)


def test_the_exact_distance_of_two_samples_of_the_grid_is_its_floor():
    found = [
        exact_wasserstein(gaussians.grid(500, 2 * seed), gaussians.grid(500, 2 * seed + 1))
        for seed in range(8)
    ]
    # About sqrt(4) times the .2 of 2,000 points.
    assert 0.25 < np.mean(found) < 0.6


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: wasserstein_1d([], [1.0]), r"x must be an array \(n,\)"),
        (lambda: wasserstein_1d([1.0], [[1.0]]), r"y must be an array \(n,\).*\(1, 1\)"),
        (lambda: wasserstein_1d([1.0, np.nan], [1.0]), "x holds NaN"),
        (lambda: sliced_wasserstein(np.ones(3), np.ones((3, 1))), r"x must be an array \(n, d\)"),
        (lambda: sliced_wasserstein(np.ones((3, 2)), np.ones((3, 1))), "same number of columns"),
        (lambda: sliced_wasserstein(np.ones((3, 2)), np.ones((3, 2)), 0), "directions must be 1"),
        (lambda: exact_wasserstein(np.ones((3, 2)), np.ones((4, 2))), "same shape, received"),
        (lambda: exact_wasserstein(np.ones((3, 2)), np.ones((3, 1))), "same shape, received"),
        (lambda: exact_wasserstein(np.ones(3), np.ones((3, 1))), r"x must be an array \(n, d\)"),
        (lambda: exact_wasserstein([[1.0]], [[np.inf]]), "y holds NaN"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_can_be_used_from_the_package():
    assert metrics.wasserstein_1d is wasserstein_1d
    assert metrics.sliced_wasserstein is sliced_wasserstein
    assert metrics.exact_wasserstein is exact_wasserstein
