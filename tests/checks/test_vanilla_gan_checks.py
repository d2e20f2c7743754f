"""The checks of lesson 03: each accepts the right answer and rejects plausible wrong ones.

Every rejection must be for the right reason: the message names the idea that was missed.
"""

import numpy as np
from exercise_rules import rules_for
from keras import ops

from gan_lessons.checks import vanilla_gan as checks
from gan_lessons.engine import losses, penalties
from gan_lessons.engine.backends import input_gradient
from gan_lessons.metrics import mode_coverage


def sigmoid(x):
    return 1 / (1 + ops.exp(-x))


def targets(real, fake):
    return lambda n_real, n_fake, s: np.array([real(s)] * n_real + [fake(s)] * n_fake)


def distances(samples, centres):
    return np.linalg.norm(samples[:, None] - centres, axis=2)


def gradients(discriminator, real):
    return ops.reshape(input_gradient(discriminator, real), (len(real), -1))


def squares(discriminator, real):
    return ops.square(gradients(discriminator, real))


RIGHT = [
    (checks.check_discriminator_loss, losses.discriminator_nonsaturating),
    (checks.check_smoothed_targets, targets(lambda s: 1 - s, lambda s: 0.0)),
    (checks.check_high_quality_share, lambda s, c, std: mode_coverage(s, c, std).high_quality),
    (checks.check_r1_penalty, lambda d, x, gamma: gamma / 2 * penalties.zero_centred(d, x)),
    (checks.check_generator_loss, losses.generator_nonsaturating),
]

WRONG = {
    "discriminator loss: the mean of the two means": (
        checks.check_discriminator_loss,
        lambda r, f: 0.5 * losses.discriminator_nonsaturating(r, f),
        "their sum, log 4",
    ),
    "discriminator loss: real and fake exchanged": (
        checks.check_discriminator_loss,
        lambda r, f: losses.discriminator_nonsaturating(f, r),
        "must have the smaller loss",
    ),
    "discriminator loss: the value itself, not negated": (
        checks.check_discriminator_loss,
        lambda r, f: -losses.discriminator_nonsaturating(r, f),
        "log 4",
    ),
    "discriminator loss: a sum over the batch": (
        checks.check_discriminator_loss,
        lambda r, f: ops.sum(ops.softplus(-r)) + ops.sum(ops.softplus(f)),
        "log 4",
    ),
    "discriminator loss: log of a rounded sigmoid": (
        checks.check_discriminator_loss,
        lambda r, f: -ops.mean(ops.log(sigmoid(r))) - ops.mean(ops.log(1 - sigmoid(f))),
        "softplus",
    ),
    "smoothing: on both sides": (
        checks.check_smoothed_targets,
        targets(lambda s: 1 - s, lambda s: s),
        "fakes' target must stay 0",
    ),
    "smoothing: upwards": (
        checks.check_smoothed_targets,
        targets(lambda s: 1 + s, lambda s: 0.0),
        "no lower bound",
    ),
    "smoothing: real and fake exchanged": (
        checks.check_smoothed_targets,
        targets(lambda s: 0.0, lambda s: 1 - s),
        "1 for real, 0 for fake",
    ),
    "smoothing: a fixed amount": (
        checks.check_smoothed_targets,
        targets(lambda s: 0.9 if s else 1.0, lambda s: 0.0),
        "an argument",
    ),
    "quality: mean distance to all centres": (
        checks.check_high_quality_share,
        lambda s, c, std: np.mean(distances(s, c).mean(1) <= 3 * std),
        "nearest",
    ),
    "quality: one standard deviation": (
        checks.check_high_quality_share,
        lambda s, c, std: np.mean(distances(s, c).min(1) <= std),
        "2.9",
    ),
    "quality: a fixed reach of 3": (
        checks.check_high_quality_share,
        lambda s, c, std: np.mean(distances(s, c).min(1) <= 3),
        "standard deviations",
    ),
    "quality: squared distance against 3 std": (
        checks.check_high_quality_share,
        lambda s, c, std: np.mean((distances(s, c) ** 2).min(1) <= 3 * std),
        "2.9",
    ),
    "quality: a square box": (
        checks.check_high_quality_share,
        lambda s, c, std: np.mean(np.abs(s[:, None] - c).max(2).min(1) <= 3 * std),
        "each coordinate",
    ),
    "quality: a count": (
        checks.check_high_quality_share,
        lambda s, c, std: float(np.sum(distances(s, c).min(1) <= 3 * std)),
        "Points beside the centres",
    ),
    "R1: the norm, not squared": (
        checks.check_r1_penalty,
        lambda d, x, g: g / 2 * ops.mean(ops.sqrt(ops.sum(squares(d, x), axis=1) + 1e-12)),
        "squared norm is 25",
    ),
    "R1: a sum over the batch": (
        checks.check_r1_penalty,
        lambda d, x, g: g / 2 * ops.sum(squares(d, x)),
        "mean",
    ),
    "R1: a mean over the coordinates too": (
        checks.check_r1_penalty,
        lambda d, x, g: g / 2 * ops.mean(squares(d, x)),
        "squared norm is 25",
    ),
    "R1: gamma without the half": (
        checks.check_r1_penalty,
        lambda d, x, g: g * ops.mean(ops.sum(squares(d, x), axis=1)),
        "Expected 25, got 50",
    ),
    "R1: no gamma": (
        checks.check_r1_penalty,
        lambda d, x, g: ops.mean(ops.sum(squares(d, x), axis=1)),
        "gamma / 2",
    ),
    "R1: the square of the mean gradient": (
        checks.check_r1_penalty,
        lambda d, x, g: g / 2 * ops.sum(ops.square(ops.mean(gradients(d, x), axis=0))),
        "Square each sample's norm first",
    ),
    "R1: one-centred, as in WGAN-GP": (
        checks.check_r1_penalty,
        lambda d, x, g: (
            g / 2 * ops.mean(ops.square(ops.sqrt(ops.sum(squares(d, x), axis=1) + 1e-12) - 1))
        ),
        "squared norm is 25",
    ),
    "R1: the first axis after the batch only": (
        checks.check_r1_penalty,
        lambda d, x, g: g / 2 * ops.mean(ops.sum(ops.square(input_gradient(d, x)), axis=1)),
        "all pixels",
    ),
    "forger: the saturating loss": (
        checks.check_generator_loss,
        losses.generator_saturating,
        "next to nothing",
    ),
    "forger: helps the police": (
        checks.check_generator_loss,
        lambda logits: losses.binary_cross_entropy(logits, 0.0),
        "learn to be caught",
    ),
    "forger: the raw logit": (
        checks.check_generator_loss,
        losses.generator_wasserstein,
        "takes for real",
    ),
    "forger: a sum over the batch": (
        checks.check_generator_loss,
        lambda logits: ops.sum(ops.softplus(-logits)),
        "mean of -log sigmoid",
    ),
}


(
    test_right_answer_is_accepted,
    test_wrong_answer_is_rejected_for_the_idea_it_misses,
    test_every_check_rejects_at_least_two_wrong_answers,
    test_stub_is_open_and_an_empty_answer_is_explained,
) = rules_for(checks, RIGHT, WRONG)
