"""Faces drawn by a few lines of code, in the size of the CelebA photographs (lesson 02).

They are drawings from eight numbers each, no photographs and nobody's portrait.
"""

import dataclasses

import numpy as np

SHAPE = (218, 178, 3)  # height, width, colours of an aligned CelebA picture


@dataclasses.dataclass(frozen=True)
class Face:
    """The numbers that a face is drawn from, each between 0 and 1."""

    skin: float = 0.3
    hair: float = 0.3
    hair_length: float = 0.5
    width: float = 0.5
    eyes: float = 0.5
    gaze: float = 0.5
    smile: float = 0.8
    light: float = 0.5

    def __post_init__(self):
        for name, value in dataclasses.asdict(self).items():
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"Face: {name} must lie between 0 and 1, received {value}.")


def random_face(seed):
    """A face whose numbers are drawn at random: same seed, same face."""
    return Face(*np.random.default_rng(seed).uniform(size=len(dataclasses.fields(Face))))


def _between(share, *colours):
    """The colour at `share` of the way through a row of colours."""
    places = np.linspace(0, 1, len(colours))
    return np.array([np.interp(share, places, channel) for channel in np.transpose(colours)])


def draw(face, shape=SHAPE):
    """The face as a picture: uint8 of that shape, (218, 178, 3) by default."""
    height, width, _ = shape
    fine = height / SHAPE[0]  # edges are as soft in pixels at every size
    y, x = np.mgrid[-1.22 : 1.22 : height * 1j, -1 : 1 : width * 1j]
    skin = _between(face.skin, (248, 214, 188), (206, 148, 108), (104, 66, 46))
    hair = _between(face.hair, (34, 26, 24), (112, 66, 36), (216, 176, 98))
    sheet = np.ones(shape) * _between(face.light, (96, 120, 150), (190, 198, 190), (236, 222, 196))

    def paint(colour, cx, cy, rx, ry, where=True):
        """A soft-edged ellipse, where a condition holds."""
        inside = 1 - np.hypot((x - cx) / rx, (y - cy) / ry)
        cover = np.clip(inside * 45 * fine * min(rx, ry) + 0.5, 0, 1) * where
        sheet[:] += cover[..., None] * (np.asarray(colour) - sheet)

    wide = 0.46 + 0.12 * face.width
    lower = -0.1 + 0.5 * face.hair_length
    paint(hair, 0, lower - 0.25, wide + 0.17, 0.72 + 0.25 * face.hair_length)  # behind the head
    paint(0.82 * skin, 0, 0.75, 0.22, 0.5)  # neck
    paint(0.6 * hair + 60, 0, 1.45, 0.85, 0.5)  # clothes
    paint(skin, 0, 0.05, wide, 0.7)
    paint(hair, 0, -0.42, wide + 0.08, 0.4, y < -0.38 + 0.5 * (x - 0.2) ** 2)  # fringe
    for side in (-1, 1):
        eye = side * (0.2 + 0.03 * face.width)
        size = 0.075 + 0.035 * face.eyes
        paint((250, 250, 248), eye, -0.06, size, 0.6 * size)
        look = eye + (face.gaze - 0.5) * 0.07
        paint((58, 72, 84), look, -0.06, 0.5 * size, 0.5 * size)
        paint((12, 12, 14), look, -0.06, 0.24 * size, 0.24 * size)
        paint(0.75 * hair, eye, -0.2, 0.11, 0.02)
        paint(0.5 * skin + (88, 40, 40), side * 0.3, 0.22, 0.09, 0.06)  # cheeks
    paint(0.8 * skin, 0, 0.16, 0.055, 0.1)  # nose
    curve = 0.4 + (0.6 * face.smile - 0.2) * (0.07 - 2.2 * x**2)  # a smile goes up at its ends
    lips = np.clip((0.028 - np.abs(y - curve)) * 60 * fine + 0.5, 0, 1) * (np.abs(x) < 0.2)
    sheet += lips[..., None] * (np.array([168, 62, 66]) - sheet)
    shade = 1 + 0.22 * (face.light - 0.5) * x - 0.06 * y
    return np.clip(sheet * shade[..., None], 0, 255).astype("uint8")
