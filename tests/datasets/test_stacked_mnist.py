"""Stacked MNIST: which digits land where, and that `load` offers them from every source."""

import numpy as np
import pytest

from gan_lessons import datasets
from gan_lessons.datasets import stacked_mnist
from gan_lessons.datasets.stacked_mnist import stack


def numbered(n=30):
    """Digits whose every pixel is their own number, so that one can see who was taken."""
    images = np.broadcast_to(np.arange(n, dtype="uint8")[:, None, None, None], (n, 28, 28, 1))
    return images.copy(), np.arange(n) % 10


def test_each_channel_holds_one_whole_digit_and_the_label_reads_red_first():
    images, labels = numbered()
    pictures, numbers = stack(images, labels, 200, seed=0)
    assert pictures.shape == (200, 28, 28, 3) and pictures.dtype == np.uint8
    assert numbers.shape == (200,) and numbers.dtype == np.int64
    assert (pictures == pictures[:, :1, :1]).all()
    hundreds, tens, ones = labels[pictures[:, 0, 0].T]
    np.testing.assert_array_equal(numbers, 100 * hundreds + 10 * tens + ones)


def test_pixels_are_neither_turned_nor_mixed():
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28, 1), dtype="uint8")
    pictures, _ = stack(image, np.array([7]), 2, seed=0)
    for channel in range(3):
        np.testing.assert_array_equal(pictures[1, ..., channel], image[0, ..., 0])


def test_channels_are_drawn_independently_and_evenly():
    images, labels = numbered(10)
    _, numbers = stack(images, labels, 50_000, seed=1)
    counts = np.bincount(numbers, minlength=1_000)
    # The chi-squared statistic of even draws has the mean 999 and the spread sqrt(2 * 999).
    chi_squared = ((counts - 50) ** 2 / 50).sum()
    assert abs(chi_squared - 999) < 4 * np.sqrt(2 * 999)


def test_the_seed_decides():
    images, labels = numbered()
    first = stack(images, labels, 50, seed=3)
    again = stack(images, labels, 50, seed=3)
    other = stack(images, labels, 50, seed=4)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (first[1] != other[1]).any()


def test_load_stacks_the_digits_of_every_source(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(stacked_mnist, "TRAIN", 60)
    monkeypatch.setattr(stacked_mnist, "TEST", 40)
    data = datasets.load("stacked_mnist")
    assert data.x_train.shape == (60, 28, 28, 3) and data.x_train.dtype == np.uint8
    assert data.y_train.shape == (60,) and data.x_test is None and data.y_test is None
    assert data.info == {"modes": 1_000}
    assert capsys.readouterr().out == (
        "Data: stacked_mnist, 60 training samples, from the digits bundled with the course, "
        "stacked with seed 0\n"
    )
    own = datasets.load("stacked_mnist", source=tiny.write(tmp_path / "own"))
    assert own.x_train.shape == (60, 28, 28, 3) and own.x_test.shape == (40, 28, 28, 3)
    train = {image.tobytes() for image in tiny.arrays["x_train"]}
    test = {image.tobytes() for image in tiny.arrays["x_test"]}
    for pictures, digits in ((own.x_train, train), (own.x_test, test)):
        planes = np.moveaxis(pictures, 3, 1).reshape(-1, 28, 28)
        assert {plane.tobytes() for plane in planes} <= digits
    assert str(tmp_path / "own") in capsys.readouterr().out


def test_it_cannot_be_fetched_but_mnist_can(tmp_path):
    for call in (datasets.fetch, lambda name: datasets.import_data(name, tmp_path)):
        with pytest.raises(ValueError, match="made of mnist, so fetch that"):
            call("stacked_mnist")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros((5, 28, 28)), np.zeros(5), 3, 0), r"images have the shape \(5, 28, 28\)"),
        ((np.zeros((0, 28, 28, 1)), np.zeros(0), 3, 0), r"\(0, 28, 28, 1\)"),
        ((np.zeros((5, 28, 28, 1)), np.zeros(4), 3, 0), r"labels have the shape \(4,\)"),
        ((np.zeros((5, 28, 28, 1)), np.zeros(5), 0, 0), "n is 0"),
    ],
)
def test_bad_input_is_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        stack(*arguments)
