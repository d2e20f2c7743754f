"""How pictures of faces are measured in lesson 07, whatever model has drawn them.

A judge says what is to be seen in pictures: the attribute network for the course's portraits,
handmade features for others. A `Ruler` compares what it says of samples with what it says of
pictures that were held out.
"""

import dataclasses

import numpy as np

from gan_lessons import face_scores, faces_lab, metrics
from gan_lessons.latent import great_circle, straight
from gan_lessons.metrics import faces as face_network
from gan_lessons.plots import to_uint8

GRID = 4  # the handmade features look at a picture in GRID x GRID squares
SMALL = 16  # height of the pictures whose pixels are compared in the search for copies


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
        halfway: as `frechet`, of pictures half way between two, see `halfway`.
        steps, seconds: of the training. ms: a step takes, in the median.
    """

    reconstruction: float | None
    sharpness: float
    frechet: float
    coverage: float
    neighbour: float
    halfway: float | None = None
    steps: int | None = None
    seconds: float | None = None
    ms: float | None = None


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

    def distance(self, described):
        """Fréchet distance of what the first judge sees, over the trace of the real covariance."""
        mean, cov = metrics.feature_statistics(self.real[0])
        found = metrics.frechet_distance(*metrics.feature_statistics(described), mean, cov)
        return found / float(np.trace(cov))

    def measure(self, images, rebuilt=None, between=None, **training):
        """The `Row` of samples (n, h, h, 3).

        Args:
            rebuilt: the held-out pictures after the way through the code. between: pictures half
                way between two. training: steps, seconds and ms.
        """
        images = to_uint8(images)
        (described, sorted_), error = self._described(images), None
        if rebuilt is not None:
            error = float(np.sqrt(np.mean((rebuilt - (self.faces.test / 127.5 - 1)) ** 2)))
        if between is not None:
            between = self.distance(self._described(to_uint8(between))[0])
        return Row(
            error,
            metrics.relative_sharpness(images, self.faces.test),
            self.distance(described),
            metrics.manifold_scores(self.real[1], sorted_).coverage,
            self._to_training(images) / self.near,
            between,
            **training,
        )

    def measure_trained(self, trained, seed=1):
        """The `Row` of a trained model."""
        model, test = trained.model, self.faces.test
        return self.measure(
            model.sample(len(test), seed=seed),
            model.reconstruct(test) if hasattr(model, "reconstruct") else None,
            model.sample(z=halfway(model, test, seed + 1)),
            steps=int(trained.history["step"][-1]),
            seconds=trained.seconds,
            ms=1000 * faces_lab.seconds_a_step(trained.history),
        )

    def yardsticks(self):
        """{name: `Row`} of what needs no model: the floor, and three ways to fail.

        Half way between two other real pictures lies their mean, pixel by pixel.
        """
        others, n = self.faces.others, len(self.faces.test)
        means = 0.5 * (others / np.float32(127.5) + np.roll(others, 1, 0) / np.float32(127.5)) - 1
        return {
            "real, others": self.measure(others, between=means),
            "real, blurred": self.measure(blurred(others)),
            "copies": self.measure(self.faces.train[:n]),
            "one face": self.measure(np.repeat(others[:1], n, axis=0)),
        }


def blurred(images):
    """Each pixel of pictures (n, h, w, 3) uint8 as the mean of the 3 x 3 around it."""
    moves = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    mean = np.mean([np.roll(images, move, axis=(1, 2)) for move in moves], axis=0)
    return np.rint(mean).astype("uint8")


def way(model):
    """How to go from one latent point of a model to another: a function of `latent`.

    The normal prior has its points in a shell, so one goes along a great circle. The codes of an
    autoencoder without noise lie on no sphere: there a straight line must do.
    """
    return great_circle if getattr(model, "noisy", True) else straight


def halfway(model, images, seed=0):
    """Latent points (n, d) half way between the codes of each image and the one before it.

    For a model without an encoder between as many points of the prior.
    """
    able = hasattr(model, "encode")
    z = model.encode(images)[0] if able else model.latent(len(images), seed)
    return way(model)(z, np.roll(z, 1, axis=0), 0.5)


def fitted_codes(model, images, n, seed=0):
    """n latent points (n, d) from the normal distribution that fits the codes of images best.

    What an autoencoder lacks to be drawn from: its codes follow no law that anybody asked for
    (Ghosh et al. 2020, "From variational to deterministic autoencoders").
    """
    codes = model.encode(images)[0]
    mean, covariance = metrics.feature_statistics(codes)
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(mean, covariance, n, method="eigh").astype("float32")
