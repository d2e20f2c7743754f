"""The checks of lesson 04: each accepts the right answer and rejects plausible wrong ones.

Every rejection must be for the right reason: the message names the idea that was missed.
"""

import numpy as np
from exercise_rules import rules_for
from keras import ops

from gan_lessons import cases, failures
from gan_lessons.checks import when_gans_fail as checks
from gan_lessons.engine import losses
from gan_lessons.layers import MinibatchStddev


def apart(a, b, axis=-1):
    return np.abs(a - b).mean(axis=axis)


def diversity(z1, z2, x1, x2):
    return np.mean(apart(z1, z2) / (apart(x1, x2) + 0.01))


def unprotected(z1, z2, x1, x2):
    with np.errstate(divide="ignore"):
        return np.mean(apart(z1, z2) / apart(x1, x2))


def pulls(d):
    both = (losses.generator_saturating, losses.generator_nonsaturating)
    return tuple(failures.pull(loss, [d])[0] for loss in both)


def deviation(axis=1, mean=1):
    """Groups along the batch, and what may be done with them."""

    def column(features, group):
        groups = features.reshape(-1, group, features.shape[1])
        return np.repeat(groups.std(axis=axis).mean(axis=mean), group)

    return lambda features, group: np.column_stack([features, column(features, group)])


def layer(features, group):
    x = ops.convert_to_tensor(features.astype("float32"))
    return np.column_stack([features, ops.convert_to_numpy(MinibatchStddev(group)(x))[:, -1]])


def interleaved(features, group):
    groups = features.reshape(group, -1, features.shape[1])
    return np.column_stack([features, np.tile(groups.std(axis=0).mean(axis=1), group)])


def dirac_step(theta, psi, rate, gamma, alternating=True, loss="saturating"):
    return failures.dirac(loss, r1=gamma, alternating=alternating)(theta, psi, rate)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def penalised_generator(theta, psi, rate, gamma):
    theta, psi = dirac_step(theta, psi, rate, gamma)
    return theta - rate * gamma * theta, psi


def spreads_apart(base, other, ddof=1):
    pooled = np.sqrt((np.var(base, ddof=ddof) + np.var(other, ddof=ddof)) / 2)
    return (np.mean(other) - np.mean(base)) / pooled


TRUTH = {case: cases.culprit(case) for case in cases.CASES}


def exchanged(one, other):
    return lambda: TRUTH | {one: TRUTH[other], other: TRUTH[one]}


RIGHT = [
    (checks.check_pulls, pulls),
    (checks.check_diversity, diversity),
    (checks.check_minibatch_deviation, deviation()),
    (checks.check_dirac_step, dirac_step),
    (checks.check_spreads_apart, spreads_apart),
    (checks.check_diagnosis, lambda: TRUTH),
]

