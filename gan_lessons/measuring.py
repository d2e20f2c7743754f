"""How lesson 11 measures, by how many samples, and how measures are cheated.

`bias` is about the number of samples, `best_of_each`, `fooling` and `moved` are cheats. The spoilt
generators are in `spoilt`, the GAN that is scored while it trains in `scoring`.
"""

import dataclasses

import numpy as np
from keras import ops

from gan_lessons import datasets, dcgan, metrics, spoilt
from gan_lessons.engine import backends


@dataclasses.dataclass(frozen=True)
class MeasuringPreset:
    """How much lesson 11 measures.

    Attributes:
        n: fakes of every spoilt generator, and real digits to compare them with.
        splits: of the digits, to measure the spoilt generators on.
        sizes, repeats: for `bias`.
        gan: the DCGAN that is watched, and scored at every report.
        samples: for each of its scores.
        asleep: steps that it trains on with a discriminator that does not learn.
        held_out: digits that it never sees; half of them are what it is compared with in the end.
        fooling: steps of the search for noise that fools the classifier.
    """

    n: int
    splits: int
    sizes: tuple
    repeats: int
    gan: dcgan.DCGANPreset
    samples: int
    asleep: int
    held_out: int
    fooling: int


_QUICK = MeasuringPreset(
    n=spoilt.N,
    splits=3,
    sizes=(100, 200, 500, 1000, 2000, 5000),
    repeats=5,
    gan=dcgan.DCGANPreset(steps=2400, report_every=100),
    samples=2500,
    asleep=300,
    held_out=5000,
    fooling=20,
)
PRESETS = {
    "smoke": MeasuringPreset(
        n=60,
        splits=2,
        sizes=(20, 40, 120),
        repeats=2,
        gan=dataclasses.replace(dcgan.PRESETS["smoke"], report_every=5),
        samples=60,
        asleep=20,
        held_out=200,
        fooling=2,
    ),
    "quick": _QUICK,
    "full": dataclasses.replace(_QUICK, splits=5, gan=dcgan.DCGANPreset(report_every=200)),
}


def side_by_side(found, floor):
    """Several `metrics.DigitMeasures`, {name: measures}, as one table with real digits at its end.

    Args:
        floor: what real digits measure, such as the `floor` of a `metrics.Yardstick`.
    """
    columns = {name: dict(measures.rows()) for name, measures in found.items()}
    # The rFD compares with the test digits, so that its floor is another one.
    columns["real digits"] = dict(floor.rows()) | {"rFD": metrics.digits.floor(floor.digits.n)}
    width = max(len(name) for name in columns) + 2
    lines = [f"{f'n = {floor.digits.n:,}':19}" + "".join(f"{name:>{width}}" for name in columns)]
    for measure in columns["real digits"]:
        values = (f"{column[measure]:>{width}.4f}" for column in columns.values())
        lines.append(f"{measure:19}" + "".join(values))
    return "\n".join(lines)


def principal_plane(described):
    """A function that shows features (n, d) from the side from which `described` is widest: (n, 2).

    In spreads of `described` along its two principal axes, from its middle.
    """
    described = np.asarray(described, "float64")
    middle = described.mean(axis=0)
    _, sizes, axes = np.linalg.svd(described - middle, full_matrices=False)
    spreads = sizes[:2] / np.sqrt(len(described) - 1)
    return lambda features: (features - middle) @ axes[:2].T / spreads


def radii(points, k):
    """The distance of each point (n, d) to its k-th nearest other point: (n,)."""
    from scipy.spatial.distance import cdist

    return np.sort(cdist(points, points), axis=1)[:, k]  # the nearest of all is the point itself


def bias(sizes, repeats=5, seed=0):
    """Fréchet and kernel distance of real digits from real digits, by the number of samples.

    Both sets have `size` digits and share none; both distances should be 0.

    Returns:
        {"frechet": (sizes, repeats), "kernel": (sizes, repeats)}, on standardised features.
    """
    images = datasets.load("mnist", source="bundled", verbose=False).x_train
    if not 2 <= min(sizes) <= max(sizes) <= len(images) // 2:
        raise ValueError(f"sizes must lie in 2 ... {len(images) // 2:,}, received {list(sizes)}.")
    described = metrics.digits.features(images)
    described = metrics.standardise(described, described)
    rng = np.random.default_rng(seed)
    found = {"frechet": np.zeros((len(sizes), repeats)), "kernel": np.zeros((len(sizes), repeats))}
    for i, size in enumerate(sizes):
        for j in range(repeats):
            order = rng.permutation(len(described))
            x, y = described[order[:size]], described[order[size : 2 * size]]
            found["frechet"][i, j] = metrics.frechet_distance(
                *metrics.feature_statistics(x), *metrics.feature_statistics(y)
            )
            found["kernel"][i, j] = metrics.kernel_distance(x, y).value
    return found


# Cheats ------------------------------------------------------------------------------------------


def best_of_each(images, n):
    """The image that the classifier is surest of, for each of the ten kinds, again and again: n."""
    answers = metrics.digits.probabilities(metrics.digits.predict(images)[1])
    return images[np.resize(answers.argmax(axis=0), n)]


def fooling(n, steps=40, size=0.02, seed=0):
    """Grey noise (n, 28, 28, 1) in [-1, 1], changed until the classifier reads digits in it.

    Image i is pushed towards kind i modulo 10: in every step each pixel moves by `size`, up or
    down, whichever makes the classifier surer (Goodfellow et al. 2015, section 4).
    """
    classifier = metrics.digits.classifier()
    noise = np.random.default_rng(seed).normal(0.0, 0.3, (n, 28, 28, 1))
    images = np.clip(noise, -1, 1).astype("float32")
    wanted = ops.one_hot(np.arange(n) % 10, 10)

    def sureness(x):
        return ops.sum(ops.log_softmax(classifier(x, training=False)) * wanted, axis=1)

    for _ in range(steps):
        slope = ops.convert_to_numpy(backends.input_gradient(sureness, images))
        images = np.clip(images + size * np.sign(slope), -1, 1)
    return images


def moved(images, pixels=1):
    """Images (n, h, w, c) moved to the right; what leaves on one side comes back on the other."""
    return np.roll(images, pixels, axis=2)
