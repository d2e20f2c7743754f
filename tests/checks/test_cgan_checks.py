"""Each check of lesson 08 accepts the solution and rejects plausible wrong answers, with words."""

import numpy as np
from exercise_rules import rules_for

from gan_lessons.checks import cgan as checks


def planes(images, labels, classes):
    wide = np.eye(classes)[labels][:, None, None] * np.ones_like(images)
    return np.concatenate([images, wide], axis=-1)


def one_scaled_plane(images, labels, classes):
    wide = np.zeros((*images.shape[:3], classes))
    wide[..., 0] = labels[:, None, None] / classes
    return np.concatenate([images, wide], axis=-1)


def in_one_pixel(images, labels, classes):
    joined = np.concatenate([images, np.zeros((*images.shape[:3], classes))], axis=-1)
    joined[:, 0, 0, 1:] = np.eye(classes)[labels]
    return joined


def of_the_first(images, labels, classes):
    return planes(images, np.full_like(labels, labels[0]), classes)


def planes_that_occur(images, labels, classes):
    return planes(images, labels, labels.max() + 1)


def spoils_its_input(images, labels, classes):
    joined = planes(images, labels, classes)
    images[:] = 0
    return joined


def best(p, q):
    return np.where(p + q > 0, p / np.where(p + q > 0, p + q, 1), 0.5)


def blind(p, q):
    images = best(p.sum(axis=1), q.sum(axis=1))
    return np.repeat(images[:, None], p.shape[1], axis=1)


def within_labels(p, q):
    return best(p / p.sum(axis=0), q / q.sum(axis=0))


def projection(features, weights, vectors, labels):
    return features @ weights + (vectors[labels] * features).sum(axis=1)


def diversity(features, labels):
    spreads = [2 * features[labels == c].var(axis=0, ddof=1).sum() for c in np.unique(labels)]
    return np.mean(np.sqrt(spreads))


def of_all(features, labels):
    return np.sqrt(2 * features.var(axis=0, ddof=1).sum())


def with_itself(features, labels):
    spreads = [2 * features[labels == c].var(axis=0).sum() for c in np.unique(labels)]
    return np.mean(np.sqrt(spreads))


def root_last(features, labels):
    spreads = [2 * features[labels == c].var(axis=0, ddof=1).sum() for c in np.unique(labels)]
    return np.sqrt(np.mean(spreads))


def by_size(features, labels):
    spreads = [2 * features[labels == c].var(axis=0, ddof=1).sum() for c in labels]
    return np.mean(np.sqrt(spreads))


def in_blocks(features, labels):
    ends = np.cumsum(np.unique(labels, return_counts=True)[1])[:-1]
    blocks = np.split(features, ends)  # as if each class stood together
    return np.mean([np.sqrt(2 * block.var(axis=0, ddof=1).sum()) for block in blocks])


def write(sample, text):
    images = np.full((len(text), 28, 28, 1), -1.0)
    places = [i for i, c in enumerate(text) if c.isdigit()]
    images[places] = sample([int(text[i]) for i in places])
    return images


def write_characters(sample, text):
    return write(lambda labels: sample([str(label) for label in labels]), text)


def write_all(sample, text):
    return sample([int(c) if c.isdigit() else 0 for c in text])


def write_sorted(sample, text):
    return write(sample, "".join(sorted(text)))


def write_on_grey(sample, text):
    images = write(sample, text)
    images[[not c.isdigit() for c in text]] = 0
    return images


def write_without_gaps(sample, text):
    return sample([int(c) for c in text if c.isdigit()])


def write_gaps_last(sample, text):
    digits = [c for c in text if c.isdigit()]
    return write(sample, "".join(digits).ljust(len(text)))


RIGHT = [
    (checks.check_label_planes, planes),
    (checks.check_best_answer, best),
    (checks.check_projection, projection),
    (checks.check_diversity, diversity),
    (checks.check_write, write),
]
WRONG = {
    "scaled": (checks.check_label_planes, one_scaled_plane, "A label has no size"),
    "one pixel": (checks.check_label_planes, in_one_pixel, "Every pixel should see"),
    "first": (checks.check_label_planes, of_the_first, "each image has its own label"),
    "occur": (checks.check_label_planes, planes_that_occur, "shape should be (4, 3, 5, 7)"),
    "spoils": (checks.check_label_planes, spoils_its_input, "changed the images"),
    "label first": (
        checks.check_label_planes,
        lambda *a: np.roll(planes(*a), -1, axis=-1),
        "The first channel",
    ),
    "blind": (checks.check_best_answer, blind, "perfect images under the wrong label"),
    "within": (checks.check_best_answer, within_labels, "image and the label together"),
    "fake": (checks.check_best_answer, lambda p, q: best(q, p), "wrong label"),
    "zero": (
        checks.check_best_answer,
        lambda p, q: np.nan_to_num(best(p, q) * (p > 0)),
        "one half",
    ),
    "no weights": (
        checks.check_projection,
        lambda f, w, v, k: (v[k] * f).sum(axis=1),
        "features times weights",
    ),
    "every vector": (
        checks.check_projection,
        lambda f, w, v, k: f @ w + (f @ v.T).sum(axis=1),
        "its own label",
    ),
    "wrong order": (
        checks.check_projection,
        lambda f, w, v, k: f @ w + (v[np.sort(k)] * f).sum(axis=1),
        "its own label",
    ),
    "product": (
        checks.check_projection,
        lambda f, w, v, k: f @ w * (1 + (v[k] * f).sum(axis=1)),
        "its own label",
    ),
    "all": (checks.check_diversity, of_all, "One picture for each class"),
    "itself": (checks.check_diversity, with_itself, "does not count"),
    "square": (checks.check_diversity, lambda f, k: diversity(f, k) ** 2, "distance of 5"),
    "root last": (checks.check_diversity, root_last, "First the root"),
    "by size": (checks.check_diversity, by_size, "counts the same"),
    "blocks": (checks.check_diversity, in_blocks, "need not stand"),
    "characters": (checks.check_write, write_characters, "not a character"),
    "everything": (checks.check_write, write_all, "nothing to order"),
    "sorted": (checks.check_write, write_sorted, "in which they stand in the text"),
    "grey": (checks.check_write, write_on_grey, "0 would be grey"),
    "no gaps": (checks.check_write, write_without_gaps, "shape should be (6, 28, 28, 1)"),
    "gaps last": (checks.check_write, write_gaps_last, "spaces and dashes counted"),
}

test_accepted, test_rejected, test_two_wrong_answers, test_stub_and_empty = rules_for(
    checks, RIGHT, WRONG
)
