"""Checks of the exercises in lesson 11, measuring GANs."""

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("the kernel distance without bias")
def check_kernel_distance(fn):
    """fn(xx, yy, xy) is the unbiased MMD^2 from tables of the kernel, (n, n), (m, m) and (n, m)."""
    # The points 1, 2 and 0, 4 with the kernel x y, so that everything can be done by hand.
    x, y = np.array([1.0, 2.0]), np.array([0.0, 4.0])
    tables = np.outer(x, x), np.outer(y, y), np.outer(x, y)
    got = as_array(fn(*tables), ())
    expect(
        not np.isclose(got, 0.25),
        "Each point was paired with itself as well. A real point and its own copy are as alike as "
        "can be, which says nothing about the distribution: this is where the bias comes from. "
        "Leave the diagonals of xx and yy out, and divide by the number of pairs that are left.",
    )
    expect(
        not np.isclose(got, -5.0),
        "The diagonals are gone from the sums, but were still counted: of n points there are "
        "n (n - 1) pairs of different ones.",
    )
    expect(
        not np.isclose(got, 0.0),
        "A value below 0 was cut off. Where nothing differs, half of all honest values lie below "
        "0: cut them off, and the mean of all is above 0. The bias is back.",
    )
    expect_close(
        got,
        -4.0,
        "Mean of xx, and mean of yy, over different points, less twice the mean of *all* of xy: a "
        "real point and a fake are never the same point.",
    )
    rng = np.random.default_rng(0)
    xx, yy, xy = (rng.normal(size=shape) for shape in ((4, 4), (3, 3), (4, 3)))
    wanted = (xx.sum() - np.trace(xx)) / 12 + (yy.sum() - np.trace(yy)) / 6 - 2 * xy.mean()
    expect_close(
        fn(xx, yy, xy),
        wanted,
        "There may be more points on one side than on the other: each table has its own size.",
    )


@check("precision and coverage")
def check_precision_and_coverage(fn):
    """fn(distances, radii): from real points to fakes, (n, m), and of the real balls, (n,)."""
    # Real points at 0, 1 and 3 with radii 1, 1 and 2; fakes at .2, .5, 7 and 8.
    real, fakes = np.array([0.0, 1.0, 3.0]), np.array([0.2, 0.5, 7.0, 8.0])
    distances, radii = np.abs(real[:, None] - fakes[None]), np.array([1.0, 1.0, 2.0])
    answer = fn(distances, radii)
    expect(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "Return two numbers: precision, then coverage.",
    )
    precision, coverage = (as_array(value, ()) for value in answer)
    expect(
        not (np.isclose(precision, 2 / 3) and np.isclose(coverage, 1 / 2)),
        "The two have changed places. Precision is a share of the fakes (columns), coverage is a "
        "share of the real points (rows).",
    )
    expect(
        not np.isclose(precision, 1 / 3),
        "You counted pairs. A fake that lies in two balls is no better than one that lies in one: "
        "ask for each fake whether there is *any* ball that holds it. (Counting balls gives the "
        "density.)",
    )
    expect(
        not np.isclose(precision, 0.0),
        "Hardly any fake lies in *all* the balls at once. One is enough.",
    )
    expect_close(precision, 1 / 2, "Two of the four fakes lie in some real ball.")
    expect_close(coverage, 2 / 3, "The balls of two of the three real points hold some fake.")
    # As many real points as fakes, so that a radius could be taken for that of a fake.
    distances, radii = np.array([[1.0, 5.0], [1.0, 5.0]]), np.array([2.0, 0.5])
    precision, coverage = fn(distances, radii)
    expect_close(
        (precision, coverage),
        (1 / 2, 1 / 2),
        "The radii belong to the real points, one to each *row*. `radii` alone lies along the "
        "columns: write radii[:, None].",
    )


