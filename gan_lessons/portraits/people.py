"""Who is portrayed: numbers drawn from a seed, and the attributes that can be seen in the picture.

What has a name in CelebA's list has the same name here. An attribute is never a matter of taste: a
smile is there or not, with a gap between.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from gan_lessons.portraits.canvas import colours, palette

NAMES = (
    "Bald",
    "Bangs",
    "Black_Hair",
    "Blond_Hair",
    "Brown_Hair",
    "Eyeglasses",
    "Gray_Hair",
    "Mouth_Slightly_Open",
    "No_Beard",
    "Pale_Skin",
    "Rosy_Cheeks",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Hat",
    "Wearing_Lipstick",
)

BALD, SHORT, BOB, LONG, UPDO = range(5)  # hair
BEANIE, BRIM, CAP = range(3)  # hats
ROUND, VEE, SHIRT = range(3)  # collars; glasses are round or square
CLEAN, FULL, GOATEE = range(3)  # beards
BLACK, BROWN, BLOND, GRAY, RED = range(5)
LOTS = 160  # numbers drawn for each portrait; more than are used, so that traits can be added

_HAIR_COLOURS = (
    ((22, 19, 22), (52, 42, 42)),
    ((74, 44, 26), (128, 82, 48)),
    ((206, 164, 92), (240, 208, 142)),
    ((142, 144, 150), (206, 208, 212)),
    ((138, 52, 22), (184, 82, 36)),
)
_SKIN = ((252, 226, 214), (244, 202, 174), (226, 172, 134), (176, 118, 82), (118, 74, 52))
_EYES = ((70, 44, 28), (46, 30, 22), (74, 118, 168), (76, 128, 96), (112, 124, 136), (134, 96, 48))
_LIPSTICK = ((196, 22, 46), (222, 62, 112), (142, 18, 74), (230, 74, 52))
_FRAMES = (
    (24, 22, 26),
    (92, 54, 30),
    (206, 168, 88),
    (160, 28, 40),
    (42, 66, 128),
    (236, 236, 238),
)
_CLOTH = (
    (38, 60, 102), (150, 44, 52), (232, 228, 216), (44, 46, 54), (60, 118, 104), (206, 154, 62),
    (128, 96, 150), (98, 138, 180), (206, 122, 126), (88, 104, 66),
)  # fmt: skip
_SHEETS = (
    (58, 78, 96), (168, 190, 200), (214, 198, 174), (92, 72, 88), (74, 104, 90), (36, 38, 46),
    (206, 168, 158), (150, 166, 136), (226, 222, 214), (96, 128, 168), (178, 132, 92),
    (118, 50, 52),
)  # fmt: skip


class _Lots:
    """Numbers in [0, 1) for n portraits: each call takes the next one of every portrait."""

    def __init__(self, seed, indices):
        drawn = [np.random.default_rng([seed, int(i)]).random(LOTS) for i in indices]
        self.drawn, self.taken = np.array(drawn, "float32").reshape(-1, LOTS), 0

    def next(self):
        self.taken += 1
        return self.drawn[:, self.taken - 1].reshape(-1, 1, 1)

    def chance(self, probability):
        return self.next() < probability

    def between(self, low, high):
        return (low + (high - low) * self.next()).astype("float32")

    def bell(self, width):
        """Around 0, between -width and width, seldom far out."""
        return (width * (self.next() + self.next() + self.next() - 1.5) / 1.5).astype("float32")

    def one_of(self, *weights):
        """A number from 0 on, each as often as its weight says."""
        edges = np.cumsum(weights) / np.sum(weights)
        return np.minimum(np.searchsorted(edges, self.next(), side="right"), len(weights) - 1)

    def colour(self, row):
        """One of a row of colours, a little lighter or darker, a little warmer or cooler."""
        chosen = palette(self.one_of(*[1] * len(row)), *row)
        return chosen * self.between(0.85, 1.1) + self.bell(14) * _WARM


_WARM = np.array([1, 0, -1], "float32").reshape(3, 1, 1, 1)


def cast(seed, indices):
    """The portrayed with those numbers: a namespace of arrays (n, 1, 1) and colours (3, n, 1, 1).

    Person i of a seed is the same whatever the other indices are.
    """
    lots, p = _Lots(seed, indices), SimpleNamespace()
    # pose
    p.zoom, p.tilt = lots.between(0.96, 1.12), lots.bell(0.24)
    p.head_x, p.head_y = lots.bell(0.07) - 0.3 * p.tilt, lots.bell(0.05) + 0.06
    p.yaw, p.pitch = lots.bell(0.5), lots.bell(0.05)
    # light
    p.light_x = np.where(lots.chance(0.5), -1, 1) * lots.between(0.25, 0.95)
    p.light_x = p.light_x.astype("float32")
    p.key, p.fill = lots.between(0.42, 0.62), lots.between(0.55, 0.7)
    p.warmth = lots.bell(0.08)
    # form of the head
    p.wide, p.jaw = lots.between(0.44, 0.52), lots.between(0.16, 0.36)
    p.eyes, p.apart = lots.between(0.88, 1.15), lots.between(0.42, 0.5)
    p.slant, p.gaze = lots.bell(0.16), lots.bell(0.03)
    p.brow, p.arch, p.brow_up = lots.between(0.6, 1.3), lots.between(0.2, 1), lots.bell(0.02)
    p.nose, p.nose_wide = lots.between(0.17, 0.225), lots.between(0.8, 1.25)
    p.lips, p.mouth = lots.between(0.85, 1.3), lots.between(0.15, 0.19)
    p.offset, p.offset2 = lots.next(), lots.next()
    p.iris = lots.colour(_EYES)
    # expression
    p.smiling, p.open = lots.chance(0.5), lots.chance(0.4)
    p.smile = np.where(p.smiling, lots.between(0.65, 1), lots.between(-0.35, 0.1))
    p.gap = np.where(p.open, lots.between(0.6, 1), 0).astype("float32")
    # skin
    p.pale, p.rosy = lots.chance(0.22), lots.chance(0.3)
    p.skin = colours(np.where(p.pale, lots.between(0, 0.09), lots.between(0.3, 1)), *_SKIN)
    p.blush = np.where(p.rosy, lots.between(0.75, 1), lots.between(0, 0.08))
    # worn
    p.hat, p.hat_kind = lots.chance(0.18), lots.one_of(3, 2, 2)
    p.glasses, p.glasses_kind = lots.chance(0.3), lots.one_of(1, 1)
    p.tinted = lots.chance(0.2)
    p.frame, p.cloth, p.felt = lots.colour(_FRAMES), lots.colour(_CLOTH), lots.colour(_CLOTH)
    p.collar = lots.one_of(1, 1, 1)
    p.back, p.back2 = lots.colour(_SHEETS), lots.colour(_SHEETS)
    p.spots = [(lots.next(), lots.next(), lots.between(0.1, 0.35)) for _ in range(2)]
    # hair
    p.style = lots.one_of(0.12, 0.32, 0.2, 0.28, 0.08)
    p.style = np.where(p.hat & ((p.style == BALD) | (p.style == UPDO)), SHORT, p.style)
    p.wavy, p.curly = lots.chance(0.5), lots.chance(0.4)
    p.bangs = lots.chance(0.38) & ~p.hat & (p.style != BALD)
    p.hair_kind = lots.one_of(0.28, 0.28, 0.22, 0.14, 0.08)
    share = lots.next()
    rows = [colours(share, *row) for row in _HAIR_COLOURS]
    p.hair = np.choose(p.hair_kind, rows).astype("float32")
    p.volume, p.part, p.length = lots.between(0, 1), lots.bell(0.22), lots.between(0, 1)
    p.hairline, p.sweep = lots.bell(0.04), lots.bell(0.3)
    p.phase = [lots.between(0, 6.28) for _ in range(3)]
    # lips and beard
    p.beard = lots.one_of(0.72, 0.16, 0.12)
    p.lipstick = lots.chance(0.42) & (p.beard == CLEAN)
    p.lip = np.where(p.lipstick, lots.colour(_LIPSTICK), p.skin * _LIP + _LIP_ADD)
    p.curly &= p.wavy
    for name, value in vars(p).items():
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            setattr(p, name, value.astype("float32"))
    return p


_LIP = np.array([0.84, 0.66, 0.64], "float32").reshape(3, 1, 1, 1)
_LIP_ADD = np.array([8, 0, 4], "float32").reshape(3, 1, 1, 1)


def attributes(p):
    """What can be seen of them: bool (n, attributes), in the order of NAMES."""
    haired = p.style != BALD
    shown = haired & ~(p.hat & (p.style == SHORT))  # a hat leaves too little of short hair
    found = {
        "Bald": ~haired,
        "Bangs": p.bangs,
        "Eyeglasses": p.glasses,
        "Mouth_Slightly_Open": p.open,
        "No_Beard": p.beard == CLEAN,
        "Pale_Skin": p.pale,
        "Rosy_Cheeks": p.rosy,
        "Smiling": p.smiling,
        "Straight_Hair": shown & ~p.wavy,
        "Wavy_Hair": shown & p.wavy,
        "Wearing_Hat": p.hat,
        "Wearing_Lipstick": p.lipstick,
    }
    kinds = {"Black_Hair": BLACK, "Blond_Hair": BLOND, "Brown_Hair": BROWN, "Gray_Hair": GRAY}
    found |= {name: haired & (p.hair_kind == kind) for name, kind in kinds.items()}
    return np.stack([found[name].ravel() for name in NAMES], axis=1)


def alike(p):
    """What people are sorted by, least important first: those who need the same layers."""
    long = (p.style == BOB) | (p.style == LONG)
    return p.beard != CLEAN, p.glasses, long, p.hat * (1 + p.hat_kind)


def these(p, chosen):
    """Some of the people."""

    def of(value):
        if isinstance(value, (list, tuple)):
            return [of(v) for v in value]
        return value[:, chosen] if value.ndim == 4 else value[chosen]

    return SimpleNamespace(**{name: of(value) for name, value in vars(p).items()})
