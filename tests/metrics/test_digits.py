"""The digit ruler, checked with a second implementation in NumPy and on real digits."""

import random
import time
import warnings

import numpy as np
import pytest
from scipy import linalg

from gan_lessons import pretrained
from gan_lessons.datasets import bundled, mnist
from gan_lessons.metrics import digits

pytestmark = pytest.mark.backend


@pytest.fixture(scope="module")
def real():
    """The bundled training digits, with labels."""
    return mnist.read_bundled()


def numpy_classifier(images):
    """Features and logits of uint8 images, in float64, without Keras."""
    w = {
        key: value.astype("float64") for key, value in pretrained.load_weights(digits.NAME).items()
    }
    x = images.astype("float64") / 127.5 - 1
    for layer in ("conv_1", "conv_2"):
        x = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))  # "same" for 5x5 kernels
        windows = np.lib.stride_tricks.sliding_window_view(x, (5, 5), axis=(1, 2))
        x = np.einsum("nhwcij,ijco->nhwo", windows, w[f"{layer}/kernel"], optimize=True)
        x = np.maximum(x + w[f"{layer}/bias"], 0)
        n, height, width, channels = x.shape
        x = x.reshape(n, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))
    x = x.reshape(len(x), -1)
    features = np.maximum(x @ w["features/kernel"] + w["features/bias"], 0)
    return features, features @ w["logits/kernel"] + w["logits/bias"]


def test_features_and_logits_agree_with_numpy(real):
    images = real[0][:40]
    features, logits = digits.predict(images)
    expected_features, expected_logits = numpy_classifier(images)
    assert features.shape == (40, 64)
    np.testing.assert_allclose(features, expected_features, atol=2e-3, rtol=1e-3)
    np.testing.assert_allclose(logits, expected_logits, atol=2e-3, rtol=1e-3)
    np.testing.assert_array_equal(digits.features(images), features)


def test_classifier_returns_logits_and_cannot_be_trained(real):
    images = real[0][:20]
    model = digits.classifier()
    assert model is digits.classifier()
    assert model.trainable_variables == []
    logits = np.asarray(model.predict_on_batch(digits.as_model_input(images)))
    np.testing.assert_allclose(logits, numpy_classifier(images)[1], atol=2e-3, rtol=1e-3)


def test_bytes_and_floats_are_the_same_images(real):
    images = real[0][:50]
    expected = digits.features(images)
    for dtype in ("float32", "float64"):
        floats = (images.astype(dtype) - 127.5) / 127.5
        np.testing.assert_allclose(digits.features(floats), expected, atol=1e-3)


def test_batch_size_does_not_matter(real):
    images = real[0][:23]
    expected = digits.features(images)
    for batch_size in (7, 23, 64):
        np.testing.assert_allclose(digits.features(images, batch_size), expected, atol=1e-3)


def test_the_model_always_sees_one_batch_shape(real, monkeypatch):
    shapes = []

    class Recorder:
        def predict_on_batch(self, batch):
            shapes.append(batch.shape)
            return np.zeros((len(batch), 64)), np.zeros((len(batch), 10))

    monkeypatch.setattr(digits, "_reader", Recorder)
    for n in (1, 499, 500, 1_201):
        features, logits = digits.predict(real[0][:n])
        assert features.shape == (n, 64)
        assert logits.shape == (n, 10)
    assert set(shapes) == {(500, 28, 28, 1)}  # a second shape would compile the model again
    assert len(shapes) == 1 + 1 + 1 + 3


def test_the_score_of_real_digits_is_the_floor(real):
    started = time.process_time()
    score = digits.score(real[0])
    print(f"10,000 digits scored with {time.process_time() - started:.1f} s of processor time")
    assert score.n == 10_000
    assert score.rfd == pytest.approx(score.floor, rel=2e-3)
    assert 0.001 < score.floor < 0.003
    assert 0.95 < score.real_legible < 0.995
    assert score.legible == pytest.approx(score.real_legible, abs=0.02)
    labels = digits.predict(real[0])[1].argmax(axis=1)
    assert 0.99 < (labels == real[1]).mean() < 1.0


def test_the_floor_fits_the_number_of_images(real):
    # 714 is between entries of the table. Shuffled, because in MNIST neighbours were written by one
    # hand and classes recur in a rhythm: every 14th digit would score twice the floor.
    mixed = real[0][np.random.default_rng(5).permutation(10_000)[:9_996]]
    found = [digits.score(images) for images in np.split(mixed, 14)]
    assert {score.n for score in found} == {714}
    assert np.mean([score.rfd for score in found]) == pytest.approx(found[0].floor, rel=0.1)
    assert digits.floor(714) > 3 * digits.floor(10_000)
    falling = [digits.floor(n) for n in (2, 3, 30, 300, 3_000, 10_000)]
    assert falling == sorted(falling, reverse=True)
    assert digits.floor(60_000) == digits.floor(10_000)


