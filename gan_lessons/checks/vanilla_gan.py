"""Checks of the exercises in lesson 03, the vanilla GAN."""

import numpy as np
from keras import ops

from gan_lessons.checks.core import as_array, check, expect, expect_close


def _tensor(values):
    return ops.convert_to_tensor(np.asarray(values, "float32"))


@check("the discriminator's loss")
def check_discriminator_loss(fn):
    """fn(real_logits, fake_logits) is the mean -log D(x) plus the mean -log(1 - D(G(z)))."""
    expect_close(
        fn(_tensor([[0.0], [0.0]]), _tensor([[0.0], [0.0]])),
        np.log(4.0),
        "With all logits 0, D says 1/2 to everything. Each of the two means is then log 2, and "
        "the loss is their sum, log 4.",
    )
    right, wrong = fn(_tensor([[3.0]]), _tensor([[-3.0]])), fn(_tensor([[-3.0]]), _tensor([[3.0]]))
    expect(
        as_array(right, ()) < as_array(wrong, ()),
        "A discriminator that is right (high logits for real, low for fake) must have the smaller "
        "loss. Which of the two sides should get a target of 1?",
    )
    real, fake = np.array([[2.0], [-1.0], [0.5]]), np.array([[1.0], [-4.0], [0.0]])
    expect_close(
        fn(_tensor(real), _tensor(fake)),
        np.mean(np.log1p(np.exp(-real))) + np.mean(np.log1p(np.exp(fake))),
        "The loss is the mean of -log D(x) over the real batch plus the mean of -log(1 - D) over "
        "the fakes, where D = sigmoid(logit).",
    )
    expect_close(
        fn(_tensor([[-200.0]]), _tensor([[200.0]])),
        400.0,
        "A discriminator that is very sure and very wrong has a large loss, not an infinite one. "
        "Do not take the log of a sigmoid that has been rounded to 0: -log sigmoid(l) is "
        "softplus(-l).",
    )


@check("one-sided label smoothing")
def check_smoothed_targets(fn):
    """fn(n_real, n_fake, smoothing) is the array of D's targets, the real ones first."""
    plain = as_array(fn(2, 3, 0.0), (5,))
    expect_close(
        plain,
        [1, 1, 0, 0, 0],
        "Without smoothing the targets are those of the plain GAN: 1 for real, 0 for fake.",
    )
    smooth = as_array(fn(2, 3, 0.1), (5,))
    expect(
        np.all(smooth <= 1.0),
        "A target above 1 asks for more than certainty: the loss then has no lower bound, and D's "
        "logits grow for ever.",
    )
    expect(
        np.allclose(smooth[2:], 0.0),
        "The fakes' target must stay 0. With anything above it, D's best answer has q in its "
        "numerator too, and draws fakes towards where fakes already are: that is why the "
        "smoothing is one-sided.",
    )
    expect_close(smooth[:2], [0.9, 0.9], "Real samples get the target 1 - smoothing.")
    expect_close(fn(1, 1, 0.25), [0.75, 0.0], "The amount of smoothing is an argument.")


@check("the high-quality share")
def check_high_quality_share(fn):
    """fn(samples, centres, std) is the share of samples within 3 std of their nearest centre."""
    centres = np.array([[0.0, 0.0], [10.0, 0.0]])
    expect_close(
        fn(centres + 0.1, centres, 1.0),
        1.0,
        "Points beside the centres are all of high quality: only the *nearest* centre counts, "
        "however far away the others are.",
    )
    expect_close(
        fn(np.array([[2.9, 0.0], [3.1, 0.0], [5.0, 0.0], [10.0, 2.9]]), centres, 1.0),
        0.5,
        "With std 1, points at a distance of 2.9 are inside and points at 3.1 or 5 are not.",
    )
    expect_close(
        fn(np.array([[0.29, 0.0], [0.31, 0.0]]), centres, 0.1),
        0.5,
        "The reach is 3 *standard deviations*: with std .1 it ends at .3.",
    )
    expect_close(
        fn(np.array([[2.9, 2.9], [0.0, 1.0]]), centres, 1.0),
        0.5,
        "The distance is the straight one, the root of the summed squares. (2.9, 2.9) lies 4.1 "
        "from the origin, although each coordinate is below 3.",
    )
    expect_close(
        fn(np.array([[0.0, 0.0]] * 9 + [[10.0, 7.0]]), centres, 1.0),
        0.9,
        "It is a share of all samples: 9 good ones of 10 give .9, wherever they lie.",
    )


@check("the R1 penalty")
def check_r1_penalty(fn):
    """fn(discriminator, real, gamma) is gamma / 2 times the mean squared norm of dD/dx."""

    def slope(x, training=False):
        return x @ _tensor([[3.0], [4.0]])

    def bowl(x, training=False):
        return ops.sum(ops.square(x), axis=1, keepdims=True)

    real = _tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0], [0.0, 0.0]])
    expect_close(
        fn(slope, real, 2.0),
        25.0,
        "D(x) = 3 a + 4 b is equally steep everywhere: its gradient is (3, 4), whose squared norm "
        "is 25. With gamma = 2 the penalty is the mean of that over the batch.",
    )
    expect_close(
        fn(slope, real[:1], 2.0),
        25.0,
        "The penalty is a mean over samples, so it must not depend on how many there are.",
    )
    expect_close(
        fn(slope, real, 1.0), 12.5, "The weight in front is gamma / 2: half of it for gamma = 1."
    )
    expect_close(
        fn(bowl, real, 2.0),
        7.0,
        "For D(x) = |x|^2 the gradient at x is 2 x. Square each sample's norm first, then take the "
        "mean: (4 + 16 + 8 + 0) / 4.",
    )
    images = _tensor(np.linspace(-1, 1, 18).reshape(2, 3, 3, 1))

    def brightness(x, training=False):
        return ops.sum(ops.reshape(x, (-1, 9)), axis=1, keepdims=True)

    expect_close(
        fn(brightness, images, 2.0),
        9.0,
        "For images the squared norm sums over all pixels of one image: nine slopes of 1 give 9.",
    )


@check("a forger who is never stuck")
def check_generator_loss(fn):
    """fn(fake_logits) is a generator's loss that teaches most where D is sure of the fake."""

    def slope_at(logit):
        """How fast the loss of one sample changes with its logit."""
        high, low = fn(_tensor([[logit + 0.01]])), fn(_tensor([[logit - 0.01]]))
        return float(as_array(high, ()) - as_array(low, ())) / 0.02

    expect(
        slope_at(0.0) < -0.01,
        "A forger who fools D better (a higher logit) must have a lower loss. Here it is the other "
        "way round, or flat: the forger would learn to be caught.",
    )
    sure = slope_at(-10.0)
    expect(
        abs(sure) > 0.5,
        f"When D is sure that a sample is fake (logit -10), this loss has the slope {sure:.2g}: "
        "the worst forgeries teach the forger next to nothing. Minimise -log D(G(z)) instead.",
    )
    expect(
        abs(slope_at(10.0)) < 0.01,
        "A fake that D takes for real (logit 10) is good already, so there should be hardly any "
        "slope left: put the effort where D still objects.",
    )
    logits = np.array([[-3.0], [0.0], [2.0]])
    expect_close(
        fn(_tensor(logits)),
        np.mean(np.log1p(np.exp(-logits))),
        "The non-saturating loss is the mean of -log sigmoid(logit), the same cross-entropy as in "
        "D's turn with the target 1.",
    )
