"""The ruler for faces, checked with a second implementation in NumPy and on drawn portraits."""

import random

import numpy as np
import pytest
from scipy import linalg, ndimage

from gan_lessons import portraits, pretrained
from gan_lessons.metrics import faces

pytestmark = pytest.mark.backend
HELD_OUT, OTHER = 1, 2  # seeds that the network was not trained on


@pytest.fixture(scope="module")
def drawn():
    """Held-out portraits with their attributes, and portraits of yet another seed."""
    return *portraits.draw(400, seed=HELD_OUT), portraits.draw(400, seed=OTHER)[0]


def numpy_network(images):
    """Features and logits of uint8 images, in float64, without Keras."""
    w = {
        key: value.astype("float64")
        for key, value in pretrained.load_weights(faces.PORTRAITS).items()
    }
    x = images.astype("float64") / 127.5 - 1
    for number in (1, 2, 3, 4):
        kernel = w[f"conv_{number}/kernel"]
        size = kernel.shape[0]
        # "same" with stride 2 on an even height: size - 2 rows are missing, the odd one at the end.
        before, after = (size - 2) // 2, size - 2 - (size - 2) // 2
        x = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[
            :, ::2, ::2
        ]
        x = np.einsum("nhwcij,ijco->nhwo", windows, kernel, optimize=True)
        x = np.maximum(x + w[f"conv_{number}/bias"], 0)
    x = x.reshape(len(x), -1)
    features = np.maximum(x @ w["features/kernel"] + w["features/bias"], 0)
    return features, features @ w["logits/kernel"] + w["logits/bias"]


def test_features_and_probabilities_agree_with_numpy(drawn):
    images = drawn[0][:12]
    features, logits = numpy_network(images)
    np.testing.assert_allclose(faces.features(images), features, atol=5e-3, rtol=1e-3)
    expected = 1 / (1 + np.exp(-logits))
    np.testing.assert_allclose(faces.probabilities(images), expected, atol=2e-3)
    assert faces.names() == portraits.NAMES
    floats = images / 127.5 - 1
    np.testing.assert_allclose(faces.probabilities(floats), expected, atol=2e-3)
    assert faces.network() is faces.network() and faces.network().trainable_variables == []


def test_it_is_right_about_held_out_portraits(drawn):
    images, attributes, _ = drawn
    found = faces.accuracy(images, attributes, list(portraits.NAMES))
    assert list(found) == list(portraits.NAMES)
    assert np.mean(list(found.values())) >= 0.97, found
    assert min(found.values()) >= 0.9, found
    # By another route, for one attribute whose column stands elsewhere.
    column = portraits.NAMES.index("Smiling")
    right = (faces.probabilities(images)[:, column] > 0.5) == attributes[:, column]
    shuffled = [*reversed(portraits.NAMES), "Young"]
    wide = np.concatenate([attributes[:, ::-1], attributes[:, :1]], axis=1)
    again = faces.accuracy(images, wide, shuffled)
    assert again["Smiling"] == pytest.approx(right.mean()) == found["Smiling"]


def test_wrong_attributes_are_found_out(drawn):
    images, attributes, _ = drawn
    names = list(portraits.NAMES)
    wrong = faces.accuracy(images, ~attributes, names)
    assert max(wrong.values()) < 0.1
    with pytest.raises(ValueError, match="no attribute 'Bald' is given"):
        faces.accuracy(images, attributes[:, 1:], names[1:])
    with pytest.raises(ValueError, match=r"shape \(399, 16\); expected \(400, 16\)"):
        faces.accuracy(images, attributes[1:], names)


