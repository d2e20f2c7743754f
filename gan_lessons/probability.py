"""Random numbers, their transformations, and how far apart two distributions are (lesson 02).

NumPy in and out, but for the maximum mean discrepancy, which is written in `keras.ops` because a
generator is trained with it.
"""

import dataclasses
import math

import numpy as np
from keras import ops

from gan_lessons.datasets import gaussians

# Checks of what comes in --------------------------------------------------------------------------


def _uniform(u):
    u = np.asarray(u, "float64")
    if not np.all((u > 0) & (u < 1)):
        raise ValueError(
            f"u must lie between 0 and 1, received values from {u.min():.3g} to {u.max():.3g}. "
            "Draw it with rng.uniform(size=n)."
        )
    return u


def _densities(p, q):
    p, q = np.asarray(p, "float64"), np.asarray(q, "float64")
    if p.shape != q.shape or p.min() < 0 or q.min() < 0:
        raise ValueError(
            f"Expected two densities of one shape, nowhere below 0; received {p.shape} from "
            f"{p.min():.3g} and {q.shape} from {q.min():.3g}."
        )
    return p, q


def _positive(**values):
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} must be above 0, received {value}.")


# The transformation method: u, uniform between 0 and 1, to x = F^-1(u) ---------------------------


def exponential(u, rate=1.0):
    """Solves u = 1 - exp(-rate x): waiting times with the mean 1 / rate."""
    _positive(rate=rate)
    return -np.log1p(-_uniform(u)) / rate


def logistic(u, centre=0.0, scale=1.0):
    """Solves u = 1 / (1 + exp(-(x - centre) / scale)): a bell whose CDF is the sigmoid."""
    _positive(scale=scale)
    u = _uniform(u)
    return centre + scale * (np.log(u) - np.log1p(-u))


def triangular(u, low=0.0, peak=0.5, high=1.0):
    """Solves u = (x - low)^2 / ((high - low)(peak - low)) up to the peak, and its mirror after it.

    Raises:
        ValueError: not low <= peak <= high, or low = high.
    """
    if not (low <= peak <= high and low < high):
        raise ValueError(f"Expected low <= peak <= high, received {low}, {peak}, {high}.")
    u = _uniform(u)
    left = low + np.sqrt(u * (high - low) * (peak - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - peak))
    return np.where(u < (peak - low) / (high - low), left, right)


def invert(cdf, u, low, high, points=20_001):
    """Solves u = cdf(x) where there is no formula: reads a table of the CDF backwards.

    Args:
        cdf: function of an array; rises from about 0 at `low` to about 1 at `high`.
    """
    x = np.linspace(low, high, points)
    return np.interp(_uniform(u), cdf(x), x)


@dataclasses.dataclass(frozen=True)
class Mixture:
    """Normal bumps on the line, of one width: a distribution of which we know everything.

    Attributes:
        centres: of the bumps; `width`: the standard deviation of each; `weights`: their shares.
    """

    centres: tuple = (-2.0, 2.0)
    width: float = 0.5
    weights: tuple = (0.3, 0.7)

    def __post_init__(self):
        _positive(width=self.width)
        if len(self.centres) != len(self.weights) or not math.isclose(sum(self.weights), 1.0):
            raise ValueError(
                f"A mixture needs one weight per centre, together 1; received centres "
                f"{self.centres} and weights {self.weights}."
            )

    def density(self, x):
        """p(x), in the shape of x."""
        steps = (np.asarray(x, "float64")[..., None] - self.centres) / self.width
        bells = np.exp(-0.5 * steps**2) / (self.width * math.sqrt(2 * math.pi))
        return bells @ np.asarray(self.weights)

    def cdf(self, x):
        """F(x), the probability of a value of at most x, in the shape of x."""
        steps = (np.asarray(x, "float64")[..., None] - self.centres) / self.width
        return 0.5 * (1 + np.vectorize(math.erf)(steps / math.sqrt(2))) @ np.asarray(self.weights)

    def transform(self, u):
        """x = F^-1(u), in the shape of u."""
        reach = 8 * self.width
        return invert(self.cdf, u, min(self.centres) - reach, max(self.centres) + reach)

    def sample(self, n, seed):
        """n independent values, float32 (n, 1)."""
        return gaussians.mixture_1d(n, seed, self.centres, self.width, self.weights)

    @property
    def std(self):
        """The standard deviation of the whole mixture."""
        mean = np.dot(self.weights, self.centres)
        return float(
            np.sqrt(np.dot(self.weights, np.square(self.centres)) - mean**2 + self.width**2)
        )