@check("the classifier score")
def check_classifier_score(fn):
    """fn(answers) is the classifier score of answers (n, classes), rows of probabilities."""
    even = np.full((6, 4), 0.25)
    got = as_array(fn(even), ())
    expect(
        not np.isclose(got, 0.0),
        "For answers that are all alike you got 0, which is the mean KL. The score is its "
        "exponential, so that it counts kinds: from 1 to the number of classes.",
    )
    expect_close(got, 1.0, "Answers that are all alike tell nothing: the score is 1.")
    sure = np.eye(4)[[0, 1, 2, 3, 0, 1, 2, 3]]
    got = as_array(fn(sure), ())
    expect(
        np.isfinite(got),
        "A probability of 0 adds nothing, since p log p goes to 0 with p. Your logarithm of 0 is "
        "infinite, and 0 times infinity is NaN.",
    )
    expect_close(got, 4.0, "Sure of each image, and all four kinds equally often: the score is 4.")
    collapsed = np.eye(4)[[0, 0, 0, 0]]
    expect_close(
        fn(collapsed),
        1.0,
        "Sure of each image, but always of the same kind: a collapsed generator scores 1. The "
        "*mean* answer is what each answer has to be compared with.",
    )
    rng = np.random.default_rng(0)
    answers = rng.dirichlet(np.full(5, 0.5), size=30)
    each = (answers * np.log(answers / answers.mean(axis=0))).sum(axis=1)
    got = as_array(fn(answers), ())
    expect(
        not np.isclose(got, np.exp(each).mean()),
        "First the mean over the images, then the exponential: exp(mean), not mean(exp).",
    )
    expect_close(got, np.exp(each.mean()), "exp of the mean over the images of KL(p(y|x) || p(y)).")


@check("without the bias")
def check_without_bias(fn):
    """fn(sizes, distances) is where distances a + b / n end for endless n: a."""
    sizes = np.array([100.0, 200.0, 500.0, 1000.0])
    got = as_array(fn(sizes, 0.5 + 300.0 / sizes), ())
    expect(
        not np.isclose(got, 0.8),
        "That is the distance at the largest n. It still holds b / n: go on, to endless n.",
    )
    expect(
        not np.isclose(got, np.polyval(np.polyfit(sizes, 0.5 + 300.0 / sizes, 1), 0.0)),
        "You fitted a straight line in n and read it off at n = 0, which is no data at all. The "
        "bias is b / n, so the distance is a straight line in 1 / n.",
    )
    expect_close(got, 0.5, "A straight line in 1 / n; for endless n, 1 / n is 0.")
    rng = np.random.default_rng(0)
    distances = 2.0 + 50.0 / sizes + 0.01 * rng.normal(size=4)
    expect_close(
        fn(sizes, distances),
        np.polyfit(1 / sizes, distances, 1)[1],
        "With noise in the distances, use all of them: the line of least squares.",
    )


# Shifts in spreads, rounded, as they were measured with five splits and 2,000 digits.
SYMPTOMS = {
    "none": {},
    "blur": {
        "rFD": 650, "legible": -28, "kernel distance": 180, "precision": -15, "recall": -240,
        "density": -28, "coverage": -170, "classifier score": -12, "copies": -4,
    },
    "dropped kinds": {
        "rFD": 240, "kernel distance": 47, "precision": -1, "recall": -85, "coverage": -68,
        "classifier score": -34,
    },
    "few of each kind": {
        "rFD": 43, "legible": -1, "kernel distance": 6, "precision": 2, "recall": -240,
        "density": 2, "coverage": -160, "copies": 1,
    },
    "memorised": {"rFD": -1, "precision": 1, "closer to training": 35, "copies": 320},
}  # fmt: skip
MEASURES = (
    "rFD", "legible", "kernel distance", "precision", "recall", "density", "coverage",
    "classifier score", "closer to training", "copies",
)  # fmt: skip
REASONS = {
    "none": "Nothing has moved by more than chance moves it (two or three spreads): no defect.",
    "blur": "Each single picture is worse: precision and density fall, and fewer are legible. "
    "Where only variety is lost, these stay.",
    "dropped kinds": "Each picture is good (precision stays), but kinds are missing: the "
    "classifier score is the measure that counts kinds.",
    "few of each kind": "Each picture is good and all kinds are there (the classifier score "
    "stays), yet most of the real digits have no fake near them: recall and coverage fall.",
    "memorised": "Distribution and variety are perfect, and that is the trap: only the measures "
    "that were shown the training set can see a copy.",
}


@check("name the defect")
def check_which_defect(fn):
    """fn(shift) names the defect from {measure: shift in spreads of the perfect generator}."""
    rng = np.random.default_rng(0)
    for strength in (1.0, 0.5, 2.0):  # of the same defect: blurred less, or more
        for defect, moved in SYMPTOMS.items():
            chance = dict(zip(MEASURES, rng.normal(size=len(MEASURES)), strict=True))
            shift = {name: strength * moved.get(name, 0) + chance[name] for name in MEASURES}
            said = fn(shift)
            told = ", ".join(f"{name} {value:+.0f}" for name, value in shift.items())
            expect(
                said in SYMPTOMS,
                f"{said!r} is none of the answers. They are: {', '.join(SYMPTOMS)}.",
            )
            expect(
                said == defect,
                f"You said {said!r} where it was {defect!r}. {REASONS[defect]} ({told})",
            )
