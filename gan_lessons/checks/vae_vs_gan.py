"""Checks of the exercises in lesson 07, autoencoders against GANs."""

import numpy as np

from gan_lessons.checks.core import as_array, check, expect, expect_close


@check("a latent point by reparametrisation")
def check_reparametrise(fn):
    """fn(mean, log_var, noise) is a draw of N(mean, sigma^2), made from standard normal noise."""
    mean, log_var = np.array([[1.0, -2.0]]), np.array([[0.0, 0.0]])
    noise = np.array([[0.5, -1.0]])
    expect_close(
        fn(mean, log_var, 0 * noise),
        mean,
        "Where the noise is 0, z is the mean.",
    )
    expect_close(
        fn(mean, log_var, noise),
        [[1.5, -3.0]],
        "With log_var = 0 the variance is 1, so z is mean + noise: use the noise that is given, "
        "and do not draw your own.",
    )
    wide = np.log(np.array([[4.0, 9.0]]))
    expect_close(
        fn(mean, wide, noise),
        [[2.0, -5.0]],
        "The encoder tells the log of the *variance*. A variance of 4 is a standard deviation of "
        "2: half of log_var goes into the exponential.",
    )
    rng = np.random.default_rng(0)
    mean, log_var, noise = rng.normal(size=(3, 6, 4))
    expect_close(
        fn(mean, log_var, noise),
        mean + np.sqrt(np.exp(log_var)) * noise,
        "Every picture and every dimension has a mean, a variance and a noise of its own.",
    )


@check("the KL term")
def check_kl(fn):
    """fn(mean, log_var) is KL(N(mean, sigma^2) || N(0, 1)) of each picture: (n, d) to (n,)."""
    zeros = np.zeros((3, 4))
    expect_close(
        fn(zeros, zeros),
        np.zeros(3),
        "With mean 0 and variance 1 the answer is the prior itself, and the distance is 0, one "
        "number for each of the 3 pictures.",
    )
    mean = zeros.copy()
    mean[1, 2] = 2.0
    got = as_array(fn(mean, zeros), (3,))
    expect(got[1] > 0, "A divergence is never negative: look at your signs.")
    expect_close(
        got,
        [0.0, 2.0, 0.0],
        "A mean that is off by m costs m^2 / 2 nats, and the dimensions of one picture add up "
        "(they are not averaged).",
    )
    narrow = zeros.copy()
    narrow[0, 0] = -2.0
    expect_close(
        fn(zeros, narrow),
        [0.5 * (np.exp(-2.0) - 1 + 2.0), 0.0, 0.0],
        "To be surer than the prior costs too: (sigma^2 - 1 - log sigma^2) / 2, where log_var is "
        "log sigma^2.",
    )
    rng = np.random.default_rng(1)
    mean, log_var = rng.normal(size=(2, 5, 7))
    expect_close(
        fn(mean, log_var),
        0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=1),
        "All together: (m^2 + sigma^2 - 1 - log sigma^2) / 2, summed over the dimensions.",
    )


@check("the best scale of the likelihood")
def check_best_scale(fn):
    """fn(x, rebuilt) is the sigma under which pictures are likeliest, given their copies."""
    x = np.zeros((2, 2, 2, 1))
    expect_close(
        fn(x, x + 0.3),
        0.3,
        "If every pixel is off by 0.3, the likeliest spread is 0.3. (A standard deviation around "
        "the *mean error* would say 0; what counts is the error itself.)",
    )
    uneven = np.array([0.0, 0.0, 0.0, 0.4]).reshape(1, 2, 2, 1)
    expect_close(
        fn(0 * uneven, uneven),
        0.2,
        "Set the slope of -log sigma - (x - rebuilt)^2 / (2 sigma^2), summed over pixels, to 0: "
        "sigma^2 is the mean of the squared errors, and sigma its root.",
    )
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 3, 4, 4, 3))
    expect_close(
        fn(a, b),
        np.sqrt(np.mean((a - b) ** 2)),
        "One sigma for all pixels of all pictures: a single number.",
    )


@check("latent dimensions in use")
def check_in_use(fn):
    """fn(means, threshold) counts the dimensions of (n, d) means that tell pictures apart."""
    rng = np.random.default_rng(3)
    means = np.zeros((200, 5))
    means[:, 0] = rng.normal(size=200)
    means[:, 1] = 3.0
    expect_close(
        fn(means, 0.01),
        1,
        "Dimension 0 differs from picture to picture. Dimension 1 is 3 for all of them: it is not "
        "0, but it tells nothing about the picture. The other three are always 0. (Pictures are "
        "rows, dimensions are columns.)",
    )
    means[:, 2] = 0.05 * rng.normal(size=200)
    expect_close(
        fn(means, 0.01),
        1,
        "A variance of 0.0025 is below the threshold of 0.01: compare the *variance* over the "
        "pictures, not the standard deviation.",
    )
    means[:, 3] = 0.5 * rng.normal(size=200)
    expect_close(
        fn(means, 0.01),
        2,
        "Dimensions 0 and 3 vary by more than the threshold: count them.",
    )
    expect_close(fn(means, 0.5), 1, "The threshold is an argument; use it.")


@check("bits for each number of a picture")
def check_bits(fn):
    """fn(elbo, dimensions) is the code length in bits, for numbers of 256 levels in [-1, 1]."""
    expect_close(
        fn(0.0, 10),
        np.log2(127.5),
        "A density of 1 on [-1, 1] gives each level, which is 1/127.5 wide, the probability "
        "1/127.5. That is log2(127.5) = 6.99 bits, for each number.",
    )
    expect(
        as_array(fn(7.0, 10), ()) < as_array(fn(0.0, 10), ()),
        "The higher the likelihood, the *shorter* the code.",
    )
    expect_close(
        fn(10 * np.log(2.0), 10),
        np.log2(127.5) - 1,
        "Ten numbers that are each twice as likely save one bit each: divide by log 2 (nats to "
        "bits) and by the number of numbers.",
    )
    expect_close(fn(-350.0, 48), 350.0 / 48 / np.log(2) + np.log2(127.5), "Both parts together.")
