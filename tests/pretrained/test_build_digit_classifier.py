import numpy as np
import pytest

from gan_lessons import datasets, pretrained
from gan_lessons.datasets import mnist
from gan_lessons.metrics import digits
from gan_lessons.pretrained import build_digit_classifier as build


class Fixed:
    """Stands in for a random generator: gives the angle, then the shifts, that a test wants."""

    def __init__(self, angle, shift):
        self.values = [angle, np.reshape(shift, (2, 1, 1, 1))]

    def uniform(self, low, high, shape):
        return np.broadcast_to(self.values.pop(0), shape)


def test_no_turn_and_no_shift_changes_nothing():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 28, 28, 1)).astype("float32")
    moved = build.turned_and_shifted(images, Fixed(0.0, [0.0, 0.0]))
    np.testing.assert_allclose(moved, images, atol=1e-6)


def test_a_shift_by_whole_pixels_moves_the_image_and_fills_with_background():
    images = np.random.default_rng(0).uniform(-1, 1, (2, 28, 28, 1)).astype("float32")
    moved = build.turned_and_shifted(images, Fixed(0.0, [1.0, -2.0]))
    # Each output pixel is read one row further down and two columns further left.
    np.testing.assert_allclose(moved[:, :-1, 2:], images[:, 1:, :-2], atol=1e-6)
    np.testing.assert_allclose(moved[:, -1], -1, atol=1e-6)
    np.testing.assert_allclose(moved[:, :, :2], -1, atol=1e-6)


def test_a_quarter_turn_is_that_of_numpy():
    images = np.random.default_rng(0).uniform(-1, 1, (1, 28, 28, 1)).astype("float32")
    moved = build.turned_and_shifted(images, Fixed(90.0, [0.0, 0.0]))
    turned = [np.rot90(images[0], k) for k in (1, 3)]
    assert min(np.abs(moved[0] - other).max() for other in turned) < 1e-4


def test_the_largest_moves_stay_inside_the_border():
    images = np.ones((1, 28, 28, 1), "float32")
    for angle in (-build.MAX_ANGLE, build.MAX_ANGLE):
        for shift in ([-2.0, -2.0], [2.0, 2.0]):
            moved = build.turned_and_shifted(images, Fixed(angle, shift))
            assert np.isfinite(moved).all()
            assert moved[0, 14, 14, 0] == pytest.approx(1)


def test_batches_depend_on_seed_and_epoch_alone():
    images, labels = mnist.read_bundled()
    one, two = (build.AugmentedDigits(images[:300], labels[:300]) for _ in range(2))
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
    monkeypatch.setattr(build, "AVERAGING", 0.5)  # .999 would still hold the initial weights
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
