"""What people put on: glasses and hats."""

from __future__ import annotations

import numpy as np

from gan_lessons.portraits.canvas import blob, either, soft
from gan_lessons.portraits.head import EYE, along, light_on
from gan_lessons.portraits.people import BEANIE, BRIM, CAP, ROUND


def glasses(c, p):
    """Round or square ones, some tinted, before both eyes."""
    if not p.glasses.any():
        return
    part, on = c.window(-0.8, 0.8, -0.42, 0.4), p.glasses
    y = EYE + p.pitch + 0.015
    for side in (-1, 1):
        x, narrow = along(p, side * (p.apart + 0.03))
        du, dv = (part.u - 1.05 * x) / np.maximum(narrow, 0.55), part.v - y
        circle = np.sqrt(du * du + dv * dv) - 0.158
        bx, by = np.abs(du) - 0.11, np.abs(dv) - 0.07
        box = np.sqrt(np.maximum(bx, 0) ** 2 + np.maximum(by, 0) ** 2) - 0.05
        lens = np.where(p.glasses_kind == ROUND, circle, box)
        inside = part.cover(lens) * on
        glass = either(p.tinted, 0.25 * p.frame + 14, 235)
        part.paint(glass, inside * either(p.tinted, 0.72, 0.07))
        stripe = soft(np.abs(du + 0.55 * dv - 0.04 * p.light_x), 0.045, 0.02)
        part.paint(np.float32(255), 0.22 * stripe * inside)
        out = side * part.u
        arm = np.maximum(np.abs(dv + 0.035 + 0.05 * (out - side * x)) - 0.014, 0.1 - side * du)
        arm = np.maximum(arm, out - p.wide - 0.02)
        part.paint(0.8 * p.frame, part.cover(arm) * on)
        rim = np.abs(lens) - 0.0165
        part.paint(p.frame * (1 + 0.3 * soft(dv, 0.05, -0.12)), part.cover(rim) * on)
    x, _ = along(p, 0.0)
    du = part.u - 1.1 * x
    bridge = np.maximum(np.abs(part.v - y + 0.05 - 1.2 * du * du) - 0.014, np.abs(du) - 0.065)
    part.paint(p.frame, part.cover(bridge) * on)


def hats(c, p):
    """A knitted hat, a hat with a brim, or a cap; all leave the brows free."""
    if not p.hat.any():
        return
    part = c.window(-1, 1, -1, 0.15)
    u, v = part.u + 0.02 * p.yaw, part.v
    front = part.u - 0.25 * p.yaw
    wide = p.wide + 0.11 + 0.03 * p.volume
    line = -0.28 + 0.1 * (front / p.wide) ** 2 * either(p.hat_kind == BRIM, 0.2, 1)
    beyond = soft(v - line, 0.2, 0.0) * soft(np.abs(front), 1.05 * p.wide, 0.8 * p.wide)
    part.shade(-0.3 * beyond * (v > line) * p.hat, (0.95, 1.03, 1.06))

    U, V = u / wide, (v + 0.1) / 0.68
    q = np.sqrt(U * U + V * V)
    nz = np.sqrt(np.maximum(1 - np.minimum(q, 1) ** 2, 0.03))
    light = light_on(p, 0.9 * U, 0.7 * V, nz)
    dome = np.maximum(0.5 * (q - 1), v - line)

    knit, brim, cap = (p.hat & (p.hat_kind == kind) for kind in (BEANIE, BRIM, CAP))
    if knit.any():
        _knitted(part, p, knit, u, v, wide, line, dome, light)
    if brim.any():
        _brimmed(part, p, brim, u, v, wide, line, light)
    if cap.any():
        _cap(part, p, cap, front, line, dome, light)


def _knitted(part, p, knit, u, v, wide, line, dome, light):
    """Ribs all around, a fold at the rim, now and then a bobble."""
    rib = np.sin(26 * np.arctan2(u, 0.9 + 0 * v))
    part.paint(p.felt * light * (1 + 0.1 * rib), part.cover(dome) * knit)
    fold = np.maximum(np.abs(v - line + 0.075) - 0.085, np.abs(u) - wide - 0.015)
    part.paint(p.felt * light * (0.92 + 0.16 * rib), part.cover(fold) * knit)
    bobble = np.sqrt(u * u + (v + 0.83) ** 2) - 0.11
    part.paint(0.5 * p.felt + 110 * light, part.cover(bobble) * (knit & (p.offset < 0.5)))


def _brimmed(part, p, brim, u, v, wide, line, light):
    """A crown with a dent, a ribbon and a brim."""
    slim = np.abs(u) - (0.86 * wide + 0.12 * (v + 0.3))
    crown = np.maximum(np.maximum(slim, v - line), -0.86 - 0.1 * np.cos(5 * u / wide) - v)
    part.paint(p.felt * light, part.cover(crown) * brim)
    band = np.maximum(crown, np.abs(v - line + 0.1) - 0.055)
    part.paint(0.35 * p.felt * light, part.cover(band) * brim)
    sweep = v - line - 0.08 * (u / wide) ** 2 * 0.6 + 0.02
    plate = 0.1 * (np.sqrt((u / (wide + 0.3)) ** 2 + (sweep / 0.085) ** 2) - 1)
    part.paint(p.felt * (0.7 * light + 0.2 * soft(sweep, 0.05, -0.06)), part.cover(plate) * brim)


def _cap(part, p, cap, front, line, dome, light):
    """A dome of two halves, and a visor where the face looks."""
    v = part.v
    part.paint(p.felt * light * (1 - 0.15 * blob(front, 0, 0.012, 1)), part.cover(dome) * cap)
    far = 0.45 * p.yaw
    visor = np.sqrt(((part.u - far) / (0.92 * p.wide)) ** 2 + ((v - line + 0.02) / 0.1) ** 2) - 1
    tone = 0.62 * light + 0.3 * soft(v - line, 0.06, -0.08)
    part.paint(0.85 * p.felt * tone, part.cover(0.1 * visor) * cap)
