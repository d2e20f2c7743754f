"""The losses of the course: what each player minimises, written on logits.

Every discriminator returns logits `l`, so that D(x) = sigmoid(l). Real is 1, fake is 0. All
functions return the mean over the batch. Losses of one family come in pairs, discriminator first.
"""

from keras import ops


def binary_cross_entropy(logits, target):
    """Mean cross-entropy between `sigmoid(logits)` and a fixed target.

    Written as softplus(l) - target * l, which is exact and never overflows.

    Args:
        logits: tensor of any shape.
        target: a number in [0, 1], or a tensor of such numbers that broadcasts to `logits`.

    Raises:
        ValueError: the target is a number outside [0, 1]; the loss would have no lower bound.
    """
    if isinstance(target, (int, float)) and not 0.0 <= target <= 1.0:
        raise ValueError(
            f"A target must lie in [0, 1], received {target}. Outside, the cross-entropy has no "
            "lower bound: the discriminator could lower it for ever by growing its logits."
        )
    logits = ops.convert_to_tensor(logits)
    return ops.mean(ops.softplus(logits) - ops.cast(target, logits.dtype) * logits)


def discriminator_nonsaturating(real_logits, fake_logits, real_target=1.0, fake_target=0.0):
    """-E log D(x) - E log(1 - D(G(z))): the negated value function (Goodfellow 2014, eq. 1).

    `real_target=0.9` is one-sided label smoothing (Salimans et al. 2016, section 3.4). At the
    equilibrium D = 1/2 the loss is log 4 = 1.386.
    """
    real_loss = binary_cross_entropy(real_logits, real_target)
    return real_loss + binary_cross_entropy(fake_logits, fake_target)


def generator_nonsaturating(fake_logits):
    """-E log D(G(z)): strong gradients where D is sure (Goodfellow 2014, section 3)."""
    return binary_cross_entropy(fake_logits, 1.0)


# The minimax game has the same discriminator; only the generator's side differs.
discriminator_saturating = discriminator_nonsaturating


def generator_saturating(fake_logits):
    """E log(1 - D(G(z))): the minimax form, flat where D is sure (Goodfellow 2014, eq. 1)."""
    return -binary_cross_entropy(fake_logits, 0.0)


def discriminator_least_squares(real_logits, fake_logits):
    """E (l(x) - 1)^2 / 2 + E l(G(z))^2 / 2, on raw outputs (Mao et al. 2017, eq. 9)."""
    return 0.5 * (ops.mean(ops.square(real_logits - 1.0)) + ops.mean(ops.square(fake_logits)))


def generator_least_squares(fake_logits):
    """E (l(G(z)) - 1)^2 / 2 (Mao et al. 2017, eq. 9)."""
    return 0.5 * ops.mean(ops.square(fake_logits - 1.0))


def discriminator_wasserstein(real_logits, fake_logits):
    """E f(G(z)) - E f(x): minus the critic's estimate of W1 (Arjovsky et al. 2017, eq. 3)."""
    return ops.mean(fake_logits) - ops.mean(real_logits)


def generator_wasserstein(fake_logits):
    """-E f(G(z)) (Arjovsky et al. 2017, algorithm 1)."""
    return -ops.mean(fake_logits)


def discriminator_hinge(real_logits, fake_logits):
    """E max(0, 1 - l(x)) + E max(0, 1 + l(G(z))) (Miyato et al. 2018, eq. 16)."""
    return ops.mean(ops.relu(1.0 - real_logits)) + ops.mean(ops.relu(1.0 + fake_logits))


def generator_hinge(fake_logits):
    """-E l(G(z)) (Miyato et al. 2018, eq. 17)."""
    return -ops.mean(fake_logits)


def discriminator_relativistic(real_logits, fake_logits):
    """-E log sigmoid(l(x) - l(G(z))): real must look more real than a fake (Huang et al. 2024).

    Each real sample is compared with one fake, so that no single mode of the data can be ignored.
    """
    return binary_cross_entropy(real_logits - fake_logits, 1.0)


def generator_relativistic(real_logits, fake_logits):
    """-E log sigmoid(l(G(z)) - l(x)): the same from the other side (Huang et al. 2024)."""
    return binary_cross_entropy(fake_logits - real_logits, 1.0)


LOSSES = {
    "nonsaturating": (discriminator_nonsaturating, generator_nonsaturating),
    "saturating": (discriminator_saturating, generator_saturating),
    "least_squares": (discriminator_least_squares, generator_least_squares),
    "wasserstein": (discriminator_wasserstein, generator_wasserstein),
    "hinge": (discriminator_hinge, generator_hinge),
}


def pair(name):
    """The (discriminator, generator) losses of a family.

    Raises:
        ValueError: there is no such family.
    """
    if name not in LOSSES:
        raise ValueError(f"Unknown loss {name!r}: choose one of {', '.join(LOSSES)}.")
    return LOSSES[name]
