"""Procedural horses and zebras: one scene, drawn with either animal in it.

Nobody has ever photographed the zebra that a given horse would be, so on photographs nobody can say
how far a translation is from the truth. Here a `Scene` is a row of numbers (pose, place, ground,
light), and `draw` paints it with a horse or with a zebra: the two pictures are partners.

What the animals do not share is a function of what can be seen of either. A zebra's stripes are
fixed to its body and bend with it; where they lie differs from animal to animal, and its horse, a
dun, shows them as faint bars. And a horse is brown on green pastures, grey on dry ones. So the
partner can be worked out from the picture, and a perfect translation would be without error.

Nothing about a single zebra says whether its stripes lie where the bars of its horse are: to a
discriminator any zebra will do. What ties them is that the way back must find the bars again.
"""

from __future__ import annotations

import dataclasses

import numpy as np

SIZE = 64
ANIMALS = ("horse", "zebra")
CHUNK = 32  # pictures drawn at a time: what fits a processor's cache
BROWN, GREY = np.array([[150, 84, 42], [142, 144, 152]]) / 255
BARS = 0.15  # how much darker than its coat the bars of a horse are
CREAM, BLACK = np.array([[244, 238, 224], [34, 30, 32]]) / 255
GRASS, STRAW = np.array([[104, 146, 62], [206, 174, 108]]) / 255
BLUE, HAZE = np.array([[132, 182, 222], [232, 222, 206]]) / 255


@dataclasses.dataclass(frozen=True)
class Scene:
    """The numbers of n scenes, each an array (n,) of values in [0, 1).

    Attributes:
        facing: below one half the animal looks to the left. size, across, near: how large it is
            and where it stands. slope: of the hill under it.
        neck, head: how high they are held. stride, phase: how far the legs swing, and where they
            are in their swing.
        dry: the ground, from green to straw, and with it the coat of a horse.
        light, warmth: of the sun. sky: from blue to haze. horizon, hills, ridge: what is far away.
        bush, bushes: where bushes stand, and how large they are.
        stripes: where the first stripe lies, and each of the others after it.
    """

    facing: np.ndarray
    size: np.ndarray
    across: np.ndarray
    near: np.ndarray
    slope: np.ndarray
    neck: np.ndarray
    head: np.ndarray
    stride: np.ndarray
    phase: np.ndarray
    dry: np.ndarray
    light: np.ndarray
    warmth: np.ndarray
    sky: np.ndarray
    horizon: np.ndarray
    hills: np.ndarray
    ridge: np.ndarray
    bush: np.ndarray
    bushes: np.ndarray
    stripes: np.ndarray

    def __len__(self):
        return len(self.facing)

    def part(self, start: int, stop: int) -> Scene:
        """The scenes from `start` to `stop`."""
        return Scene(*(getattr(self, f.name)[start:stop] for f in dataclasses.fields(self)))


def scenes(n: int, seed: int) -> Scene:
    """n scenes; number i depends on (seed, i) alone, so a longer list begins like a shorter one."""
    kinds = len(dataclasses.fields(Scene))
    rows = [np.random.default_rng([seed, i]).uniform(size=kinds) for i in range(n)]
    return Scene(*np.reshape(rows, (n, kinds)).T.astype("float32"))


def draw(scene: Scene, animal: str, size: int = SIZE) -> np.ndarray:
    """The scenes with a "horse" or a "zebra" in them: uint8 (n, size, size, 3).

    Raises ValueError for another animal, or a size below 16.
    """
    if animal not in ANIMALS:
        raise ValueError(f"animal is {animal!r}; expected one of {', '.join(ANIMALS)}.")
    if size < 16:
        raise ValueError(f"size is {size}; expected at least 16 pixels.")
    pictures = np.empty((len(scene), size, size, 3), "uint8")
    for start in range(0, len(scene), CHUNK):
        some = scene.part(start, start + CHUNK)
        pictures[start : start + CHUNK] = _Painter(some, size).paint(animal)
    return pictures


