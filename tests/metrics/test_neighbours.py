"""Nearest neighbours against scikit-learn, and memorisation of generators whose answer is known."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from gan_lessons.metrics import memorisation, nearest, neighbours


def by_scikit_learn(real, fake):
    found = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(real).kneighbors(fake)
    return found[0][:, 0], found[1][:, 0]


@pytest.mark.parametrize("n, m, d", [(1, 5, 3), (50, 30, 2), (30, 77, 100)])
@pytest.mark.parametrize("rows", [7, 2_000])
def test_agrees_with_scikit_learn(n, m, d, rows, monkeypatch):
    monkeypatch.setattr(neighbours, "ROWS", rows)
    rng = np.random.default_rng(n)
    real, fake = rng.normal(size=(n, d)), rng.normal(size=(m, d))
    distances, indices = nearest(real, fake)
    expected_distances, expected_indices = by_scikit_learn(real, fake)
    np.testing.assert_allclose(distances, expected_distances, rtol=1e-6)
    np.testing.assert_array_equal(indices, expected_indices)


def test_far_from_zero_and_close_together():
    rng = np.random.default_rng(0)
    real, fake = (1e8 + rng.normal(size=(n, 3)) for n in (40, 30))
    distances, indices = nearest(real, fake)
    expected = np.linalg.norm(fake[:, None] - real, axis=2)
    np.testing.assert_array_equal(indices, expected.argmin(axis=1))
    np.testing.assert_allclose(distances, expected.min(axis=1), rtol=1e-12)


def test_images_of_bytes_are_not_wrapped_around():
    # 10 - 250 is 16 in bytes.
    real = np.full((1, 2, 2, 1), 250, "uint8")
    distances, indices = nearest(real, np.full((1, 2, 2, 1), 10, "uint8"))
    assert distances[0] == pytest.approx(2 * 240)
    assert indices[0] == 0


def test_a_copy_is_at_exactly_zero():
    real = np.random.default_rng(0).normal(size=(50, 784)).astype("float32") * 1e3
    distances, indices = nearest(real, real[[7, 31]])
    np.testing.assert_array_equal(distances, 0.0)
    np.testing.assert_array_equal(indices, [7, 31])


def test_memorisation_by_hand():
    train, test = np.array([[0.0], [10.0], [20.0]]), np.array([[4.0], [11.0]])
    # Nearest: 1 -> train, 3 -> test, 10.5 -> a tie, 20 -> train, at 1, 3, .5 and 0 of training.
    fake = np.array([[1.0], [3.0], [10.5], [20.0]])
    found = memorisation(train, test, fake, quantile=0.25)
    assert found.closer == pytest.approx((2 + 0.5) / 4)
    assert found.chance == pytest.approx(3 / 5)
    # Held-out samples are 4 and 1 from training; a quarter of the way from 1 to 4 is 1.75.
    assert found.limit == pytest.approx(1.75)
    assert found.copies == pytest.approx(3 / 4)
    assert (found.train, found.test, found.fake, found.quantile) == (3, 2, 4, 0.25)


def test_images_are_measured_as_the_rows_that_they_are():
    rng = np.random.default_rng(0)
    sets = [rng.integers(0, 256, (n, 4, 4, 1), dtype="uint8") for n in (30, 20, 40)]
    found = memorisation(*sets)
    assert found == memorisation(*(images.reshape(len(images), 16) for images in sets))
    assert found.closer != found.chance


def draws(n_train, n_test, spoil, repeats=60):
    rng = np.random.default_rng(1)
    found = []
    for _ in range(repeats):
        train, test, fake = (rng.normal(size=(n, 3)) for n in (n_train, n_test, 300))
        found.append(memorisation(train, test, spoil(fake, train, rng), quantile=0.05))
    return found


@pytest.mark.parametrize("n_train, n_test", [(200, 200), (300, 100)])
def test_an_honest_generator_is_at_chance(n_train, n_test):
    found = draws(n_train, n_test, lambda fake, train, rng: fake)
    closer, copies = (np.array([getattr(f, x) for f in found]) for x in ("closer", "copies"))
    assert found[0].chance == n_train / (n_train + n_test)
    assert closer.mean() == pytest.approx(
        found[0].chance, abs=3 * closer.std() / np.sqrt(len(found))
    )
    assert copies.mean() == pytest.approx(0.05, abs=3 * copies.std() / np.sqrt(len(found)) + 2e-3)


def test_a_copying_generator_is_found():
    def some_copies(fake, train, rng):
        return np.where(rng.random((len(fake), 1)) < 0.5, train[rng.integers(len(train))], fake)

    def near_copies(fake, train, rng):
        return train[rng.integers(len(train), size=len(fake))] + 1e-3 * fake

    for spoil, closer, copies in [(some_copies, 0.75, 0.525), (near_copies, 1.0, 1.0)]:
        found = draws(200, 200, spoil, repeats=20)
        assert np.mean([f.closer for f in found]) == pytest.approx(closer, abs=0.02)
        assert np.mean([f.copies for f in found]) == pytest.approx(copies, abs=0.03)


def test_copies_count_even_where_the_limit_is_zero():
    train = np.arange(6.0).reshape(3, 2)
    found = memorisation(train, train, train)
    assert found.limit == 0
    assert found.copies == 1
    assert found.closer == pytest.approx(0.5)  # all are ties


def test_the_line_names_its_samples():
    assert str(neighbours.Memorisation(0.613, 0.5, 0.052, 3.2, 0.01, 5_000, 4_000, 10_000)) == (
        "closer to training than to held-out samples 61.3% (by chance 50.0%), near-copies 5.2% "
        "(real: 1.0%), n = 10,000 against 5,000 and 4,000"
    )


OK = np.zeros((4, 2))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nearest(np.zeros(4), OK), r"real has the shape \(4,\)"),
        (lambda: nearest(OK, np.zeros((0, 2))), r"fake has the shape \(0, 2\)"),
        (lambda: nearest(OK, np.zeros((4, 3))), r"of shape \(2,\) and fake of \(3,\)"),
        (lambda: nearest(OK, OK + np.nan), "fake holds NaN"),
        (lambda: nearest(OK, OK.astype("uint8")), "real is float64 and fake is uint8"),
        (lambda: memorisation(OK, OK, np.zeros((4, 3))), "train has samples .* and fake"),
        (lambda: memorisation(OK, np.zeros((4, 3)), OK), "train has samples .* and test"),
        (lambda: memorisation(OK, OK, OK, quantile=0), "quantile is 0"),
        (lambda: memorisation(OK, OK, OK, quantile=1.0), "quantile is 1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
