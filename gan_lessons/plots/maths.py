"""Functions and distributions: losses, the best discriminator, lengths of latent points."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL


def heat_maps(maps, low=None, high=None, label=None):
    """2-D arrays as pictures on one common scale, as {title: array}."""
    low = min(m.min() for m in maps.values()) if low is None else low
    high = max(m.max() for m in maps.values()) if high is None else high
    figure, axes = plt.subplots(
        1, len(maps), figsize=(2.1 * len(maps) + 0.7, 2.3), squeeze=False, layout="constrained"
    )
    for ax, (title, values) in zip(axes[0], maps.items(), strict=True):
        picture = ax.imshow(values, vmin=low, vmax=high, cmap="viridis", interpolation="nearest")
        ax.set_title(title, fontsize=9)
        ax.set(xticks=[], yticks=[])
    figure.colorbar(picture, ax=axes[0], shrink=0.8).set_label(label or "", fontsize=9)
    return figure


def show_lengths(lengths, paths, t, typical):
    """Where the lengths of z lie, and the length along paths from one z to another.

    Args:
        lengths: {label: lengths of many points}, drawn as histograms.
        paths: {label: array (len(t),)} of lengths at `t`; typical: the length to expect.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.8))
    for label, values in lengths.items():
        left.hist(values, bins=60, density=True, histtype="stepfilled", alpha=0.6, label=label)
    left.set(xlabel="length of z", ylabel="density")
    for (label, values), colour in zip(paths.items(), (FAKE, REAL), strict=False):
        right.plot(t, values, label=label, color=colour)
    right.axhspan(typical - 1.4, typical + 1.4, color="#dddddd", zorder=0, label="95 % of all z")
    right.set(xlabel="t, from the first z to the second", ylabel="length of z", ylim=(0, None))
    for ax in (left, right):
        ax.legend(frameon=False, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def show_best_answer(x, real, fake, best):
    """Densities of real and fake on a line, and below them the best discriminator's answer."""
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(5.6, 3.4), sharex=True)
    for density, colour, label in ((real, REAL, "real, p(x)"), (fake, FAKE, "fake, q(x)")):
        top.fill_between(x, density, color=colour, alpha=0.35, label=label)
    top.set(ylabel="density", yticks=[])
    bottom.plot(x, best, color=DISCRIMINATOR, label="D*(x) = p / (p + q)")
    bottom.axhline(0.5, color="grey", linewidth=0.8, linestyle=":")
    bottom.set(ylabel="D*(x)", ylim=(-0.05, 1.05), xlabel="x")
    for ax in (top, bottom):
        ax.legend(frameon=False, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def show_loss_shapes(logits, values, slopes):
    """Losses of one sample against its logit, and how strongly each pulls at it.

    Args:
        values, slopes: {name: array like `logits`}.
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.6, 2.8))
    titles = ("the loss", "its pull: size of the slope")
    for ax, curves, title in zip(axes, (values, slopes), titles, strict=True):
        for (name, curve), colour in zip(curves.items(), (REAL, FAKE), strict=True):
            ax.plot(logits, np.abs(curve) if curves is slopes else curve, color=colour, label=name)
        ax.axvspan(logits[0], -2, color="#eeeeee", zorder=0)
        ax.set_title(title, fontsize=10)
        ax.set_xlabel("logit of a fake (grey: D is sure that it is fake)")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    return figure


def show_landscapes(landscapes, limit):
    """What a discriminator says everywhere in a square: {title: array (side, side), row 0 below}.

    Values are D(x), from 0 (red, "fake") over 1/2 (white) to 1 (blue, "real").
    """
    count = len(landscapes)
    figure, axes = plt.subplots(1, count, figsize=(2.9 * count, 2.9), squeeze=False)
    for ax, (title, values) in zip(axes[0], landscapes.items(), strict=True):
        extent = (-limit, limit, -limit, limit)
        image = ax.imshow(values, origin="lower", extent=extent, cmap="RdBu", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=10)
    figure.colorbar(image, ax=list(axes[0]), label="D(x)", shrink=0.8)
    return figure
