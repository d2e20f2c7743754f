import numpy as np
import pytest
from scipy import linalg

from gan_lessons.metrics import feature_statistics, frechet_distance


def random_covariance(rng, d, rank=None):
    a = rng.normal(size=(d, rank or d))
    return a @ a.T / d


def textbook(mean1, cov1, mean2, cov2):
    """The formula as it is printed, with SciPy's general matrix square root."""
    root = linalg.sqrtm(cov1 @ cov2)
    assert np.abs(np.imag(root)).max() < 1e-6 * np.abs(root).max()
    return ((mean1 - mean2) ** 2).sum() + np.trace(cov1 + cov2 - 2 * np.real(root))


def test_statistics_by_hand():
    mean, cov = feature_statistics([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0]])
    np.testing.assert_allclose(mean, [1, 1])
    np.testing.assert_allclose(cov, [[1, 0], [0, 3]])  # divided by n - 1 = 2


def test_statistics_of_float32_far_from_zero_are_accurate():
    rng = np.random.default_rng(0)
    features = (1_000 + rng.normal(size=(5_000, 6))).astype("float32")
    mean, cov = feature_statistics(features)
    np.testing.assert_allclose(mean, features.astype("float64").mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(cov, np.cov(features.astype("float64").T), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("d", [1, 2, 5, 64])
def test_equal_distributions_have_distance_zero(d):
    rng = np.random.default_rng(d)
    mean, cov = rng.normal(size=d), random_covariance(rng, d)
    assert frechet_distance(mean, cov, mean, cov) == pytest.approx(0, abs=1e-10)


def test_shifted_means_give_the_squared_shift():
    cov = random_covariance(np.random.default_rng(0), 3)
    assert frechet_distance([1, 2, 3], cov, [4, 2, -1], cov) == pytest.approx(25, abs=1e-9)


def test_one_dimension():
    # (m1 - m2)^2 + (s1 - s2)^2, with variances 9 and 4.
    assert frechet_distance(1.0, 9.0, 3.0, 4.0) == pytest.approx(4 + 1, abs=1e-12)
    assert frechet_distance([1.0], [[9.0]], [3.0], [[4.0]]) == pytest.approx(5, abs=1e-12)


def test_commuting_diagonals():
    variances1, variances2 = np.array([1.0, 4.0, 9.0]), np.array([16.0, 0.25, 9.0])
    expected = ((np.sqrt(variances1) - np.sqrt(variances2)) ** 2).sum()
    found = frechet_distance(np.zeros(3), np.diag(variances1), np.zeros(3), np.diag(variances2))
    assert found == pytest.approx(expected, rel=1e-12)


def test_singular_covariances():
    # Two flat clouds along different axes: no overlap of their spreads, so traces just add up.
    cov1, cov2 = np.diag([4.0, 0.0]), np.diag([0.0, 9.0])
    assert frechet_distance(np.zeros(2), cov1, np.zeros(2), cov2) == pytest.approx(13, abs=1e-9)
    zero = np.zeros((2, 2))
    assert frechet_distance([0, 0], zero, [3, 4], zero) == pytest.approx(25, abs=1e-9)
    # A cloud on a line, seen against a round one: lambda + 1 + 1 - 2 sqrt(lambda), any direction.
    u = np.array([0.6, 0.8])
    found = frechet_distance([0, 0], 9 * np.outer(u, u), [0, 0], np.eye(2))
    assert found == pytest.approx(9 + 2 - 2 * 3, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("d", [2, 7, 30])
def test_agrees_with_the_textbook_on_random_input(d, seed):
    rng = np.random.default_rng(seed)
    args = (
        rng.normal(size=d),
        random_covariance(rng, d),
        rng.normal(size=d),
        random_covariance(rng, d),
    )
    expected = textbook(*args)
    assert frechet_distance(*args) == pytest.approx(expected, rel=1e-8)
    assert frechet_distance(args[2], args[3], args[0], args[1]) == pytest.approx(expected, rel=1e-8)


def test_fewer_samples_than_dimensions_stays_real_and_finite():
    # Where sqrtm of the product comes back complex: 20 samples in 64 dimensions, rank 19.
    rng = np.random.default_rng(0)
    stats = [feature_statistics(rng.normal(size=(20, 64))) for _ in range(2)]
    found = frechet_distance(*stats[0], *stats[1])
    # The trace term is the sum of the singular values of X1 X2^T / (n - 1), an independent route.
    centred = []
    rng = np.random.default_rng(0)
    for _ in range(2):
        x = rng.normal(size=(20, 64))
        centred.append((x - x.mean(axis=0)) / np.sqrt(19))
    nuclear = np.linalg.svd(centred[0] @ centred[1].T, compute_uv=False).sum()
    (mean1, cov1), (mean2, cov2) = stats
    expected = ((mean1 - mean2) ** 2).sum() + np.trace(cov1) + np.trace(cov2) - 2 * nuclear
    assert isinstance(found, float)
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0, 0], np.eye(2), [0], np.eye(1)), "2 and 1 dimensions"),
        (([0, 0], np.eye(3), [0, 0], np.eye(2)), r"mean1 has the shape \(2,\) and cov1 \(3, 3\)"),
        (([0, 0], np.eye(2), [0, np.nan], np.eye(2)), "mean2 or cov2 holds NaN"),
        (([0, 0], [[1, 1], [0, 1]], [0, 0], np.eye(2)), "cov1 is not symmetric"),
        (([0, 0], np.diag([1, -1]), [0, 0], np.eye(2)), "eigenvalue of -1"),
        (([0, 0], np.eye(2), [0, 0], np.diag([1, -1])), "eigenvalue of -1"),
    ],
)
def test_impossible_arguments_are_explained(arguments, words):
    with pytest.raises(ValueError, match=words):
        frechet_distance(*arguments)


@pytest.mark.parametrize(
    ("features", "words"),
    [
        (np.zeros((1, 4)), r"\(1, 4\).*at least two rows"),
        (np.zeros(4), r"shape \(4,\)"),
        (np.array([[0, 1], [np.nan, 1], [1, np.inf]]), "2 of 3 feature rows"),
    ],
)
def test_impossible_features_are_explained(features, words):
    with pytest.raises(ValueError, match=words):
        feature_statistics(features)
