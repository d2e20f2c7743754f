"""The rulers of lesson 07: every figure does what it says, on pictures whose worth is known."""

import types

import numpy as np
import pytest
from some_faces import some_faces

from gan_lessons import comparing, face_scores, metrics, rulers
from gan_lessons.metrics import faces as face_network

PICTURES = some_faces(240)


@pytest.fixture(scope="module")
def faces():
    return comparing.Faces(PICTURES[:120], PICTURES[120:180], PICTURES[180:])


@pytest.fixture(scope="module")
def ruler(faces):
    return rulers.Ruler(faces)


@pytest.fixture(scope="module")
def yardsticks(ruler):
    return ruler.yardsticks()


def test_real_pictures_are_right_by_every_measure(yardsticks):
    real = yardsticks["real, others"]
    assert real.sharpness == pytest.approx(1, abs=0.1)
    assert real.neighbour == pytest.approx(1, abs=0.15)
    assert real.coverage > 0.85


def test_every_way_to_fail_is_told_by_its_own_measure(yardsticks):
    real = yardsticks["real, others"]
    assert yardsticks["real, blurred"].sharpness < 0.5
    assert yardsticks["real, blurred"].coverage > 0.85  # soft, and nobody is forgotten
    assert yardsticks["real, blurred"].frechet > 1.5 * real.frechet
    assert yardsticks["one face"].coverage < 0.3
    assert yardsticks["one face"].frechet > 3 * real.frechet
    assert yardsticks["copies"].neighbour == 0
    assert yardsticks["copies"].coverage > 0.85  # nothing else notices


def test_reconstructions_are_measured_on_what_was_held_out(ruler, faces):
    exact = faces.test / 127.5 - 1
    assert ruler.measure(faces.others, rebuilt=exact).reconstruction == pytest.approx(0, abs=1e-12)
    assert ruler.measure(faces.others, rebuilt=exact + 0.1).reconstruction == pytest.approx(0.1)
    assert ruler.measure(faces.others).reconstruction is None


def test_floats_are_measured_like_bytes(ruler, faces):
    assert ruler.measure(faces.others / 127.5 - 1) == ruler.measure(faces.others)


def test_another_judge_can_be_plugged_in(faces):
    seen = []

    def judge(images):
        seen.append(images.dtype)
        return images.reshape(len(images), -1)[:, ::997]

    row = rulers.Ruler(faces, judge, judge).measure(faces.others)
    assert seen.count(np.dtype("uint8")) == len(seen) >= 4 and row.frechet > 0


@pytest.mark.parametrize("size", [64, 32])
def test_portraits_are_judged_by_the_network_that_knows_them(size):
    train, test, others = np.split(metrics.shrunk(face_scores.held_out(240)[0], size), [80, 160])
    row = rulers.Ruler(comparing.Faces(train, test, others, portraits=True)).measure(others)
    test, others = (face_scores.for_network(part, size) for part in (test, others))
    ruler = face_network.FaceRuler(test, others)  # as lesson 06 measures
    assert row.frechet == pytest.approx(ruler.score(others).rfd)
    kinds = [face_network.probabilities(part) for part in (test, others)]
    assert row.coverage == metrics.manifold_scores(*kinds).coverage


class Coder:
    """A model whose code of a picture is known."""

    latent_dim = 2

    def __init__(self, codes, noisy):
        self.codes, self.noisy = np.asarray(codes, float), noisy

    def encode(self, images):
        return self.codes[: len(images)], None


def test_halfway_is_straight_between_bare_codes_and_on_the_circle_between_clouds():
    codes = [[2.0, 0.0], [0.0, 2.0]]
    np.testing.assert_allclose(rulers.halfway(Coder(codes, False), [0, 0]), [[1, 1], [1, 1]])
    np.testing.assert_allclose(rulers.halfway(Coder(codes, True), [0, 0]), [[2**0.5] * 2] * 2)
    points = np.array([[3.0, 0.0], [0.0, 3.0]])
    prior = types.SimpleNamespace(latent=lambda n, seed: points)
    np.testing.assert_allclose(rulers.halfway(prior, [0, 0]), [[4.5**0.5] * 2] * 2)


def test_pictures_between_are_measured_like_samples(ruler, faces, yardsticks):
    row = ruler.measure(faces.test, between=faces.others)
    assert row.frechet == pytest.approx(0, abs=1e-3)
    assert row.halfway == ruler.measure(faces.others).frechet
    assert ruler.measure(faces.others).halfway is None
    real = yardsticks["real, others"]
    assert real.halfway > real.frechet  # two faces in one picture


def test_fitted_codes_are_spread_like_the_codes():
    codes = np.random.default_rng(0).normal(size=(500, 3)) @ [[2, 0, 0], [1, 1, 0], [0, 0, 5]] + 7

    class Model:
        def encode(self, images):
            return codes[: len(images)], None

    z = rulers.fitted_codes(Model(), codes, 40_000)
    np.testing.assert_allclose(z.mean(axis=0), codes.mean(axis=0), atol=0.1)
    np.testing.assert_allclose(np.cov(z.T), np.cov(codes.T), atol=0.6)
    assert z.dtype == np.float32
