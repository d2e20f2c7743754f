"""Gradient penalties: how steep a discriminator may be, and where."""

import keras
from keras import ops

from gan_lessons.engine.backends import input_gradient
from gan_lessons.engine.state import discarded


def squared_gradient_norm(discriminator, x):
    """||dD(x_i)/dx_i||^2 for every sample: shape (batch,)."""
    gradient = input_gradient(lambda x: discriminator(x, training=True), x)
    return ops.sum(ops.square(ops.reshape(gradient, (ops.shape(gradient)[0], -1))), axis=-1)


def zero_centred(discriminator, x):
    """E ||dD(x)/dx||^2: R1 when `x` is real, R2 when it is fake (Mescheder et al. 2018, eq. 9, 10).

    The usual weight is gamma / 2.
    """
    return ops.mean(squared_gradient_norm(discriminator, x))


def one_centred(critic, real, fake, seed):
    """E (||df(x)/dx|| - 1)^2 between real and fake (Gulrajani et al. 2017, eq. 3).

    Every sample gets its own uniform point on the line from fake to real. The usual weight is 10.

    Args:
        critic: the network; without batch normalisation, so that samples are independent.
        real, fake: tensors of one shape, batch first.
        seed: a `keras.random.SeedGenerator`.
    """
    return ops.mean(ops.square(gradient_norm_between(critic, real, fake, seed) - 1.0))


def at_most_one(critic, real, fake, seed):
    """E max(0, ||df(x)/dx|| - 1)^2 between real and fake (Petzka et al. 2018, eq. 8).

    The one-sided form of `one_centred`: it asks for no slope where the critic needs none. Where a
    critic has to rise on one side and fall on the other, as on a line with fakes between real
    samples, it must be flat somewhere, and `one_centred` may hold it in a straight line for ever.
    """
    norm = gradient_norm_between(critic, real, fake, seed)
    return ops.mean(ops.square(ops.relu(norm - 1.0)))


def gradient_norm_between(critic, real, fake, seed):
    """||df(x)/dx|| at one uniform point for each sample on its line from fake to real: (batch,)."""
    ones = (1,) * (len(real.shape) - 1)
    dtype = keras.backend.standardize_dtype(real.dtype)
    mix = keras.random.uniform((ops.shape(real)[0], *ones), dtype=dtype, seed=seed)  # (batch, 1, .)
    between = fake + mix * (real - fake)
    # The gradient of the square root at 0 is infinite: keep a little distance.
    return ops.sqrt(squared_gradient_norm(critic, between) + 1e-12)


def lazily(step, every, penalty):
    """`every * penalty()` at each `every`-th step, 0 at the others: the same average, far cheaper.

    (Karras et al. 2020, section 3.1.)

    Args:
        step: integer scalar, the number of steps done.
        every: how often the penalty is computed; 1 is always.
        penalty: function without arguments that returns a scalar.
    """
    if every == 1:
        return penalty()

    def due():
        with discarded():
            return float(every) * ops.cast(penalty(), "float32")

    return ops.cond(ops.equal(ops.mod(step, every), 0), due, lambda: ops.zeros((), "float32"))