def test_the_score_by_another_route(drawn):
    images, _, other = drawn
    ruler = faces.FaceRuler(images[:300], other[:300], source="a test", compared=100)
    noisy = np.random.default_rng(0).normal(0, 25, other[:150].shape) + other[:150]
    score = ruler.score(np.clip(noisy, 0, 255).astype("uint8"))

    def distance(pictures):
        real, fake = numpy_network(images[:300])[0], numpy_network(pictures)[0]
        cov = [np.cov(x.T) for x in (real, fake)]
        shared = np.sqrt(linalg.eigvals(cov[0] @ cov[1]).real.clip(0)).sum()
        gap = ((real.mean(axis=0) - fake.mean(axis=0)) ** 2).sum()
        return (gap + np.trace(cov[0]) + np.trace(cov[1]) - 2 * shared) / np.trace(cov[0])

    assert score.rfd == pytest.approx(distance(np.clip(noisy, 0, 255).astype("uint8")), rel=0.01)
    assert score.floor == pytest.approx(distance(other[:150]), rel=0.01)
    blurred = ndimage.uniform_filter(other[:150] / 1.0, (0, 5, 5, 0), mode="nearest")
    assert score.ceiling == pytest.approx(distance(blurred), rel=0.02)
    assert score.floor < score.rfd and 2 * score.floor < score.ceiling
    assert (score.n, score.network) == (150, faces.PORTRAITS)
    assert "n = 150" in str(score) and "a test" in str(score)


def test_real_faces_score_the_floor_and_few_kinds_do_not_cover(drawn):
    images, _, other = drawn
    ruler = faces.FaceRuler(images, other, compared=400)
    real = ruler.score(other)
    assert real.rfd == pytest.approx(real.floor) and real.coverage == real.real_coverage > 0.9
    alike = ruler.score(np.repeat(other[:8], 50, axis=0))
    assert alike.coverage < 0.3 and alike.rfd > 3 * alike.floor
    noise = np.random.default_rng(0).integers(0, 256, (200, 64, 64, 3), dtype="uint8")
    assert ruler.score(noise).rfd > 0.5
    with pytest.raises(ValueError, match="401 images, but only 400"):
        ruler.score(np.repeat(other[:1], 401, axis=0))


def test_larger_faces_are_made_smaller(drawn):
    small = drawn[0][:3]
    large = small.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_allclose(faces.features(large), faces.features(small), atol=1e-3)


def test_the_model_always_sees_one_batch_shape(drawn, monkeypatch):
    shapes = []

    class Recorder:
        def predict_on_batch(self, batch):
            shapes.append(batch.shape)
            return np.zeros((len(batch), 64)), np.zeros((len(batch), 16))

    monkeypatch.setattr(faces, "_reader", lambda weights: Recorder())
    for n in (1, 250, 251):
        features, logits = faces.predict(np.zeros((n, 64, 64, 3), "uint8"))
        assert features.shape == (n, 64) and logits.shape == (n, 16)
    assert shapes == [(250, 64, 64, 3)] * 4  # a second shape would compile the model again


def test_measuring_leaves_the_random_state_alone(drawn):
    faces.forget()
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002  (the global state is what this is about)
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    faces.probabilities(drawn[0][:5])
    assert random.getstate() == before[0]
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.zeros((3, 64, 64), "uint8"), r"shape \(3, 64, 64\); expected \(n, 64, 64, 3\)"),
        (np.zeros((3, 48, 48, 3), "uint8"), r"\(3, 48, 48, 3\)"),
        (np.zeros((3, 64, 64, 1), "uint8"), r"\(3, 64, 64, 1\)"),
        (np.zeros((0, 64, 64, 3), "uint8"), r"\(0, 64, 64, 3\)"),
        (np.zeros((1, 64, 64, 3), "int64"), "int64; expected uint8"),
        (np.full((1, 64, 64, 3), 255.0), r"from 255 to 255; expected \[-1, 1\]"),
        (np.full((1, 64, 64, 3), np.nan), "from nan"),
    ],
)
def test_impossible_images_are_explained(images, words):
    with pytest.raises(ValueError, match=words):
        faces.probabilities(images)


def test_the_network_of_photographs_is_not_there_by_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path))
    faces.forget()
    with pytest.raises(FileNotFoundError, match="face_attributes_celeba"):
        faces.network(faces.CELEBA)
