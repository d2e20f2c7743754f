"""How good generated faces are, against faces that nobody has trained on (lesson 06).

Portraits are drawn from a seed, so there are always others that no model has seen. Photographs are
what they are: there the yardstick is the pictures at hand.
"""

import functools

import numpy as np

from gan_lessons import datasets, metrics
from gan_lessons.datasets import store
from gan_lessons.metrics import faces

HELD_OUT = (
    5_000  # portraits of another seed; kept in the cache, as many as the network is tested on
)
FEW = 250  # up to so many are quicker drawn anew


def held_out(n, skip=0):
    """n portraits that no model of the course has trained on: (n, 64, 64, 3) uint8, and attributes.

    Args:
        skip: so many others are passed over first.

    Raises:
        ValueError: there are not so many.
    """
    wanted = n + skip
    if wanted > HELD_OUT:
        raise ValueError(f"{wanted:,} held-out portraits are wanted, there are {HELD_OUT:,}.")
    portraits, seed = datasets.portraits, datasets.portraits.HELD_OUT_SEED
    drawn = store.is_complete(portraits.folder(HELD_OUT, seed))
    count = HELD_OUT if drawn or wanted > 2 * FEW else wanted
    pictures, attributes, _ = portraits.load(count, seed)
    return pictures[skip:wanted], attributes[skip:wanted]


def for_network(images, size):
    """Pictures of any size as the attribute network sees a generator's of that size.

    A generator of small pictures is compared with real ones that were made as small: what it could
    not draw is not held against it.
    """
    images = images if images.shape[1] <= size else metrics.shrunk(images, size)
    return metrics.enlarged(images, faces.SIZE) if size < faces.SIZE else images


@functools.lru_cache(maxsize=4)
def portrait_ruler(n, size=faces.SIZE):
    """A `FaceRuler` of n held-out portraits, and n others for floor and ceiling, of that size."""
    pictures = for_network(held_out(2 * n)[0], min(size, faces.SIZE))
    return faces.FaceRuler(pictures[:n], pictures[n:], source="held-out portraits")


def are_portraits(data):
    """Whether a loaded `Dataset` holds the course's portraits: then their attributes are known."""
    return data.info.get("attributes") == list(faces.names(faces.PORTRAITS))


def score(samples, data, n=None):
    """How good samples (m, size, size, 3) in [-1, 1] are: a `FaceScore` or a `PictureDistance`.

    Portraits are measured by the attribute network against held-out ones. So are photographs where
    a network for them was trained (`gan_lessons.pretrained.build_face_attributes`), the one half of
    them against the other; without one, by colours and rough shapes.

    Args:
        data: a `datasets.Dataset`, what the samples should be like. n: pictures on either side; by
            default as many as samples.
    """
    n, size = n or len(samples), samples.shape[1]
    if are_portraits(data):
        return portrait_ruler(n, size).score(for_network(samples, size))
    if not _is_there(faces.CELEBA):
        return metrics.picture_distance(samples, data.x_train[:n], data.source)
    n = min(n, len(data.x_train) // 2)
    real = for_network(np.asarray(data.x_train[: 2 * n]), size)
    ruler = faces.FaceRuler(real[::2], real[1::2], faces.CELEBA, data.source)
    return ruler.score(for_network(samples[:n], size))


def _is_there(weights):
    """Whether the attribute network of that name was trained."""
    try:
        faces.names(weights)
    except FileNotFoundError:
        return False
    return True
