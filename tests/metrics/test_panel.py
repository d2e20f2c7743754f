"""All measures at once: the same numbers as one by one, and each failure where it belongs."""

import dataclasses

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from gan_lessons import metrics
from gan_lessons.datasets import mnist
from gan_lessons.metrics import digits, measure_digits, panel, standardise

N = 400


@pytest.fixture(scope="module")
def real():
    """2,400 bundled digits in random order."""
    images = mnist.read_bundled()[0]
    return images[np.random.default_rng(9).permutation(10_000)[:2_400]]


@pytest.fixture(scope="module")
def honest(real):
    """Real digits, measured as if they had been generated."""
    return measure_digits(real[:N], real=real[N : 3 * N], train=real[3 * N :], n=N)


def test_agrees_with_every_measure_by_itself(real, honest):
    # Of `real`, the first half after the shuffle is the yardstick.
    pool = real[N : 3 * N]
    yardstick = pool[np.random.default_rng(0).permutation(2 * N)[:N]]
    fakes = real[:N][np.random.default_rng(0).permutation(N)]
    described, logits = digits.predict(fakes)
    known = digits.features(yardstick)
    a, b = standardise(known, known), standardise(described, known)
    assert honest.digits.rfd == pytest.approx(digits.score(fakes).rfd, rel=1e-6)
    assert honest.manifold == metrics.manifold_scores(a, b, 5)
    assert honest.kernel.value == pytest.approx(metrics.kernel_distance(a, b, 10).value)
    odds = np.exp(logits.astype("float64"))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    assert honest.classifier.mean == pytest.approx(
        metrics.classifier_score(probabilities, 10).mean, rel=1e-6
    )
    pixels = [x / 127.5 - 1 for x in (real[3 * N :], yardstick, fakes)]
    expected = metrics.memorisation(*pixels)
    assert honest.memory.closer == pytest.approx(expected.closer)
    assert honest.memory.copies == pytest.approx(expected.copies)
    assert honest.memory.limit == pytest.approx(expected.limit, rel=1e-5)


def test_real_digits_are_at_the_floor(honest):
    floor = honest.floor
    assert floor.floor is None and floor.digits.n == honest.digits.n == N
    for one in (honest, floor):
        assert one.digits.rfd == pytest.approx(digits.floor(N), rel=0.5)
        assert abs(one.kernel.value) < 4 * one.kernel.error
        assert one.manifold.precision > 0.85 and one.manifold.recall > 0.85
        assert one.manifold.density == pytest.approx(1, abs=0.15)
        assert one.manifold.coverage == pytest.approx(1 - 2**-5, abs=0.05)
        assert 8.0 < one.classifier.mean < 10
        assert one.memory.closer == pytest.approx(one.memory.chance, abs=0.08)
        assert one.memory.copies < 0.05


def test_each_failure_shows_in_its_own_measure(real, honest):
    train = real[3 * N :]
    noise = np.random.default_rng(0).integers(0, 256, (N, 28, 28, 1), dtype="uint8")
    ones = train[digits.predict(train)[1].argmax(axis=1) == 1]
    fakes = {"copies": train[:N], "noise": noise, "ones": np.tile(ones, (9, 1, 1, 1))[:N]}
    found = {
        name: measure_digits(images, real=real[N : 3 * N], train=train, n=N)
        for name, images in fakes.items()
    }
    copies = found["copies"]
    assert copies.memory.closer == copies.memory.copies == 1.0
    assert copies.manifold.precision > 0.85 and copies.digits.rfd < 2 * honest.digits.rfd
    assert found["noise"].manifold.precision < 0.1 and found["noise"].memory.copies == 0
    assert found["noise"].kernel.value > 10 * found["noise"].kernel.error
    assert found["ones"].manifold.recall < 0.5 and found["ones"].manifold.coverage < 0.3
    assert found["ones"].classifier.mean < 1.5


def test_a_yardstick_serves_several_generators(real, honest):
    yardstick = metrics.Yardstick(real[N : 3 * N], real[3 * N :], n=N)
    assert yardstick.floor == honest.floor
    assert yardstick.measure(real[:N]) == honest
    more = yardstick.measure(real[: N + 50])  # of more images, N are picked
    assert more.digits.n == N and more != honest
    with pytest.raises(ValueError, match="there are 30 images; expected 400"):
        yardstick.measure(real[:30])