def test_the_score_by_another_route(real):
    rng = np.random.default_rng(0)
    noisy = np.clip(real[0][:300] + rng.normal(0, 60, (300, 28, 28, 1)), 0, 255).astype("uint8")
    score = digits.score(noisy)
    features, logits = numpy_classifier(noisy)
    statistics = np.load(bundled.FOLDER / "mnist_test_features.npz", allow_pickle=False)
    mean, cov = features.mean(axis=0), np.cov(features.T)
    shared = np.sqrt(linalg.eigvals(cov @ statistics["cov"]).real.clip(0)).sum()
    distance = ((mean - statistics["mean"]) ** 2).sum()
    distance += np.trace(cov) + np.trace(statistics["cov"]) - 2 * shared
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert score.fd == pytest.approx(distance, rel=5e-3)
    assert score.rfd == pytest.approx(distance / np.trace(statistics["cov"]), rel=5e-3)
    assert score.legible == pytest.approx((probabilities.max(axis=1) > 0.9).mean(), abs=0.004)
    assert score.n == 300


def test_worse_images_score_worse(real):
    images = real[0][:1_000]
    blurred = sum(
        np.roll(images.astype("float32"), (i, j), axis=(1, 2))
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    )
    noise = np.random.default_rng(0).integers(0, 256, images.shape, dtype="uint8")
    scores = {
        "real": digits.score(images).rfd,
        "blurred": digits.score((blurred / 9).astype("uint8")).rfd,
        "noise": digits.score(noise).rfd,
        "one digit only": digits.score(images[real[1][:1_000] == 1]).rfd,
    }
    assert scores["real"] < 0.02
    assert scores["blurred"] > 5 * scores["real"]
    assert scores["noise"] > 0.8
    assert scores["one digit only"] > 0.8


def test_legible_means_more_than_90_percent_sure():
    # Two classes only: softmax of (x, 0, -inf ...) is 1 / (1 + exp(-x)), above .9 for x > log 9.
    logits = np.full((4, 10), -1e9, "float32")
    logits[:, 0] = 0
    logits[:, 3] = np.log(9) + np.array([-1e-3, 1e-3, 5, 1_000])
    assert digits.legible_share(logits) == pytest.approx(0.75)


def test_the_line_says_what_was_measured():
    score = digits.DigitScore(0.01234, 3.9, 0.8312, 2_500, 0.0041, 0.986)
    assert str(score) == (
        "relative LeNet Fréchet distance (rFD) 0.0123, n = 2,500 (real digits, same n: 0.0041); "
        "legible 83.1% (real digits: 98.6%)"
    )


def test_measuring_leaves_the_random_state_alone(real):
    digits.forget()
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002  (the global state is what this is about)
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    digits.score(real[0][:50])
    assert random.getstate() == before[0]
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.zeros((3, 28, 28), "uint8"), r"shape \(3, 28, 28\); expected \(n, 28, 28, 1\)"),
        (np.zeros((3, 32, 32, 1), "uint8"), r"\(3, 32, 32, 1\)"),
        (np.zeros((3, 28, 28, 3), "uint8"), r"\(3, 28, 28, 3\)"),
        (np.zeros((0, 28, 28, 1), "uint8"), r"\(0, 28, 28, 1\)"),
        (np.zeros((1, 28, 28, 1), "uint8"), "got 1 image"),
        (np.zeros((3, 28, 28, 1), "int64"), "int64; expected uint8"),
        (np.full((3, 28, 28, 1), 255.0), r"from 255 to 255; expected \[-1, 1\]"),
        (np.linspace(-1.1, 1, 3 * 784).reshape(3, 28, 28, 1), "from -1.1 to 1"),
        (np.full((3, 28, 28, 1), np.nan), "NaN"),
        (np.where(np.arange(784).reshape(1, 28, 28, 1) == 5, np.inf, 0.0), "infinity"),
    ],
)
def test_impossible_images_are_explained(images, words):
    with pytest.raises(ValueError, match=words):
        digits.score(images)


def test_images_between_0_and_1_raise_a_warning(real):
    images = real[0][:10] / 255.0
    with pytest.warns(UserWarning, match=r"no pixel is dark; expected \[-1, 1\]"):
        digits.checked_images(images)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        digits.checked_images(2 * images - 1)


def test_statistics_of_other_weights_are_refused(monkeypatch, real):
    arrays = dict(digits.reference())
    arrays["classifier"] = np.array("0" * 64)
    digits.forget()
    monkeypatch.setattr(bundled, "read", lambda name: arrays)
    with pytest.raises(ValueError, match=r"data/build\.py"):
        digits.score(real[0][:10])
    digits.forget()
