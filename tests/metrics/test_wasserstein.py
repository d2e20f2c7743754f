"""Earth movers: against SciPy, against closed forms, and against what must always hold."""

import numpy as np
import pytest
from scipy import stats

from gan_lessons import metrics
from gan_lessons.metrics import sliced_wasserstein, wasserstein_1d

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


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: wasserstein_1d([], [1.0]), r"x must be an array \(n,\)"),
        (lambda: wasserstein_1d([1.0], [[1.0]]), r"y must be an array \(n,\).*\(1, 1\)"),
        (lambda: wasserstein_1d([1.0, np.nan], [1.0]), "x holds NaN"),
        (lambda: sliced_wasserstein(np.ones(3), np.ones((3, 1))), r"x must be an array \(n, d\)"),
        (lambda: sliced_wasserstein(np.ones((3, 2)), np.ones((3, 1))), "same number of columns"),
        (lambda: sliced_wasserstein(np.ones((3, 2)), np.ones((3, 2)), 0), "directions must be 1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_can_be_used_from_the_package():
    assert metrics.wasserstein_1d is wasserstein_1d
    assert metrics.sliced_wasserstein is sliced_wasserstein
