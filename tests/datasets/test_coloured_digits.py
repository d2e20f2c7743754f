"""Digits in two dresses: another colour every time, and still the same digit."""

import numpy as np
import pytest

from gan_lessons import datasets
from gan_lessons.datasets import coloured_digits
from gan_lessons.metrics import digits


@pytest.fixture(scope="module")
def piles():
    return datasets.load("coloured_digits", source="bundled", verbose=False)


def test_no_digit_is_in_two_piles(piles):
    assert piles.x_train.shape == piles.y_train.shape == (4500, 28, 28, 3)
    black = {p.tobytes() for p in coloured_digits.legible(piles.x_train)}
    assert not black & {p.tobytes() for p in 255 - piles.info["truth"][1][..., :1]}
    assert len(black) == 4500


def test_the_digit_can_be_read_in_either_dress(piles):
    for test, labels in zip((piles.x_test, piles.y_test), piles.info["labels"], strict=True):
        read = digits.predict(coloured_digits.legible(test))[1].argmax(axis=1)
        assert (read == labels).mean() > 0.98
    mixed = np.concatenate([piles.x_test[:3], piles.y_test[:3]])
    apart = [coloured_digits.legible(p) for p in (piles.x_test[:3], piles.y_test[:3])]
    np.testing.assert_array_equal(coloured_digits.legible(mixed), np.concatenate(apart))


def test_partners_are_the_same_digit(piles):
    ink = coloured_digits.legible(piles.info["truth"][1]) / 255.0
    seen = coloured_digits.legible(piles.y_test) / 255.0
    assert np.abs(ink - seen).mean() < 0.03


def test_colours_depend_on_seed_and_number_alone():
    digit = np.zeros((5, 28, 28, 1), np.uint8)
    digit[:, 8:20, 12:16] = 255
    a, b = coloured_digits.coloured(digit, 3), coloured_digits.coloured(digit[:2], 3)
    np.testing.assert_array_equal(a[:2], b)
    inks = a[:, 10, 14]
    assert len(np.unique(inks, axis=0)) == 5
    assert (inks.max(axis=1) >= 0.84 * 255).all()
    assert a[:, :5].max() <= 0.43 * 255


def test_too_few_digits():
    with pytest.raises(ValueError, match="at least 2,000 digits, received 10"):
        coloured_digits.piles(np.zeros((10, 28, 28, 1), np.uint8), np.zeros(10))
