"""The checks of lesson 01: each accepts the right answer and rejects plausible wrong ones.

Every rejection must be for the right reason: the message names the idea that was missed.
"""

import numpy as np
import pytest
from exercise_rules import rules_for

from gan_lessons.checks import spam_filter as checks


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def shares(copies):
    kept = np.asarray(copies, float)
    kept = kept[kept > 0]
    return kept / kept.sum()


def entropy(copies, log=np.log):
    return -np.sum(shares(copies) * log(shares(copies)))


def naive_entropy(copies):
    p = np.asarray(copies) / np.sum(copies)
    return np.exp(-np.sum(p * np.log(p)))


def rounded(logits, labels):
    p = sigmoid(logits)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


RIGHT = [
    (checks.check_smoothed, lambda n, a: (n + a) / np.sum(n + a)),
    (checks.check_posterior, lambda r, p: r * p / (r * p + 1 - p)),
    (
        checks.check_recall_and_precision,
        lambda m: (m[1, 1] / m[1].sum(), m[1, 1] / m[:, 1].sum()),
    ),
    (checks.check_cross_entropy, lambda x, y: np.mean(np.logaddexp(0, (1 - 2 * y) * x))),
    (checks.check_effective_number, lambda copies: np.exp(entropy(copies))),
]

WRONG = {
    "smoothing: not divided": (
        checks.check_smoothed,
        lambda n, a: n + a,
        "together make 1",
    ),
    "smoothing: divided by the old sum": (
        checks.check_smoothed,
        lambda n, a: (n + a) / n.sum(),
        "in the sum that you divide by",
    ),
    "smoothing: alpha once in the sum": (
        checks.check_smoothed,
        lambda n, a: (n + a) / (n.sum() + a),
        "for each of the words",
    ),
    "smoothing: none": (
        checks.check_smoothed,
        lambda n, a: n / n.sum(),
        "never seen",
    ),
    "smoothing: only where the count is 0": (
        checks.check_smoothed,
        lambda n, a: np.where(n == 0, a, n) / np.where(n == 0, a, n).sum(),
        "become 4, 2, 1",
    ),
    "smoothing: always one": (
        checks.check_smoothed,
        lambda n, a: (n + (a > 0)) / np.sum(n + (a > 0)),
        "is an argument",
    ),
    "posterior: the prior ignored": (
        checks.check_posterior,
        lambda r, p: r / (1 + r),
        "before reading",
    ),
    "posterior: ratio times probability": (
        checks.check_posterior,
        lambda r, p: min(1.0, r * p),
        "odds of 3 to 1",
    ),
    "posterior: odds, not a probability": (
        checks.check_posterior,
        lambda r, p: r * p / (1 - p),
        "what you believed before",
    ),
    "posterior: evidence for ham": (
        checks.check_posterior,
        lambda r, p: p / (p + r * (1 - p)),
        "odds of 3 to 1",
    ),
    "posterior: the prior's odds are the prior": (
        checks.check_posterior,
        lambda r, p: r * p / (r * p + 1) if r != 1 and p != 0.5 else (0.75 if r == 3 else p),
        "not the probability",
    ),
    "recall: exchanged": (
        checks.check_recall_and_precision,
        lambda m: (m[1, 1] / m[:, 1].sum(), m[1, 1] / m[1].sum()),
        "recall is asked for first",
    ),
    "recall: of ham": (
        checks.check_recall_and_precision,
        lambda m: (m[0, 0] / m[0].sum(), m[0, 0] / m[:, 0].sum()),
        "figures of ham",
    ),
    "recall: share of all messages": (
        checks.check_recall_and_precision,
        lambda m: (m[1, 1] / m.sum(), m[1, 1] / m[:, 1].sum()),
        "row of spam",
    ),
    "precision: the accuracy": (
        checks.check_recall_and_precision,
        lambda m: (m[1, 1] / m[1].sum(), np.trace(m) / m.sum()),
        "column of what was blocked",
    ),
    "cross-entropy: a sum": (
        checks.check_cross_entropy,
        lambda x, y: np.sum(np.logaddexp(0, x) - y * x),
        "mean over messages",
    ),
    "cross-entropy: in bits": (
        checks.check_cross_entropy,
        lambda x, y: np.mean(np.logaddexp(0, x) - y * x) / np.log(2),
        "natural logarithms",
    ),
    "cross-entropy: labels exchanged": (
        checks.check_cross_entropy,
        lambda x, y: np.mean(np.logaddexp(0, x) - (1 - y) * x),
        "must cost less",
    ),
    "cross-entropy: spam only": (
        checks.check_cross_entropy,
        lambda x, y: np.sum(y * np.logaddexp(0, -x)) / np.sum(y),
        "Both kinds count",
    ),
    "cross-entropy: log of a rounded sigmoid": (
        checks.check_cross_entropy,
        rounded,
        "not infinite",
    ),
    "effective number: kinds counted": (
        checks.check_effective_number,
        lambda copies: float(np.sum(np.asarray(copies) > 0)),
        "1.2 and not 4",
    ),
    "effective number: the entropy itself": (
        checks.check_effective_number,
        entropy,
        "exp at the end",
    ),
    "effective number: bits, exp": (
        checks.check_effective_number,
        lambda copies: np.exp(entropy(copies, np.log2)),
        "natural logarithm",
    ),
    "effective number: 0 log 0": (
        checks.check_effective_number,
        naive_entropy,
        "leave it out",
    ),
    "effective number: of Simpson": (
        checks.check_effective_number,
        lambda copies: 1 / np.sum(shares(copies) ** 2),
        "by their share",
    ),
}


(
    test_right_answer_is_accepted,
    test_wrong_answer_is_rejected_for_the_idea_it_misses,
    test_every_check_rejects_at_least_two_wrong_answers,
    test_stub_is_open_and_an_empty_answer_is_explained,
) = rules_for(checks, RIGHT, WRONG)
test_wrong_answer_is_rejected_for_the_idea_it_misses = pytest.mark.filterwarnings(
    "ignore::RuntimeWarning"  # some of them are wrong by overflow
)(test_wrong_answer_is_rejected_for_the_idea_it_misses)
