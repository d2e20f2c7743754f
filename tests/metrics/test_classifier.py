"""The classifier score: against SciPy's relative entropy, and in closed form."""

import numpy as np
import pytest
from scipy import stats

from gan_lessons.metrics import classifier, classifier_score


def random_answers(n, classes, seed=0):
    return np.random.default_rng(seed).dirichlet(np.full(classes, 0.3), size=n)


def by_scipy(answers):
    return np.exp(stats.entropy(answers, answers.mean(axis=0, keepdims=True), axis=1).mean())


@pytest.mark.parametrize("n, classes", [(1, 2), (50, 10), (300, 1_000)])
def test_agrees_with_scipy(n, classes):
    answers = random_answers(n, classes)
    found = classifier_score(answers, splits=1)
    assert found.mean == pytest.approx(by_scipy(answers), rel=1e-9)
    assert found.std == 0
    assert (found.n, found.splits, found.classes) == (n, 1, classes)


def test_mean_and_spread_over_the_splits():
    answers = random_answers(103, 6)
    order = np.random.default_rng(4).permutation(103)
    scores = [by_scipy(answers[part]) for part in np.array_split(order, 10)]
    found = classifier_score(answers, seed=4)
    assert found.splits == 10
    assert found.mean == pytest.approx(np.mean(scores), rel=1e-9)
    assert found.std == pytest.approx(np.std(scores), rel=1e-9)


def test_the_two_ends_of_the_scale():
    sure_of_all = np.tile(np.eye(10), (30, 1))
    assert classifier_score(sure_of_all, splits=1).mean == pytest.approx(10)
    assert classifier_score(np.eye(10)[[3] * 50]).mean == pytest.approx(1)
    assert classifier_score(np.full((50, 10), 0.1)).mean == pytest.approx(1)
    # Sure of one of two classes, three times as often of the first: exp of the entropy of (3, 1)/4.
    answers = np.eye(2)[[0, 0, 0, 1]]
    expected = np.exp(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25)))
    assert classifier_score(answers, splits=1).mean == pytest.approx(expected)


def test_the_order_of_the_rows_does_not_matter_much():
    """In the order of their classes, each unshuffled part would hold one class and score 1."""
    ordered = np.repeat(np.eye(10), 200, axis=0)
    found = classifier_score(ordered)
    assert found.mean > 9.5


def test_the_bias_of_few_rows_is_as_stated():
    rng = np.random.default_rng(0)
    scores = [classifier_score(np.eye(10)[rng.integers(10, size=200)], 1).mean for _ in range(400)]
    assert np.mean(scores) == pytest.approx(10 * (1 - 9 / 400), rel=2e-3)


def test_what_float32_leaves_over_does_not_matter():
    answers = random_answers(40, 10)
    found = classifier_score(answers.astype("float32"))
    assert found.mean == pytest.approx(classifier_score(answers).mean, rel=1e-5)


def test_the_line_names_splits_and_sample_size():
    assert str(classifier.ClassifierScore(9.658, 0.051, 5_000, 10, 10)) == (
        "classifier score 9.66 ± 0.05 of at most 10 (n = 5,000 in 10 splits)"
    )


@pytest.mark.parametrize(
    ("answers", "splits", "words"),
    [
        (np.zeros(5), 1, r"shape \(5,\)"),
        (np.zeros((0, 5)), 1, r"shape \(0, 5\)"),
        (np.ones((5, 1)), 1, r"shape \(5, 1\).*two classes"),
        ([[3.0, -1.0], [0.5, 0.5]], 1, "run from -1 to 3 .*softmax"),
        ([[0.5, 0.4]], 1, "add up to 0.9 to 0.9"),
        ([[1.5, -0.5], [0.5, 0.5]], 1, "run from -0.5 to 1.5"),
        ([[np.nan, 1.0]], 1, "nan"),
        (np.full((4, 2), 0.5), 5, "splits is 5, for 4 rows"),
        (np.full((4, 2), 0.5), 0, "splits is 0"),
    ],
)
def test_bad_input_is_named(answers, splits, words):
    with pytest.raises(ValueError, match=words):
        classifier_score(answers, splits)
