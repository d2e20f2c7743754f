"""The kernel distance: against scikit-learn, against moments in closed form, and its error."""

import math

import numpy as np
import pytest
from sklearn.metrics.pairwise import polynomial_kernel

from gan_lessons.metrics import checked, kernel, kernel_distance


def by_scikit_learn(x, y):
    """The estimate of Gretton et al., with library kernels and the diagonals left out."""

    def k(a, b):
        return polynomial_kernel(a, b, degree=3, gamma=1 / a.shape[1], coef0=1)

    def off_diagonal(a):
        matrix = k(a, a)
        return matrix[~np.eye(len(a), dtype=bool)].mean()

    return off_diagonal(x) + off_diagonal(y) - 2 * k(x, y).mean()


@pytest.mark.parametrize("n, m, d", [(2, 2, 1), (30, 30, 5), (50, 17, 64), (7, 90, 3)])
def test_agrees_with_scikit_learn(n, m, d):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=(n, d)), rng.normal(0.5, 2.0, size=(m, d))
    found = kernel_distance(x, y)
    assert found.value == pytest.approx(by_scikit_learn(x, y), rel=1e-9)
    assert (found.real, found.fake, found.blocks) == (n, m, 1)
    assert math.isnan(found.error)


def test_by_hand():
    # k(a, b) = (ab + 1)^3. Real 0 and 1, fake 1 and 2: k(0, 1) = 1, k(1, 2) = 27; of one of each
    # k(0, 1) = 1, k(0, 2) = 1, k(1, 1) = 8, k(1, 2) = 27, so 1 + 27 - 2 * 37 / 4.
    found = kernel_distance([[0.0], [1.0]], [[1.0], [2.0]])
    assert found.value == pytest.approx(1 + 27 - 2 * 37 / 4, abs=1e-12)


def test_small_chunks_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 4)), rng.normal(size=(33, 4))
    expected = kernel_distance(x, y).value
    monkeypatch.setattr(kernel, "BLOCK", 100)  # three rows at a time
    assert checked.BLOCK == 4_000_000
    assert kernel_distance(x, y).value == pytest.approx(expected, rel=1e-9)


def test_shifted_normals_in_closed_form():
    """On the line, MMD^2 is 3 (gap of means)^2 + 3 (of 2nd moments)^2 + (of 3rd moments)^2."""
    shift = 0.6
    expected = 3 * shift**2 + 3 * shift**4 + (shift**3 + 3 * shift) ** 2
    rng = np.random.default_rng(1)
    found = kernel_distance(rng.normal(size=(20_000, 1)), rng.normal(shift, size=(16_000, 1)), 20)
    assert found.error < 0.1 * expected
    assert found.value == pytest.approx(expected, abs=3 * found.error)


def values_and_errors(shift, n, draws=300, blocks=4):
    rng = np.random.default_rng(2)
    found = [
        kernel_distance(rng.normal(size=(n, 2)), rng.normal(shift, size=(n, 2)), blocks, seed)
        for seed in range(draws)
    ]
    return np.array([f.value for f in found]), np.array([f.error for f in found])


@pytest.mark.parametrize("n", [8, 64])
def test_no_bias_at_any_sample_size(n):
    values, _ = values_and_errors(0.0, n)
    assert abs(values.mean()) < 3 * values.std() / math.sqrt(len(values))
    assert 0.4 < (values < 0).mean() < 0.8


def test_the_error_is_how_much_values_vary():
    values, errors = values_and_errors(0.3, 120)
    assert np.sqrt((errors**2).mean()) == pytest.approx(values.std(), rel=0.12)


def test_blocks_share_no_point_and_use_every_point():
    """The mean over blocks, by hand from the same shuffles."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(30, 2)), rng.normal(size=(47, 2))
    shuffle = np.random.default_rng(5)
    orders = shuffle.permutation(30), shuffle.permutation(47)
    cuts = [np.array_split(order, 3) for order in orders]
    values = [by_scikit_learn(x[i], y[j]) for i, j in zip(*cuts, strict=True)]
    found = kernel_distance(x, y, blocks=3, seed=5)
    assert found.value == pytest.approx(np.mean(values), rel=1e-9)
    assert found.error == pytest.approx(np.std(values, ddof=1) / math.sqrt(3), rel=1e-9)
    assert found.blocks == 3
    assert kernel_distance(x, y, blocks=3, seed=6).value != found.value


def test_the_line_names_error_and_sample_size():
    assert str(kernel.KernelDistance(0.01234, 0.0021, 5_000, 4_000, 10)) == (
        "kernel distance 0.0123 ± 0.0021, n = 5,000 and 4,000"
    )
    assert str(kernel.KernelDistance(-0.01, math.nan, 5, 4, 1)) == (
        "kernel distance -0.0100, n = 5 and 4"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kernel_distance(np.zeros((1, 2)), np.zeros((3, 2))), r"real .*\(1, 2\).*2 rows"),
        (lambda: kernel_distance(np.zeros((3, 2)), np.zeros(3)), r"fake has the shape \(3,\)"),
        (lambda: kernel_distance(np.zeros((3, 0)), np.zeros((3, 0))), r"\(3, 0\)"),
        (lambda: kernel_distance(np.zeros((3, 2)), np.zeros((3, 4))), "2 columns .* has 4"),
        (
            lambda: kernel_distance([[0.0], [np.nan]], np.zeros((3, 1))),
            "1 of 2 rows of real hold NaN",
        ),
        (
            lambda: kernel_distance(np.zeros((3, 1)), [[np.inf], [0.0]]),
            "1 of 2 rows of fake hold NaN",
        ),
        (lambda: kernel_distance(np.zeros((9, 1)), np.zeros((9, 1)), 1), "blocks is 1"),
        (lambda: kernel_distance(np.zeros((9, 1)), np.zeros((5, 1)), 3), "blocks is 3, .* 5 fake"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
