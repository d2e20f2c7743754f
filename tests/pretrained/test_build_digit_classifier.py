import numpy as np
import pytest

from gan_lessons import datasets, pretrained
from gan_lessons.datasets import mnist
from gan_lessons.metrics import digits
from gan_lessons.pretrained import build_digit_classifier as build


class Fixed:
    """Stands in for a random generator: gives the corner of the crop that a test wants."""

    def __init__(self, top, left):
        self.corner = np.array([[top], [left]])

    def integers(self, low, high, shape):
        return np.broadcast_to(self.corner, shape)


def test_the_middle_crop_changes_nothing():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 28, 28, 1)).astype("float32")
    np.testing.assert_array_equal(build.shifted(images, Fixed(1, 1)), images)


def test_a_shift_moves_the_image_and_fills_with_background():
    images = np.random.default_rng(0).uniform(-1, 1, (2, 28, 28, 1)).astype("float32")
    moved = build.shifted(images, Fixed(2, 0))
    # Each output pixel is read one row further down and one column further left.
    np.testing.assert_array_equal(moved[:, :-1, 1:], images[:, 1:, :-1])
    assert (moved[:, -1] == -1).all() and (moved[:, :, 0] == -1).all()


def test_all_nine_shifts_occur():
    images = np.zeros((500, 28, 28, 1), "float32")
    images[:, 14, 14] = 1.0
    moved = build.shifted(images, np.random.default_rng(0))
    places = {tuple(np.argwhere(image[..., 0] == 1.0)[0]) for image in moved}
    assert places == {(r, c) for r in (13, 14, 15) for c in (13, 14, 15)}


def test_batches_depend_on_seed_and_epoch_alone():
    images, labels = mnist.read_bundled()
    one, two = (build.ShiftedDigits(images[:300], labels[:300]) for _ in range(2))
    assert len(one) == 2
    np.testing.assert_array_equal(one[1][0], one[1][0])
    np.testing.assert_array_equal(one[0][0], two[0][0])
    first = one[0]
    one.on_epoch_end()
    assert not np.array_equal(one[0][0], first[0])
    assert one[0][0].dtype == np.float32
    assert sorted([*one.order]) == list(range(300))


def test_the_script_writes_weights_and_a_card_that_fit(tmp_path, monkeypatch):
    images, labels = mnist.read_bundled()
    data = datasets.Dataset(
        "mnist", "a test", images[:640], labels[:640], images[-500:], labels[-500:]
    )
    monkeypatch.setattr(datasets, "load", lambda name, source: data)
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    with pytest.raises(SystemExit, match="640 training digits"):
        build.main([])
    monkeypatch.setattr(build, "TRAINING_DIGITS", 640)
    monkeypatch.setattr(build, "BATCH_SIZE", 32)
    monkeypatch.setattr(build, "EPOCHS", 2)
    try:
        build.main([])
        weights = pretrained.load_weights(digits.NAME)
        accuracy = (digits.predict(data.x_test)[1].argmax(axis=1) == data.y_test).mean()
    finally:
        digits.forget()
    assert f"**{accuracy:.2%}**" in pretrained.card(digits.NAME)
    assert accuracy > 0.5  # 40 steps; guessing gives .1
    assert set(weights) == {
        f"{layer}/{kind}"
        for layer in ("conv_1", "conv_2", "features", "logits")
        for kind in ("kernel", "bias")
    }
