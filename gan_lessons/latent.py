"""Ways through the latent space: from one z to another, straight or along a great circle.

Normal points in d dimensions lie close to a sphere: the length of z is about sqrt(d), whatever its
direction. The straight line between two of them cuts through the inside of that sphere, where the
generator has hardly ever been asked for an image. The great circle stays where z is common.
"""

import numpy as np


def straight(start, end, t):
    """Points on the line from `start` to `end`: (1 - t) start + t end.

    Args:
        start, end: arrays (..., d).
        t: number, or array of m numbers; 0 is the start and 1 the end.

    Returns:
        (..., d) for a number t, (m, ..., d) for m numbers.
    """
    start, end, t = _prepare(start, end, t)
    return (1 - t) * start + t * end


def great_circle(start, end, t):
    """Points on the great circle: the direction turns evenly, the length changes evenly.

    On a sphere of radius 1 this is sin((1 - t) w) / sin(w) start + sin(t w) / sin(w) end, with w
    the angle between the two (Shoemake 1985, section 3.3; for latent points White 2016).

    Args:
        start, end: arrays (..., d), of any length but 0.
        t: number, or array of m numbers; 0 is the start and 1 the end.

    Returns:
        (..., d) for a number t, (m, ..., d) for m numbers.

    Raises:
        ValueError: a point is 0, or two points are exactly opposite, so that no direction is
            defined in which to go.
    """
    start, end, t = _prepare(start, end, t)
    start_length = np.linalg.norm(start, axis=-1, keepdims=True)
    end_length = np.linalg.norm(end, axis=-1, keepdims=True)
    if np.any(start_length == 0) or np.any(end_length == 0):
        raise ValueError("The point 0 has no direction; a great circle needs two that have one.")
    a, b = start / start_length, end / end_length
    # The half-angle form keeps its precision where arccos of a . b would lose it: near 0 and pi.
    apart, together = (np.linalg.norm(v, axis=-1, keepdims=True) for v in (a - b, a + b))
    if np.any(together < 1e-7):
        raise ValueError(
            "Two points are exactly opposite: all great circles through one meet in the other. "
            "Go through a third point instead."
        )
    angle = 2 * np.arctan2(apart, together)
    same = angle < 1e-7  # there the circle is as good as its chord, and sin(angle) is 0
    sine = np.where(same, 1.0, np.sin(angle))
    from_start = np.where(same, 1 - t, np.sin((1 - t) * angle) / sine)
    from_end = np.where(same, t, np.sin(t * angle) / sine)
    return (from_start * a + from_end * b) * ((1 - t) * start_length + t * end_length)


def _prepare(start, end, t):
    """Both points as float64, and t with as many axes as it needs to multiply them."""
    start, end = np.asarray(start, "float64"), np.asarray(end, "float64")
    if start.shape != end.shape or start.ndim == 0:
        raise ValueError(f"Expected two arrays of one shape, received {start.shape}, {end.shape}.")
    t = np.asarray(t, "float64")
    return start, end, t.reshape(t.shape + (1,) * start.ndim) if t.ndim else t
