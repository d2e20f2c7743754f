"""Autoencoder, VAE, VAE-GAN and DCGAN under the same conditions, in one table (lesson 07).

The same faces, the same decoder, the same minutes. What is compared is what each is for: how well
it gives a picture back, how sharp and how varied its samples are, how far they are from real
pictures as a crowd, whether they copy, and what a training step costs.
"""

import dataclasses

import numpy as np

from gan_lessons import datasets, dcgan_faces, face_scores, metrics, show, vae, vae_gan
from gan_lessons.engine.training import train
from gan_lessons.metrics import faces as face_network
from gan_lessons.plots import to_uint8

GRID = 4  # the handmade features look at a picture in GRID x GRID squares
SMALL = 16  # height of the pictures whose pixels are compared in the search for copies


@dataclasses.dataclass(frozen=True)
class ComparingPreset:
    """How much lesson 07 trains and measures.

    Attributes:
        faces: the DCGAN; the others take over its data and the size of its decoder.
        minutes: of each of the four trainings; None takes the steps of `faces`.
        n: samples, and as many pictures held out to compare with, and as many again for the floor.
        broken: steps of the trainings that are meant to fail, and of the sound one beside them.
    """

    faces: dcgan_faces.FacesPreset
    minutes: float | None
    n: int
    broken: int

    @property
    def models(self):
        """{name: (lesson, preset)}: the four that are compared."""
        return {
            "autoencoder": (vae, vae.beside(self.faces, variant="autoencoder")),
            "VAE": (vae, vae.beside(self.faces)),
            "VAE-GAN": (vae_gan, vae_gan.beside(self.faces)),
            "DCGAN": (dcgan_faces, self.faces),
        }


# Fewer latent dimensions: in minutes an encoder does not learn to leave a hundred alone.
_QUICK = dataclasses.replace(dcgan_faces.PRESETS["quick"], latent_dim=32)
PRESETS = {
    "smoke": ComparingPreset(dcgan_faces.PRESETS["smoke"], minutes=None, n=40, broken=4),
    "quick": ComparingPreset(_QUICK, minutes=1.25, n=500, broken=300),
    "full": ComparingPreset(dcgan_faces.PRESETS["full"], minutes=10.0, n=2000, broken=2000),
}


@dataclasses.dataclass(frozen=True)
class Faces:
    """Pictures (., size, size, 3) uint8 in three parts, at random; only `train` is trained on.

    Attributes:
        train: what all models learn from. test: what they are compared with.
        others: as many again, for the floor of every measure.
        portraits: whether they are the course's: then a network knows what to look for.
    """

    train: np.ndarray
    test: np.ndarray
    others: np.ndarray
    portraits: bool = False


def load(how, seed=0):
    """The preset's faces as `Faces`.

    Raises:
        ValueError: there are not enough pictures to hold out 2 n and train on as many.
    """
    data = datasets.load(how.faces.dataset, source=how.faces.source, verbose=False)
    pictures = how.faces.training_data(data)
    if len(pictures) < 4 * how.n:
        raise ValueError(f"{len(pictures)} pictures are too few to hold out {2 * how.n} of them.")
    order = np.random.default_rng(seed).permutation(len(pictures))
    parts = np.split(order, [how.n, 2 * how.n])
    test, others, train_ = (pictures[np.sort(part)] for part in parts)
    return Faces(train_, test, others, face_scores.are_portraits(data))


def train_model(name, how, faces, seed=0, **settings):
    """Train one of the four, in the minutes or steps of `how`; returns what `train` returns."""
    lesson, preset = how.models[name]
    return train(lesson, preset, faces.train, seed=seed, minutes=how.minutes, **settings)


# --- the measures ---------------------------------------------------------------------------------


def attributes(images):
    """How sure the attribute network is of each attribute of portraits: (n, attributes).

    This is what the coverage sees: which kind of face it is. A little blur hardly changes it: to be
    forgotten is one thing and to be drawn softly another, and each has a measure of its own.
    """
    return face_network.probabilities(face_scores.for_network(images, images.shape[1]))


def seen_by_network(images):
    """What the Fréchet distance sees of portraits: the attribute network's features, (n, 64)."""
    return face_network.features(face_scores.for_network(images, images.shape[1]))


def squares(images):
    """Means over 4 x 4 squares of pictures (n, h, h, c), float: (n, 16 c)."""
    n, height = images.shape[:2]
    side = height // GRID
    return images.reshape(n, GRID, side, GRID, side, -1).mean(axis=(2, 4)).reshape(n, -1)


def kinds(images):
    """What stands in for `attributes` where no network knows the pictures: (n, 48).

    Handmade: the mean colours of squares, which no blur changes.
    """
    return squares(images.astype("float32") / 127.5 - 1)


def features(images):
    """What stands in for `seen_by_network`: kind and detail of pictures (n, h, h, 3), (n, 64).

    Handmade as well: `kinds`, and how much fine detail each square has.
    """
    grey = images.mean(axis=3, dtype="float32") / 127.5 - 1
    grey = np.pad(grey, ((0, 0), (1, 1), (1, 1)), mode="edge")
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    detail = np.abs(around - 4 * grey[:, 1:-1, 1:-1])
    return np.concatenate([kinds(images), squares(detail[..., None])], axis=1)


@dataclasses.dataclass(frozen=True)
class Row:
    """What was measured of one model; None where there is nothing to measure.

    Attributes:
        reconstruction: root mean square error on pictures that were held out, in [-1, 1].
        sharpness: of samples, relative to real pictures; 1 is right.
        frechet: distance of the crowd of samples from held-out pictures, over the trace of these'
            covariance, in the judge's features.
        coverage: share of the held-out pictures with a sample nearby (k = 5), by kind of face.
        neighbour: median distance of a sample to the nearest training picture, over that of the
            held-out pictures: about 1 for a model that invents, near 0 for one that copies.
        steps, seconds: of the training.
    """

    reconstruction: float | None
    sharpness: float
    frechet: float
    coverage: float
    neighbour: float
    steps: int | None = None
    seconds: float | None = None


