import numpy as np
import pytest

from gan_lessons.datasets import gaussians


def test_ring_centres_are_eight_equal_steps_on_the_unit_circle():
    h = np.sqrt(0.5)
    expected = [[1, 0], [h, h], [0, 1], [-h, h], [-1, 0], [-h, -h], [0, -1], [h, -h]]
    np.testing.assert_allclose(gaussians.ring_centres(), expected, atol=1e-12)
    np.testing.assert_allclose(gaussians.ring_centres(4, 3.0)[1], [0, 3], atol=1e-12)


def test_grid_centres_are_all_pairs_of_the_papers_coordinates():
    centres = gaussians.grid_centres()
    expected = {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    assert {tuple(row) for row in centres.tolist()} == expected
    assert len(centres) == 25
    np.testing.assert_allclose(np.unique(gaussians.grid_centres(2, 3.0)), [-1.5, 1.5])


@pytest.mark.parametrize(
    ("draw", "centres", "std"),
    [
        (gaussians.ring, gaussians.ring_centres(), 0.01),
        (gaussians.grid, gaussians.grid_centres(), 0.05),
    ],
)
def test_points_are_normal_around_equally_likely_centres(draw, centres, std):
    n = 20_000
    points = draw(n, seed=3)
    assert points.shape == (n, 2)
    assert points.dtype == np.float32
    nearest = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
    counts = np.bincount(nearest, minlength=len(centres))
    expected = n / len(centres)
    assert np.abs(counts - expected).max() < 5 * np.sqrt(expected)
    offsets = (points - centres[nearest]) / std
    np.testing.assert_allclose(offsets.mean(axis=0), 0, atol=0.04)  # 5 standard errors: .035
    np.testing.assert_allclose(np.cov(offsets.T), np.eye(2), atol=0.05)
    # The fourth moment of a normal is 3; a uniform cloud would give 1.8.
    np.testing.assert_allclose((offsets**4).mean(axis=0), 3, atol=0.4)


def test_the_seed_decides():
    np.testing.assert_array_equal(gaussians.ring(50, 1), gaussians.ring(50, 1))
    assert not np.array_equal(gaussians.ring(50, 1), gaussians.ring(50, 2))


def test_mixture_1d_follows_its_weights():
    points = gaussians.mixture_1d(10_000, 0, centres=(-2.0, 3.0), std=0.5, weights=(3, 1))
    assert points.shape == (10_000, 1)
    assert (points < 0.5).mean() == pytest.approx(0.75, abs=0.02)
    assert points[points > 0.5].mean() == pytest.approx(3.0, abs=0.05)
    assert points[points > 0.5].std() == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gaussians.ring(0, 0), "n is 0"),
        (lambda: gaussians.ring(5, 0, modes=0), "modes is 0"),
        (lambda: gaussians.grid(5, 0, std=-1.0), "std is -1.0"),
        (lambda: gaussians.grid_centres(side=-1), "side is -1"),
        (lambda: gaussians.mixture_1d(5, 0, weights=(1, 2, 3)), "expected 2 numbers"),
        (lambda: gaussians.mixture_1d(5, 0, weights=(0, 0)), "not all 0"),
    ],
)
def test_impossible_requests_are_explained(call, words):
    with pytest.raises(ValueError, match=words):
        call()
