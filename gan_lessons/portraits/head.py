"""The head: skin in the light, ears, eyes, nose, mouth, beard."""

from __future__ import annotations

import numpy as np

from gan_lessons.portraits.canvas import blob, either, grain, soft
from gan_lessons.portraits.people import BALD, CLEAN, FULL

EYE, MOUTH, CHIN, TOP = 0.0, 0.37, 0.66, 0.64  # where they are in v; TOP upwards
FACE = (-0.72, 0.72, -0.5, 0.85)  # the window in which a face's features lie
_RED = np.array([0, 1, 1], "float32").reshape(3, 1, 1, 1)


def round_head(c, p):
    """U and V, the head's own coordinates: the outline is where U^2 + V^2 = 1."""
    down = np.clip(c.v, 0, None)
    u = c.u - p.yaw * (0.02 + 0.13 * down)
    narrow = 1 - p.jaw * (down / CHIN) ** 2
    return u / (p.wide * narrow), c.v / either(c.v < 0, TOP, CHIN)


def outline(U, V):
    """The distance to the outline, nearly."""
    return 0.5 * (np.sqrt(U * U + V * V) - 1)


def along(p, longitude):
    """Where something at that longitude of the head is in u, and how narrow it looks."""
    longitude = np.asarray(longitude, "float32")
    angle = longitude + p.yaw
    return p.wide * np.sin(angle), np.cos(angle) / np.cos(longitude)


def light_on(p, nx, ny, nz):
    """How bright a surface with that normal is: soft light from above and one side."""
    lx, ly, lz = 0.75 * p.light_x, -0.42, 0.62
    length = np.sqrt(lx * lx + ly * ly + lz * lz)
    facing = (nx * lx + ny * ly + nz * lz) / length
    return p.fill + p.key * np.maximum(0.3 + 0.7 * facing, 0)


def skin_in(p, light):
    """Skin of that brightness: what is dark is redder."""
    dark = np.clip(1 - light, 0, 0.6)
    return p.skin * light * (1 - 0.16 * _RED * dark)


def ears(c, p):
    """One on each side, where the head does not hide it."""
    part = c.window(-0.85, 0.85, -0.35, 0.5)
    for side in (-1, 1):
        x = side * (p.wide + 0.01 - 0.14 * np.maximum(side * p.yaw, 0))
        d = np.sqrt(((part.u - x) / 0.075) ** 2 + ((part.v - 0.05) / 0.14) ** 2)
        light = p.fill + p.key * (0.35 + 0.3 * side * p.light_x)
        part.paint(
            skin_in(p, light * (0.72 + 0.28 * soft(d, 0.2, 0.7))), part.cover(0.07 * (d - 1))
        )


def face(c, p):
    """The skin of the face, round in the light."""
    part = c.window(-0.85, 0.85, -0.9, 0.85)
    U, V = round_head(part, p)
    q = U * U + V * V
    nz = np.sqrt(np.maximum(1 - q, 0.02))
    light = light_on(p, U, 0.8 * V, nz)
    x_eye, _ = along(p, 0.0)
    dark = np.zeros_like(light)
    for side in (-1, 1):
        x, narrow = along(p, side * p.apart)
        y = EYE + p.pitch
        dark += 0.15 * blob((part.u - x) / narrow, part.v - y + 0.03, 0.085, 0.06)  # sockets
        x, narrow = along(p, side * 0.62)
        raised = 0.07 + 0.09 * np.maximum(p.smile, 0)
        dark -= raised * blob((part.u - x) / narrow, part.v - y - 0.2, 0.1, 0.07)  # cheekbones
    dark -= 0.07 * blob(part.u - x_eye, part.v + 0.36, 0.2, 0.12)  # forehead
    dark -= 0.06 * blob(part.u - x_eye - 0.1 * p.yaw, part.v - 0.56 - p.pitch, 0.07, 0.05)  # chin
    dark += 0.1 * soft(V, 0.72, 1.02)
    colour = skin_in(p, light - dark)
    for side in (-1, 1):
        x, narrow = along(p, side * 0.66)
        rouge = blob((part.u - x) / narrow, part.v - 0.2 - p.pitch, 0.11, 0.085)
        colour *= 1 - 0.33 * (p.blush + 0.14) * rouge * _RED * np.float32(0.92)
    part.paint(colour, part.cover(outline(U, V)))


