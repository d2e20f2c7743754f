"""What each measure sees and misses: digits spoilt on purpose (lesson 11).

A generator that is perfect except for one defect is easy to make out of real digits: blur them, or
leave some kinds out. `compare` measures such generators by everything that `metrics` has, and says
how far each measure moves in units of its own spread between perfect generators. `bias` is about
the number of samples, `Scores` and `put_to_sleep` about losses that say nothing of quality,
`best_of_each` and `fooling` about measures that are cheated.
"""

import dataclasses

import keras
import numpy as np
from keras import ops

from gan_lessons import datasets, dcgan, metrics
from gan_lessons.engine import backends
from gan_lessons.engine.training import train

N = 2000  # fakes, and real digits to compare them with


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
    n=N,
    splits=3,
    sizes=(100, 200, 500, 1000, 2000, 5000),
    repeats=5,
    gan=dcgan.DCGANPreset(steps=1800, report_every=100),
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


@dataclasses.dataclass(frozen=True)
class Parts:
    """Digits in four parts that share none: uint8 (n, 28, 28, 1), labels (n,).

    train: what a generator was trained on, N. held_out: 2 N; half of them is what fakes are
      compared with, the other half gives the floor.
    fakes, labels: what a perfect generator draws, N; other real digits.
    """

    train: np.ndarray
    held_out: np.ndarray
    fakes: np.ndarray
    labels: np.ndarray


def split(seed, n=N):
    """The bundled digits, shuffled and cut into `Parts`."""
    data = datasets.load("mnist", source="bundled", verbose=False)
    if not 1 <= n <= len(data.x_train) // 4:
        raise ValueError(
            f"n is {n}; expected from 1 to {len(data.x_train) // 4:,}, a quarter of the digits."
        )
    order = np.random.default_rng(seed).permutation(len(data.x_train))[: 4 * n]
    images, labels = data.x_train[order], data.y_train[order]
    return Parts(images[:n], images[n : 3 * n], images[3 * n :], labels[3 * n :])


# The defects: each takes the parts and a random generator, and returns N fakes.


def perfect(parts, rng):
    """No defect: the floor of everything."""
    return parts.fakes


def blurred(parts, rng):
    """Each digit through a Gaussian of one pixel's width: what averages look like."""
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(parts.fakes, sigma=(0, 1, 1, 0))


def noisy(parts, rng):
    """A tenth of the range of grey as noise on every pixel."""
    noise = rng.normal(0.0, 25.5, parts.fakes.shape)
    return np.clip(parts.fakes + noise, 0, 255).astype("uint8")


def dropped(parts, rng):
    """No fours, sevens and nines: the others are drawn more often instead."""
    kept = np.flatnonzero(~np.isin(parts.labels, (4, 7, 9)))
    return parts.fakes[rng.choice(kept, len(parts.fakes))]


def few(parts, rng):
    """Ten good digits of each kind, again and again: collapse inside the kinds."""
    chosen = np.concatenate([np.flatnonzero(parts.labels == digit)[:10] for digit in range(10)])
    return parts.fakes[rng.choice(chosen, len(parts.fakes))]


def memorised(parts, rng):
    """The training set itself: a generator that has learnt it by heart."""
    return rng.permutation(parts.train)


