"""The earth mover's distance worked out exactly: against sorting, brute force and closed forms."""

import itertools
import math

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gan_lessons import earth_mover, metrics, probability

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 2))
Y = RNG.normal(1.0, 2.0, size=(5, 2))
P = RNG.dirichlet(np.ones(6))
Q = RNG.dirichlet(np.ones(5))


# Two parallel lines -------------------------------------------------------------------------------


@pytest.mark.parametrize("theta", [-2.0, 0.25, 1.0])
def test_lines_agree_with_points_on_them(theta):
    """The same numbers from densities on a grid, and from moving points with one another's y."""
    lines = earth_mover.parallel_lines(theta)
    cells = np.zeros((2, 4))
    cells[0, 0] = cells[1, 3] = 1.0  # two places for x, and nothing in common
    assert lines.kl == probability.kl(*cells, dx=1.0) == math.inf
    assert lines.js == pytest.approx(probability.js(*cells, dx=1.0), rel=1e-12)
    assert lines.total_variation == np.abs(cells[0] - cells[1]).sum() / 2
    y = np.linspace(0, 1, 30)[:, None]
    points = [np.hstack([np.full_like(y, x), y]) for x in (0.0, theta)]
    assert lines.w1 == pytest.approx(metrics.exact_wasserstein(*points), rel=1e-12)


def test_only_w1_falls_towards_the_place_where_all_are_0():
    assert earth_mover.parallel_lines(0.0) == earth_mover.Divergences(0.0, 0.0, 0.0, 0.0)
    near, far = earth_mover.parallel_lines(1e-9), earth_mover.parallel_lines(5.0)
    assert (near.kl, near.js, near.total_variation) == (far.kl, far.js, far.total_variation)
    assert near.w1 == 1e-9 and far.w1 == 5.0


@pytest.mark.parametrize("theta", [math.nan, math.inf])
def test_a_line_nowhere_is_refused(theta):
    with pytest.raises(ValueError, match=f"received {theta}"):
        earth_mover.parallel_lines(theta)


# The transport problem ----------------------------------------------------------------------------


def test_a_plan_moves_everything_where_it_belongs_at_the_stated_work():
    cost = cdist(X, Y)
    found = earth_mover.transport(P, Q, cost)
    assert found.plan.shape == (6, 5) and found.plan.min() >= 0
    np.testing.assert_allclose(found.plan.sum(axis=1), P, atol=1e-12)
    np.testing.assert_allclose(found.plan.sum(axis=0), Q, atol=1e-12)
    assert found.work == pytest.approx((found.plan * cost).sum(), rel=1e-12)


def test_the_least_work_of_whole_piles_is_that_of_the_best_permutation():
    cost = cdist(X[:5], Y)
    work = earth_mover.transport(np.full(5, 0.2), np.full(5, 0.2), cost).work
    ways = (cost[range(5), list(order)].mean() for order in itertools.permutations(range(5)))
    assert work == pytest.approx(min(ways), rel=1e-10)


@pytest.mark.parametrize("sizes", [(7, 7), (7, 4)])
def test_on_a_line_it_is_what_sorting_says(sizes):
    x, y = (RNG.normal(size=n) for n in sizes)
    masses = [np.full(n, 1 / n) for n in sizes]
    work = earth_mover.transport(*masses, np.abs(x[:, None] - y)).work
    assert work == pytest.approx(metrics.wasserstein_1d(x, y), rel=1e-9)


def test_prices_are_never_dearer_than_walking_and_earn_the_work():
    cost = RNG.uniform(size=(6, 5))  # no distance: duality holds for any cost
    found = earth_mover.transport(P, Q, cost)
    assert (found.f[:, None] + found.g <= cost + 1e-9).all()
    assert found.income == pytest.approx(found.f @ P + found.g @ Q, rel=1e-12)
    assert found.income == pytest.approx(found.work, rel=1e-9)
    # Where something is carried, the price is the way (complementary slackness).
    used = found.plan > 1e-9
    np.testing.assert_allclose((found.f[:, None] + found.g)[used], cost[used], atol=1e-9)


