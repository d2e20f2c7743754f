"""The script that trains the attribute networks: its batches, a stopped training, its card."""

import dataclasses

import numpy as np
import pytest

from gan_lessons import datasets, portraits, pretrained
from gan_lessons.metrics import faces
from gan_lessons.pretrained import build_face_attributes as build

TINY = build.Recipe(width=2, epochs=3, batch=16)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A tiny recipe, few portraits, and folders of its own."""
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    monkeypatch.setattr(datasets.portraits, "COUNT", 64)
    monkeypatch.setattr(build, "HELD_OUT", 20)
    monkeypatch.setattr(build, "Recipe", lambda: TINY)
    yield tmp_path
    faces.forget()


class Fixed:
    """Stands in for a random generator: gives the corner and the mirroring that a test wants."""

    def __init__(self, top, left, mirror):
        self.corner, self.mirror = np.array([[top], [left]]), mirror

    def integers(self, low, high, shape):
        assert (low, high) == (0, 5)
        return np.broadcast_to(self.corner, shape)

    def random(self, n):
        return np.full(n, 0.0 if self.mirror else 0.9)


def test_faces_are_moved_and_mirrored():
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), dtype="uint8")
    np.testing.assert_array_equal(build.moved(images, 2, Fixed(2, 2, False)), images)
    np.testing.assert_array_equal(build.moved(images, 2, Fixed(2, 2, True)), images[:, :, ::-1])
    down = build.moved(images, 2, Fixed(4, 1, False))
    np.testing.assert_array_equal(down[:, :-2, 1:], images[:, 2:, :-1])
    np.testing.assert_array_equal(down[:, -1, 1:], images[:, -1, :-1])  # the edge is repeated
    np.testing.assert_array_equal(down[:, :-2, 0], images[:, 2:, 0])


def test_batches_depend_on_seed_and_step_alone_and_visit_everything():
    images = np.zeros((40, 4, 4, 3), "uint8") + np.arange(40, dtype="uint8")[:, None, None, None]
    attributes = np.arange(40)[:, None]
    recipe = dataclasses.replace(TINY, batch=10)
    seen = [build.batch_of(images, attributes, recipe, step) for step in range(8)]
    for step in (5, 0, 3):
        again = build.batch_of(images, attributes, recipe, step)
        np.testing.assert_array_equal(again[0], seen[step][0])
    for epoch in (seen[:4], seen[4:]):
        assert sorted(np.concatenate([rows[:, 0] for _, rows in epoch])) == list(range(40))
    for pictures, rows in seen:  # a picture keeps its attributes
        np.testing.assert_array_equal(pictures[:, 0, 0, 0], rows[:, 0])
    assert not np.array_equal(seen[0][1], seen[4][1])


def test_a_stopped_training_ends_the_same(tmp_path):
    images, attributes = portraits.draw(64)
    whole, told = build.train(images, attributes, TINY, tmp_path / "whole.npz")
    assert told["step"] == 12
    for _ in range(20):  # every piece is stopped after one step
        model, told = build.train(images, attributes, TINY, tmp_path / "part.npz", minutes=0)
        if model is not None:
            break
    assert told["step"] == 12
    for one, other in zip(whole.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    again, told = build.train(images, attributes, TINY, tmp_path / "part.npz")
    np.testing.assert_array_equal(again.get_weights()[0], whole.get_weights()[0])
    other = dataclasses.replace(TINY, epochs=4)
    with pytest.raises(SystemExit, match="another recipe"):
        build.train(images, attributes, other, tmp_path / "part.npz")


def test_weights_and_card_fit(small):
    build.main(["--out", str(small / "state.npz")])
    card = pretrained.card(faces.PORTRAITS)
    assert faces.names() == portraits.NAMES
    held_out = portraits.draw(20, seed=datasets.portraits.HELD_OUT_SEED)
    found = faces.accuracy(*held_out, list(portraits.NAMES))
    assert f"| accuracy | **{np.mean(list(found.values())):.2%}**" in card
    assert "64 of seed 0" in card and "held out 20 of seed 1" in card and "MIT" in card
    for name, value in found.items():
        assert f"| {name} | {value:.2%} |" in card


def test_a_stopped_command_says_so(small):
    with pytest.raises(SystemExit, match="run the same command again"):
        build.main(["--out", str(small / "state.npz"), "--minutes", "0"])
    assert not (small / "face_attributes.npz").exists()


def test_photographs_make_weights_of_your_own(small, monkeypatch):
    pictures, _ = portraits.draw(60)
    attributes = np.random.default_rng(0).random((60, 40)) < 0.5
    names = list(datasets.celeba.NAMES)
    data = datasets.Dataset("celeba", "a test", pictures, attributes, info={"attributes": names})
    monkeypatch.setattr(datasets, "load", lambda name, source: data)
    split = build.celeba_faces("mine")
    assert (len(split.images), len(split.held_out)) == (54, 6)
    column = names.index("Smiling")
    np.testing.assert_array_equal(
        split.held_out_attributes[:, split.names.index("Smiling")], attributes[54:, column]
    )
    build.main(["--data", "celeba", "--source", "mine", "--out", str(small / "state.npz")])
    assert not (small / "face_attributes_celeba.npz").exists()
    card = pretrained.card(faces.CELEBA)
    assert "non-commercial" in card and "--data celeba" in card and "MIT" not in card
    assert faces.names(faces.CELEBA) == build.CELEBA
    assert faces.probabilities(pictures[:4], faces.CELEBA).shape == (4, len(build.CELEBA))
    assert (small / "cache" / "pretrained" / "face_attributes_celeba.npz").is_file()
    drawn = dataclasses.replace(data, y_train=None)
    monkeypatch.setattr(datasets, "load", lambda name, source: drawn)
    with pytest.raises(SystemExit, match="not CelebA's photographs"):
        build.celeba_faces("mine")
