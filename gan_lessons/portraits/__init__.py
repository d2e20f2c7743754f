"""Portraits of nobody: 64 x 64 pixels in colour, drawn by this code from a seed (lessons 06, 07).

They stand in for photographs where there are none: varied enough to be worth learning, with
attributes that can be seen in the picture (a smile, glasses, the colour of the hair). They are
drawings, and no person was the model.
"""

from __future__ import annotations

import numpy as np

from gan_lessons.portraits import hair, head, scene, worn
from gan_lessons.portraits.canvas import Canvas
from gan_lessons.portraits.people import NAMES, alike, attributes, cast, these

SIZE = 64
BATCH = 4  # portraits painted at a time: what the processor's cache holds
SORTED = 512  # portraits described at a time

__all__ = ["BATCH", "NAMES", "SIZE", "describe", "draw"]


def draw(indices, seed=0, size=SIZE):
    """The portraits of those numbers (an iterable of whole numbers, or how many from 0 on).

    Returns pictures (n, size, size, 3) uint8 and attributes (n, len(NAMES)) bool. Portrait i of a
    seed is always the same, whichever others are drawn with it.
    """
    indices = np.arange(indices) if isinstance(indices, int) else np.asarray([*indices], int)
    pictures = np.empty((len(indices), size, size, 3), "uint8")
    seen = np.empty((len(indices), len(NAMES)), bool)
    for start in range(0, len(indices), SORTED):
        chosen = np.arange(start, min(start + SORTED, len(indices)))
        crowd = cast(seed, indices[chosen])
        seen[chosen] = attributes(crowd)
        # Those who wear the same are painted together: then no hat is painted in vain.
        order = np.lexsort([k.ravel() for k in alike(crowd)])
        for i in range(0, len(order), BATCH):
            few = order[i : i + BATCH]
            drawn = these(crowd, few)
            canvas = Canvas(size, drawn)
            paint(canvas, drawn)
            pictures[chosen[few]] = canvas.pictures()
    return pictures, seen


def describe(indices, seed=0):
    """The attributes alone, as `draw` gives them: quick."""
    return attributes(cast(seed, indices))


def paint(canvas, p):
    """Paint people on a canvas, from the wall behind them to their hats."""
    scene.wall(canvas, p)
    scene.clothes(canvas, p)
    tresses = hair.Hair(canvas, p)
    tresses.behind()
    scene.neck(canvas, p)
    head.ears(canvas, p)
    head.face(canvas, p)
    head.beard(canvas, p)
    head.mouth(canvas, p)
    head.nose(canvas, p)
    head.eyes(canvas, p)
    tresses.before()
    worn.glasses(canvas, p)
    worn.hats(canvas, p)
    scene.air(canvas, p)