def _mix(share, first, second):
    """Colours (n, 1, 1, 3) at `share` (n,) of the way from one to the other."""
    return _column(share)[..., None] * (second - first) + first


def _column(values):
    """(n,) numbers as (n, 1, 1), to meet pictures (n, height, width)."""
    return np.atleast_1d(np.asarray(values, "float32"))[:, None, None]


class _Painter:
    """Paints animals in body lengths: x forwards, y upwards, the middle of the body at (0, 0)."""

    def __init__(self, scene, size):
        self.scene = scene
        ticks = (np.arange(size, dtype="float32") + 0.5) * (2 / size) - 1
        self.u, self.v = np.meshgrid(ticks, -ticks)  # of the picture, -1 to 1
        self.pixel = 2 / size
        self.scale = 0.84 + 0.2 * scene.size
        self.forward = np.where(scene.facing < 0.5, -1, 1).astype("float32")
        # The feet stand on `floor`. More of an animal lies before the middle of its body than
        # behind; a large one may lose the tip of its nose or tail.
        self.floor = -0.8 - 0.14 * scene.near
        room = np.clip(1.0 - 0.92 * self.scale, 0.08, None)
        self.middle = 2 * room * (scene.across - 0.5) - 0.18 * self.scale * self.forward
        tilt = 0.24 * (scene.slope - 0.5)
        cos, sin = _column(np.cos(tilt)), _column(np.sin(tilt))
        u = (self.u - _column(self.middle)) * _column(self.forward / self.scale)
        v = (self.v - _column(self.floor)) / _column(self.scale) - 0.8
        self.x, self.y = cos * u + sin * v, cos * v - sin * u
        self.sheet = np.empty((len(scene), size, size, 3), "float32")
        self.dark = (1.0 - 0.22 * np.clip(-self.y * 2.4, 0, 1))[..., None]  # shade under the belly

    # Tools ----------------------------------------------------------------------------------------

    def cover(self, distance, scale=None):
        """How much of each pixel lies inside, from signed distances in body lengths."""
        return np.clip(0.5 - distance * (self.in_pixels if scale is None else scale), 0, 1)

    @property
    def in_pixels(self):
        return _column(self.scale / self.pixel)

    def lay(self, cover, colour):
        """Paint a colour over what is there."""
        self.sheet += cover[..., None] * (colour - self.sheet)

    def limb(self, start, end, wide, narrow):
        """A tapered limb: signed distance, and how far along it each place is (0 to 1 inside)."""
        (ax, ay), (bx, by) = ((_column(a) for a in np.broadcast_arrays(*p)) for p in (start, end))
        dx, dy = bx - ax, by - ay
        along = ((self.x - ax) * dx + (self.y - ay) * dy) / (dx**2 + dy**2)
        inside = np.clip(along, 0, 1)
        away = np.hypot(self.x - ax - inside * dx, self.y - ay - inside * dy)
        return away - (wide + inside * (narrow - wide)), along

    # The picture ----------------------------------------------------------------------------------

    def paint(self, animal):
        """Uint8 pictures of the scenes with this animal."""
        self.landscape()
        self.striped = animal == "zebra"
        brown = np.clip((self.scene.dry - 0.4) / 0.2, 0, 1)
        self.coat = CREAM if self.striped else _mix(brown, BROWN, GREY)
        self.hair = BLACK if self.striped else self.coat * 0.36
        self.animal()
        light = 0.8 + 0.25 * self.scene.light
        tint = np.array([0.09, 0.0, -0.13]) * (self.scene.warmth[:, None] - 0.35) + 1
        self.sheet *= (light[:, None] * tint)[:, None, None].astype("float32")
        return np.round(255 * np.clip(self.sheet, 0, 1)).astype("uint8")

    def landscape(self):
        """Sky, hills, ground, bushes and the shadow of the animal."""
        s, v = self.scene, self.v
        u = self.u * _column(self.forward)  # in a mirror, nothing but the direction has changed
        horizon = _column(0.12 + 0.4 * s.horizon)
        haze = np.clip(1 - (v - horizon) * 0.9, 0, 1)[..., None]
        top = _mix(s.sky, BLUE, HAZE)
        self.sheet[:] = top + 0.6 * haze * (HAZE - top)
        ground = _mix(s.dry, GRASS, STRAW)
        ridge = horizon + 0.12 * np.sin(2.4 * u + _column(6.3 * s.ridge)) + _column(0.2 * s.hills)
        edge = 1 / self.pixel
        self.lay(self.cover(v - ridge, edge), 0.55 * ground + 0.45 * _mix(s.sky, BLUE, HAZE) * 0.75)
        depth = np.clip((horizon - v) * 0.8, 0, 1)
        waves = np.sin(7 * v / (0.35 + depth) + 2.1 * u + _column(9 * s.bush))
        self.lay(
            self.cover(v - horizon, edge),
            ground * (1.06 - 0.24 * depth + 0.035 * waves)[..., None],
        )
        for number, side in enumerate((-1, 1)):
            wide = _column(0.1 + 0.16 * (s.bushes if number else 1 - s.bushes))
            at = _column(side * (0.45 + 0.5 * (s.bush if number else s.ridge)))
            away = np.hypot((u - at) / 1.5, v - horizon + 0.02) - wide
            self.lay(self.cover(away, edge), ground * np.array([0.42, 0.52, 0.45]))
        shadow = np.hypot((self.x - 0.05) / 0.75, (self.y + 0.8) / 0.075)
        self.lay(0.45 * np.clip(1.6 - 1.2 * shadow, 0, 1), 0.4 * ground)

    def animal(self):
        """From the far legs to the near ear."""
        s = self.scene
        rise = np.radians(-32 + 84 * s.neck)
        drop = 0.3 * rise - np.radians(56 - 26 * s.head)
        poll = 0.42 + 0.46 * np.cos(rise), 0.12 + 0.46 * np.sin(rise)
        muzzle = poll[0] + 0.31 * np.cos(drop), poll[1] + 0.31 * np.sin(drop)
        for leg in (0, 2):
            self.leg(leg, far=0.66)
        self.tail()
        for leg in (1, 3):
            self.leg(leg, far=1.0)
        self.body()
        self.neck(poll)
        self.skull(poll, muzzle, drop)

    def leg(self, number, far):
        """One of four legs: hind far, hind near, fore far, fore near."""
        s, hind = self.scene, number < 2
        swing = 2 * np.pi * (s.phase + (0, 0.5, 0.55, 0.05)[number])
        upper = (0.12 + 0.42 * s.stride) * np.sin(swing)
        bend = (0.1 + 0.7 * s.stride) * np.clip(np.cos(swing), 0, None)
        lower = upper - bend
        hip = (-0.42 if hind else 0.38) + (0.05 if number % 2 else 0), -0.1
        knee = hip[0] + 0.36 * np.sin(upper), hip[1] - 0.36 * np.cos(upper)
        hoof = knee[0] + 0.34 * np.sin(lower), knee[1] - 0.34 * np.cos(lower)
        for start, end, wide, narrow, rings in (
            (knee, hoof, 0.068, 0.054, 2),
            (hip, knee, 0.16 if hind else 0.13, 0.068, 2),
        ):
            distance, along = self.limb(start, end, wide, narrow)
            self.lay(self.cover(distance), far * self.fur(along * rings) * self.dark)
        toe = hoof[0] + 0.03, hoof[1]
        self.lay(self.cover(self.limb(hoof, toe, 0.058, 0.055)[0]), far * 1.2 * BLACK)

    def fur(self, stripe, white=None):
        """The coat: cream with black stripes, or one colour with bars that are a little darker.

        There is a stripe for every 1 of `stripe`; `white` says where there are none, as on a belly.
        """
        wave = np.sin(2 * np.pi * (stripe + _column(self.scene.stripes)))
        # Narrower than what lies between them: black and white cannot be exchanged unnoticed.
        ink = np.clip(0.5 + 2.2 * (wave - 0.2), 0, 1)
        if white is not None:
            ink = ink * (1 - white)
        dark = BLACK if self.striped else self.coat * (1 - BARS)
        return self.coat + ink[..., None] * (dark - self.coat)

    def body(self):
        """Chest, belly and rump, melted into one another."""
        x, y = self.x, self.y
        parts = (
            self.limb((0.29, 0.0), (-0.05, -0.03), 0.285, 0.27)[0],
            self.limb((-0.34, 0.02), (-0.02, -0.03), 0.28, 0.25)[0],
        )
        gap = np.clip(0.5 + (parts[0] - parts[1]) / 0.24, 0, 1)
        distance = parts[0] + gap * (parts[1] - parts[0]) - 0.12 * gap * (1 - gap)
        # Upright over the ribs; on the rump they turn backwards and lie down.
        rump = np.clip(-0.1 - x, 0, None)
        stripe = 3.4 * x + 4.6 * rump * (y + 0.1) + 0.5 * y
        white = np.clip((-0.18 - y) * 14, 0, 1)
        lit = (1.06 + 0.3 * np.clip(y, -0.3, 0.2))[..., None]
        self.lay(self.cover(distance), self.fur(stripe, white) * lit * self.dark)

    def neck(self, poll):
        """The neck, and the mane behind it: long on horses, a striped brush on zebras."""
        start = 0.34, 0.04
        distance, along = self.limb(start, poll, 0.22, 0.125)
        back = -(poll[1] - start[1]), poll[0] - start[0]
        long = 0.62 if self.striped else 0.5
        crest = [
            (p[0] + long * 0.26 * back[0], p[1] + long * 0.26 * back[1])
            for p in ((0.4 + 0 * poll[0], 0.1 + 0 * poll[0]), poll)
        ]
        brush, up = self.limb(crest[0], crest[1], 0.1, 0.08)
        if self.striped:
            self.lay(self.cover(brush), self.fur(2.3 * up + 0.2))
        self.lay(self.cover(distance), self.fur(2.3 * along + 0.2) * (1.04 * self.dark))
        if not self.striped:
            self.lay(self.cover(brush), self.hair)

    def skull(self, poll, muzzle, drop):
        """Head, muzzle, ears and eye."""
        for far, lean in ((0.7, 1.75), (1.0, 2.05)):
            tip = poll[0] + 0.17 * np.cos(drop + lean), poll[1] + 0.17 * np.sin(drop + lean)
            ear, up = self.limb(poll, tip, 0.055, 0.012)
            colour = self.coat + np.clip(up - 0.6, 0, 0.4)[..., None] * (self.hair - self.coat)
            self.lay(self.cover(ear), far * colour)
        distance, along = self.limb(poll, muzzle, 0.135, 0.085)
        self.lay(self.cover(distance), self.fur(1.8 * along + 0.3) * 1.02)
        nose = np.clip((along - 0.72) * 6, 0, 1)
        self.lay(self.cover(distance) * nose, 0.5 * self.hair + 0.1)
        eye = poll[0] + 0.1 * np.cos(drop + 0.3), poll[1] + 0.1 * np.sin(drop + 0.3)
        self.lay(
            self.cover(np.hypot(self.x - _column(eye[0]), self.y - _column(eye[1])) - 0.028), BLACK
        )

    def tail(self):
        """A horse's tail is hair from its root; a zebra's is thin and ends in a tuft."""
        swish = 0.5 * np.sin(2 * np.pi * self.scene.phase) * self.scene.stride
        root = -0.54, 0.1
        middle = root[0] - 0.14 - 0.06 * swish, root[1] - 0.22
        tip = middle[0] - 0.02 - 0.12 * swish, middle[1] - 0.3
        thin = 0.03 if self.striped else 0.055
        upper = self.limb(root, middle, thin, thin)[0]
        lower = self.limb(middle, tip, 0.035 if self.striped else 0.075, 0.055)[0]
        self.lay(self.cover(upper), self.coat * 0.8 if self.striped else self.hair)
        self.lay(self.cover(lower), self.hair)
