"""Each check of lesson 07 accepts right answers and rejects plausible wrong ones, with words."""

import numpy as np
import pytest
from exercise_rules import rules_for

from gan_lessons import elbo
from gan_lessons.checks import vae_vs_gan as checks


def reparametrise(mean, log_var, noise):
    return mean + np.exp(log_var / 2) * noise


def kl(mean, log_var):
    return 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=1)


def best_scale(x, rebuilt):
    return np.sqrt(np.mean((x - rebuilt) ** 2))


def in_use(means, threshold):
    return (means.var(axis=0) > threshold).sum()


def bits(value, dimensions):
    return np.log2(127.5) - value / (dimensions * np.log(2))


RIGHT = [
    (checks.check_reparametrise, reparametrise),
    (checks.check_kl, kl),
    (checks.check_best_scale, best_scale),
    (checks.check_in_use, in_use),
    (checks.check_bits, bits),
]
WRONG = {
    "log_var as the deviation": (
        checks.check_reparametrise,
        lambda m, v, e: m + np.exp(v) * e,
        "standard deviation of 2",
    ),
    "own noise": (
        checks.check_reparametrise,
        lambda m, v, e: m + np.exp(v / 2) * np.random.default_rng(0).normal(size=m.shape),
        "z is the mean",
    ),
    "noise left out": (checks.check_reparametrise, lambda m, v, e: m, "use the noise"),
    "one variance for all": (
        checks.check_reparametrise,
        lambda m, v, e: m + np.exp(v[:1, :2].repeat(m.shape[1] // 2, axis=1) / 2) * e,
        "of its own",
    ),
    "mean over dimensions": (
        checks.check_kl,
        lambda m, v: kl(m, v) / m.shape[1],
        "not averaged",
    ),
    "sign turned": (checks.check_kl, lambda m, v: -kl(m, v), "never negative"),
    "no minus 1": (
        checks.check_kl,
        lambda m, v: 0.5 * (m**2 + np.exp(v) - v).sum(axis=1),
        "the distance is 0",
    ),
    "log sigma, not its square": (
        checks.check_kl,
        lambda m, v: 0.5 * (m**2 + np.exp(2 * v) - 1 - 2 * v).sum(axis=1),
        "log sigma^2",
    ),
    "one number for the batch": (checks.check_kl, lambda m, v: kl(m, v).mean(), "shape should be"),
    "deviation of the error": (checks.check_best_scale, lambda x, r: (x - r).std(), "would say 0"),
    "variance": (checks.check_best_scale, lambda x, r: np.mean((x - r) ** 2), "is 0.3"),
    "absolute error": (
        checks.check_best_scale,
        lambda x, r: np.abs(x - r).mean(),
        "mean of the squared errors",
    ),
    "one scale for each picture": (
        checks.check_best_scale,
        lambda x, r: np.sqrt(((x - r) ** 2).mean(axis=(1, 2, 3))),
        "shape should be ()",
    ),
    "size of the mean": (
        checks.check_in_use,
        lambda m, t: (np.abs(m).mean(axis=0) > t).sum(),
        "tells nothing about the picture",
    ),
    "deviation, not variance": (
        checks.check_in_use,
        lambda m, t: (m.std(axis=0) > t).sum(),
        "not the standard deviation",
    ),
    "over the dimensions": (
        checks.check_in_use,
        lambda m, t: (m.var(axis=1) > t).sum(),
        "Dimension 0 differs",
    ),
    "threshold of its own": (
        checks.check_in_use,
        lambda m, t: (m.var(axis=0) > 0.01).sum(),
        "use it",
    ),
    "nats": (checks.check_bits, lambda e, d: np.log(127.5) - e / d, "6.99 bits"),
    "for the whole picture": (
        checks.check_bits,
        lambda e, d: np.log2(127.5) - e / np.log(2),
        "by the number of numbers",
    ),
    "sign turned in bits": (
        checks.check_bits,
        lambda e, d: np.log2(127.5) + e / (d * np.log(2)),
        "*shorter*",
    ),
    "levels of [0, 1]": (
        checks.check_bits,
        lambda e, d: 8 - e / (d * np.log(2)),
        "1/127.5",
    ),
}

accepted, rejected, two_wrong_answers, stub_and_empty = rules_for(checks, RIGHT, WRONG)
test_right_answers_are_accepted, test_wrong_answers_are_rejected = accepted, rejected
test_two_wrong_answers_for_each = two_wrong_answers
test_a_stub_is_open_and_an_empty_answer_is_explained = stub_and_empty


def test_the_lesson_itself_passes_its_exercises():
    """What the models compute is what the exercises ask for."""
    rng = np.random.default_rng(0)
    mean, log_var, noise = rng.normal(size=(3, 4, 6))
    np.testing.assert_allclose(
        elbo.reparametrise(mean, log_var, noise), reparametrise(mean, log_var, noise), rtol=1e-5
    )
    np.testing.assert_allclose(
        np.sum(elbo.kl_from_prior(mean, log_var), axis=1), kl(mean, log_var), rtol=1e-5
    )
    assert elbo.bits_per_dimension(-120.0, 48) == pytest.approx(bits(-120.0, 48))
