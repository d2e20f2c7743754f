"""Arithmetic with faces: what a way in latent space does to what is seen in a face (lesson 06).

Two ways to add a smile. That of the DCGAN paper averages a few latent points by hand and adds and
subtracts them (Radford, Metz and Chintala 2016, section 6.3.2). The other asks an attribute network
about thousands of faces, and fits the direction in which its answer grows and the others do not.
Latent points are z (n, d), what the network says of their faces are logits (n, k): above 0 is yes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gan_lessons import face_scores, metrics
from gan_lessons.metrics import faces
from gan_lessons.plots import to_uint8

STEPS = tuple(np.arange(0.5, 10.5, 0.5))  # tried one after the other; |z| is about 11
SMALL = 16  # height of the pictures whose pixels are compared in the search for copies


def reader(model: Any, weights: str = faces.PORTRAITS) -> Callable[[np.ndarray], np.ndarray]:
    """A function from latent points to what the attribute network sees in their faces."""

    def read(z: np.ndarray) -> np.ndarray:
        images = model.sample(z=z)
        return faces.predict(face_scores.for_network(images, images.shape[1]), weights)[1]

    return read


# The way of the paper -----------------------------------------------------------------------------


def having(
    logits: np.ndarray, names: Sequence[str], wanted: dict[str, bool], sure: float = 1.0
) -> np.ndarray:
    """The numbers of the faces that have, and have not, what is wanted, beyond doubt.

    wanted: {attribute: True or False}. sure: size of a logit that leaves no doubt.
    Raises ValueError for an attribute that the network does not name.
    """
    found = np.ones(len(logits), bool)
    for name, is_wanted in wanted.items():
        if name not in names:
            raise ValueError(f"there is no attribute {name!r}; there are {', '.join(names)}.")
        column = logits[:, list(names).index(name)]
        found &= (column if is_wanted else -column) > sure
    return np.flatnonzero(found)


def analogy(have: np.ndarray, lack: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Those who have it minus those who lack it plus others: (m, d) three times, to z (d,)."""
    return have.mean(axis=0) - lack.mean(axis=0) + others.mean(axis=0)


def groups(what: str, kind: str, of_kind: bool = True) -> list[dict[str, bool]]:
    """What is wanted of the three groups of an analogy, and of its result.

    what: the attribute to be carried over. kind: an attribute that tells the third group (of_kind)
    from the first two.
    """
    return [
        {what: is_there, kind: of_kind == is_other}
        for is_there, is_other in ((True, False), (False, False), (False, True), (True, True))
    ]


