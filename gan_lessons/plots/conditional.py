"""The figures of lesson 08: orders and what came of them, and what lies between two digits."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.samples import tile


def show_orders(images, labels):
    """Images in a grid with a column for each label, named above: images (rows * columns, ...)."""
    sheet = tile(images, columns=len(labels))
    width = 8.0
    figure, ax = plt.subplots(
        figsize=(width, width * sheet.shape[0] / sheet.shape[1] + 0.3), layout="constrained"
    )
    ax.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    step = (sheet.shape[1] + 2) / len(labels)
    ax.set_xticks(step * (np.arange(len(labels)) + 0.5), labels)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return figure


def show_between(paths, names=tuple(range(10))):
    """Images along some ways, and below what a classifier believes to see there.

    Args:
        paths: {title: (images (n, h, w, 1), beliefs (n, classes))}, from left to right.
        names: of the classes. Those that never reach a tenth are not drawn.
    """
    figure, axes = plt.subplots(
        2,
        len(paths),
        figsize=(4.6 * len(paths), 3.0),
        squeeze=False,
        height_ratios=(1, 3.2),
        layout="constrained",
    )
    for (top, bottom), (title, (images, beliefs)) in zip(axes.T, paths.items(), strict=True):
        top.imshow(tile(images, columns=len(images)), cmap="gray", vmin=0, vmax=255)
        top.set(xticks=[], yticks=[])
        top.set_title(title, fontsize=10)
        place = np.arange(len(images))
        for kind in np.flatnonzero(beliefs.max(axis=0) > 0.1):
            bottom.plot(
                place, beliefs[:, kind], "o-", color=f"C{kind}", markersize=3, label=names[kind]
            )
        bottom.set(xlim=(-0.5, len(images) - 0.5), ylim=(-0.03, 1.03), xticks=[])
        bottom.spines[["top", "right"]].set_visible(False)
        bottom.legend(frameon=False, fontsize=8, loc="center left", title="read as")
    axes[1, 0].set_ylabel("probability")
    return figure


def show_asked_and_read(matrices):
    """What was asked for (rows) and what was read (columns): {title: counts (n, n)}, as shares."""
    figure, axes = plt.subplots(
        1, len(matrices), figsize=(3.5 * len(matrices), 3.5), squeeze=False, layout="constrained"
    )
    for ax, (title, counts) in zip(axes[0], matrices.items(), strict=True):
        share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        ax.imshow(np.sqrt(share), cmap="Blues", vmin=0, vmax=1)
        for (row, column), value in np.ndenumerate(share):
            if value >= 0.005:  # less than that is 0 % to two digits
                colour = "white" if value > 0.4 else "black"
                told = f"{100 * value:.0f}"
                ax.text(column, row, told, ha="center", va="center", fontsize=7, color=colour)
        ax.set(xticks=range(len(share)), yticks=range(len(share)), xlabel="read", ylabel="asked")
        ax.tick_params(length=0, labelsize=8)
        ax.set_title(f"{title}, in percent", fontsize=10)
    return figure
