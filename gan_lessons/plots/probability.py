"""Random variables, transformed numbers, distances between distributions, and a GAN on a line."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.animation import animate
from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL


def _plain(ax, legend=True, **settings):
    """Two sides of the frame, small letters; the legend inside, or "beside" the axes."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=8)
    ax.set(**settings)
    if legend:
        place = dict(loc="upper left", bbox_to_anchor=(1.01, 1.0)) if legend == "beside" else {}
        ax.legend(frameon=False, fontsize=8, **place)


def animate_shares(values, places, chances, moments, text):
    """How the shares of outcomes settle: bars of the first n values against the true chances.

    Args:
        values: array of outcomes, in the order in which they were drawn.
        places, chances: the possible outcomes and their probabilities.
        moments: numbers of values, one frame each.
    """

    def draw(ax, n):
        shares = [np.mean(values[:n] == place) for place in places]
        ax.bar(places, shares, color=REAL, alpha=0.5, label=f"share in {n:,} throws")
        ax.plot(places, chances, "o", color="black", markersize=4, label="probability")
        ax.legend(loc="upper left", frameon=False, fontsize=8)
        _plain(ax, False, ylim=(0, 0.42), xticks=places, xlabel="sum of two dice")

    return animate(draw, moments, text)


def animate_transformation(u, transform, x, cdf, density, moments, text, shown=12, **options):
    """Uniform numbers cross over to the CDF and fall down to x, where they pile up.

    Args:
        u: uniform numbers; transform: what makes x of them.
        x, cdf, density: a grid and the two curves on it.
        moments: how many numbers have fallen, one frame each; the last `shown` are drawn.
        options: for `Animation`.
    """
    made, cells = transform(u), np.linspace(x[0], x[-1], 31)

    def draw(axes, n):
        top, bottom = axes
        top.plot(x, cdf, color="black", linewidth=1)
        for height, place in zip(u[:n][-shown:], made[:n][-shown:], strict=True):
            top.plot([x[0], place, place], [height, height, 0], color=FAKE, linewidth=0.7)
        _plain(top, False, ylim=(0, 1), xlim=(x[0], x[-1]), ylabel="u = F(x)")
        bottom.hist(made[:n], cells, weights=np.full(n, 1 / (n * (cells[1] - cells[0]))),
                    color=FAKE, alpha=0.5)  # fmt: skip
        bottom.plot(x, density, color=REAL)
        _plain(bottom, False, ylim=(0, 1.8 * density.max()), yticks=[], ylabel="p(x)", xlabel="x")
        bottom.text(0.98, 0.8, f"{n:,} numbers", transform=bottom.transAxes, ha="right", fontsize=8)

    return animate(draw, moments, text, size=(4.4, 3.0), rows=2, **options)