def test_the_bundled_digits_are_the_default(real, monkeypatch):
    panel._bundled_yardstick.cache_clear()
    made = []
    yardstick = panel.Yardstick
    monkeypatch.setattr(panel, "Yardstick", lambda *a: made.append(a) or yardstick(*a))
    found = [measure_digits(real[:100], n=60, seed=seed) for seed in (1, 1, 2)]
    assert [arguments[-1] for arguments in made] == [1, 2]  # measured once for each seed
    assert made[0][0].shape == (10_000, 28, 28, 1)
    assert found[0] == found[1] != found[2]
    assert found[0].memory is None and found[0].floor.memory is None
    assert found[0].digits.n == found[0].manifold.real == 60
    panel._bundled_yardstick.cache_clear()


def test_images_are_taken_from_all_that_are_there():
    numbers = np.arange(1_000)  # in place of images: MNIST's test digits begin with the easy ones
    picked = panel._pick(numbers, 400, 0, "images", "draw more")
    assert len(set(picked)) == 400
    assert picked.mean() == pytest.approx(499.5, abs=60)
    assert (picked != panel._pick(numbers, 400, 1, "images", "draw more")).any()


def test_the_table_sets_the_floor_beside_the_values(honest):
    lines = str(honest).splitlines()
    assert "n = 400, k = 5" in lines[0] and "real digits" in lines[0]
    assert len(lines) == 1 + len(honest.rows()) == 12
    values = {line[:19].strip(): line[19:].split() for line in lines[1:]}
    assert values["precision"] == [
        f"{honest.manifold.precision:.4f}",
        f"{honest.floor.manifold.precision:.4f}",
    ]
    assert values["rFD"] == [f"{honest.digits.rfd:.4f}", f"{digits.floor(N):.4f}"]
    assert values["copies"][1] == f"{honest.floor.memory.copies:.4f}"
    without = dataclasses.replace(honest, memory=None, floor=None)
    assert len(str(without).splitlines()) == 10


# --- standardise ----------------------------------------------------------------------------------


def test_standardise_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    reference = rng.normal(5.0, [1.0, 2.0, 9.0], size=(50, 3))
    features = rng.normal(size=(20, 3))
    expected = StandardScaler().fit(reference).transform(features)
    np.testing.assert_allclose(standardise(features, reference), expected, rtol=1e-9)


def test_features_that_hardly_change_stay_finite_and_small():
    reference = np.array([[0.0, 3.0, 0.0], [8.0, 3.0, 1e-6]])  # spreads 4, 0 and 5e-7
    found = standardise([[8.0, 4.0, 1.0], [4.0, 3.0, 5e-7]], reference, least=0.1)
    np.testing.assert_allclose(found, [[1.0, 2.5, 2.5], [0.0, 0.0, 0.0]], atol=1e-5)
    alike = np.full((4, 2), 7.0)
    np.testing.assert_array_equal(standardise([[8.0, 7.0]], alike), [[1.0, 0.0]])


def test_the_dead_features_are_as_many_as_said():
    spread = digits.features(mnist.read_bundled()[0][:2_000]).std(axis=0)
    assert (spread == 0).sum() == 23
    assert ((spread > 0) & (spread < panel.LEAST * spread.max())).sum() == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: measure_digits(x[:50]), "there are 50 images; expected 5,000 or more: draw"),
        (lambda x: measure_digits(x[:50], n=10), "n is 10; expected at least 20"),
        (lambda x: measure_digits(x[:50], train=x, n=30), "train was given without real"),
        (lambda x: measure_digits(x[:50], real=x[:59], n=30), "59 real digits; expected 60 or"),
        (lambda x: measure_digits(x[:50, ..., 0], n=30), r"shape \(50, 28, 28\)"),
        (lambda x: measure_digits(x[:50], real=x[..., 0], n=30), r"shape \(2400, 28, 28\)"),
        (lambda x: standardise(np.zeros((2, 3)), np.zeros((2, 4))), "4 columns .* has 3"),
        (lambda x: standardise(np.zeros((2, 3)), np.zeros((2, 3)), 0), "least is 0"),
    ],
)
def test_bad_input_is_named(real, call, words):
    with pytest.raises(ValueError, match=words):
        call(real)