DEFECTS = {
    "blur": blurred,
    "noise": noisy,
    "dropped kinds": dropped,
    "few of each kind": few,
    "memorised": memorised,
}


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Every measure of every defect, over several splits.

    measures: names. values: {defect: array (splits, measures)}; "none" is the perfect generator.
    """

    measures: list
    values: dict

    def shift(self, defect):
        """How far each measure moved, in spreads of the perfect generator: array (measures,)."""
        perfect = self.values["none"]
        moved = self.values[defect].mean(axis=0) - perfect.mean(axis=0)
        spread = perfect.std(axis=0, ddof=1)
        # A measure without any spread that moves has moved infinitely far.
        return np.divide(moved, spread, out=np.where(moved, np.inf, 0.0), where=spread > 0)


def one_split(seed, defects=DEFECTS, n=N):
    """Measure a perfect generator, "none", and spoilt ones: {defect: {measure: value}}.

    Args:
        seed: of the split. defects: {name: function}. n: fakes per measure.
    """
    parts, rng = split(seed, n), np.random.default_rng(seed)
    yardstick = metrics.Yardstick(parts.held_out, parts.train, n, seed=seed)
    measured = {
        name: yardstick.measure(spoil(parts, rng))
        for name, spoil in {"none": perfect, **defects}.items()
    }
    return {
        name: {measure: value for measure, value in found.rows() if "error" not in measure}
        for name, found in measured.items()
    }


def gather(rows):
    """A `Comparison` of what `one_split` found for several seeds, or of a stored table of it.

    Raises:
        ValueError: there are fewer than two.
    """
    if len(rows) < 2:
        raise ValueError(f"There is {len(rows)} split; a spread needs 2 splits at least.")
    names = list(rows[0]["none"])
    values = {
        defect: np.array([[row[defect][name] for name in names] for row in rows])
        for defect in rows[0]
    }
    return Comparison(names, values)


def from_table(table):
    """The `Comparison` in a table that `benchmarks/measuring.py` has stored."""
    names = ("none", *DEFECTS)
    rows = [{defect: {} for defect in names} for _ in table["runs"]]
    for row, run in zip(rows, table["runs"], strict=True):
        for key, value in run.items():
            defect, _, measure = key.partition(": ")
            if defect in row:
                row[defect][measure] = value
    return gather(rows)


def compare(seeds=5, defects=DEFECTS, n=N):
    """Measure perfect and spoilt generators on several splits of the digits.

    Args:
        seeds: how many splits; 2 at least, for a spread.
        defects: {name: function}. n: fakes per measure.
    """
    if seeds < 2:
        raise ValueError(f"seeds is {seeds}; a spread needs 2 splits at least.")
    return gather([one_split(seed, defects, n) for seed in range(seeds)])


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


# Losses ------------------------------------------------------------------------------------------


def hold_out(n, seed=0):
    """The bundled digits, shuffled, in two parts: those to train on, and n to measure with."""
    images = datasets.load("mnist", source="bundled", verbose=False).x_train
    order = np.random.default_rng(seed).permutation(len(images))
    return images[order[n:]], images[order[:n]]


class Scores(keras.callbacks.Callback):
    """At every report: the rFD of some samples, and both losses, means since the last report.

    The samples are those of the generator of that very step, not of the averaged one: the losses
    are its own.

    Args:
        samples: how many; always from the same latent points.

    Attributes:
        rows: dicts with "step", "rFD", "loss of D" and "loss of G".
    """

    def __init__(self, samples):
        super().__init__()
        self.samples, self.rows = samples, []

    def on_epoch_end(self, epoch, logs=None):  # an "epoch" is one report here
        fakes = self.model.sample(self.samples, seed=1, averaged=False)
        row = {
            "step": int(self.model.step_counter.value),
            "rFD": metrics.digits.score(fakes).rfd,
            "loss of D": float(logs["discriminator_loss"]),
            "loss of G": float(logs["generator_loss"]),
        }
        self.rows.append(row)

    def columns(self):
        """The rows as {name: array}."""
        return {name: np.array([row[name] for row in self.rows]) for name in self.rows[0]}


def rank_correlations(scores):
    """How well each loss tells the order of the rFD: Spearman's correlation, from -1 to 1.

    1: the larger the loss, the worse the samples, always. 0: the loss does not tell. -1: the larger
    the loss, the better the samples.

    Args:
        scores: the columns of `Scores`.

    Returns:
        {"D, whole training": r, "D, second half": r, "G, whole training": r, ...}.
    """
    from scipy.stats import spearmanr

    count = len(scores["step"])
    parts = {"whole training": slice(0, count), "second half": slice(count // 2, count)}
    return {
        f"{player}, {name}": float(
            spearmanr(scores[f"loss of {player}"][part], scores["rFD"][part])[0]
        )
        for player in "DG"
        for name, part in parts.items()
    }


def put_to_sleep(trained, steps, callbacks=()):
    """Train a GAN on for some steps, in six reports, while its discriminator learns nothing.

    Args:
        trained: what `train` returned; its model is trained on. callbacks: of Keras.
    """
    model = trained.model
    rates = dict(model.base_learning_rates)
    model.base_learning_rates = {**rates, "discriminator": 0.0}
    behind = int(model.step_counter.value)
    preset = dataclasses.replace(
        trained.preset, steps=behind + steps, report_every=max(1, steps // 6), hold=1.0
    )
    try:
        train(dcgan, preset, trained.data, model=model, callbacks=callbacks, verbose=False)
    finally:
        model.base_learning_rates = rates


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