def nose(c, p):
    """A ridge with a light and a dark side, nostrils and the shadow below."""
    part = c.window(-0.5, 0.5, -0.3, 0.5)
    x0, _ = along(p, 0.0)
    x1, top = 1.22 * x0, EYE + p.pitch - 0.05
    tip = EYE + p.pitch + p.nose
    t = np.clip((part.v - top) / (tip - top), 0, 1)
    dx = part.u - x0 - (x1 - x0) * t
    wide = p.nose_wide * (0.026 + 0.022 * t)
    inside = soft(part.v, top - 0.05, top + 0.08) * soft(part.v, tip + 0.05, tip - 0.02)
    lit = np.sign(p.light_x)
    ridge = 0.13 * blob(dx - 0.1 * wide * lit, 0, wide * 0.6, 1) * (0.5 + 0.5 * t)
    flank = 0.2 * blob(dx + 1.25 * wide * lit, 0, wide * 0.7, 1) * (0.4 + 0.6 * t)
    below = 0.2 * blob(dx + 0.02 * lit, part.v - tip - 0.04, 0.055 * p.nose_wide, 0.022)
    bulb = 0.12 * blob(dx - 0.01 * lit, part.v - tip + 0.02, 0.03, 0.026)
    part.shade((ridge - flank) * inside + bulb - below, (1, 1.08, 1.1))
    for side in (-1, 1):
        hole = np.sqrt(
            ((dx - side * 0.036 * p.nose_wide) / 0.021) ** 2
            + ((part.v - tip - 0.028) / 0.0135) ** 2
        )
        part.paint(0.42 * p.skin * (1 - 0.3 * _RED), 0.85 * part.cover(0.014 * (hole - 1)))
        wing = blob(dx - side * 0.066 * p.nose_wide, part.v - tip - 0.005, 0.011, 0.024)
        part.shade(-0.22 * wing, (0.9, 1.05, 1.1))


def mouth(c, p):
    """Lips that may smile and open; teeth show where they do."""
    part = c.window(-0.6, 0.6, 0.05, 0.75)
    x, narrow = along(p, 0.0)
    x = 1.08 * x
    du, happy = (part.u - x) / np.maximum(narrow, 0.6), np.maximum(p.smile, 0)
    half = p.mouth + 0.07 * happy - 0.025 * p.gap
    s = np.clip(du / half, -1.15, 1.15)
    y = MOUTH + p.pitch + (0.05 * p.smile) - (0.135 * p.smile) * s * s
    arch = np.maximum(1 - s * s, 0)
    gap = p.gap * (0.062 + 0.024 * happy) * arch
    upper = (0.038 - 0.01 * happy) * p.lips * arch * (1 - 0.3 * blob(du, 0, 0.018, 1))
    lower = (0.052 - 0.01 * happy) * p.lips * np.sqrt(arch)
    dv = part.v - y
    ends = np.abs(du) - half
    # In a smile, cheeks fold from the nose to the corners of the mouth.
    for side in (-1, 1):
        fold = blob(du - side * (half + 0.035 - 0.35 * (dv + 0.09)), dv + 0.06, 0.018, 0.07)
        part.shade(-0.16 * happy * fold, (0.85, 1.1, 1.1))
    part.shade(-0.14 * blob(du, dv - lower - gap - 0.035, 0.08, 0.016), (0.9, 1.05, 1.1))
    light = 0.86 + 0.14 * p.light_x * s
    lips = np.maximum(np.maximum(-gap * 0.5 - upper - dv, dv - gap - lower), ends)
    part.paint(p.lip * light * (1 - np.float32(0.14) * (dv < 0)), part.cover(lips))
    gloss = 0.3 * blob(du - 0.03 * p.light_x, dv - gap - 0.45 * lower, 0.04, 0.009)
    part.shade(gloss * either(p.lipstick, 1, 0.5))
    inner = np.maximum(np.maximum(-gap * 0.5 - dv, dv - gap), ends)
    hollow = part.cover(inner) * (gap > 0)
    part.paint(np.array([66, 18, 24], "float32").reshape(3, 1, 1, 1), hollow)
    row = part.cover(np.maximum(inner, dv - gap * (0.15 + 0.75 * happy)))
    white = np.array([246, 242, 234], "float32").reshape(3, 1, 1, 1)
    part.paint(white * (1 - 0.3 * s * s), row * hollow)
    line = np.abs(dv + 0.001) - 0.011 * np.sqrt(arch + 0.05)
    closed = part.cover(np.maximum(line, ends - 0.012)) * (p.gap == 0)
    part.paint(0.42 * p.lip, 0.85 * closed)
    corner = blob(np.abs(du) - half, dv, 0.014, 0.014)
    part.shade(-0.35 * corner, (0.9, 1, 1))


