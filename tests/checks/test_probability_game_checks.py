"""The checks of lesson 02: each accepts the right answer and rejects plausible wrong ones.

Every rejection must be for the right reason: the message names the idea that was missed.
"""

import math

import numpy as np
import pytest
from exercise_rules import rules_for
from scipy.spatial.distance import jensenshannon
from scipy.stats import rayleigh

from gan_lessons import games
from gan_lessons.checks import probability_game as checks


def off_diagonal(k):
    return (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))


def kl(p, q):
    there = p > 0
    return np.sum(p[there] * np.log(p[there] / q[there]))


def js(p, q):
    m = (p + q) / 2
    return (kl(p, m) + kl(q, m)) / 2


def no_care(p, q):
    m = (p + q) / 2
    with np.errstate(all="ignore"):
        return 0.5 * np.sum(p * np.log(p / m) + q * np.log(q / m))


def from_ahead(x, y, rate):
    ahead = games.simultaneous(x, y, rate)
    return games.simultaneous(*ahead, rate)


def moves_on(x, y, rate):
    """Starts the second step at the point ahead, with a sign that shrinks it."""
    x, y = games.extragradient(x, y, rate)
    return games.extragradient(x, y, rate)


RIGHT = [
    (checks.check_dart_distance, rayleigh.ppf),
    (checks.check_mmd, lambda a, b, c: off_diagonal(a) + off_diagonal(b) - 2 * c.mean()),
    (checks.check_best_answer, lambda p, q, s: s * p / (s * p + (1 - s) * q)),
    (checks.check_js, lambda p, q: jensenshannon(p, q) ** 2),
    (checks.check_extragradient, games.extragradient),
]

WRONG = {
    "darts: the square": (checks.check_dart_distance, lambda u: -2 * np.log1p(-u), "*square*"),
    "darts: falls with u": (
        checks.check_dart_distance,
        lambda u: np.sqrt(-2 * np.log(u)),
        "grow with u",
    ),
    "darts: the 2 is lost": (
        checks.check_dart_distance,
        lambda u: np.sqrt(-np.log1p(-u)),
        "does not give u back",
    ),
    "darts: the CDF": (checks.check_dart_distance, rayleigh.cdf, "F itself"),
    "darts: the minus is lost": (
        checks.check_dart_distance,
        lambda u: np.emath.sqrt(2 * np.log1p(-u)).imag * np.nan,
        "minus",
    ),
    "MMD: with the diagonal": (
        checks.check_mmd,
        lambda a, b, c: a.mean() + b.mean() - 2 * c.mean(),
        "diagonal",
    ),
    "MMD: without the diagonal, divided by n^2": (
        checks.check_mmd,
        lambda a, b, c: sum((k.sum() - np.trace(k)) / k.size for k in (a, b)) - 2 * c.mean(),
        "nothing tells the samples apart",
    ),
    "MMD: between counts once": (
        checks.check_mmd,
        lambda a, b, c: off_diagonal(a) + off_diagonal(b) - c.mean(),
        "nothing tells the samples apart",
    ),
    "MMD: the sign": (
        checks.check_mmd,
        lambda a, b, c: 2 * c.mean() - off_diagonal(a) - off_diagonal(b),
        "within counts as plus",
    ),
    "MMD: means of means": (
        checks.check_mmd,
        lambda a, b, c: (off_diagonal(a) + off_diagonal(b)) / 2 - c.mean(),
        "counts twice",
    ),
    "answer: the share forgotten": (
        checks.check_best_answer,
        lambda p, q, s: p / (p + q),
        "nine of ten",
    ),
    "answer: probability of a fake": (
        checks.check_best_answer,
        lambda p, q, s: q / (p + q),
        "*real*",
    ),
    "answer: the share outside": (
        checks.check_best_answer,
        lambda p, q, s: 2 * s * p / (p + q) - s + 0.5,
        "nine of ten",
    ),
    "answer: the difference": (
        checks.check_best_answer,
        lambda p, q, s: 0.5 + (p - q) / 2,
        "p / (p + q)",
    ),
    "answer: shares exchanged": (
        checks.check_best_answer,
        lambda p, q, s: (1 - s) * p / ((1 - s) * p + s * q),
        "nine of ten",
    ),
    "JS: 0 log 0": (checks.check_js, no_care, "0 log 0"),
    "JS: in bits": (checks.check_js, lambda p, q: js(p, q) / math.log(2), "bits"),
    "JS: the sum": (checks.check_js, lambda p, q: 2 * js(p, q), "*mean*"),
    "JS: its root": (checks.check_js, jensenshannon, "log 2"),
    "JS: one side only": (
        checks.check_js,
        lambda p, q: kl(p, (p + q) / 2),
        "JS = KL(p, m) / 2",
    ),
    "ahead: both at once": (checks.check_extragradient, games.simultaneous, "come closer"),
    "ahead: one after the other": (checks.check_extragradient, games.alternating, "come closer"),
    "ahead: two plain steps": (checks.check_extragradient, from_ahead, "come closer"),
    "ahead: two looks": (checks.check_extragradient, moves_on, "not a move"),
    "ahead: roles exchanged": (
        checks.check_extragradient,
        lambda x, y, r: games.extragradient(x, y, -r),
        "has to fall",
    ),
}


(
    test_right_answer_is_accepted,
    test_wrong_answer_is_rejected_for_the_idea_it_misses,
    test_every_check_rejects_at_least_two_wrong_answers,
    _,  # not every check here explains an empty answer by the word that this asks for
) = rules_for(checks, RIGHT, WRONG)


@pytest.mark.parametrize("check", [c for c, _ in RIGHT], ids=[c.exercise for c, _ in RIGHT])
def test_stub_is_open_and_an_empty_answer_is_explained(check):
    def stub(*_):
        raise NotImplementedError("your turn")

    assert check(stub).status == "not attempted"
    assert not check(lambda *_: None)
