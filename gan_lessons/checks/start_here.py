"""Checks of the exercises in lesson 00, start here."""

import numpy as np

from gan_lessons import metrics
from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("a hidden layer by hand")
def check_hidden_layer(fn):
    """fn(x, matrix, offsets) is relu(x @ matrix + offsets), for points x (n, inputs)."""
    rng = np.random.default_rng(0)
    x, matrix, offsets = (rng.normal(size=shape) for shape in ((5, 3), (3, 4), (4,)))
    before = x @ matrix + offsets
    got = as_array(fn(x, matrix, offsets), (5, 4))
    expect(
        not np.allclose(got, before),
        "Negative sums came through. Without the bend at 0 any number of layers is one straight "
        "layer, and the border between two kinds can only be a straight line.",
    )
    expect(
        not np.allclose(got, np.maximum(x @ matrix, 0.0) + offsets),
        "The offsets must be added before the bend: they say where a unit begins to speak.",
    )
    expect(
        not np.allclose(got, np.abs(before)),
        "Negative sums were turned round. A ReLU cuts them off: they become 0.",
    )
    expect_close(got, np.maximum(before, 0.0), "Sum with weights, add the offset, cut off at 0.")


@check("who wants which answer")
def check_wanted_answers(fn):
    """fn(n_real, n_fake) is what D is taught in its turn, and what G would like it to say."""
    answer = fn(3, 2)
    expect(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "Return two arrays: the answers that D is taught, and those that G would like.",
    )
    taught, liked = answer
    taught = as_array(taught, (5,))
    liked = as_array(liked)
    expect(
        not np.array_equal(taught, [0, 0, 0, 1, 1]),
        "Real and fake have changed places. In this course real is 1 and fake is 0, everywhere.",
    )
    expect(
        not np.array_equal(taught, np.ones(5)),
        "Police who are taught to say 1 to everything have learnt nothing about fakes.",
    )
    expect_close(taught, [1, 1, 1, 0, 0], "D is taught 1 for each real note, then 0 for each fake.")
    expect(
        liked.shape == (2,),
        "In G's turn only its own fakes are looked at: real notes are not G's work, and their mark "
        f"gives G nothing to change. Expected 2 answers, got the shape {liked.shape}.",
    )
    expect(
        not np.array_equal(liked, [0, 0]),
        "This G helps D: it would like its fakes to be recognised. It wants them to pass as real.",
    )
    expect_close(liked, [1, 1], "G wants each fake to be taken for real.")


@check("moving earth on a line")
def check_earth_moved(fn):
    """fn(x, y) is W1 of two samples of the same size on a line."""
    expect_close(
        fn(np.array([0.0, 1.0, 2.0]), np.array([2.0, 0.0, 1.0])),
        0.0,
        "These are the same three places in another order: nothing has to be moved. Bring both "
        "samples into order first; then the k-th goes to the k-th.",
    )
    expect_close(
        fn(np.array([0.0, 1.0, 2.0, 3.0]), np.array([3.0, 4.0, 5.0, 6.0])),
        3.0,
        "Everything moves by 3, so the answer is 3. Each of the n points carries 1/n of the earth: "
        "take the mean of the distances, not their sum, and not their squares.",
    )
    opposite = fn(np.array([0.0, 10.0]), np.array([1.0, 7.0]))
    expect(
        not np.isclose(np.abs(opposite), 1.0),
        "One point goes right by 1, the other left by 3. Both are work and do not cancel out: take "
        "the size of each distance before you average.",
    )
    expect_close(
        opposite,
        2.0,
        "Distances of 1 and 3 give 2. Work is mass times distance: no squares, no largest one.",
    )
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=40), rng.normal(2.0, 3.0, size=40)
    expect_close(
        fn(x, y),
        metrics.wasserstein_1d(x, y),
        "Sort both, take the sizes of the differences, and average them.",
    )


@check("a score on its scale")
def check_on_the_scale(fn):
    """fn(score, floor, chance) is 0 for real data and 1 for an untrained generator."""
    expect_close(
        fn(0.2, 0.2, 1.0),
        0.0,
        "A generator that scores like real data is perfect, as far as this ruler can tell. Its "
        "score is not 0 but the floor: subtract it.",
    )
    expect_close(
        fn(1.0, 0.2, 1.0),
        1.0,
        "An untrained generator should come out as 1. Divide by the way from the floor to chance, "
        "not by chance alone.",
    )
    expect_close(fn(0.4, 0.2, 1.0), 0.25, "In between it is a straight line.")
    expect_close(
        fn(1.8, 0.2, 1.0),
        2.0,
        "A generator can be worse than an untrained one, and the scale should say so: do not cut "
        "it off at 1.",
    )
