"""Precision, recall, density and coverage: against the authors' library and exact expectations."""

import numpy as np
import prdc
import pytest

from gan_lessons.metrics import manifold, manifold_scores

NAMES = ("precision", "recall", "density", "coverage")


def as_array(found):
    return np.array([getattr(found, name) for name in NAMES])


def by_library(real, fake, k):
    found = prdc.compute_prdc(real_features=real, fake_features=fake, nearest_k=k)
    return np.array([found[name] for name in NAMES])


@pytest.mark.parametrize("n, m, d, k", [(60, 60, 5, 3), (80, 47, 3, 3), (30, 90, 8, 1)])
@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_agrees_with_the_library(n, m, d, k, shift):
    rng = np.random.default_rng(n)
    real, fake = rng.normal(size=(n, d)), rng.normal(shift, 1.2, size=(m, d))
    found = manifold_scores(real, fake, k)
    expected = by_library(real, fake, k)
    assert (expected > 0).all() and (expected[[0, 1, 3]] < 1).all()  # so that it can disagree
    np.testing.assert_allclose(as_array(found), expected, rtol=1e-9)
    assert (found.k, found.real, found.fake) == (k, n, m)


def test_agrees_with_the_library_where_distances_are_equal():
    """On a lattice many points lie exactly on the rim of a ball, and many are there twice."""
    rng = np.random.default_rng(0)
    real, fake = (rng.integers(0, 8, size=(150, 2)).astype(float) for _ in range(2))
    np.testing.assert_allclose(
        as_array(manifold_scores(real, fake, 5)), by_library(real, fake, 5), rtol=1e-9
    )


def test_by_hand():
    # Radii for k = 1: real 1, 1, 8; fake 0.5, 0.5, 91. Balls of 0 and 1 hold 0.25 and 0.75, and
    # that of 9 is (1, 17). A fake's ball at 0.25 holds 0 and that at 0.75 holds 1.
    real = np.array([[0.0], [1.0], [9.0]])
    fake = np.array([[0.25], [0.75], [92.0]])
    found = manifold_scores(real, fake, k=1)
    assert found.precision == pytest.approx(2 / 3)
    assert found.density == pytest.approx(4 / 3)  # two balls each for two of three fakes
    assert found.coverage == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(1.0)  # 9 lies in the huge ball of the outlier 92


def test_copies_look_perfect():
    real = np.random.default_rng(0).normal(size=(200, 6)).astype("float32")
    found = manifold_scores(real, real[::-1], k=5)
    np.testing.assert_array_equal(as_array(found), 1.0)


@pytest.mark.parametrize("n, m, k", [(60, 60, 5), (80, 30, 3)])
def test_coverage_of_real_samples_is_what_it_must_be(n, m, k):
    """Among a real point's neighbours, one of m fakes must come before the k-th of n - 1 others."""
    i = np.arange(1, k + 1)
    expected = 1 - np.prod((n - i) / (n + m - i))
    rng = np.random.default_rng(1)
    found = [
        manifold_scores(rng.normal(size=(n, 2)), rng.normal(size=(m, 2)), k) for _ in range(300)
    ]
    coverage = np.array([f.coverage for f in found])
    density = np.array([f.density for f in found])
    # A fake is one of the k nearest of n points with probability k / n, and so in k of n balls.
    assert coverage.mean() == pytest.approx(expected, abs=3 * coverage.std() / np.sqrt(300))
    assert density.mean() == pytest.approx(1, abs=3 * density.std() / np.sqrt(300))


def test_what_goes_wrong_shows_in_the_right_number():
    rng = np.random.default_rng(2)
    real = rng.normal(size=(400, 4))
    honest = manifold_scores(real, rng.normal(size=(400, 4)))
    narrow = manifold_scores(real, 0.3 * rng.normal(size=(400, 4)))
    wild = manifold_scores(real, 3 * rng.normal(size=(400, 4)))
    assert narrow.precision > 0.99 and narrow.density > 1.3 * honest.density
    assert narrow.recall < 0.3 * honest.recall and narrow.coverage < 0.7 * honest.coverage
    assert wild.precision < 0.5 * honest.precision and wild.density < 0.5 * honest.density
    assert wild.recall > honest.recall


def test_small_chunks_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    real, fake = rng.normal(size=(50, 3)), rng.normal(0.3, 1, size=(40, 3))
    expected = manifold_scores(real, fake)
    sizes = []
    distances = manifold._distances

    def recorded(x, y):
        for start, part in distances(x, y):
            sizes.append(part.size)
            yield start, part

    monkeypatch.setattr(manifold, "BLOCK", 130)
    monkeypatch.setattr(manifold, "_distances", recorded)
    assert manifold_scores(real, fake) == expected
    assert max(sizes) <= 130 and len(sizes) > 40


def test_the_line_names_k_and_sample_size():
    assert str(manifold.ManifoldScores(0.95, 0.9, 1.01, 0.97, 5, 5_000, 4_000)) == (
        "precision 0.950, recall 0.900, density 1.010, coverage 0.970 (k = 5, n = 5,000 and 4,000)"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros((5, 2)), np.zeros((5, 3))), "2 columns .* has 3"),
        ((np.zeros((9, 2)), np.full((9, 2), np.nan)), "9 of 9 rows of fake"),
        ((np.zeros((9, 2)), np.zeros((5, 2)), 5), "k is 5, for 9 real and 5 fake"),
        ((np.zeros((9, 2)), np.zeros((9, 2)), 0), "k is 0"),
    ],
)
def test_bad_input_is_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        manifold_scores(*arguments)
