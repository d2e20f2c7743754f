"""The evidence lower bound of a variational autoencoder, term by term (lesson 07).

log p(x) >= E log p(x given z) - KL(q(z given x) || p(z)), with z from the encoder's answer q and
the standard normal prior p(z) (Kingma and Welling 2014, equation 3). Everything is in nats.
"""

import dataclasses
import math

from keras import layers, ops

LEVEL = 1 / 127.5  # from one of the 256 levels of a pixel to the next, in [-1, 1]
IN_USE = 0.01  # variance of a latent mean over pictures from which it counts (Burda et al. 2016)


def reparametrise(mean, log_var, noise):
    """z = mean + sigma * noise, all (batch, d): chance comes from outside, gradients pass.

    Source: Kingma and Welling, Auto-Encoding Variational Bayes (2014), section 2.4.
    """
    mean, log_var, noise = map(ops.convert_to_tensor, (mean, log_var, noise))
    return mean + ops.exp(0.5 * log_var) * noise


def kl_from_prior(mean, log_var):
    """KL(N(mean, sigma^2) || N(0, 1)) in nats, for each dimension: (batch, d) to (batch, d).

    Source: Kingma and Welling (2014), appendix B.
    """
    mean, log_var = map(ops.convert_to_tensor, (mean, log_var))
    return 0.5 * (ops.square(mean) + ops.exp(log_var) - 1.0 - log_var)


def log_likelihood(x, mean, log_scale):
    """log N(x; mean, scale^2), summed over all that a sample has: (batch, ...) to (batch,).

    One scale for all pixels. Where it is learned, its best value is the root mean square of
    x - mean (Rybkin, Daniilidis and Levine 2021, "sigma-VAE").
    """
    x, mean, log_scale = map(ops.convert_to_tensor, (x, mean, log_scale))
    squares = ops.square((x - mean) * ops.exp(-log_scale))
    each = -0.5 * (squares + math.log(2 * math.pi)) - log_scale
    return ops.sum(ops.reshape(each, (-1, math.prod(x.shape[1:]))), axis=1)


def bits_per_dimension(elbo, dimensions, level=LEVEL):
    """An ELBO in nats as the bits that it promises for each of so many numbers of `level` steps.

    The probability of one level is about density times width, as long as the scale is broad beside
    a level.
    """
    return -elbo / (dimensions * math.log(2)) - math.log2(level)


class Scale(layers.Layer):
    """One number above 0, the standard deviation of a likelihood.

    Args:
        fixed: its value; 0 learns it, from `start` on.
        start: ten times the spread of pictures in [-1, 1]. While the scale is so wide, codes are
            dear: the encoder says what matters most, in few dimensions. If codes are cheap from
            the start it says everything in all of them, and samples of the prior fall between.
        speed: Adam moves a weight by about its learning rate in each step; this one counts so many
            times. The faster codes become cheap, the more of them are in use before the encoder has
            brought their clouds into the shape of the prior.
    """

    def __init__(self, fixed=0.0, start=4.0, speed=4.0):
        super().__init__(name="scale")
        self.start, self.speed = math.log(fixed or start), speed
        self.moved = self.add_weight(
            shape=(), initializer="zeros", trainable=not fixed, name="moved"
        )
        self.built = True

    @property
    def log(self):
        """The logarithm of the scale."""
        return self.start + self.speed * ops.convert_to_tensor(self.moved)

    @property
    def value(self):
        """The scale as a float."""
        return math.exp(float(ops.convert_to_numpy(self.log)))


@dataclasses.dataclass(frozen=True)
class Elbo:
    """The lower bound of log p(x), a mean over pictures, in nats.

    Attributes:
        reconstruction: E log p(x given z), z from the encoder. kl: KL(q(z given x) || p(z)).
        dimensions: numbers in one picture. in_use: latent dimensions that tell pictures apart.
        n: pictures.
    """

    reconstruction: float
    kl: float
    dimensions: int
    in_use: int
    n: int

    @property
    def value(self):
        """The bound itself."""
        return self.reconstruction - self.kl

    @property
    def bits(self):
        """The bits that it promises for each number of a picture of bytes."""
        return bits_per_dimension(self.value, self.dimensions)

    def __str__(self):
        return (
            f"ELBO {self.value:,.0f} nats ({self.bits:.2f} bits per dimension): reconstruction "
            f"{self.reconstruction:,.0f}, KL {self.kl:.1f} in {self.in_use} latent dimensions, "
            f"n = {self.n:,}"
        )
