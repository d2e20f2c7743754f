"""Stacked MNIST's modes, counted from labels and read from images."""

import math

import numpy as np
import pytest
from scipy import stats

from gan_lessons.datasets import mnist, stacked_mnist
from gan_lessons.metrics import digits, stacked, stacked_coverage


def test_labels_by_hand():
    found = stacked_coverage(np.array([0, 0, 0, 999]))
    assert (found.modes, found.samples) == (2, 4)
    # p = (3/4, 1/4) against 1/1000 each.
    expected = 0.75 * math.log(750) + 0.25 * math.log(250)
    assert found.kl == pytest.approx(expected, abs=1e-12)
    assert stacked_coverage(np.full(50, 123)).kl == pytest.approx(math.log(1_000))
    every = stacked_coverage(np.arange(1_000).repeat(3))
    assert (every.modes, every.kl) == (1_000, pytest.approx(0, abs=1e-12))


@pytest.mark.parametrize("n, modes", [(1, 2), (40, 7), (26_000, 1_000)])
def test_the_floor_agrees_with_scipys_binomial(n, modes):
    count = np.arange(1, n + 1)
    chance = stats.binom.pmf(count, n, 1 / modes)
    expected = modes * (chance * count / n * np.log(count * modes / n)).sum()
    assert stacked.even_kl(n, modes) == pytest.approx(expected, rel=1e-6)


def test_even_draws_are_at_the_floor():
    rng = np.random.default_rng(0)
    found = [stacked_coverage(rng.integers(1_000, size=26_000)) for _ in range(20)]
    values = np.array([f.kl for f in found])
    assert {f.modes for f in found} == {1_000}
    assert found[0].floor == pytest.approx(0.01934, abs=1e-5)
    assert values.mean() == pytest.approx(found[0].floor, abs=3 * values.std() / math.sqrt(20))
    # As the text says; 2 n KL follows a chi-squared law with 999 degrees of freedom.
    assert math.sqrt(2 * 999) / (2 * 26_000) == pytest.approx(0.0009, abs=5e-5)


def test_stacked_real_digits_are_as_uneven_as_mnist():
    labels = mnist.read_bundled()[1]
    share = np.bincount(labels, minlength=10) / len(labels)
    uneven = 3 * (share * np.log(share * 10)).sum()  # three channels, drawn independently
    blank = np.zeros((len(labels), 28, 28, 1), "uint8")
    _, numbers = stacked_mnist.stack(blank, labels, 26_000, seed=0)
    found = stacked_coverage(numbers)
    assert found.modes == 1_000
    assert uneven == pytest.approx(0.0068, abs=1e-4)
    assert found.kl == pytest.approx(uneven + found.floor, abs=4 * 0.0009)


def test_channels_are_named_red_first():
    images, labels = mnist.read_bundled()
    pictures, numbers = stacked_mnist.stack(images, labels, 300, seed=0)
    named = stacked.stacked_labels(pictures)
    assert named.shape == (300,)
    assert (named == numbers).mean() > 0.95  # three digits, each right in 99 of 100 cases
    # The same, one digit at a time.
    singly = [digits.predict(pictures[..., c : c + 1])[1].argmax(axis=1) for c in range(3)]
    np.testing.assert_array_equal(named, singly[0] * 100 + singly[1] * 10 + singly[2])
    floats = pictures.astype("float32") / 127.5 - 1
    assert stacked_coverage(floats) == stacked_coverage(pictures)
    assert stacked_coverage(pictures).modes == len(set(named))


def test_the_line_names_its_sample_size():
    assert str(stacked.StackedCoverage(993, 0.04567, 0.0193, 26_000)) == (
        "993 of 1,000 modes, KL to uniform 0.0457 (even draws: 0.0193), n = 26,000"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stacked_coverage(np.array([0, 1_000])), "labels are int64, from 0 to 1000"),
        (lambda: stacked_coverage(np.array([-1, 5])), "from -1 to 5"),
        (lambda: stacked_coverage(np.array([0.0, 5.0])), "labels are float64"),
        (lambda: stacked_coverage(np.array([], int)), "none"),
        (lambda: stacked_coverage(np.zeros((5, 28, 28, 1), "uint8")), r"\(5, 28, 28, 1\)"),
        (lambda: stacked_coverage(np.zeros((0, 28, 28, 3), "uint8")), r"\(0, 28, 28, 3\)"),
        (lambda: stacked_coverage(np.full((2, 28, 28, 3), 9.0)), r"expected \[-1, 1\]"),
        (lambda: stacked.even_kl(0), "n is 0"),
        (lambda: stacked.even_kl(5, 1), "modes 1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
