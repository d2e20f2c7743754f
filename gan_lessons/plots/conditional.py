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
        paths: {title: (images (n, h, w, 1), beliefs (n, classes), t (n,))}, from left to right; t
            is how much of the way lies behind.
        names: of the classes. Those that never reach a tenth are not drawn.
    """
    figure, axes = plt.subplots(
        2 * len(paths),
        1,
        figsize=(8.4, 2.6 * len(paths)),
        squeeze=False,
        height_ratios=(1, 2) * len(paths),
        layout="constrained",
    )
    for i, (title, (images, beliefs, t)) in enumerate(paths.items()):
        above, below = axes[2 * i, 0], axes[2 * i + 1, 0]
        # Without a gap, n images are n units wide, and each stands above its point.
        strip = tile(images, columns=len(images), gap=0)
        side = (-0.5, len(images) - 0.5)
        above.imshow(strip, cmap="gray", vmin=0, vmax=255, extent=(*side, 0, 1), aspect="auto")
        above.set(xticks=[], yticks=[], xlim=side)
        above.set_title(title, fontsize=10)
        place = np.arange(len(images))
        for kind in np.flatnonzero(beliefs.max(axis=0) > 0.1):
            looks = dict(color=f"C{kind}", markersize=3, label=names[kind])
            below.plot(place, beliefs[:, kind], "o-", **looks)
        below.set(xlim=side, ylim=(-0.04, 1.04), ylabel="probability")
        below.set_xticks(place, [f"{share:.0%}" for share in t], fontsize=8)
        below.spines[["top", "right"]].set_visible(False)
        below.legend(frameon=False, fontsize=8, loc="center left", title="read as")
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
