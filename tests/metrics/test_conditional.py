"""Digits that were ordered: right, wrong, all alike; and the formulas on made-up features."""

import numpy as np
import pytest

from gan_lessons import datasets, metrics
from gan_lessons.metrics import conditional

DATA = datasets.load("mnist", source="bundled", verbose=False)
IMAGES, LABELS = DATA.x_train[:2000], DATA.y_train[:2000]


def test_real_digits_obey_their_labels():
    score = metrics.conditional_score(IMAGES, LABELS)
    assert score.accuracy > 0.97 and score.n == 2000
    assert score.diversity == pytest.approx(1.0, abs=0.1)
    assert score.class_rfd < 0.1 and 0.0 < score.class_floor < 0.1
    assert score.rfd == pytest.approx(metrics.digits.score(IMAGES).rfd, rel=1e-6)
    told = str(score)
    assert "label accuracy 9" in told and "n = 2,000" in told


def test_wrong_labels_cost_accuracy_and_the_distance_of_each_class_but_not_of_all():
    right = metrics.conditional_score(IMAGES, LABELS)
    wrong = metrics.conditional_score(IMAGES, (LABELS + 1) % 10)
    assert wrong.accuracy < 0.02
    assert wrong.class_rfd > 10 * right.class_rfd
    assert wrong.rfd == right.rfd


def test_one_picture_for_each_class_is_right_and_has_no_diversity():
    first = [int(np.flatnonzero(c == LABELS)[0]) for c in range(10)]
    images, labels = np.repeat(IMAGES[first], 20, axis=0), np.repeat(np.arange(10), 20)
    score = metrics.conditional_score(images, labels)
    assert score.accuracy == 1.0
    assert score.diversity == pytest.approx(0.0, abs=1e-3)


def test_diversity_is_the_root_mean_square_distance_of_pairs():
    rng = np.random.default_rng(0)
    clouds = [rng.normal(size=(40, 3)) * s for s in (1.0, 2.0)]
    fakes = [3.0 * clouds[0] + 5.0, 0.5 * clouds[1] - 1.0]  # moved, and wider or narrower

    def width(x):
        apart = ((x[:, None] - x) ** 2).sum(-1)
        return np.sqrt(apart.sum() / (len(x) * (len(x) - 1)))

    labels = np.repeat([0, 1], 40)
    fake, real = (conditional.class_statistics(np.concatenate(x), labels) for x in (fakes, clouds))
    expected = np.mean([width(f) / width(r) for f, r in zip(fakes, clouds, strict=True)])
    assert conditional.class_diversity(fake, real) == pytest.approx(expected, rel=1e-9)
    assert expected == pytest.approx((3.0 + 0.5) / 2, rel=1e-9)


def test_the_distance_of_classes_is_the_mean_of_theirs():
    """Clouds of one shape, moved by d: |d|^2 over the trace."""
    cov = np.diag([1.0, 3.0])
    real = [(np.zeros(2), cov), (np.ones(2), 2 * cov)]
    fake = [(np.array([3.0, 4.0]), cov), (np.ones(2), 2 * cov)]
    assert conditional.class_distance(fake, real) == pytest.approx(25 / 4 / 2, rel=1e-9)


@pytest.mark.parametrize(
    "labels, message",
    [
        (LABELS[:5], r"labels of shape \(5,\) for 2000 images"),
        (np.zeros(2000, int), "at least 2 of each digit"),
        (LABELS + 1, "with other labels"),
    ],
)
def test_labels_that_do_not_fit(labels, message):
    with pytest.raises(ValueError, match=message):
        metrics.conditional_score(IMAGES, labels)