def eyes(c, p):
    """Two eyes with lids, lashes, iris and a spark of light, and the brows above."""
    part = c.window(-0.72, 0.72, -0.42, 0.3)
    happy, y = np.maximum(p.smile, 0), EYE + p.pitch
    brows = np.where(p.style == BALD, p.hair * 0.3 + 0.35 * p.skin, p.hair * 0.62 + 0.12 * p.skin)
    for side in (-1, 1):
        x, narrow = along(p, side * p.apart)
        du = (part.u - x) / np.maximum(narrow, 0.55)
        out = side * du  # towards the ear
        dv = part.v - y + p.slant * out
        w = 0.105 * p.eyes
        arch = np.maximum(1 - (du / w) ** 2, -0.4)
        up = (0.062 - 0.008 * happy) * p.eyes * arch
        low = (0.04 - 0.016 * happy) * p.eyes * arch
        inside = part.cover(np.maximum(-up - dv, dv - low))
        white = np.array([238, 236, 236], "float32").reshape(3, 1, 1, 1)
        part.paint(white * (0.96 - 0.3 * soft(dv + up, 0.035, 0.0)) * (p.fill + 0.33), inside)
        dx, dy = du - p.gaze - 0.06 * p.yaw, dv + 0.008
        r = np.sqrt(dx * dx + dy * dy)
        iris = p.iris * (0.7 + 0.55 * soft(r, 0.05, 0.025) + 0.5 * soft(dy, -0.02, 0.04))
        part.paint(iris, part.cover(r - 0.052 * p.eyes) * inside)
        part.paint(np.float32(14), part.cover(r - 0.026) * inside)
        spark = np.sqrt((dx - 0.017 * np.sign(p.light_x)) ** 2 + (dy + 0.02) ** 2)
        part.paint(np.float32(252), part.cover(spark - 0.0155) * inside)
        ends = np.abs(du) - 1.12 * w
        lash = np.array([38, 26, 26], "float32").reshape(3, 1, 1, 1)
        stroke = np.abs(dv + up) - 0.011 - 0.006 * np.clip(out / w, -0.5, 1)
        part.paint(lash, 0.92 * part.cover(np.maximum(stroke, ends)))
        part.paint(0.5 * p.skin, 0.5 * part.cover(np.maximum(np.abs(dv - low) - 0.006, ends)))
        crease = np.maximum(np.abs(dv + up + 0.034) - 0.008, np.abs(du) - w)
        part.paint(0.62 * p.skin, 0.45 * part.cover(crease))
        # brow
        b = out / (0.15 * p.eyes)
        bend = 0.12 + 0.012 * p.arch + p.brow_up + 0.045 * p.arch * (0.3 - (b - 0.2) ** 2)
        thick = 0.026 * p.brow * np.clip(1.05 - 0.5 * np.clip(b, 0, 2), 0.2, 1)
        brow = np.maximum(np.abs(dv - 0.5 * p.slant * out + bend) - thick, np.abs(b) - 1)
        part.paint(brows, 0.88 * part.cover(0.7 * brow))


def beard(c, p):
    """A full beard, or a beard around the mouth."""
    if (p.beard == CLEAN).all():
        return
    part = c.window(-0.75, 0.75, -0.1, 0.9)
    U, V = round_head(part, p)
    x, _ = along(p, 0.0)
    du, y = part.u - 1.08 * x, MOUTH + p.pitch
    tash = np.sqrt((du / 0.23) ** 2 + ((part.v - y + 0.055 - 0.8 * du * du) / 0.062) ** 2) - 1
    chin = np.sqrt((du / 0.19) ** 2 + ((part.v - y - 0.16) / 0.17) ** 2) - 1
    edge = y - 0.02 - 0.36 * soft(np.abs(U), 0.55, 1.0) - part.v
    jaw = np.maximum(edge, outline(U, V) - 0.03)
    around = 0.06 * np.minimum(tash, 2 * chin)
    shape = np.where(p.beard == FULL, np.minimum(jaw, 0.06 * tash), around)
    noise = grain(4, p.offset2, c.u.shape)[:, part.rows, part.columns]
    cover = soft(shape + 0.018 * noise, 0.02, -0.025) * (p.beard != CLEAN)
    light = light_on(p, U, 0.6 * V, np.sqrt(np.maximum(1 - U * U - V * V, 0.05)))
    tone = np.clip(0.95 * light + 0.14 * noise, 0.3, 1.3)
    part.paint((0.82 * p.hair + 0.06 * p.skin) * tone, 0.93 * cover)