def analogies(
    read: Callable,
    z: np.ndarray,
    logits: np.ndarray,
    names: Sequence[str],
    wanted: list[dict[str, bool]],
    m: int,
    tries: int,
    seed: int = 0,
    in_shell: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Analogies from m random members of each group: the z (tries, d), and which came out right.

    wanted: as `groups` gives it. in_shell: give each sum the length sqrt(d). Raises ValueError
    where a group has fewer than m members.
    """
    members = [having(logits, names, group) for group in wanted[:3]]
    if min(map(len, members)) < m:
        pairs = zip(members, wanted[:3], strict=True)
        counts = ", ".join(f"{len(one)} for {group}" for one, group in pairs)
        raise ValueError(f"{m} faces of each group are needed; there are {counts}.")
    rng = np.random.default_rng(seed)
    sums = np.array(
        [analogy(*(z[rng.choice(one, m, replace=False)] for one in members)) for _ in range(tries)]
    )
    if in_shell:
        sums *= np.sqrt(z.shape[1]) / np.linalg.norm(sums, axis=1, keepdims=True)
    right = np.zeros(tries, bool)
    right[having(read(sums), names, wanted[3], sure=0.0)] = True
    return sums, right


# A fitted direction -------------------------------------------------------------------------------


def slopes(z: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """How each logit grows along each axis of z, (k, d): a linear regression with a constant."""
    design = np.concatenate([z, np.ones((len(z), 1))], axis=1)
    if len(z) <= design.shape[1]:
        raise ValueError(f"{len(z)} points are too few to fit {design.shape[1]} numbers.")
    return np.linalg.lstsq(design, logits, rcond=None)[0][:-1].T


def direction(slopes: np.ndarray, column: int, keep: Iterable[int] = ()) -> np.ndarray:
    """The unit vector (d,) along which one logit grows fastest while those of `keep` stay.

    slopes (k, d): as `slopes` gives them. column: of the logit that is to grow. keep: of those that
    are to stay; none gives the logit's own slope.
    """
    others = np.asarray(slopes)[[j for j in keep if j != column]]
    wanted = np.asarray(slopes)[column]
    # What of it can be put together from the others: they need not stand at right angles.
    shared = np.linalg.lstsq(others.T, wanted, rcond=None)[0] @ others
    own = wanted - shared
    return own / np.linalg.norm(own)


def moved(z: np.ndarray, direction: np.ndarray, step: Any) -> np.ndarray:
    """z (n, d), gone a step (or n steps) along a direction, and drawn back to its own length."""
    there = z + np.multiply.outer(np.broadcast_to(step, len(z)), direction)
    lengths = np.linalg.norm(z, axis=1, keepdims=True)
    return there * (lengths / np.linalg.norm(there, axis=1, keepdims=True))


@dataclass(frozen=True)
class Change:
    """What became of n faces that were to get, or to lose, one attribute.

    z: where they are now, (n, d). step: how far each went, (n,). flipped: whether the network sees
    what was wanted, (n,). same: whether its verdict on each attribute is the one of before, (n, k).
    column: of the attribute that was to change.
    """

    z: np.ndarray
    step: np.ndarray
    flipped: np.ndarray
    same: np.ndarray
    column: int

    @property
    def stayed(self) -> float:
        """The share of the verdicts on all the other attributes that did not change."""
        return float(np.delete(self.same, self.column, axis=1).mean())

    def figures(self) -> dict[str, float]:
        """The score, for a table."""
        return {
            "flipped": float(self.flipped.mean()),
            "stayed": self.stayed,
            "step": float(self.step.mean()),
        }


def change(
    read: Callable,
    z: np.ndarray,
    direction: np.ndarray,
    column: int,
    wanted: bool = True,
    steps: Iterable[float] = STEPS,
    sure: float = 0.0,
) -> Change:
    """Move each z (n, d) by the smallest of the steps at which the network sees what is wanted.

    Those that no step suffices for go the last one. steps: rising. sure: what the logit has to
    pass. To lose an attribute (wanted False), the way is gone backwards.
    """
    sign = 1.0 if wanted else -1.0
    before = read(z)
    taken, open_ = np.zeros(len(z)), np.flatnonzero(sign * before[:, column] <= sure)
    for step in steps:
        if not len(open_):
            break
        taken[open_] = step
        seen = sign * read(moved(z[open_], sign * direction, step))[:, column]
        open_ = open_[seen <= sure]
    return gone(read, z, direction, column, taken, wanted)


def gone(
    read: Callable,
    z: np.ndarray,
    direction: np.ndarray,
    column: int,
    step: Any,
    wanted: bool = True,
) -> Change:
    """What becomes of z (n, d) after a given step, or n steps, along any direction."""
    sign = 1.0 if wanted else -1.0
    there = moved(z, sign * direction, step)
    before, after = read(z) > 0, read(there)
    flipped = sign * after[:, column] > 0
    return Change(there, np.broadcast_to(step, len(z)), flipped, (after > 0) == before, column)


def random_direction(d: int, seed: int = 0) -> np.ndarray:
    """A unit vector (d,) that means nothing: how often does it do by chance what others are for?"""
    way = np.random.default_rng(seed).standard_normal(d)
    return way / np.linalg.norm(way)


# Copies -------------------------------------------------------------------------------------------


def views(images: np.ndarray, weights: str = faces.PORTRAITS) -> dict[str, np.ndarray]:
    """Faces (n, h, h, 3) as they are compared: {"pixels": of small pictures, "features"}."""
    images = to_uint8(images)
    pixels = metrics.shrunk(images, min(SMALL, images.shape[1])).reshape(len(images), -1)
    seen = face_scores.for_network(images, images.shape[1])
    return {"pixels": pixels, "features": faces.features(seen, weights)}


def copies(train: dict, held_out: dict, fakes: dict) -> dict[str, metrics.Memorisation]:
    """Whether fakes lean towards the training set, in each of their `views`."""
    return {name: metrics.memorisation(train[name], held_out[name], fakes[name]) for name in fakes}
