"""Figures of lesson 09: translations in rows, what a patch discriminator sees, how it comes on."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL
from gan_lessons.plots.samples import tile, to_uint8

SIDE = 0.83  # inches of a picture: 64 pixels and their gap, as large as they are at 80 dpi


def show_strip(rows, kinds):
    """A `translation.strip`, (rows, columns, h, w, c), with a title over every column.

    Args:
        kinds: names of the two kinds, such as ("horse", "zebra").
    """
    count, columns, height, width, colours = rows.shape
    half = columns // 2
    titles = []
    for a, b in (kinds, kinds[::-1]):
        article = "an" if b[0] in "aeiou" else "a"
        titles += [a, f"as {article} {b}", "and back", "hidden truth"][:half]
    titles = [textwrap.fill(title, 13) for title in titles]  # else they meet
    figure, ax = plt.subplots(figsize=(SIDE * columns, SIDE * count + 0.4), layout="constrained")
    sheet = tile(rows.reshape(-1, height, width, colours), columns=columns)
    ax.imshow(sheet, cmap="gray", interpolation="nearest")
    ax.set_xticks(np.arange(columns) * (width + 2) + width / 2, titles, fontsize=8)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return figure


def show_patches(picture, verdicts, patch):
    """What a PatchGAN says of a picture, and the patch behind one of its answers.

    Args:
        picture: (h, w, c), uint8 or floats in [-1, 1]. verdicts: (rows, columns), its answers.
        patch: function of a row or column that gives the first and last pixel its answer sees.
    """
    picture, (height, width) = to_uint8(picture), np.shape(picture)[:2]
    rows, columns = verdicts.shape
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.2), layout="constrained")
    axes[0].imshow(picture, extent=(0, width, height, 0), cmap="gray")
    row, column = rows // 2, columns // 3
    (top, bottom), (left, right) = patch(row), patch(column)
    seen = right - left + 1, bottom - top + 1
    side = dict(fill=False, edgecolor=FAKE, lw=2)
    axes[0].add_patch(plt.Rectangle((left, top), *seen, **side))
    axes[0].set_title(f"one answer sees {seen[0]} x {seen[1]} pixels", fontsize=10)
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
    figure, axes = plt.subplots(
        3, 1, figsize=(SIDE * len(grey) + 0.6, 3 * SIDE + 0.1), layout="constrained"
    )
    for ax, (name, images) in zip(axes, shown.items(), strict=True):
        ax.imshow(tile(images, columns=len(images)), interpolation="nearest")
        ax.set(xticks=[], yticks=[])
        ax.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
        ax.spines[:].set_visible(False)
    return figure


def show_receptive_field(picture, steps):
    """What one answer of a row of convolutions sees: layer by layer, and on a picture.

    Args:
        picture: (h, w, c), uint8 or floats in [-1, 1].
        steps: (kernel, stride) of each convolution, the first one first.
    """
    seen, apart = [1], [1]  # units that count in every layer, from the answer down to the pixels
    for kernel, stride in reversed(steps):
        seen.append(seen[-1] * stride + kernel - stride)
    for _, stride in steps:  # pixels between two neighbours, from the pixels up
        apart.append(apart[-1] * stride)
    shades = plt.get_cmap("viridis")(np.linspace(0.15, 0.95, len(seen)))
    figure, (cone, photo) = plt.subplots(
        1, 2, figsize=(8.0, 3.0), width_ratios=(5, 3), layout="constrained"
    )
    names = ["one answer", *(f"in layer {i}" for i in range(len(steps) - 1, 0, -1)), "pixels"]
    for level, (count, step) in enumerate(zip(seen, apart[::-1], strict=True)):
        place = (np.arange(count) - (count - 1) / 2) * step
        cone.scatter(place, np.full(count, -level), s=16, color=shades[level], linewidths=0)
        told = f"{names[level]}: {count}" if level else names[level]
        cone.text(-seen[-1] / 2 - 1, -level, told, ha="right", va="center", fontsize=9)
    _cone_lines(cone, seen, apart[::-1], steps[::-1])
    cone.set(xlim=(-seen[-1] * 0.95, seen[-1] / 2 + 1), ylim=(-len(steps) - 0.5, 0.5))
    cone.set_axis_off()
    height, width = np.shape(picture)[:2]
    corner = (width - seen[-1]) / 2, (height - seen[-1]) / 2
    photo.add_patch(plt.Rectangle(corner, seen[-1], seen[-1], fill=False, edgecolor=FAKE, lw=2))
    photo.imshow(to_uint8(picture), extent=(0, width, height, 0))
    photo.set(xticks=[], yticks=[], xlim=(0, width), ylim=(height, 0))
    photo.set_title(f"{seen[-1]} x {seen[-1]} of {height} x {width} pixels", fontsize=10)
    return figure


def _cone_lines(ax, seen, apart, steps):
    """From every unit to the first and the last one that it looks at, a layer below."""
    for level, (kernel, _) in enumerate(steps):
        place = (np.arange(seen[level]) - (seen[level] - 1) / 2) * apart[level]
        reach = (kernel - 1) / 2 * apart[level + 1]
        for x in place:
            for end in (x - reach, x + reach):
                ax.plot([x, end], [-level, -level - 1], color="#bbbbbb", lw=0.6, zorder=0)


def show_learning(rows, copy):
    """How translations come on: likeness to the hidden partners, and the witness's belief.

    Args:
        rows: dicts with "step", "ssim" and "fooled". copy: SSIM of doing nothing.
    """
    steps = [row["step"] for row in rows]
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 2.7), layout="constrained")
    left.plot(steps, [row["ssim"] for row in rows], "o-", color=REAL, markersize=4)
    left.axhline(copy, color="grey", linewidth=0.8, linestyle="--", label="copying the input")
    left.set(ylabel="SSIM to the hidden partner")
    left.legend(frameon=False, fontsize=8)
    right.plot(steps, [row["fooled"] for row in rows], "s-", color=DISCRIMINATOR, markersize=4)
    right.set(ylabel="taken for the kind asked for", ylim=(-0.03, 1.03))
    right.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    for ax in (left, right):
        ax.set(xlabel="step")
        ax.spines[["top", "right"]].set_visible(False)
    return figure
