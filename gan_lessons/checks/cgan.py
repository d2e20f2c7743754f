"""Checks of the exercises in lesson 08, the conditional GAN."""

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("labels as planes beside the image")
def check_label_planes(fn):
    """fn(images (n, h, w, 1), labels (n,), classes) is (n, h, w, 1 + classes)."""
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (4, 3, 5, 1))
    labels = np.array([2, 0, 1, 2])
    before = images.copy()
    joined = as_array(fn(images, labels, 3), (4, 3, 5, 4))
    expect_close(joined[..., :1], before, "The first channel is the image itself, unchanged.")
    planes = joined[..., 1:]
    expect(
        np.isin(planes, (0.0, 1.0)).all(),
        "A label has no size: class 2 is not twice class 1. Its planes hold nothing but 0 and 1.",
    )
    expect_close(
        planes.sum(axis=-1),
        np.ones((4, 3, 5)),
        "Every pixel should see the label: exactly one of the planes is 1, and all over the image.",
    )
    for i, label in enumerate(labels):
        expect(
            (planes[i, ..., label] == 1).all(),
            f"Image {i} has the label {label}, so of its own planes number {label} should be 1: "
            "each image has its own label.",
        )
    wide = as_array(fn(images, labels, 6), (4, 3, 5, 7))
    expect(
        (wide[..., 4:] == 0).all(),
        "There may be classes that no image of the batch belongs to; they have planes too.",
    )
    expect(np.array_equal(images, before), "Your function changed the images it was given.")


@check("the best answer of a discriminator that sees the label")
def check_best_answer(fn):
    """fn(p, q) is D*(x, y) of tables (images, labels) of probabilities, in their shape."""
    honest = np.array([[0.46, 0.0], [0.0, 0.46], [0.04, 0.04]])
    swapped = honest[:, ::-1]
    expect_close(
        fn(honest, honest),
        np.full((3, 2), 0.5),
        "Where fakes are as likely as real ones, with this image and this label, D can only guess "
        "(where neither occurs, let it say one half).",
    )
    expect_close(
        fn(honest, swapped)[:2],
        [[1, 0], [0, 1]],
        "The fakes are perfect images under the wrong label. D sees the label, so it is certain.",
    )
    p = np.array([[0.3, 0.1], [0.2, 0.4]])
    q = np.array([[0.1, 0.1], [0.6, 0.2]])
    expect_close(
        fn(p, q),
        p / (p + q),
        "D's best answer is p / (p + q), of the image and the label together, entry by entry.",
    )


@check("the logit of a projection discriminator")
def check_projection(fn):
    """fn(features (n, d), weights (d,), vectors (classes, d), labels (n,)) is logits (n,)."""
    rng = np.random.default_rng(1)
    weights, vectors = rng.standard_normal(5), rng.standard_normal((3, 5))
    features = rng.standard_normal((4, 5))
    labels = np.array([2, 0, 2, 1])
    expect_close(
        fn(features, weights, np.zeros((3, 5)), labels),
        features @ weights,
        "With all class vectors 0 the label says nothing; what is left is features times weights.",
    )
    expect_close(
        fn(features, np.zeros(5), vectors, labels),
        [features[i] @ vectors[k] for i, k in enumerate(labels)],
        "The second part is the product of each image's features with the vector of its own label.",
    )
    expect_close(
        fn(features, weights, vectors, labels),
        [features[i] @ (weights + vectors[k]) for i, k in enumerate(labels)],
        "The logit is the sum of both parts.",
    )


@check("diversity within the classes")
def check_diversity(fn):
    """fn(features (n, d), labels (n,)): rms distance of two samples of a class, mean of classes."""
    rng = np.random.default_rng(2)
    labels = np.repeat(np.arange(3), [20, 40, 60])
    far = 100.0 * labels[:, None] * np.ones(4)
    expect_close(
        fn(far, labels),
        0.0,
        "One picture for each class has no diversity within the classes, however far the classes "
        "are apart.",
    )
    pair = np.array([[0.0, 0.0], [3.0, 4.0]])
    expect_close(
        fn(pair, np.array([7, 7])),
        5.0,
        "Two samples of one class, at a distance of 5: the distance of two *different* samples is "
        "5. (A sample is at 0 from itself; that does not count.)",
    )
    spread = rng.standard_normal((120, 4)) * np.array([1.0, 2.0, 5.0])[labels][:, None] + far
    expected = np.mean([_rms_distance(spread[labels == c]) for c in range(3)])
    expect_close(
        fn(spread, labels),
        expected,
        "First the root of the mean square distance within each class, then the plain mean over "
        "the classes, each of which counts the same, however many samples it has.",
    )
    shuffled = rng.permutation(120)
    expect_close(
        fn(spread[shuffled], labels[shuffled]),
        expected,
        "The samples of a class need not stand one after the other.",
    )


@check("a number, written")
def check_write(fn):
    """fn(sample, text) is an image for each character; sample(labels) draws what is ordered."""
    orders = []

    def sample(labels):
        expect(
            all(isinstance(label, (int, np.integer)) for label in labels),
            "A label is a whole number, not a character: order 3, not '3'.",
        )
        labels = [int(label) for label in labels]
        orders.append(labels)
        return np.stack([np.full((28, 28, 1), label / 10) for label in labels])

    images = as_array(fn(sample, "305"), (3, 28, 28, 1))
    expect_close(
        images[:, 0, 0, 0],
        [0.3, 0.0, 0.5],
        "The digits should come in the order in which they stand in the text.",
    )
    orders.clear()
    images = as_array(fn(sample, "5 12-5"), (6, 28, 28, 1))
    expect(
        all(label in (5, 1, 2) for order in orders for label in order),
        "A space and a dash are no digits: there is nothing to order for them.",
    )
    expect_close(
        images[[0, 2, 3, 5], 0, 0, 0],
        [0.5, 0.1, 0.2, 0.5],
        "Each digit belongs in the place where it stands in the text, spaces and dashes counted.",
    )
    expect_close(
        images[[1, 4]],
        np.full((2, 28, 28, 1), -1.0),
        "Between the digits is the background: black, which is -1 here. (0 would be grey.)",
    )


def _rms_distance(points):
    """Root mean square distance of two different points (n, d), pair by pair."""
    squares = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    return np.sqrt(squares.sum() / (len(points) * (len(points) - 1)))
