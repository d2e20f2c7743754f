"""Checks of the exercises in lesson 10, the Wasserstein GAN."""

import numpy as np

from gan_lessons import earth_mover, metrics
from gan_lessons.checks.core import WrongAnswer, as_array, check, expect, expect_close


@check("the earth mover's distance on a line")
def check_line(fn):
    """fn(x, y) is W1 of two samples (n,) of one size."""
    x, y = np.array([3.0, 1.0, 2.0]), np.array([2.0, 3.0, 1.0])
    expect(
        np.isclose(as_array(fn(x, y), ()), 0.0),
        "Both samples hold the numbers 1, 2 and 3, so nothing has to be moved. Who stands where in "
        "the list does not matter: every pile may go to every hole.",
    )
    expect(
        not np.isclose(as_array(fn(np.array([-1.0, 1.0]), np.array([-2.0, 2.0])), ()), 0.0),
        "Both samples have the mean 0, but they are not the same: one unit has to go left and one "
        "right. Ways are never negative, so they cannot cancel.",
    )
    halves = as_array(fn(np.array([0.0, 10.0]), np.array([11.0, 1.0])), ())
    expect(
        not np.isclose(halves, 2.0),
        "Each of the n points is a pile of mass 1/n, so that all earth together weighs 1: the mean "
        "of the ways, not their sum.",
    )
    expect_close(
        halves,
        1.0,
        "Sort both: the smallest goes to the smallest, the largest to the largest. Here each half "
        "of the earth walks 1.",
    )
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=40), rng.normal(1.0, 3.0, size=40)
    squared = np.sqrt(np.mean((np.sort(x) - np.sort(y)) ** 2))
    got = as_array(fn(x, y), ())
    expect(
        not np.isclose(got, squared) and not np.isclose(got, squared**2),
        "That is W2, which squares the ways. The work of W1 is mass times way.",
    )
    expect_close(got, metrics.wasserstein_1d(x, y), "The mean way between sorted values.")


@check("from prices to a critic")
def check_critic_from_prices(fn):
    """fn(distances, g) is min_j (d(x_i, y_j) - g_j): (k, m) and (m,) to (k,)."""
    distances = np.array([[1.0, 4.0], [2.0, 0.5], [6.0, 5.0]])
    g = np.array([-1.0, 2.0])
    answer = as_array(fn(distances, g))
    expect(
        answer.shape == (3,),
        f"f has one value for each of the 3 places x; your answer has the shape {answer.shape}. "
        "The minimum is over the holes, axis 1.",
    )
    expect(
        not np.allclose(answer, (distances + g).min(axis=1)),
        "The sign of g: the carrier may ask no more than the way, f + g <= d. So f <= d - g.",
    )
    expect(
        not np.allclose(answer, (distances - g).max(axis=1)),
        "f + g_j <= d_j must hold for *every* hole j, so f is as large as the strictest of them "
        "allows: the minimum. With the maximum the carrier would be dearer than walking.",
    )
    expect_close(answer, [2.0, -1.5, 3.0], "f(x_i) is the smallest of d(x_i, y_j) - g_j.")
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(6, 2)), rng.normal(2.0, 1.0, size=(5, 2))
    apart = np.linalg.norm(x[:, None] - y, axis=2)
    found = earth_mover.transport(np.full(6, 1 / 6), np.full(5, 1 / 5), apart)
    expect_close(
        fn(apart, found.g), found.critic(apart), "The smallest of d(x_i, y_j) - g_j.", atol=1e-9
    )


