"""The figures of lesson 10: transport and its dual, witnesses, clipped critics, what follows."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL

STYLES = (("o", FAKE), ("s", "#8a6bb0"), ("v", "#b08a2e"), ("D", DISCRIMINATOR))


def _plain(ax, **settings):
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=8)
    ax.set(**settings)


def show_lines(thetas, found):
    """Two parallel lines, and four ways to say how far apart they are.

    Args:
        thetas: places of the second line. found: a `earth_mover.Divergences` for each.
    """
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(8.0, 2.8), width_ratios=(1, 2.2), layout="constrained"
    )
    left.plot([0, 0], [0, 1], color=REAL, linewidth=3, label="real")
    left.plot([0.6, 0.6], [0, 1], color=FAKE, linewidth=3, label="fake")
    left.annotate("", (0.56, 0.5), (0.04, 0.5), arrowprops={"arrowstyle": "<->", "color": "grey"})
    left.text(0.3, 0.54, "θ", ha="center")
    left.legend(frameon=False, fontsize=8, loc="upper center", ncols=2, bbox_to_anchor=(0.5, 1.2))
    _plain(left, xlim=(-0.3, 0.9), ylim=(-0.1, 1.1), xlabel="x", ylabel="y")
    curves = (
        ("W1", "w1", DISCRIMINATOR, "-"),
        ("total variation", "total_variation", "#777777", "--"),
        ("JS", "js", FAKE, "-."),
    )
    for label, name, colour, style in curves:
        values = [getattr(one, name) for one in found]
        right.plot(thetas, values, style, color=colour, label=label)
    endless = [theta for theta, one in zip(thetas, found, strict=True) if np.isinf(one.kl)]
    top = 1.1 * max(one.w1 for one in found)
    right.plot(endless, [top] * len(endless), "^", color=REAL, markersize=4, label="KL: infinite")
    right.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    _plain(right, xlabel="θ", ylabel="distance")
    return figure


def show_transport(piles, holes, p, q, found, field):
    """Left the cheapest plan, as arrows; right the prices as one function over the plane.

    Args:
        piles, holes: places (n, 2) and (m, 2); p, q: their masses.
        found: an `earth_mover.Transport`. field: (x, y, f), three arrays of one shape.
    """
    figure, axes = plt.subplots(1, 2, figsize=(8.0, 3.2), sharey=True, layout="constrained")
    for i, j in np.argwhere(found.plan > 1e-9):
        axes[0].annotate(
            "",
            holes[j],
            piles[i],
            arrowprops={"arrowstyle": "->", "color": "grey", "linewidth": 12 * found.plan[i, j]},
        )
    x, y, f = field
    levels = axes[1].contourf(x, y, f, 24, cmap="PuOr_r")
    axes[1].contour(x, y, f, 24, colors="black", linewidths=0.3)
    figure.colorbar(levels, ax=axes[1], label="f", ticks=np.round([f.min(), f.max()], 1))
    for ax, title in zip(axes, ("who carries what where", "what a place is worth"), strict=True):
        ax.scatter(*piles.T, s=500 * p, color=REAL, edgecolor="white", label="pile", zorder=3)
        ax.scatter(*holes.T, s=500 * q, marker="s", color=FAKE, edgecolor="white", label="hole",
                   zorder=3)  # fmt: skip
        ax.set_title(title, fontsize=10)
        ax.set_aspect("equal")
        _plain(ax)
    axes[0].legend(frameon=False, fontsize=8, markerscale=0.6)
    return figure


def show_witnesses(x, columns):
    """On a line: two samples above, and below the best critic beside those that were learned.

    Args:
        x: a grid (k,).
        columns: {title: (p, q, exact, {label: learned})}; samples (n,), functions on the grid. All
            functions are moved so that their mean over both samples is 0: only differences mean
            anything.
    """
    figure, axes = plt.subplots(
        2,
        len(columns),
        figsize=(2.9 * len(columns), 3.6),
        sharex=True,
        squeeze=False,
        height_ratios=(1, 1.7),
        layout="constrained",
    )
    for (top, bottom), (title, (p, q, exact, learned)) in zip(axes.T, columns.items(), strict=True):
        cells = np.linspace(x[0], x[-1], 50)
        top.hist(p, cells, density=True, color=REAL, alpha=0.5, label="real, p")
        top.hist(q, cells, density=True, color=FAKE, alpha=0.5, label="fake, q")
        top.set_title(title, fontsize=10)
        _plain(top, yticks=[])
        functions = [("exact", exact), *learned.items()]
        looks = [("black", 4, 0.25), *((colour, 1.4, 1.0) for _, colour in STYLES[::-1])]
        for (label, f), (colour, width, alpha) in zip(functions, looks, strict=False):
            level = np.interp(np.concatenate([p, q]), x, f).mean()
            bottom.plot(x, f - level, color=colour, linewidth=width, alpha=alpha, label=label)
        _plain(bottom, xlabel="x")
    axes[0, 0].legend(frameon=False, fontsize=7)
    axes[1, 0].legend(frameon=False, fontsize=7)
    axes[1, 0].set_ylabel("f")
    return figure


def show_fields(fields, p, q, limit):
    """In the plane: functions as contours, under the two samples.

    Args:
        fields: {title: f}, each (k, k) over the square [-limit, limit]^2; every one has colours of
            its own scale. p, q: points (n, 2).
    """
    figure, axes = plt.subplots(
        1, len(fields), figsize=(2.8 * len(fields), 3.0), squeeze=False, layout="constrained"
    )
    for ax, (title, f) in zip(axes[0], fields.items(), strict=True):
        line = np.linspace(-limit, limit, len(f))
        ax.contourf(line, line, f, 16, cmap="PuOr_r")
        ax.contour(line, line, f, 16, colors="black", linewidths=0.3)
        ax.scatter(*p.T, s=3, color=REAL, linewidths=0)
        ax.scatter(*q.T, s=3, color=FAKE, linewidths=0)
        ax.set_title(title, fontsize=9)
        ax.set_aspect("equal")
        ax.set(xticks=[], yticks=[], xlim=(-limit, limit), ylim=(-limit, limit))
    return figure


def show_damage(gradients, weights):
    """Left the gradient that reaches each layer, right where the weights of two critics lie.

    Args:
        gradients: {name: lengths (depth,)}, first layer first.
        weights: {name: (array of weights, the clip or None)}.
    """
    figure, axes = plt.subplots(
        1, 1 + len(weights), figsize=(3.6 + 2.4 * len(weights), 2.8), layout="constrained",
        width_ratios=(1.6, *[1] * len(weights)),
    )  # fmt: skip
    for (name, lengths), (marker, colour) in zip(gradients.items(), STYLES, strict=False):
        layer = np.arange(1, len(lengths) + 1)
        axes[0].plot(layer, lengths, marker=marker, color=colour, markersize=4, label=name)
    axes[0].axhline(1.0, color="grey", linewidth=0.8, linestyle=":")
    axes[0].legend(frameon=False, fontsize=8)
    _plain(axes[0], yscale="log", xlabel="hidden layer", ylabel="length of the gradient")
    for ax, (name, (values, clip)) in zip(axes[1:], weights.items(), strict=True):
        end = clip or np.abs(values).max()
        # A weight of 0.1 in float32 is a little more than 0.1: it has to count all the same.
        inside = np.clip(np.asarray(values, "float64"), -end, end)
        ax.hist(inside, np.linspace(-end, end, 41), color=DISCRIMINATOR)
        ax.set_title(name, fontsize=10)
        _plain(ax, xlabel="weight", yticks=[])
        ax.ticklabel_format(axis="x", style="plain")
        ax.locator_params(axis="x", nbins=4)
    return figure


def show_following(panels):
    """What is logged against what it is worth, along a training: one panel for each log.

    Args:
        panels: {title: (step, logged, rFD)}; the rFD on a logarithmic scale of its own, dotted.
    """
    figure, axes = plt.subplots(
        1, len(panels), figsize=(3.0 * len(panels), 2.7), squeeze=False, layout="constrained"
    )
    for ax, (title, (step, logged, rfd)) in zip(axes[0], panels.items(), strict=True):
        ax.plot(step, logged, color=DISCRIMINATOR)
        ax.tick_params(axis="y", colors=DISCRIMINATOR)
        ax.set_title(title, fontsize=10)
        _plain(ax, xlabel="step")
        other = ax.twinx()
        other.plot(step, rfd, ":", color=FAKE, linewidth=2)
        other.set_yscale("log")
        other.tick_params(axis="y", labelsize=8, colors=FAKE, which="both")
        other.spines[["top"]].set_visible(False)
    axes[0, 0].set_ylabel("logged (solid)", color=DISCRIMINATOR)
    other.set_ylabel("rFD (dotted)", color=FAKE)
    return figure
