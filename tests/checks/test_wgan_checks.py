"""The checks of lesson 10: each accepts the right answer and rejects plausible wrong ones.

Every rejection must be for the right reason: the message names the idea that was missed.
"""

import numpy as np
from exercise_rules import rules_for

from gan_lessons.checks import wgan as checks


def line(x, y):
    return np.abs(np.sort(x) - np.sort(y)).mean()


def by_area(x, y):
    """The same by the area between both distribution functions."""
    places = np.sort(np.concatenate([x, y]))
    below = [np.searchsorted(np.sort(s), places[:-1], side="right") / len(s) for s in (x, y)]
    return np.sum(np.abs(below[0] - below[1]) * np.diff(places))


def critic(distances, g):
    return (distances - g).min(axis=1)


def between(real, fake, u):
    mix = u[:, None, None, None]
    return mix * real + (1 - mix) * fake


def three(norms):
    return (
        np.mean((norms - 1) ** 2),
        np.mean(np.maximum(norms - 1, 0) ** 2),
        np.mean(norms**2),
    )


def without_overshoot(estimate, weight):
    return -weight + np.sqrt(weight**2 + 2 * weight * estimate)


RIGHT = [
    (checks.check_line, line),
    (checks.check_critic_from_prices, critic),
    (checks.check_between, between),
    (checks.check_three_penalties, three),
    (checks.check_without_overshoot, without_overshoot),
]

WRONG = {
    "line: in the order of the lists": (
        checks.check_line,
        lambda x, y: np.abs(x - y).mean(),
        "every pile may go to every hole",
    ),
    "line: the means": (checks.check_line, lambda x, y: abs(x.mean() - y.mean()), "cancel"),
    "line: W2": (
        checks.check_line,
        lambda x, y: np.sqrt(np.mean((np.sort(x) - np.sort(y)) ** 2)),
        "W2",
    ),
    "line: squares": (
        checks.check_line,
        lambda x, y: np.mean((np.sort(x) - np.sort(y)) ** 2),
        "W2",
    ),
    "line: a sum": (
        checks.check_line,
        lambda x, y: np.abs(np.sort(x) - np.sort(y)).sum(),
        "not their sum",
    ),
    "line: signed": (
        checks.check_line,
        lambda x, y: (np.sort(y) - np.sort(x)).mean(),
        "cancel",
    ),
    "prices: plus": (
        checks.check_critic_from_prices,
        lambda d, g: (d + g).min(axis=1),
        "The sign of g",
    ),
    "prices: the maximum": (
        checks.check_critic_from_prices,
        lambda d, g: (d - g).max(axis=1),
        "every* hole",
    ),
    "prices: over the places": (
        checks.check_critic_from_prices,
        lambda d, g: (d - g).min(axis=0),
        "axis 1",
    ),
    "between: one coefficient": (
        checks.check_between,
        lambda real, fake, u: u[1] * real + (1 - u[1]) * fake,
        "share one coefficient",
    ),
    "between: along another axis": (
        checks.check_between,
        lambda real, fake, u: u[:, None] * real + (1 - u[:, None]) * fake,
        "(n, 1, 1, 1)",
    ),
    "between: beyond": (
        checks.check_between,
        lambda real, fake, u: real + u[:, None, None, None] * (real - fake),
        "beyond",
    ),
    "between: exchanged": (
        checks.check_between,
        lambda real, fake, u: between(fake, real, u),
        "u = 1 is the real sample",
    ),
    "penalties: the square of the mean": (
        checks.check_three_penalties,
        lambda norms: ((norms.mean() - 1) ** 2, *three(norms)[1:]),
        "inside the mean",
    ),
    "penalties: both sides twice": (
        checks.check_three_penalties,
        lambda norms: (three(norms)[0], three(norms)[0], three(norms)[2]),
        "*below* 1",
    ),
    "penalties: R1 without the square": (
        checks.check_three_penalties,
        lambda norms: (*three(norms)[:2], norms.mean()),
        "*squared* norm",
    ),
    "penalties: one number": (
        checks.check_three_penalties,
        lambda norms: three(norms)[0],
        "Return three numbers",
    ),
    "overshoot: the estimate in the factor": (
        checks.check_without_overshoot,
        lambda e, weight: e / (1 + e / (2 * weight)),
        "quadratic",
    ),
    "overshoot: the wrong way": (
        checks.check_without_overshoot,
        lambda e, weight: e * (1 + e / (2 * weight)),
        "too *large*",
    ),
    "overshoot: the other root": (
        checks.check_without_overshoot,
        lambda e, weight: -weight - np.sqrt(weight**2 + 2 * weight * e),
        "one is positive",
    ),
}

test_accepts, test_rejects, test_each_check_has_two_wrong_answers, test_open_and_empty = rules_for(
    checks, RIGHT, WRONG
)


def test_another_right_way_is_accepted():
    assert checks.check_line(by_area)
