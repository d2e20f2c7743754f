"""Figures of lesson 09: translations in rows, and what a patch discriminator sees."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import FAKE
from gan_lessons.plots.samples import tile, to_uint8


def show_strip(rows, kinds):
    """A `translation.strip`, (rows, columns, h, w, c), with a title over every column.

    Args:
        kinds: names of the two kinds, such as ("horse", "zebra").
    """
    count, columns, height, width, colours = rows.shape
    half = columns // 2
    titles = []
    for a, b in (kinds, kinds[::-1]):
        titles += [a, f"as a {b}", "and back", "hidden truth"][:half]
    figure, ax = plt.subplots(figsize=(1.05 * columns, 1.05 * count + 0.4), layout="constrained")
    ax.imshow(tile(rows.reshape(-1, height, width, colours), columns=columns), cmap="gray")
    ax.set_xticks(np.arange(columns) * (width + 2) + width / 2, titles, fontsize=9)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return figure


def show_patches(picture, verdicts, patch):
    """What a PatchGAN says of a picture, and the patch behind one of its answers.

    Args:
        picture: (h, w, c), uint8 or floats in [-1, 1]. verdicts: (rows, columns), its answers.
        patch: side of the receptive field, in pixels.
    """
    picture, (height, width) = to_uint8(picture), np.shape(picture)[:2]
    rows, columns = verdicts.shape
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.2), layout="constrained")
    axes[0].imshow(picture, extent=(0, width, height, 0), cmap="gray")
    row, column = rows // 2, columns // 3
    y, x = (row + 0.5) * height / rows, (column + 0.5) * width / columns
    side = dict(fill=False, edgecolor=FAKE, lw=2)
    axes[0].add_patch(plt.Rectangle((x - patch / 2, y - patch / 2), patch, patch, **side))
    axes[0].set_title(f"one answer sees {patch} x {patch} pixels", fontsize=10)
    limit = max(1.0, float(np.abs(verdicts - 0.5).max()) + 0.5)
    drawn = axes[1].imshow(verdicts, cmap="RdBu", vmin=1 - limit, vmax=limit)
    axes[1].add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, **side))
    axes[1].set_title(f"{rows * columns} answers: 1 is real, 0 is fake", fontsize=10)
    figure.colorbar(drawn, ax=axes[1], shrink=0.8)
    for ax in axes:
        ax.set(xticks=[], yticks=[])
    axes[0].set(xlim=(0, width), ylim=(height, 0))
    return figure


def show_masks(pictures, masks, made):
    """Pictures, how much is painted over them, and what comes out, in three rows.

    Args:
        pictures, made: (n, h, w, c), uint8 or floats in [-1, 1]. masks: (n, h, w), 0 to 1.
    """
    grey = np.repeat(to_uint8(2 * np.asarray(masks)[..., None] - 1), 3, axis=-1)
    shown = {"picture": to_uint8(pictures), "mask": grey, "painted": to_uint8(made)}
    figure, axes = plt.subplots(3, 1, figsize=(1.05 * len(grey), 3.4), layout="constrained")
    for ax, (name, images) in zip(axes, shown.items(), strict=True):
        ax.imshow(tile(images, columns=len(images)))
        ax.set(xticks=[], yticks=[])
        ax.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
        ax.spines[:].set_visible(False)
    return figure