class Ruler:
    """Measures pictures against those that were held out.

    Args:
        faces: a `Faces`; the course's portraits are judged by the attribute network, others by
            handmade features. describe, sort: other judges, for the distance and the coverage;
            functions of pictures (n, h, h, 3) uint8 that return (n, k).
    """

    def __init__(self, faces, describe=None, sort=None):
        usual = (seen_by_network, attributes) if faces.portraits else (features, kinds)
        self.faces, self.judges = faces, (describe or usual[0], sort or usual[1])
        self.seen = [judge(faces.test) for judge in self.judges]
        self.real = self._described(faces.test)
        self.near = self._to_training(faces.test)

    def _described(self, images):
        """What both judges see; if handmade, in units of the held-out pictures' spread."""
        described = [judge(images) for judge in self.judges]
        if self.faces.portraits:
            return described
        pairs = zip(described, self.seen, strict=True)
        return [metrics.standardise(features, seen) for features, seen in pairs]

    def _to_training(self, images):
        """Median distance of images to the nearest training picture, in pixels made fewer."""
        small = [metrics.shrunk(x, min(SMALL, x.shape[1])) for x in (self.faces.train, images)]
        return float(np.median(metrics.nearest(*small)[0]))

    def measure(self, images, rebuilt=None, steps=None, seconds=None):
        """The `Row` of samples (n, h, h, 3), with reconstructions of the held-out pictures."""
        images = to_uint8(images)
        (described, sorted_), error = self._described(images), None
        mean, cov = metrics.feature_statistics(self.real[0])
        distance = metrics.frechet_distance(*metrics.feature_statistics(described), mean, cov)
        if rebuilt is not None:
            error = float(np.sqrt(np.mean((rebuilt - (self.faces.test / 127.5 - 1)) ** 2)))
        return Row(
            error,
            metrics.relative_sharpness(images, self.faces.test),
            distance / float(np.trace(cov)),
            metrics.manifold_scores(self.real[1], sorted_).coverage,
            self._to_training(images) / self.near,
            steps,
            seconds,
        )

    def measure_trained(self, trained, seed=1):
        """The `Row` of a trained model."""
        model = trained.model
        rebuilt = model.reconstruct(self.faces.test) if hasattr(model, "reconstruct") else None
        samples = model.sample(len(self.faces.test), seed=seed)
        return self.measure(samples, rebuilt, int(trained.history["step"][-1]), trained.seconds)

    def yardsticks(self):
        """{name: `Row`} of what needs no model: the floor, and three ways to fail."""
        others, n = self.faces.others, len(self.faces.test)
        return {
            "real, others": self.measure(others),
            "real, blurred": self.measure(blurred(others)),
            "copies": self.measure(self.faces.train[:n]),
            "one face": self.measure(np.repeat(others[:1], n, axis=0)),
        }


def blurred(images):
    """Each pixel of pictures (n, h, w, 3) uint8 as the mean of the 3 x 3 around it."""
    moves = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    mean = np.mean([np.roll(images, move, axis=(1, 2)) for move in moves], axis=0)
    return np.rint(mean).astype("uint8")


def fitted_codes(model, images, n, seed=0):
    """n latent points (n, d) from the normal distribution that fits the codes of images best.

    What an autoencoder lacks to be drawn from: its codes follow no law that anybody asked for
    (Ghosh et al. 2020, "From variational to deterministic autoencoders").
    """
    codes = model.encode(images)[0]
    mean, covariance = metrics.feature_statistics(codes)
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(mean, covariance, n, method="eigh").astype("float32")


# --- the table ------------------------------------------------------------------------------------

COLUMNS = {  # field of a Row: heading, format
    "reconstruction": ("reconstr.", ".4f"),
    "sharpness": ("sharpness", ".2f"),
    "frechet": ("Fréchet", ".3f"),
    "coverage": ("coverage", ".2f"),
    "neighbour": ("neighbour", ".2f"),
    "steps": ("steps", ",.0f"),
    "seconds": ("seconds", ".0f"),
}


def table(rows, errors=None):
    """Rows of figures as text: {name: `Row`}, or {name: {field: value}}.

    Args:
        errors: the same with standard deviations, to be printed behind.
    """
    width = 11 if errors is None else 18
    lines = [f"{'':14}" + "".join(f"{heading:>{width}}" for heading, _ in COLUMNS.values())]
    for name, row in rows.items():
        cells = []
        for field, (_, form) in COLUMNS.items():
            value = (row if isinstance(row, dict) else dataclasses.asdict(row)).get(field)
            cell = "-" if value is None else f"{value:{form}}"
            if errors is not None and value is not None:
                cell += f" +- {errors[name][field]:{form}}"
            cells.append(f"{cell:>{width}}")
        lines.append(f"{name:14}" + "".join(cells))
    return "\n".join(lines)


def expected(preset):
    """What several seeds have reached, the table of `benchmarks/vae_vs_gan.py`, as text."""
    try:
        stored = show.results(f"vae_vs_gan-{preset}")
    except FileNotFoundError:
        return f"no table for the preset {preset}"
    means, errors = {}, {}
    for key, found in stored["summary"].items():
        if ": " in key:
            name, field = key.split(": ")
            means.setdefault(name, {})[field] = found["mean"]
            errors.setdefault(name, {})[field] = found["std"]
    return f"{table(means, errors)}\n({len(stored['runs'])} seeds)"
