"""Checks of the exercises in lesson 04, when GANs fail."""

import numpy as np

from gan_lessons import cases
from gan_lessons.checks.core import WrongAnswer, as_array, check, expect, expect_close


@check("the pull of both losses")
def check_pulls(fn):
    """fn(d_fake) is the size of the slopes of log(1 - D) and of -log D, by the logit."""
    answer = fn(0.25)
    try:
        saturating, nonsaturating = answer
    except (TypeError, ValueError):
        expect(answer is not None, "Your function returned nothing: did you forget `return`?")
        raise WrongAnswer(
            "Return two numbers: the pull of the saturating and that of the non-saturating loss."
        ) from None
    pulls = np.array([as_array(saturating, ()), as_array(nonsaturating, ())])
    expect(
        (pulls >= 0).all(),
        "A pull is the *size* of a slope, so it is never negative: both losses fall as the logit "
        "grows, and the question is how steeply.",
    )
    expect(
        not np.allclose(pulls, [1 / 0.75, 1 / 0.25]),
        "That is the slope by D itself. The network returns a logit l with D = sigmoid(l): the "
        "chain rule adds the factor dD/dl = D (1 - D), and that factor is what vanishes.",
    )
    expect(
        not np.allclose(pulls, [0.75, 0.25]),
        "The two are exchanged. It is the saturating loss that is flat where D is sure that it "
        "sees a fake, that is, where D is close to 0.",
    )
    expect_close(pulls, [0.25, 0.75], "At D = 1/4 the pulls are D and 1 - D.")
    expect_close(
        np.array([as_array(x, ()) for x in fn(1e-4)]),
        [1e-4, 0.9999],
        "Where D is sure of a fake (D = 0.0001), one loss leaves 0.0001 and the other nearly 1.",
    )


@check("the diversity term")
def check_diversity(fn):
    """fn(z1, z2, x1, x2) is the mean of |z1 - z2| / (|x1 - x2| + 0.01) over pairs."""
    z1, z2 = np.zeros((2, 3)), np.array([[1.0, -1.0, 1.0], [2.0, 2.0, -2.0]])
    far, near = np.array([[1.0, 3.0], [4.0, 0.0]]), np.array([[0.1, 0.3], [0.4, 0.0]])
    x1 = np.zeros((2, 2))
    expect(
        as_array(fn(z1, z2, x1, near), ()) > as_array(fn(z1, z2, x1, far), ()),
        "G makes this term *small*. So it must be large where different z give nearly the same "
        "sample; here it is smaller there, and G would be rewarded for its collapse.",
    )
    same = as_array(fn(z1, z2, x1, x1), ())
    expect(
        np.isfinite(same),
        "Two samples that are exactly alike give a division by 0, just when the term is needed. "
        "The 0.01 under the line keeps it finite.",
    )
    expect_close(
        same,
        (1.0 + 2.0) / 2 / 0.01,
        "If both samples of a pair are the same, each pair gives |z1 - z2| / 0.01. A distance is "
        "the mean of the absolute differences over the coordinates: here 1 and 2.",
    )
    expect_close(
        fn(z1, z2, x1, far),
        (1.0 / 2.01 + 2.0 / 2.01) / 2,
        "Take the ratio of every pair first, then the mean over the pairs.",
    )
    uneven = np.array([[0.0, 0.0], [4.0, 4.0]])
    expect_close(
        fn(z1, z2, x1, uneven),
        (1.0 / 0.01 + 2.0 / 4.01) / 2,
        "Take the ratio of every pair first, then the mean over the pairs: one pair of twins must "
        "be felt, however different the other samples are.",
    )


@check("the minibatch standard deviation")
def check_minibatch_deviation(fn):
    """fn(features, group) appends to (n, k) features one column: how much a group differs."""
    features = np.array([[0.0, 1.0], [4.0, 1.0], [5.0, 7.0], [5.0, 7.0]])
    got = as_array(fn(features, 2), (4, 3))
    expect(
        np.array_equal(got[:, :2], features),
        "The features themselves stay as they are, in front; the spread is one column *more*.",
    )
    expect(
        not np.allclose(got[:, 2], got[0, 2]),
        "Every group has a spread of its own. Here the first two samples differ and the last two "
        "are the same, but your column says the same about both.",
    )
    expect(
        np.allclose(got[2:, 2], 0.0, atol=1e-3),
        "The last two samples are the same, so the spread of their group is 0: compare samples "
        "*with each other*, feature by feature, not the features of one sample.",
    )
    expect(
        np.allclose(got[0, 2], got[1, 2]),
        "All members of a group are told the same number.",
    )
    expect_close(
        got[:, 2],
        [1.0, 1.0, 0.0, 0.0],
        "In the first group the first feature (0 and 4) has the standard deviation 2, the second "
        "(1 and 1) has 0. The column holds their mean over the features.",
        atol=1e-3,
    )
    random = np.random.default_rng(0).normal(size=(12, 5))
    spread = random.reshape(3, 4, 5).std(axis=1).mean(axis=1)
    expect_close(
        fn(random, 4),
        np.column_stack([random, np.repeat(spread, 4)]),
        "A group is `group` neighbours in the batch: samples 0 to 3, 4 to 7, and so on.",
        atol=1e-3,
    )