@check("a point between real and fake, for each sample")
def check_between(fn):
    """fn(real, fake, u) is u_i real_i + (1 - u_i) fake_i: images (n, h, w, c), u (n,)."""
    n = 3
    real, fake = np.ones((n, 4, 3, 2)), np.zeros((n, 4, 3, 2))
    u = np.array([0.0, 0.25, 1.0])
    answer = as_array(fn(real, fake, u), real.shape)
    expect(
        (answer >= -1e-9).all() and (answer <= 1 + 1e-9).all(),
        "With u in [0, 1] the point lies *between* the two. Yours lies beyond.",
    )
    expect(
        np.allclose(answer, answer[:, :1, :1, :1]),
        "Each sample has one coefficient for all of its pixels. In yours they differ inside one "
        "image: u must be given the shape (n, 1, 1, 1), or NumPy lines it up with another axis.",
    )
    got = answer[:, 0, 0, 0]
    expect(
        not np.allclose(got, got[0]),
        "All samples of your batch share one coefficient. Then the penalty looks at one distance "
        "only in each step.",
    )
    expect_close(
        got, u, "u = 1 is the real sample, u = 0 the fake (exchanged would do as well, for a "
        "uniform u; here we agree on this)."
    )  # fmt: skip
    rng = np.random.default_rng(2)
    real, fake, u = (
        rng.normal(size=(3, 3, 3, 3)),
        rng.normal(size=(3, 3, 3, 3)),
        rng.uniform(size=3),
    )
    mix = u[:, None, None, None]
    expect_close(
        fn(real, fake, u),
        mix * real + (1 - mix) * fake,
        "Each sample has a coefficient of its own, the same for all of its pixels.",
    )


@check("three penalties")
def check_three_penalties(fn):
    """fn(norms) is (two-sided, one-sided, R1) of gradient norms (n,), without weights."""
    answer = fn(np.array([0.0, 1.0, 3.0]))
    expect(answer is not None, "Your function returned nothing: did you forget `return`?")
    try:
        parts = [as_array(part, ()) for part in answer]
    except TypeError:
        parts = []
    if len(parts) != 3:
        raise WrongAnswer("Return three numbers: two-sided, one-sided and R1, each a mean.")
    two, one, r1 = parts
    expect(
        not np.isclose(two, 1 / 3**2),
        "The square is inside the mean: every single slope should be 1, not their average. A slope "
        "of 0 and one of 2 are no two slopes of 1.",
    )
    expect_close(two, 5 / 3, "Two-sided: the mean of (norm - 1)^2, here of 1, 0 and 4.")
    expect(
        not np.isclose(one, 5 / 3),
        "One-sided means that a slope *below* 1 costs nothing: max(0, norm - 1), then the square.",
    )
    expect_close(one, 4 / 3, "One-sided: the mean of max(0, norm - 1)^2, here of 0, 0 and 4.")
    expect(
        not np.isclose(r1, 4 / 3),
        "R1 takes the *squared* norm: the mean of norm^2, not of the norms.",
    )
    expect_close(r1, 10 / 3, "R1: the mean of norm^2, here of 0, 1 and 9. It wants flatness.")
    norms = np.array([0.2, 0.7, 1.4, 2.0, 5.0])
    expected = [
        np.mean((norms - 1) ** 2),
        np.mean(np.maximum(norms - 1, 0) ** 2),
        np.mean(norms**2),
    ]
    expect_close(
        np.array([as_array(part, ()) for part in fn(norms)]), expected, "The three means again."
    )


@check("what the penalty adds to the distance")
def check_without_overshoot(fn):
    """fn(estimate, weight) is the W1 behind an estimate W1 (1 + W1 / (2 weight))."""
    estimate = 3.0 * (1 + 3.0 / 20.0)
    answer = as_array(fn(estimate, 10.0), ())
    expect(
        answer < estimate,
        "The penalty gives way, so the slope is above 1 and the estimate too *large*: what you "
        "look for is smaller.",
    )
    expect(
        not np.isclose(answer, estimate / (1 + estimate / 20.0)),
        "You have put the estimate in the place of W1 in the factor 1 + W1 / (2 lambda). It is "
        "W1 itself that is unknown, on both sides: a quadratic equation.",
    )
    expect_close(
        answer,
        3.0,
        "W1 + W1^2 / (2 lambda) = estimate. Of the two roots of this quadratic equation one is "
        "positive.",
    )
    expect(
        np.isclose(as_array(fn(0.5, 1e6), ()), 0.5, rtol=1e-4),
        "With a very large weight no slope above 1 is worth its price, and the estimate is right.",
    )
    for w1, weight in ((0.1, 30.0), (2.0, 1.0)):
        expect_close(fn(w1 * (1 + w1 / (2 * weight)), weight), w1, "The positive root.", rtol=1e-6)
