"""The figures of lesson 06: the blocks of two networks, sums of faces, what changes, what not."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL
from gan_lessons.plots.samples import tile, to_uint8

_SHADES = {"generator": FAKE, "discriminator": DISCRIMINATOR}
_INKS = (REAL, FAKE, DISCRIMINATOR)


def show_blocks(networks):
    """What flows through networks, as boxes: high as the picture, wide as its channels are many.

    Args:
        networks: {name: [(what came before, shape)]}, shapes (h, w, c) of pictures or (n,) of
            vectors, from left to right.
    """
    figure, axes = plt.subplots(len(networks), 1, figsize=(8.4, 2.3 * len(networks)), squeeze=False)
    for ax, (name, stages) in zip(axes[:, 0], networks.items(), strict=True):
        left, colour = 0.0, _SHADES.get(name, REAL)
        for number, (kind, shape) in enumerate(stages):
            height, _, channels = shape if len(shape) == 3 else (1, 1, shape[0])
            # Roots, or a picture of 4 x 4 could not be seen beside one of 64 x 64.
            wide, high = 0.1 * np.sqrt(channels), 0.34 * np.sqrt(height)
            slant = 0.25 * high if len(shape) == 3 else 0.0
            _box(ax, left, high, wide, slant, colour)
            label = " x ".join(map(str, shape))
            ax.text(left + wide / 2, -high / 2 - 0.14, label, ha="center", va="top", fontsize=8)
            if number:
                ax.text(left - 0.52, 0.1, kind, ha="center", va="bottom", fontsize=8)
                arrow = dict(arrowstyle="->", color="#777777")
                ax.annotate("", (left - 0.12, 0), (left - 0.92, 0), arrowprops=arrow)
            left += wide + slant + 1.05
        ax.set(xlim=(-0.6, left - 0.7), ylim=(-1.95, 2.15), aspect="equal")
        ax.set_axis_off()
        ax.set_title(name, fontsize=10, loc="left", color=colour)
    figure.tight_layout(pad=0.4)
    return figure


def _box(ax, left, high, wide, slant, colour):
    """A box seen from the side, its front standing on the middle line."""
    low, up = -high / 2, high / 2
    sides = (
        ([(left, low), (left + wide, low), (left + wide, up), (left, up)], 0.75),
        (
            [
                (left, up),
                (left + wide, up),
                (left + wide + slant, up + slant),
                (left + slant, up + slant),
            ],
            0.35,
        ),
        (
            [
                (left + wide, low),
                (left + wide + slant, low + slant),
                (left + wide + slant, up + slant),
                (left + wide, up),
            ],
            0.5,
        ),
    )
    for corners, strength in sides:
        ax.add_patch(plt.Polygon(corners, facecolor=colour, alpha=strength, edgecolor="white"))


def show_analogy(groups, result, labels):
    """Sums of faces: three groups with their means below them, and what comes out, larger.

    Args:
        groups: three arrays (m + 1, h, w, 3): the members, and the face of their mean z.
        result: (h, w, 3). labels: of the three groups and of the result.
    """
    figure, axes = plt.subplots(
        1, 4, figsize=(8.4, 2.3), width_ratios=(1, 1, 1, 0.5), layout="constrained"
    )
    for ax, faces, label, sign in zip(axes, groups, labels, ("", "-", "+"), strict=False):
        faces = to_uint8(faces)
        m, h = len(faces) - 1, faces.shape[1]
        above = tile(faces[:m], columns=m, gap=2)
        sheet = np.full((2 * h + 8, above.shape[1], 3), 255, np.uint8)
        sheet[:h] = above
        middle = (above.shape[1] - h) // 2
        sheet[h + 8 :, middle : middle + h] = faces[-1]
        ax.imshow(sheet, interpolation="nearest")
        ax.set_title(label, fontsize=9)
        ax.text(-0.06, 0.23, sign, transform=ax.transAxes, fontsize=20, ha="right", va="center")
        ax.text(0.02, 0.23, "mean z", transform=ax.transAxes, fontsize=8, va="center")
    axes[3].imshow(to_uint8(result[None])[0], interpolation="nearest")
    axes[3].set_title(labels[3], fontsize=9)
    axes[3].text(-0.06, 0.5, "=", transform=axes[3].transAxes, fontsize=20, ha="right", va="center")
    for ax in axes:
        ax.set_axis_off()
    return figure


def show_dots(values, names, label, lowest=0.0):
    """A few shares for each of many names, side by side: {what: (k,)} between `lowest` and 1."""
    figure, ax = plt.subplots(figsize=(6.4, 0.21 * len(names) + 0.9), layout="constrained")
    places = np.arange(len(names))
    both = np.array(list(values.values()), "float64")
    ax.hlines(places, np.nanmin(both, axis=0), np.nanmax(both, axis=0), color="#cccccc", zorder=0)
    for (what, shares), colour, marker in zip(values.items(), _INKS, "osD", strict=False):
        ax.scatter(shares, places, s=22, color=colour, marker=marker, label=what, zorder=2)
    ax.set_yticks(places, [name.replace("_", " ").lower() for name in names], fontsize=8)
    ax.set(xlabel=label, xlim=(lowest - 0.02, 1.02), ylim=(len(names) - 0.4, -0.6))
    ax.grid(axis="x", color="#eeeeee")
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(length=0)
    ax.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
