"""Where portraits are painted: many at a time, at twice their size, in soft-edged shapes.

A shape is a signed distance: below 0 inside, above 0 outside, in units of the canvas, which reaches
from -1 to 1 either way, y downwards. All arrays are float32, (portraits, height, width); a colour
is (3, portraits, 1, 1), in 0 to 255.
"""

from __future__ import annotations

import functools

import numpy as np

FINE = 2  # a portrait is painted twice as large, and averaged: that smooths its edges


class Canvas:
    """Sheets of paper for n portraits, and the coordinates of their pixels.

    Attributes:
        x, y: of the canvas. u, v: of the head, which may be tilted, moved and smaller; the face
            is about 1 wide and 1.3 high around its middle.
        sheet: the colours, (3, n, height, width). pixel: the size of a pixel in u and v.
    """

    def __init__(self, size, people):
        side = FINE * size
        steps = ((np.arange(side) + 0.5) * (2 / side) - 1).astype("float32")
        self.x, self.y = steps[None, None, :], steps[None, :, None]
        dx, dy = self.x - people.head_x, self.y - people.head_y
        cos, sin = np.cos(people.tilt) / people.zoom, np.sin(people.tilt) / people.zoom
        self.u, self.v = cos * dx + sin * dy, cos * dy - sin * dx
        self.pixel = np.float32(2 / side) / people.zoom
        self.sheet = np.zeros((3, *self.u.shape), "float32")

    def window(self, left, right, top, bottom):
        """A part of the canvas, given in x and y: what is painted there is painted here."""
        part = object.__new__(Canvas)
        side = self.x.shape[2]
        columns, rows = (
            slice(max(0, int((low + 1) * side / 2)), min(side, int((high + 1) * side / 2) + 1))
            for low, high in ((left, right), (top, bottom))
        )
        part.x, part.y = self.x[..., columns], self.y[:, rows]
        part.u, part.v = self.u[:, rows, columns], self.v[:, rows, columns]
        part.sheet, part.pixel = self.sheet[..., rows, columns], self.pixel
        part.rows, part.columns = rows, columns
        return part

    def cover(self, distance):
        """How much of each pixel a shape covers, 0 to 1."""
        return np.clip(0.5 - distance / self.pixel, 0, 1)

    def paint(self, colour, cover):
        """Lay a colour (or a sheet of colours) over what is there, as thick as `cover` says."""
        layer = colour - self.sheet
        layer *= cover
        self.sheet += layer

    def shade(self, amount, colour=(1.0, 1.0, 1.0)):
        """Make what is there lighter (amount above 0) or darker, each colour by its own factor."""
        for channel, strength in zip(self.sheet, colour, strict=True):
            channel *= 1 + np.float32(strength) * amount

    def pictures(self):
        """The portraits, (n, size, size, 3) uint8."""
        s = self.sheet[..., ::2] + self.sheet[..., 1::2]
        s = 0.25 * (s[..., ::2, :] + s[..., 1::2, :])
        return np.clip(s + 0.5, 0, 255).astype("uint8").transpose(1, 2, 3, 0)


def soft(value, low, high):
    """0 below `low`, 1 above `high`, and a smooth step between; low may be the larger one."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def either(condition, yes, no):
    """`yes` where the condition holds, `no` elsewhere: float32, so that what follows is it too."""
    return np.where(condition, yes, no).astype("float32")


def blob(x, y, width, height):
    """A round soft spot: 1 in the middle, 0 from twice width and height on."""
    falls = np.maximum(1 - 0.25 * ((x / width) ** 2 + (y / height) ** 2), 0)
    return falls * falls


def colours(share, *row):
    """The colours (3, n, 1, 1) at `share` (n, 1, 1), from 0 to 1, of the way along a row."""
    places = np.linspace(0, 1, len(row))
    flat = [np.interp(share.ravel(), places, channel) for channel in np.transpose(row)]
    return np.array(flat, "float32").reshape(3, *share.shape)


def palette(choice, *row):
    """The colours (3, n, 1, 1) of that number (n, 1, 1) in a row of them."""
    return np.array(row, "float32").T[:, choice.ravel()].reshape(3, *choice.shape)


@functools.cache
def _cloth(wave):
    """A square of noise that repeats itself, with waves of that many fine pixels; about -1 to 1."""
    rng, side = np.random.default_rng(wave), 512
    rates = np.fft.fftfreq(side) * wave
    filtered = np.exp(-2 * (rates[:, None] ** 2 + rates[None, :] ** 2))
    noise = np.fft.ifft2(np.fft.fft2(rng.standard_normal((side, side))) * filtered).real
    return np.tile((noise / (1.5 * noise.std())).astype("float32"), (2, 2))


def grain(wave, offset, shape):
    """Noise (n, height, width), for each portrait cut from another place of one cloth.

    offset: (n, 1, 1), between 0 and 1.
    """
    cloth, places = _cloth(wave), (offset.ravel() * 512 * 512).astype(int)
    height, width = shape[1:]
    return np.stack([cloth[p // 512 :, p % 512 :][:height, :width] for p in places])
