"""The checks of lesson 11: each accepts the right answer and rejects plausible wrong ones.

Every rejection must be for the right reason: the message names the idea that was missed.
"""

import numpy as np
import pytest
from scipy.special import rel_entr

from gan_lessons.checks import measuring_gans as checks


def off_diagonal(table):
    """Mean over the entries off the diagonal, by another way than the check's."""
    return table[~np.eye(len(table), dtype=bool)].mean()


def inside(distances, radii):
    return distances < radii[:, None]


def score(answers):
    return np.exp(rel_entr(answers, answers.mean(axis=0)).sum(axis=1).mean())


def naive_score(answers):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.exp((answers * np.log(answers / answers.mean(axis=0))).sum(axis=1).mean())


def doctor(shift):
    """A decision from few measures."""
    if shift["copies"] > 20:
        return "memorised"
    if shift["coverage"] > -10:
        return "none"
    if shift["density"] < -6:
        return "blur"
    return "dropped kinds" if shift["classifier score"] < -8 else "few of each kind"


def other_doctor(shift):
    """The same from other measures."""
    if shift["closer to training"] > 8:
        return "memorised"
    if shift["recall"] > -10:
        return "none"
    if shift["legible"] < -7:
        return "blur"
    return "dropped kinds" if shift["kernel distance"] > 16 else "few of each kind"


def instead(wrong, right):
    """A doctor who says `wrong` where it is `right`."""
    return lambda shift: wrong if doctor(shift) == right else doctor(shift)


RIGHT = [
    (
        checks.check_kernel_distance,
        lambda xx, yy, xy: off_diagonal(xx) + off_diagonal(yy) - 2 * xy.mean(),
    ),
    (
        checks.check_precision_and_coverage,
        lambda d, r: (inside(d, r).any(axis=0).mean(), inside(d, r).any(axis=1).mean()),
    ),
    (checks.check_classifier_score, score),
    (checks.check_without_bias, lambda n, d: np.polynomial.Polynomial.fit(1 / n, d, 1)(0.0)),
    (checks.check_which_defect, doctor),
    (checks.check_which_defect, other_doctor),
]
WRONG = [
    (
        checks.check_kernel_distance,
        lambda xx, yy, xy: xx.mean() + yy.mean() - 2 * xy.mean(),
        "paired with itself",
    ),
    (
        checks.check_kernel_distance,
        lambda xx, yy, xy: (
            (xx.sum() - np.trace(xx)) / xx.size
            + (yy.sum() - np.trace(yy)) / yy.size
            - 2 * xy.mean()
        ),
        "still counted",
    ),
    (
        checks.check_kernel_distance,
        lambda xx, yy, xy: off_diagonal(xx) + off_diagonal(yy) - xy.mean(),
        "less twice",
    ),
    (
        checks.check_kernel_distance,
        lambda xx, yy, xy: max(0.0, off_diagonal(xx) + off_diagonal(yy) - 2 * xy.mean()),
        "cut off",
    ),
    (
        checks.check_kernel_distance,
        lambda xx, yy, xy: (
            off_diagonal(xx) + off_diagonal(yy) - 2 * off_diagonal(xy[: xy.shape[1], :])
        ),
        "*all* of xy",
    ),
    (
        checks.check_precision_and_coverage,
        lambda d, r: (inside(d, r).any(axis=1).mean(), inside(d, r).any(axis=0).mean()),
        "changed places",
    ),
    (
        checks.check_precision_and_coverage,
        lambda d, r: (inside(d, r).mean(), inside(d, r).any(axis=1).mean()),
        "counted pairs",
    ),
    (
        checks.check_precision_and_coverage,
        lambda d, r: (inside(d, r).all(axis=0).mean(), inside(d, r).any(axis=1).mean()),
        "One is enough",
    ),
    (
        checks.check_precision_and_coverage,
        lambda d, r: inside(d, r).any(axis=0).mean(),
        "two numbers",
    ),
    (
        checks.check_precision_and_coverage,
        lambda d, r: (
            (inside(d, r) if len(r) != d.shape[1] else d < r).any(axis=0).mean(),
            (inside(d, r) if len(r) != d.shape[1] else d < r).any(axis=1).mean(),
        ),
        "one to each *row*",
    ),
    (checks.check_classifier_score, lambda p: np.log(score(p)), "its exponential"),
    (checks.check_classifier_score, naive_score, "adds nothing"),
    (
        checks.check_classifier_score,
        lambda p: np.exp(rel_entr(p, 1 / p.shape[1]).sum(axis=1).mean()),
        "*mean* answer",
    ),
    (
        checks.check_classifier_score,
        lambda p: np.exp(rel_entr(p, p.mean(axis=0)).sum(axis=1)).mean(),
        "not mean(exp)",
    ),
    (checks.check_without_bias, lambda n, d: d[-1], "at the largest n"),
    (checks.check_without_bias, lambda n, d: np.polyfit(n, d, 1)[1], "no data at all"),
    (checks.check_without_bias, lambda n, d: np.polyfit(1 / n, d, 1)[0], "1 / n is 0"),
    (
        checks.check_without_bias,
        lambda n, d: (n[-1] * d[-1] - n[-2] * d[-2]) / (n[-1] - n[-2]),
        "use all of them",
    ),
    (checks.check_which_defect, instead("none", "memorised"), "only the measures that were shown"),
    (checks.check_which_defect, instead("blur", "few of each kind"), "all kinds are there"),
    (checks.check_which_defect, instead("few of each kind", "dropped kinds"), "counts kinds"),
    (checks.check_which_defect, instead("memorised", "none"), "two or three spreads"),
    (checks.check_which_defect, instead("few of each kind", "blur"), "single picture is worse"),
    (checks.check_which_defect, lambda shift: "collapse", "none of the answers"),
]


@pytest.mark.parametrize("check, answer", RIGHT)
def test_accepts(check, answer):
    verdict = check(answer)
    assert verdict, verdict.message


@pytest.mark.parametrize("check, answer, idea", WRONG)
def test_rejects_and_teaches(check, answer, idea):
    verdict = check(answer)
    assert verdict.status == "wrong" and idea in verdict.message, verdict.message
