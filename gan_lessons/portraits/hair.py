"""Hair: a cap over the head, locks beside the face, and what hangs behind it."""

from __future__ import annotations

import numpy as np

from gan_lessons.portraits.canvas import blob, grain, soft
from gan_lessons.portraits.head import TOP, light_on
from gan_lessons.portraits.people import BALD, BOB, LONG, SHORT, UPDO


class Hair:
    """The hair of the people on a canvas, to be painted in two layers.

    Args:
        c: a `Canvas`. p: its `people`.
    """

    def __init__(self, c, p):
        self.c, self.p = c, p
        u = c.u + 0.05 * p.yaw
        noise = grain(8, p.offset, c.u.shape)
        fine = grain(5, p.offset2, c.u.shape)
        thick = 0.035 + 0.07 * p.volume + 0.05 * p.wavy + 0.06 * p.curly
        rough = np.where(p.curly, 0.05, np.where(p.wavy, 0.02, 0.006)).astype("float32") * noise
        U, V = u / (p.wide + thick), (c.v + 0.03) / (TOP + 0.9 * thick - 0.03)
        q = np.sqrt(U * U + V * V)
        self.cap = 0.5 * (q - 1) + rough
        # Strands run from the parting over the head and down: `angle` tells them apart.
        angle = np.arctan2(c.u - p.part, np.maximum(c.v + 0.9, 0.05))
        wave = np.where(p.curly, 0.0, np.where(p.wavy, 0.075, 0.012)).astype("float32")
        angle = angle + wave * np.sin(11 * c.v + p.phase[0] + 2 * angle)
        strands = 0.5 * np.sin(24 * angle + p.phase[1]) + 0.35 * np.sin(47 * angle + p.phase[2])
        self.strands = np.where(p.curly, 0.9 * noise + 0.6 * fine, strands + 0.3 * fine)
        light = light_on(p, 0.9 * U, 0.7 * np.minimum(V, 0.5), np.sqrt(np.maximum(1 - q * q, 0.03)))
        gloss = blob(0, c.v + 0.42 + 0.25 * (c.u - 0.3 * p.light_x) ** 2, 1, 0.085)
        gloss *= np.where(p.curly, 0.35, 1) * (0.75 + 0.5 * self.strands)
        tone = (0.88 * light + 0.05) * (1 + 0.2 * self.strands)
        self.colour = p.hair * tone + (0.32 * p.hair + 26) * gloss * (0.4 + light) * 0.75
        self.light, self.u, self.rough = light, u, rough
        self.reach = np.choose(p.style, [0, 0.05, 0.42 + 0.16 * p.length, 0.8 + 0.5 * p.length, 0.02])

    def hanging(self):
        """The outline of hair that hangs: a distance."""
        c, p = self.c, self.p
        thick = 0.05 + 0.06 * p.volume + 0.04 * p.wavy + 0.05 * p.curly
        down = np.clip(c.v, 0, None)
        flare = np.where(p.style == LONG, 0.12, 0.05) + 0.1 * p.wavy - 0.16 * down * (p.style == BOB)
        waves = np.where(p.wavy, 0.02, 0.004) * np.sin(13 * c.v + p.phase[0])
        side = np.abs(self.u) - (p.wide + thick + flare * down + waves) + 0.6 * self.rough
        low = c.v - self.reach + 0.05 * self.strands * 0.5
        return np.where(c.v < 0, np.maximum(self.cap, side), np.maximum(side, low))

    def behind(self):
        """What is seen behind the neck and the head, and a knot on top."""
        c, p = self.c, self.p
        long = (p.style == BOB) | (p.style == LONG)
        c.paint(0.66 * self.colour, c.cover(self.hanging()) * long)
        if (p.style == UPDO).any():
            d = np.sqrt((c.u + 0.1 * p.yaw) ** 2 + (c.v + TOP + 0.13) ** 2) - 0.17 + self.rough
            ball = p.hair * (0.95 - 0.4 * soft(d, -0.12, 0.02) + 0.16 * self.strands)
            c.paint(ball, c.cover(d) * (p.style == UPDO))

    def before(self):
        """What is seen before the head: from the hairline to the top, and locks on both sides."""
        c, p = self.c, self.p
        shifted = c.u - 0.12 * p.yaw
        r = np.abs(shifted) / p.wide
        line = np.where(p.bangs, -0.16, -0.40 + p.hairline)
        curve = np.where(p.bangs, 0.16 * r**4, 0.36 * r**3)
        sweep = np.where(p.bangs, 0.2, 0.35) * p.sweep * shifted
        edge = line + curve + sweep + (0.028 - 0.008 * ~p.bangs) * self.strands
        # The parting: a notch in the hairline.
        notch = 0.1 * blob(shifted - p.part, 0, 0.1, 1) * ~p.bangs
        front = np.maximum(self.cap, c.v - edge + notch)
        side_end = np.where((p.style == SHORT) | (p.style == UPDO), 0.04, 0.3).astype("float32")
        front = np.maximum(front, c.v - side_end + 0.3 * self.rough)
        haired = p.style != BALD
        shadow = soft(c.v - edge, 0.11, 0.0) * soft(self.cap, 0.02, -0.05) * haired
        c.shade(-0.2 * shadow * (c.v > edge), (0.9, 1.05, 1.1))
        c.paint(self.colour, c.cover(front) * haired)
        long = (p.style == BOB) | (p.style == LONG)
        if long.any():
            inner = 0.86 + 0.1 * np.clip(c.v, 0, 1) + 0.05 * self.strands
            inner = inner - 0.14 * (p.curly & (p.style == LONG))
            locks = np.maximum(self.hanging(), p.wide * (inner - r))
            locks = np.maximum(locks, np.maximum(edge - c.v - 0.12, c.v - self.reach + 0.06))
            c.paint(0.95 * self.colour, c.cover(locks) * long)