NORMAL = Mixture((0.0,), 1.0, (1.0,))


def quantiles(n):
    """n standard normal values, spread as evenly as can be: float32 (n, 1), rising."""
    return NORMAL.transform((np.arange(n) + 0.5) / n).astype("float32")[:, None]


# How far apart? ----------------------------------------------------------------------------------


def kl(p, q, dx):
    """KL(p || q) = integral of p log(p / q), from densities on a grid with the spacing `dx`.

    Infinite where p has mass and q has none; a place without p adds nothing.
    """
    p, q = _densities(p, q)
    there = p > 0
    if np.any(q[there] == 0):
        return math.inf
    return float(np.sum(p[there] * np.log(p[there] / q[there])) * dx)


def js(p, q, dx):
    """JS(p, q): the mean KL of both to their average. 0 if they are equal, at most log 2."""
    p, q = _densities(p, q)
    middle = (p + q) / 2
    return 0.5 * (kl(p, middle, dx) + kl(q, middle, dx))


def gaussian_kernel(x, y, bandwidths):
    """How alike two points are, from 1 (the same) to 0 (far apart): (n, d), (m, d) to (n, m).

    The mean over the bandwidths h of exp(-|x - y|^2 / (2 h^2)).
    """
    dots = ops.matmul(x, ops.transpose(y))
    lengths = ops.sum(x * x, axis=1)[:, None] + ops.sum(y * y, axis=1)[None, :]
    squared = ops.relu(lengths - 2.0 * dots)
    return sum(ops.exp(-squared / (2.0 * h**2)) for h in bandwidths) / len(bandwidths)


def mmd_squared(x, y, bandwidths=(1.0,)):
    """The squared maximum mean discrepancy of two samples, unbiased (Gretton et al. 2012, lemma 6).

    Mean likeness within x, plus that within y, minus twice that between them. A point is never
    compared with itself, so that the mean over many samples is the true value; a single result
    can be below 0.

    Args:
        x, y: tensors or arrays (n, d), (m, d), with n and m at least 2.
        bandwidths: of the Gaussian kernels; several are averaged.
    """
    x, y = (ops.convert_to_tensor(points) for points in (x, y))
    if len(x.shape) != 2 or len(y.shape) != 2 or x.shape[1] != y.shape[1]:
        raise ValueError(f"Expected two samples (n, d), (m, d), received {x.shape} and {y.shape}.")
    if 1 in (x.shape[0], y.shape[0]):
        raise ValueError("The unbiased MMD compares points of one sample: it needs two at least.")
    if not bandwidths or min(bandwidths) <= 0:
        raise ValueError(f"Expected bandwidths above 0, received {bandwidths}.")
    between = ops.mean(gaussian_kernel(x, y, bandwidths))
    return _mean_of_pairs(x, bandwidths) + _mean_of_pairs(y, bandwidths) - 2.0 * between


def _mean_of_pairs(x, bandwidths):
    """The mean likeness of two different points of one sample."""
    likeness = gaussian_kernel(x, x, bandwidths)
    n = ops.cast(ops.shape(x)[0], likeness.dtype)
    return (ops.sum(likeness) - ops.trace(likeness)) / (n * (n - 1.0))


def mmd_squared_of_normals(mean, std, other_mean, other_std, bandwidth, dimensions=1):
    """The true squared MMD of two round normal distributions, for one Gaussian kernel.

    The mean of exp(-d^2 / (2 h^2)) for d normal with mean m and variance v in every direction is
    (h^2 / (h^2 + v))^(dimensions / 2) exp(-|m|^2 / (2 (h^2 + v))).

    Args:
        mean, other_mean: one number, or arrays (dimensions,).
    """
    _positive(std=std, other_std=other_std, bandwidth=bandwidth)
    apart = float(np.sum(np.square(np.asarray(mean) - other_mean)))

    def likeness(variance, squared):
        wide = bandwidth**2 + variance
        return (bandwidth**2 / wide) ** (dimensions / 2) * math.exp(-squared / (2 * wide))

    return (
        likeness(2 * std**2, 0.0)
        + likeness(2 * other_std**2, 0.0)
        - 2 * likeness(std**2 + other_std**2, apart)
    )