WRONG = {
    "pulls: exchanged": (checks.check_pulls, lambda d: (1 - d, d), "exchanged"),
    "pulls: slopes with their sign": (checks.check_pulls, lambda d: (-d, d - 1), "*size*"),
    "pulls: by D instead of the logit": (
        checks.check_pulls,
        lambda d: (1 / (1 - d), 1 / d),
        "chain rule",
    ),
    "pulls: one number": (checks.check_pulls, lambda d: d, "Return two numbers"),
    "pulls: the slope of the sigmoid": (
        checks.check_pulls,
        lambda d: (d * (1 - d), d * (1 - d)),
        "D and 1 - D",
    ),
    "diversity: upside down": (
        checks.check_diversity,
        lambda z1, z2, x1, x2: np.mean(apart(x1, x2) / (apart(z1, z2) + 0.01)),
        "makes this term *small*",
    ),
    "diversity: nothing under the line": (
        checks.check_diversity,
        unprotected,
        "division by 0",
    ),
    "diversity: sums over the coordinates": (
        checks.check_diversity,
        lambda z1, z2, x1, x2: np.mean(
            np.abs(z1 - z2).sum(axis=1) / (np.abs(x1 - x2).sum(axis=1) + 0.01)
        ),
        "mean of the absolute differences",
    ),
    "diversity: signed differences": (
        checks.check_diversity,
        lambda z1, z2, x1, x2: np.mean((z1 - z2).mean(axis=1) / (np.abs(x1 - x2).mean() + 0.01)),
        "",
    ),
    "diversity: the ratio of the means": (
        checks.check_diversity,
        lambda z1, z2, x1, x2: apart(z1, z2).mean() / (apart(x1, x2).mean() + 0.01),
        "one pair of twins",
    ),
    "deviation: of each sample": (
        checks.check_minibatch_deviation,
        lambda x, group: np.column_stack([x, x.std(axis=1)]),
        "*with each other*",
    ),
    "deviation: one number for the batch": (
        checks.check_minibatch_deviation,
        lambda x, group: np.column_stack([x, np.full(len(x), x.std(axis=0).mean())]),
        "of its own",
    ),
    "deviation: groups of distant samples": (
        checks.check_minibatch_deviation,
        interleaved,
        "compare samples",
    ),
    "deviation: the column first": (
        checks.check_minibatch_deviation,
        lambda x, group: np.roll(deviation()(x, group), 1, axis=1),
        "in front",
    ),
    "deviation: the variance": (
        checks.check_minibatch_deviation,
        lambda x, group: np.column_stack(
            [x, np.repeat(x.reshape(-1, group, x.shape[1]).var(axis=1).mean(axis=1), group)]
        ),
        "has the standard deviation",
    ),
    "deviation: over all numbers of a group": (
        checks.check_minibatch_deviation,
        lambda x, group: np.column_stack(
            [x, np.repeat(x.reshape(-1, group * x.shape[1]).std(axis=1), group)]
        ),
        "*with each other*",
    ),
    "dirac: both at once": (
        checks.check_dirac_step,
        lambda *a: dirac_step(*a, alternating=False),
        "D moves first",
    ),
    "dirac: D goes uphill": (
        checks.check_dirac_step,
        lambda theta, psi, rate, gamma: (theta, psi + rate * sigmoid(psi * theta) * theta),
        "psi must fall",
    ),
    "dirac: the non-saturating loss": (
        checks.check_dirac_step,
        lambda *a: dirac_step(*a, loss="nonsaturating"),
        "theta goes up by",
    ),
    "dirac: R1 forgotten": (
        checks.check_dirac_step,
        lambda theta, psi, rate, gamma: dirac_step(theta, psi, rate, 0.0),
        "only R1 moves psi",
    ),
    "dirac: R1 without its half": (
        checks.check_dirac_step,
        lambda theta, psi, rate, gamma: dirac_step(theta, psi, rate, 2 * gamma),
        "gamma / 2",
    ),
    "dirac: G pays as well": (checks.check_dirac_step, penalised_generator, "D's loss alone"),
    "spreads: the size only": (
        checks.check_spreads_apart,
        lambda base, other: spreads_apart(other, base),
        "sign",
    ),
    "spreads: the plain difference": (
        checks.check_spreads_apart,
        lambda base, other: np.mean(other) - np.mean(base),
        "divide by the spread",
    ),
    "spreads: over n": (
        checks.check_spreads_apart,
        lambda base, other: spreads_apart(base, other, ddof=0),
        "ddof=1",
    ),
    "spreads: a t statistic": (
        checks.check_spreads_apart,
        lambda base, other: (
            (np.mean(other) - np.mean(base))
            / np.sqrt(np.var(base, ddof=1) / len(base) + np.var(other, ddof=1) / len(other))
        ),
        "standard error",
    ),
    "spreads: of the base alone": (
        checks.check_spreads_apart,
        lambda base, other: (np.mean(other) - np.mean(base)) / np.std(base, ddof=1),
        "root of the mean",
    ),
    "diagnosis: two exchanged": (checks.check_diagnosis, exchanged("A", "B"), "Case A: if it were"),
    "diagnosis: one left out": (
        checks.check_diagnosis,
        lambda: {case: TRUTH[case] for case in "ABCD"},
        "no diagnosis of E",
    ),
    "diagnosis: an unknown bug": (
        checks.check_diagnosis,
        lambda: TRUTH | {"C": "bad luck"},
        "none of the suspects",
    ),
    "diagnosis: a list": (checks.check_diagnosis, lambda: list(TRUTH.values()), "dictionary"),
}


(
    test_right_answer_is_accepted,
    test_wrong_answer_is_rejected_for_the_idea_it_misses,
    test_every_check_rejects_at_least_two_wrong_answers,
    test_stub_is_open_and_an_empty_answer_is_explained,
) = rules_for(checks, RIGHT, WRONG)


def test_the_layer_itself_is_a_right_answer():
    assert checks.check_minibatch_deviation(layer)


def test_the_right_bug_is_never_named_for_a_wrong_diagnosis():
    assert set(checks.EXPECTED) == set(cases.SUSPECTS)
    for case in cases.CASES:
        for guess in set(cases.SUSPECTS) - {TRUTH[case]}:
            message = checks.check_diagnosis(lambda g=guess, c=case: TRUTH | {c: g}).message
            assert guess in message and TRUTH[case] not in message
