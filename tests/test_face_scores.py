"""The scores of faces: against whom, in which size, by which network."""

import dataclasses

import numpy as np
import pytest

from gan_lessons import dcgan_faces, face_scores, metrics, portraits
from gan_lessons.datasets import Dataset
from gan_lessons.metrics import faces

OURS = Dataset(
    "celeba", "drawn", np.zeros((4, 64, 64, 3), "uint8"), info={"attributes": [*portraits.NAMES]}
)


def scaled(images):
    return images / np.float32(127.5) - 1


@pytest.fixture(scope="module")
def others():
    """Portraits that are neither trained on nor held out."""
    return portraits.draw(40, seed=7)[0]


def test_held_out_portraits_are_of_another_seed_and_the_same_every_time():
    pictures, attributes = face_scores.held_out(6, skip=3)
    drawn, seen = portraits.draw(range(3, 9), seed=1)
    np.testing.assert_array_equal(pictures, drawn)
    np.testing.assert_array_equal(attributes, seen)
    with pytest.raises(ValueError, match="6,000 held-out portraits are wanted, there are 5,000"):
        face_scores.held_out(5_000, skip=1_000)


def test_small_faces_are_compared_with_real_ones_made_as_small(others):
    seen = face_scores.for_network(others, 32)
    assert seen.shape == others.shape and seen.dtype == np.uint8
    np.testing.assert_array_equal(seen, metrics.enlarged(metrics.shrunk(others, 32), 64))
    fakes = scaled(metrics.shrunk(others, 32))
    assert face_scores.for_network(fakes, 32).shape == (40, 64, 64, 3)
    assert face_scores.for_network(others, 64) is others


def test_real_faces_of_any_size_score_about_the_floor(others):
    for size in (32, 64):
        good = face_scores.score(scaled(metrics.shrunk(others, size)), OURS)
        assert isinstance(good, faces.FaceScore) and good.n == 40
        assert good.rfd < 2 * good.floor and good.coverage > 0.8, str(good)
        noise = np.random.default_rng(0).uniform(-1, 1, (40, size, size, 3)).astype("float32")
        assert face_scores.score(noise, OURS).share > 1
    # Held against faces of full size, small ones would look blurred.
    unfair = face_scores.portrait_ruler(40).score(face_scores.for_network(others, 32))
    fair = face_scores.score(scaled(metrics.shrunk(others, 32)), OURS)
    assert unfair.rfd > 1.5 * fair.rfd


def test_the_share_is_of_the_blurred_ones(others):
    score = face_scores.portrait_ruler(40).score(others)
    assert score.share == pytest.approx(score.rfd / score.ceiling)
    assert f"{100 * score.rfd / score.ceiling:.1f}% of blurred" in str(score)


def test_photographs_are_measured_by_their_own_network_or_without_one(others, monkeypatch):
    photographs = dataclasses.replace(OURS, x_train=others, info={})
    rough = face_scores.score(scaled(others[:20]), photographs)
    assert isinstance(rough, metrics.PictureDistance) and rough.real == 20
    # Whoever has trained a network for photographs: here ours stands in for it.
    monkeypatch.setattr(faces, "CELEBA", faces.PORTRAITS)
    score = face_scores.score(scaled(others), photographs)
    assert isinstance(score, faces.FaceScore) and (score.n, score.source) == (20, "drawn")
    expected = faces.FaceRuler(others[::2], others[1::2], source="drawn").score(others[:20])
    assert score.rfd == pytest.approx(expected.rfd, rel=1e-3)


def test_the_lesson_is_measured_against_held_out_portraits():
    preset = dataclasses.replace(dcgan_faces.PRESETS["smoke"], source="few")
    model = dcgan_faces.build(preset)
    score = dcgan_faces.evaluate(model, preset, n=12)
    assert "12" in str(score) and "held-out portraits" in str(score)
    again = face_scores.portrait_ruler(12, 16).score(
        face_scores.for_network(model.sample(12, seed=1), 16)
    )
    assert score.rfd == pytest.approx(again.rfd)