@check("one step of the Dirac GAN with R1")
def check_dirac_step(fn):
    """fn(theta, psi, rate, gamma) is the next (theta, psi): saturating loss, D moves first."""
    answer = as_array(fn(0.7, -1.3, 0.2, 0.0), (2,))
    expect(
        answer[1] < -1.3,
        "D wants a low logit on the fake, which lies at theta > 0: psi must fall, and yours rises "
        "or stays.",
    )
    theta, psi = _dirac(0.7, -1.3, 0.2, 0.0)
    at_once = 0.7 + 0.2 * _sigmoid(-1.3 * 0.7) * -1.3
    expect(
        not np.allclose(answer, [at_once, psi]),
        "D moves first, and G answers to D's *new* psi, as in the training loop. Your G still "
        "looks at the old one.",
    )
    expect_close(
        answer,
        [theta, psi],
        "Without R1, psi goes down by rate * sigmoid(psi * theta) * theta. Then theta goes up by "
        "rate * sigmoid(psi * theta) * psi, with the new psi.",
    )
    expect_close(
        as_array(fn(0.0, 1.0, 0.1, 0.3), (2,))[1],
        0.97,
        "Where theta is 0, only R1 moves psi. D's slope is psi everywhere, so R1 is gamma / 2 * "
        "psi^2, and its derivative gamma * psi: from 1 to 1 - 0.1 * 0.3.",
    )
    expect_close(
        fn(0.7, -1.3, 0.2, 0.5),
        _dirac(0.7, -1.3, 0.2, 0.5),
        "R1 belongs to D's loss alone. G feels it only through the psi that it is shown.",
    )


def _sigmoid(logit):
    return 1.0 / (1.0 + np.exp(-logit))


def _dirac(theta, psi, rate, gamma):
    psi = psi - rate * (_sigmoid(psi * theta) * theta + gamma * psi)
    return theta + rate * _sigmoid(psi * theta) * psi, psi


@check("is there an effect?")
def check_spreads_apart(fn):
    """fn(base, other) is the difference of two means in units of the pooled spread."""
    base = np.array([0.0, 0.0, 0.0, 2.0])  # mean 0.5, spread 1
    other = base + 4.0
    expect(
        as_array(fn(base, other), ()) > 0,
        "The sign says in which direction the other row lies: positive where its mean is larger.",
    )
    wide = 10 * np.array([-1.0, 0.0, 0.0, 1.0])
    expect(
        as_array(fn(base + wide, other + wide), ()) < 1.0,
        "The same difference of the means weighs less where the seeds disagree more: divide by "
        "the spread.",
    )
    expect(
        not np.isclose(as_array(fn(base, other), ()), 4.0 / np.std(base)),
        "From a few seeds, the spread is the root of the squared deviations over n - 1, not over "
        "n: `ddof=1`. With four seeds the other one makes it an eighth too small.",
    )
    expect(
        not np.isclose(as_array(fn(base, other), ()), 4.0 / np.sqrt(1.0 / 4.0 + 1.0 / 4.0)),
        "That is the difference over the standard error of a mean. It grows with the number of "
        "seeds; here we ask how far apart two *runs* are, compared with luck.",
    )
    expect_close(fn(base, other), 4.0, "Means of 0.5 and 4.5, both with a spread of 1.")
    expect_close(
        fn(base, 4.5 + 7.0 * (base - 0.5)),
        0.8,
        "The pooled spread is the root of the mean of the two variances: of 1 and 49 it is 5, "
        "neither of the two alone nor their plain mean.",
    )


# What the chart of a case would have to show if a bug were behind it.
EXPECTED = {
    "frozen discriminator": (
        "D's weights would not have changed at all. The note under the chart says by how much they "
        "did."
    ),
    "smoothing past one": (
        "the best answer of D would be 1.2 p / (p + q), which is .6 instead of 1/2 where fakes are "
        "as good as real. So both of its answers would settle a little above 1/2, and its loss "
        "below that of the healthy run."
    ),
    "one batch of noise for all turns": (
        "the generator would do clearly better on z drawn as in its training than on new z. "
        "Compare the first two rows of samples."
    ),
    "scaled twice": (
        "all that D is shown as real would be nearly black, and G would learn to paint black. "
        "Look at the samples."
    ),
    "average from another start": (
        "the averaged generator would be far worse than the generator itself. Compare the first "
        "row of samples with the third."
    ),
}


@check("the diagnosis of five cases")
def check_diagnosis(fn):
    """fn() is {case: name of a bug} for the cases "A" to "E"."""
    answer = fn()
    expect(answer is not None, "Your function returned nothing: did you forget `return`?")
    expect(
        isinstance(answer, dict) and all(isinstance(bug, str) for bug in answer.values()),
        'Return a dictionary from case to bug, such as {"A": "scaled twice", ...}.',
    )
    missing = [case for case in cases.CASES if case not in answer]
    expect(not missing, f"There is no diagnosis of {', '.join(missing)}.")
    for case in cases.CASES:
        bug = answer[case]
        expect(
            bug in cases.SUSPECTS,
            f"Case {case}: {bug!r} is none of the suspects. They are: {', '.join(cases.SUSPECTS)}.",
        )
    for case in cases.CASES:
        bug = answer[case]
        expect(bug == cases.culprit(case), f"Case {case}: if it were {bug!r}, {EXPECTED[bug]}")