def test_one_critic_of_slope_1_earns_the_same():
    found = earth_mover.transport(P, Q, cdist(X, Y))
    everywhere = np.concatenate([X, Y, RNG.normal(size=(40, 2))])
    f = found.critic(cdist(everywhere, Y))
    apart = cdist(everywhere, everywhere)
    assert (np.abs(f[:, None] - f) <= apart + 1e-9).all()
    assert f[:6] @ P - f[6:11] @ Q == pytest.approx(found.work, rel=1e-9)


@pytest.mark.parametrize(
    "p, q, cost, message",
    [
        ([0.5, 0.5], [1.0], np.ones((1, 2)), r"received \(2,\), \(1,\) and \(1, 2\)"),
        ([1.5, -0.5], [1.0], np.ones((2, 1)), "least masses -0.5"),
        ([0.5, 0.4], [1.0], np.ones((2, 1)), "sums 0.9 and 1.0"),
        ([0.5, 0.5], [1.0], [[1.0], [np.nan]], "NaN or infinity"),
    ],
)
def test_what_cannot_be_moved_is_refused(p, q, cost, message):
    with pytest.raises(ValueError, match=message):
        earth_mover.transport(p, q, cost)


def test_a_critic_needs_distances_to_the_holes():
    found = earth_mover.transport(P, Q, cdist(X, Y))
    with pytest.raises(ValueError, match=r"\(k, 5\), received shape \(5, 6\)"):
        found.critic(cdist(Y, X))


# On a line ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(50, 50), (30, 47), (1, 9)])
def test_the_witness_earns_w1_with_slope_1(sizes):
    p, q = RNG.normal(0.5, 2.0, sizes[0]), RNG.normal(size=sizes[1])

    def f(x):
        return earth_mover.witness(x, p, q)

    assert f(p).mean() - f(q).mean() == pytest.approx(metrics.wasserstein_1d(p, q), rel=1e-10)
    x = np.sort(RNG.uniform(-9, 9, 4000))
    slopes = np.diff(f(x)) / np.diff(x)
    assert np.abs(slopes).max() <= 1 + 1e-6
    swapped = earth_mover.witness(x, q, p)
    np.testing.assert_allclose(swapped, -f(x), atol=1e-12)


def test_the_witness_of_a_shift_is_a_ramp():
    p, q = np.array([3.0, 4.0]), np.array([0.0, 1.0])  # p lies to the right: f rises from q to p
    x = np.array([[-5.0, 0.0], [0.5, 2.0], [4.0, 9.0]])
    np.testing.assert_allclose(
        earth_mover.witness(x, p, q), [[0.0, 0.0], [0.5, 2.0], [4.0, 4.0]], atol=1e-12
    )


def test_the_witness_is_flat_where_the_two_do_not_differ():
    both = np.array([0.0, 1.0, 2.0])
    np.testing.assert_array_equal(earth_mover.witness(both, both, both), 0.0)
    # 1/3 + 1/3 of one sample against 2/3 of another: equal, though rounding might say otherwise.
    p, q = np.array([0.0, 0.0, 5.0]), np.array([0.0, 0.0, 0.0, 0.0, 5.0, 5.0])
    np.testing.assert_array_equal(earth_mover.witness([1.0, 4.0], p, q), 0.0)


@pytest.mark.parametrize("bad", [np.array([]), np.ones((2, 2)), np.array([1.0, np.nan])])
def test_samples_without_a_place_are_refused(bad):
    with pytest.raises(ValueError, match="p_samples must hold finite numbers"):
        earth_mover.witness([0.0], bad, [1.0])
    with pytest.raises(ValueError, match="q_samples must hold finite numbers"):
        earth_mover.witness([0.0], [1.0], bad)
