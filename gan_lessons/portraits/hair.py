"""Hair: a cap over the head, locks beside the face, and what hangs behind it."""

from __future__ import annotations

import numpy as np

from gan_lessons.portraits.canvas import blob, either, grain, soft
from gan_lessons.portraits.head import TOP, light_on
from gan_lessons.portraits.people import BALD, BOB, LONG, UPDO

_SHADOW = np.array([0.72, 0.64, 0.58], "float32").reshape(3, 1, 1, 1)  # darker, and warmer


class Hair:
    """The hair of the people on a canvas, to be painted in two layers.

    Args:
        c: a `Canvas`. p: its `people`.
    """

    def __init__(self, c, p):
        self.c, self.p = c, p
        self.long = (p.style == BOB) | (p.style == LONG)
        u = c.u + 0.05 * p.yaw
        noise = grain(11, p.offset, c.u.shape)
        fine = grain(5, p.offset2, c.u.shape)
        thick = 0.035 + 0.07 * p.volume + either(p.curly, 0.11, either(p.wavy, 0.05, 0))
        thick = either(p.hat, 0.4, 1) * thick  # a hat presses it down
        rough = either(p.curly, 0.045, either(p.wavy, 0.034, 0.003)) * noise
        rough *= 1 - p.hat * soft(c.v, 0.0, -0.2)
        U, V = u / (p.wide + thick), (c.v + 0.03) / (TOP + 0.9 * thick - 0.03)
        q = np.sqrt(U * U + V * V)
        self.cap = 0.5 * (q - 1) + rough
        # Strands run from the parting over the head and down: `angle` tells them apart.
        angle = np.arctan2(c.u - p.part, np.maximum(c.v + 0.9, 0.05))
        wave = either(p.curly, 0.0, either(p.wavy, 0.11, 0.008))
        angle = angle + wave * np.sin(11 * c.v + p.phase[0] + 2 * angle)
        strands = 0.5 * np.sin(24 * angle + p.phase[1]) + 0.35 * np.sin(47 * angle + p.phase[2])
        self.strands = np.where(p.curly, 0.9 * noise + 0.6 * fine, strands + 0.14 * fine)
        light = light_on(p, 0.9 * U, 0.7 * np.minimum(V, 0.5), np.sqrt(np.maximum(1 - q * q, 0.03)))
        gloss = blob(0, c.v + 0.42 + 0.25 * (c.u - 0.3 * p.light_x) ** 2, 1, 0.085)
        gloss *= either(p.curly, 0.35, 1) * (0.75 + 0.5 * self.strands)
        tone = (0.88 * light + 0.05) * (1 + 0.2 * self.strands)
        self.colour = p.hair * tone + (0.32 * p.hair + 26) * gloss * (0.4 + light) * 0.75
        self.light, self.u, self.rough = light, u, rough
        reach = either(p.style == BOB, 0.42 + 0.16 * p.length, 0.8 + 0.5 * p.length)
        self.reach = either(self.long, reach, 0.04)

    def hanging(self):
        """The outline of hair that hangs: a distance."""
        c, p = self.c, self.p
        thick = 0.05 + 0.06 * p.volume + either(p.curly, 0.09, either(p.wavy, 0.04, 0))
        down = np.clip(c.v, 0, None)
        flare = (
            either(p.style == LONG, 0.12, 0.05)
            + either(p.wavy, 0.1, 0)
            - 0.16 * down * (p.style == BOB)
        )
        waves = either(p.wavy, 0.035, 0.002) * np.sin(13 * c.v + p.phase[0])
        side = np.abs(self.u) - (p.wide + thick + flare * down + waves) + 0.6 * self.rough
        low = c.v - self.reach + 0.05 * self.strands * 0.5
        return np.where(c.v < 0, np.maximum(self.cap, side), np.maximum(side, low))

    def behind(self):
        """What is seen behind the neck and the head, and a knot on top."""
        c, p = self.c, self.p
        if self.long.any():
            self.hangs = self.hanging()
            c.paint(_SHADOW * self.colour, c.cover(self.hangs) * self.long)
        if (p.style == UPDO).any():
            d = np.sqrt((c.u + 0.1 * p.yaw) ** 2 + (c.v + TOP + 0.13) ** 2) - 0.17 + self.rough
            ball = p.hair * (0.95 - 0.4 * soft(d, -0.12, 0.02) + 0.16 * self.strands)
            c.paint(ball, c.cover(d) * (p.style == UPDO))

    def before(self):
        """What is seen before the head: from the hairline to the top, and locks on both sides."""
        c, p = self.c, self.p
        shifted = c.u - 0.12 * p.yaw
        r = np.abs(shifted) / p.wide
        line = either(p.bangs, -0.16, -0.40 + p.hairline)
        curve = r * r * r * either(p.bangs, 0.16, 0.36)
        sweep = either(p.bangs, 0.2, 0.35) * p.sweep * shifted
        edge = line + curve + sweep + either(p.bangs, 0.028, 0.02) * self.strands
        # The parting: a notch in the hairline.
        notch = 0.1 * blob(shifted - p.part, 0, 0.1, 1) * ~p.bangs
        front = np.maximum(self.cap, c.v - edge + notch)
        side_end = either(self.long, 0.3, 0.04)
        front = np.maximum(front, c.v - side_end + 0.3 * self.rough)
        haired = p.style != BALD
        shadow = soft(c.v - edge, 0.11, 0.0) * soft(r, 1.0, 0.9) * haired
        c.shade(-0.2 * shadow * (c.v > edge), (0.9, 1.05, 1.1))
        c.paint(self.colour, c.cover(front) * haired)
        if self.long.any():
            inner = 0.86 + 0.1 * np.clip(c.v, 0, 1) + 0.05 * self.strands
            inner = inner - either(p.curly & (p.style == LONG), 0.14, 0)
            locks = np.maximum(self.hangs, p.wide * (inner - r))
            locks = np.maximum(locks, np.maximum(edge - c.v - 0.12, c.v - self.reach + 0.06))
            c.paint(0.95 * self.colour, c.cover(locks) * self.long)
