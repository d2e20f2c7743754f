"""What is around a head: the wall, the clothes, the neck, and the light in the room."""

from __future__ import annotations

import numpy as np

from gan_lessons.portraits.canvas import blob, either, soft
from gan_lessons.portraits.people import ROUND, SHIRT, VEE


def wall(c, p):
    """Two colours that pass into each other, with soft spots of light, lighter behind the head."""
    across = soft(0.7 * c.y + 0.5 * c.x * np.sign(p.light_x), -1.1, 1.1)
    colour = p.back + 0.55 * (p.back2 - p.back) * across
    c.sheet[:] = colour
    for x, y, size in p.spots:
        d = np.sqrt((c.x - 2.4 * x + 1.2) ** 2 + (c.y - 2 * y + 1) ** 2) - size
        c.shade(0.22 * soft(d, 0.06, -0.06))
    c.shade(0.3 * blob(c.x + 0.3 * p.light_x, c.y + 0.2, 0.8, 0.8) - 0.1)


def clothes(c, p):
    """Shoulders, with a collar of one of three kinds."""
    part = c.window(-1, 1, 0.4, 1)
    x = part.x - 0.6 * p.head_x
    shoulder = 0.64 * p.zoom + 0.08 + 0.1 * x * x + 0.3 * (x * x * x) ** 2
    distance = shoulder - part.y
    light = 0.82 + 0.22 * p.light_x * x - 0.25 * blob(x, part.y - shoulder + 0.1, 0.3, 0.14)
    folds = 0.05 * np.sin(9 * x + 5 * part.y + 6 * p.offset)
    part.paint(p.cloth * np.clip(light + folds, 0.3, 1.2), part.cover(distance))


def neck(c, p):
    """The neck, in the shadow of the chin, down to the neckline."""
    part = c.window(-0.8, 0.8, 0.1, 1)
    x = part.x - 0.75 * p.head_x + 0.35 * p.tilt * (1 - part.y)
    thick = (0.43 * p.wide + 0.02) * p.zoom
    base = 0.64 * p.zoom + 0.08
    side = np.abs(x) - thick - 0.25 * np.maximum(part.y - base + 0.06, 0)
    cut = base + either(p.collar == VEE, 0.34, 0.12) - either(p.collar == VEE, 1.5, 0) * np.abs(x)
    cut = cut - either(p.collar == ROUND, 1.6, 0) * x * x
    cover = part.cover(np.maximum(side, part.y - cut))
    round_ = np.sqrt(np.maximum(1 - np.clip(x / (thick + 0.1), -1, 1) ** 2, 0))
    light = p.fill + p.key * (0.45 * round_ + 0.35 * p.light_x * x / thick * 0.6)
    shadow = soft(part.v, 0.98, 0.58)  # what the chin leaves dark
    part.paint(p.skin * (light - 0.28 * shadow) * _deep(shadow), cover)
    # A hem, and the two wings of a shirt's collar.
    hem = np.abs(part.y - cut) - 0.022
    part.paint(0.72 * p.cloth, part.cover(np.maximum(hem, side - 0.02)) * (p.collar != SHIRT))
    slope = part.y - base + 0.02 - 0.7 * (thick + 0.16 - np.abs(x))
    wing = np.maximum(np.abs(np.abs(x) - thick * 0.72) - 0.1, np.abs(slope + 0.06) - 0.07)
    part.paint(0.35 * p.cloth + 150, part.cover(wing) * (p.collar == SHIRT))


def _deep(shadow):
    """Skin in the shadow is redder, not only darker."""
    return 1 - shadow * np.array([0, 0.06, 0.08], "float32").reshape(3, 1, 1, 1)


def air(c, p):
    """The colour of the light, over everything."""
    for channel, share in zip(c.sheet, (1, 0.1, -1), strict=True):
        channel *= 1 + share * p.warmth
