"""Checks of the exercises in lesson 02, the game of probability."""

import math

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("darts by the transformation method")
def check_dart_distance(fn):
    """fn(u) solves u = 1 - exp(-x^2 / 2) for x >= 0."""
    u = np.array([0.1, 0.4, 0.7, 0.95])
    got = as_array(fn(u), u.shape)
    expect(
        np.all(np.isfinite(got)),
        "There is NaN or infinity among the distances. Is there a minus missing under the root? "
        "log(1 - u) is negative.",
    )
    expect(
        got[0] < got[-1],
        "x must grow with u: a larger share of darts lies within a larger distance. With log(u) "
        "in place of log(1 - u) the distribution comes out right, but it is not the inverse of F.",
    )
    expect(
        not np.allclose(got, 1 - np.exp(-(u**2) / 2)),
        "This is F itself, from a distance to a probability. You need the way back.",
    )
    expect(
        not np.allclose(got, -2 * np.log1p(-u)),
        "This is the *square* of the distance: one step is missing.",
    )
    expect_close(
        1 - np.exp(-(got**2) / 2),
        u,
        "Putting your x into F does not give u back. Solve u = 1 - exp(-x^2 / 2) step by step: "
        "first for exp(...), then take the logarithm, then the root.",
    )


def _likeness(x, y):
    return np.exp(-((x[:, None] - y[None, :]) ** 2) / 2)


@check("the unbiased MMD")
def check_mmd(fn):
    """fn(k_xx, k_yy, k_xy) is the unbiased squared MMD from three tables of likeness."""
    alike = np.ones((4, 4))
    expect_close(
        fn(alike, alike, alike),
        0.0,
        "If all points are in one place, every likeness is 1, and nothing tells the samples apart.",
    )
    apart = np.full((3, 3), 0.2) + 0.8 * np.eye(3)
    expect_close(
        fn(apart, apart, np.full((3, 3), 0.2)),
        0.0,
        "Here two different points have the likeness 0.2, whichever sample they are from. So the "
        "samples do not differ. The 1s on the diagonal are points compared with themselves: leave "
        "them out, and divide by the number of pairs that are left, n (n - 1).",
    )
    near = np.full((3, 3), 0.9) + 0.1 * np.eye(3)
    value = as_array(fn(near, near, np.zeros((3, 3))), ())
    expect(
        value > 0,
        "Points that are like their own kind and unlike the others must give a large MMD: likeness "
        "within counts as plus, likeness between as minus.",
    )
    expect_close(
        value, 1.8, "The likeness between x and y counts twice, that within each sample once."
    )
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=5), rng.normal(1.0, size=7)
    off = [
        (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))
        for k in (_likeness(x, x), _likeness(y, y))
    ]
    expect_close(
        fn(_likeness(x, x), _likeness(y, y), _likeness(x, y)),
        sum(off) - 2 * _likeness(x, y).mean(),
        "The samples may have different sizes: take each mean over its own pairs.",
    )


@check("the best answer to an uneven mixture")
def check_best_answer(fn):
    """fn(p, q, share) is D*(x) where `share` of what D is shown is real."""
    expect_close(
        fn(1.0, 1.0, 0.5), 0.5, "Half real, half fake, and no difference here: D can only guess."
    )
    expect(
        as_array(fn(0.9, 0.1, 0.5), ()) > 0.5,
        "D(x) is the probability that x is *real*. Where real samples are denser, it is above 1/2.",
    )
    expect_close(
        fn(0.3, 0.1, 0.5), 0.75, "With equal shares the answer is p / (p + q), here 0.3 / 0.4."
    )
    expect_close(
        fn(1.0, 1.0, 0.9),
        0.9,
        "If nine of ten samples are real and x says nothing, the best guess is 0.9. What D is "
        "shown has the density share * p + (1 - share) * q.",
    )
    expect_close(
        fn(np.array([0.2, 0.5, 0.0]), np.array([0.4, 0.1, 0.3]), 0.25),
        np.array([0.05 / 0.35, 0.125 / 0.2, 0.0]),
        "Bayes' rule: the real part of the density at x, share * p, over the whole of it.",
    )


@check("the Jensen-Shannon divergence")
def check_js(fn):
    """fn(p, q) is the JS divergence, in nats, of two arrays of probabilities."""
    one, other = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    got = as_array(fn(one, other), ())
    expect(
        np.isfinite(got),
        "Two point masses in different places: the answer is finite. Compare each with the "
        "*average* of the two, which is above 0 wherever either is, and let a place with "
        "probability 0 add nothing (0 log 0 is 0).",
    )
    expect(
        not np.isclose(got, 1.0),
        "1 is the answer in bits. Here, as in the loss of a GAN, log is the natural logarithm.",
    )
    expect(
        not np.isclose(got, 2 * math.log(2)),
        "JS is the *mean* of the two divergences from the average, not their sum.",
    )
    expect_close(
        got,
        math.log(2),
        "Two distributions that share no place have the JS divergence log 2, the largest there is.",
    )
    expect_close(fn(other, other), 0.0, "A distribution does not differ from itself.")
    expect_close(
        fn(np.array([0.5, 0.5]), np.array([0.9, 0.1])),
        0.1017492,
        "JS = KL(p, m) / 2 + KL(q, m) / 2 with m = (p + q) / 2, and KL(p, m) is the sum of "
        "p log(p / m).",
    )
    expect_close(
        fn(np.array([0.9, 0.1]), np.array([0.5, 0.5])),
        0.1017492,
        "JS is symmetric: exchanging p and q must change nothing.",
    )


@check("the step that looks ahead")
def check_extragradient(fn):
    """fn(x, y, rate) is the next (x, y) of the extragradient rule on V = x y."""

    def step(x, y, rate):
        return as_array(np.array([float(v) for v in fn(x, y, rate)]), (2,))

    expect_close(step(0.0, 0.0, 0.3), (0.0, 0.0), "At the equilibrium nobody wants to move.")
    first = step(0.0, 1.0, 0.1)
    expect(
        first[0] < 0,
        "x wants V = x y small. With y above 0 it has to fall: V's slope for x is y.",
    )
    expect(
        np.hypot(*first) < 1,
        f"From a distance of 1 this step leads to {np.hypot(*first):.4f}. A plain step, of both at "
        "once or one after the other, does not come closer here. Use the slopes at the point "
        "*ahead*.",
    )
    expect_close(
        first,
        (-0.1, 0.99),
        "Take the slopes from the point ahead, but start the step where you *are*: the look ahead "
        "is not a move.",
    )
    x, y, rate = 0.4, -0.7, 0.2
    expect_close(
        step(x, y, rate),
        (x - rate * (y + rate * x), y + rate * (x - rate * y)),
        "Ahead lies (x - rate y, y + rate x). The slope for x is the y of that point, the slope "
        "for y its x.",
    )