def show_transformed(panels):
    """Histograms of transformed numbers with the density that they should follow.

    Args:
        panels: {title: (samples, x, density at x)}.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(3.0 * len(panels), 2.3), squeeze=False)
    for ax, (title, (samples, x, density)) in zip(axes[0], panels.items(), strict=True):
        cells = np.linspace(x[0], x[-1], 61)
        weights = np.full(len(samples), 1 / (len(samples) * (cells[1] - cells[0])))
        ax.hist(samples, cells, weights=weights, color=FAKE, alpha=0.5, label="made")
        ax.plot(x, density, color=REAL, label="wanted")
        ax.set_title(title, fontsize=10)
        _plain(ax, legend=ax is axes[0, 0], xlabel="x", yticks=[])
    figure.tight_layout()
    return figure


def show_learned(z, curves, truth, x, densities, real):
    """What generators have learned: G(z) beside the true transformation, and the densities.

    Args:
        z: latent points (n,); curves: {name: G(z)}; truth: F^-1 of z's own CDF.
        x, densities, real: a grid, {name: density of the fakes}, density of the data.
    """
    figure, axes = plt.subplots(
        2, len(curves), figsize=(3.0 * len(curves), 4.2), squeeze=False, sharey="row"
    )
    for (top, bottom), name in zip(axes.T, curves, strict=True):
        top.plot(z, truth, color=REAL, linewidth=3, alpha=0.4, label="inverse CDF")
        top.plot(z, curves[name], color=FAKE, linewidth=1.2, label="G(z)")
        bottom.fill_between(x, real, color=REAL, alpha=0.3, label="p, data")
        bottom.plot(x, densities[name], color=FAKE, linewidth=1.2, label="q, made")
        top.set_title(name, fontsize=10)
        first = name == next(iter(curves))
        _plain(top, first, xlabel="z", ylim=(truth.min() - 0.5, truth.max() + 0.5))
        _plain(bottom, first, xlabel="x", yticks=[], ylim=(0, 1.5 * real.max()))
    figure.tight_layout()
    return figure


def show_curves(x, curves, xlabel, ylabel, lines=(), ylim=None, xscale="linear", yscale="linear"):
    """Several curves on one pair of axes, as {label: values at x}; `lines`: dotted levels."""
    figure, ax = plt.subplots(figsize=(6.6, 2.8))
    for (label, values), style in zip(curves.items(), ("-", "--", "-.", ":"), strict=False):
        ax.plot(x, values, style, label=label)
    for level in lines:
        ax.axhline(level, color="grey", linewidth=0.8, linestyle=":")
    _plain(ax, "beside", xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    if ylim:
        ax.set_ylim(ylim)
    figure.tight_layout()
    return figure


def show_trained_answer(x, p, q, best, trained):
    """Two densities, and below them the best answer and that of a trained discriminator."""
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(5.6, 3.6), sharex=True)
    top.fill_between(x, p, color=REAL, alpha=0.35, label="real, p")
    top.fill_between(x, q, color=FAKE, alpha=0.35, label="fake, q")
    bottom.plot(x, best, color="black", linewidth=3, alpha=0.3, label="p / (p + q)")
    bottom.plot(x, trained, color=DISCRIMINATOR, label="trained D")
    _plain(top, yticks=[])
    _plain(bottom, ylim=(-0.05, 1.05), xlabel="x", ylabel="D(x)")
    figure.tight_layout()
    return figure


def draw_shot(ax, shot, x, p, arrows=True):
    """One moment of a GAN on a line: p, q and D, and below them where G sends its z.

    Args:
        shot: a dict of `watching.Film`. x, p: the grid and the density of the data.
    """
    ax.plot(x, p, ":", color="black", linewidth=1.3)
    ax.fill_between(x, np.minimum(shot["density"], 1.15), color=FAKE, alpha=0.55, linewidth=0)
    ax.plot(x, shot["answers"], "--", color=DISCRIMINATOR, linewidth=1.3)
    made = shot["arrows"]
    start = np.linspace(x[0], x[-1], len(made))
    for a, b in zip(start, np.clip(made, x[0], x[-1]), strict=True) if arrows else ():
        ax.plot([a, b], [-0.42, -0.06], color="grey", linewidth=0.6)
    for level in (-0.06, -0.42):
        ax.axhline(level, color="black", linewidth=0.6)
    ax.text(x[0] - 0.3, -0.42, "z", fontsize=8, ha="right", va="center")
    ax.text(x[0] - 0.3, -0.08, "x", fontsize=8, ha="right", va="center")
    ax.set(xlim=(x[0], x[-1]), ylim=(-0.44, 1.15), xticks=[], yticks=[0, 0.5, 1])
    ax.set_title(f"step {shot['step']:,}", fontsize=9)
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.tick_params(labelsize=8)


def show_four_moments(shots, x, p):
    """The four panels of the GAN paper's first figure, from a run of our own."""
    figure, axes = plt.subplots(1, 4, figsize=(9.0, 2.3), sharey=True)
    for ax, shot in zip(axes, shots, strict=True):
        draw_shot(ax, shot, x, p)
    axes[0].set_ylabel("p, q and D(x)", fontsize=8)
    handles = [
        plt.Line2D([], [], color="black", linestyle=":", label="p, data"),
        plt.Rectangle((0, 0), 1, 1, color=FAKE, alpha=0.55, label="q, fakes"),
        plt.Line2D([], [], color=DISCRIMINATOR, linestyle="--", label="D(x)"),
    ]
    figure.legend(handles=handles, loc="lower center", ncols=3, frameon=False, fontsize=9)
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    return figure


def animate_game(shots, x, p, text, **options):
    """All the moments of a GAN on a line, one after the other; options: for `Animation`."""

    def draw(ax, shot):
        draw_shot(ax, shot, x, p)

    return animate(draw, shots, text, size=(4.0, 2.4), **options)


def show_paths(paths, lengths):
    """Where two players go under several rules, and how far from the equilibrium they are.

    Args:
        paths: {rule: array (steps, 2)}; lengths: {rule: array (steps,)}.
    """
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(8.8, 3.0), gridspec_kw={"width_ratios": [1, 1.4]}
    )
    for name, path in paths.items():
        left.plot(*path.T, linewidth=1, label=name)
        right.plot(lengths[name], linewidth=1.3, label=name)
    left.plot(0, 0, "+", color="black", markersize=10)
    left.set_aspect("equal")
    _plain(left, False, xlabel="x, wants V = xy small", ylabel="y, wants V large",
           xlim=(-2.1, 2.1), ylim=(-2.1, 2.1))  # fmt: skip
    labels = dict(xlabel="step", ylabel="distance to the equilibrium")
    _plain(right, "beside", yscale="log", **labels)
    figure.tight_layout()
    return figure
