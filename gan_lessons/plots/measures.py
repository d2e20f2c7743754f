"""The figures of lesson 11: balls round points, what measures see, bias, loss against quality."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL

LARGE = 1000.0  # spreads at which the colours of `show_shifts` end


def show_balls(real, fake, real_radii, fake_radii):
    """Points in the plane with a ball round each: left round real ones, right round fakes.

    The other set lies on top: filled where a ball holds it, hollow where none does.

    Args:
        real, fake: (n, 2) and (m, 2). real_radii, fake_radii: (n,) and (m,).
    """
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.6), layout="constrained")
    sides = (
        (real, real_radii, REAL, fake, FAKE, "balls round real points:\nprecision asks the fakes"),
        (fake, fake_radii, FAKE, real, REAL, "balls round fakes:\nrecall asks the real points"),
    )
    for ax, (centres, radii, colour, others, other_colour, title) in zip(axes, sides, strict=True):
        for centre, radius in zip(centres, radii, strict=True):
            ax.add_patch(plt.Circle(centre, radius, color=colour, alpha=0.13, linewidth=0))
        ax.scatter(*centres.T, s=7, color=colour, linewidths=0)
        inside = _distances(others, centres) < radii
        for held, face in ((True, other_colour), (False, "white")):
            chosen = others[inside.any(axis=1) == held]
            ax.scatter(*chosen.T, s=38, marker="s", facecolor=face, edgecolor=other_colour)
        ax.set_title(title, fontsize=10)
        ax.set_aspect("equal")
        ax.set(xticks=[], yticks=[])
        ax.autoscale_view()
    # The same frame for both, and no ball cut off.
    limits = [(ax.get_xlim(), ax.get_ylim()) for ax in axes]
    low, high = np.min(limits, axis=0)[:, 0], np.max(limits, axis=0)[:, 1]
    for ax in axes:
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    return figure


def _distances(x, y):
    """Euclidean distances (n, m) of points (n, d) and (m, d)."""
    return np.sqrt(((x[:, None] - y[None]) ** 2).sum(axis=2))


def show_shifts(tables, measures, defects):
    """How far each measure moves for each defect, as heat maps with the numbers in them.

    Args:
        tables: {title: array (measures, defects)}, in spreads. measures, defects: names.
    """
    figure, axes = plt.subplots(
        1,
        len(tables),
        figsize=(1.7 + 4.0 * len(tables), 0.6 + 0.36 * len(measures)),
        squeeze=False,
        sharey=True,
        layout="constrained",
    )
    for ax, (title, shifts) in zip(axes[0], tables.items(), strict=True):
        shifts = np.asarray(shifts, "float64")
        shade = np.sign(shifts) * np.log10(1 + np.minimum(np.abs(shifts), LARGE))
        end = np.log10(1 + LARGE)
        image = ax.imshow(shade, cmap="PuOr_r", vmin=-end, vmax=end, aspect="auto")
        for (i, j), value in np.ndenumerate(shifts):
            colour = "white" if abs(shade[i, j]) > 0.72 * end else "black"
            ax.text(j, i, _told(value), ha="center", va="center", fontsize=8, color=colour)
        ax.set_xticks(range(len(defects)), [name.replace(" ", "\n", 1) for name in defects])
        ax.set_yticks(range(len(measures)), measures)
        ax.tick_params(labelsize=8, length=0)
        ax.set_title(title, fontsize=10)
    ticks = np.array([-1000, -100, -10, 0, 10, 100, 1000])
    bar = figure.colorbar(image, ax=axes[0], ticks=np.sign(ticks) * np.log10(1 + np.abs(ticks)))
    bar.ax.set_yticklabels([_told(tick) for tick in ticks], fontsize=8)
    bar.set_label("spreads", fontsize=8)
    return figure


def _told(value):
    """A number of spreads in a small cell: +43, -170, 0."""
    if np.isinf(value):
        return "+∞" if value > 0 else "-∞"
    return f"{value:+.0f}" if round(value) else "0"


def show_bias(sizes, found):
    """Fréchet and kernel distance of real from real digits, by the number of samples.

    Args:
        sizes: (k,). found: {"frechet": (k, repeats), "kernel": (k, repeats)}.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.0), layout="constrained")
    sizes = np.asarray(sizes, "float64")
    for ax, name, title in (
        (left, "frechet", "Fréchet distance"),
        (right, "kernel", "kernel distance"),
    ):
        values = found[name]
        mean, spread = values.mean(axis=1), values.std(axis=1, ddof=1)
        ax.errorbar(sizes, mean, spread, fmt="o-", color=FAKE, capsize=3, markersize=4)
        ax.set(xscale="log", xlabel="n, digits on either side")
        ax.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_title(f"{title}, real against real", fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
    constant = np.median(found["frechet"].mean(axis=1) * sizes)
    left.plot(sizes, constant / sizes, "--", color="grey", label=f"{constant:.0f} / n", zorder=0)
    left.set(yscale="log", ylabel="squared spreads of a feature")
    _plain_logarithmic(left)
    left.legend(frameon=False, fontsize=8)
    right.axhline(0.0, color="grey", linewidth=0.8, linestyle="--")
    return figure


def show_losses_and_score(awake, asleep, floor):
    """Both losses, and what the samples are worth, over time and against each other.

    Args:
        awake, asleep: {"step", "rFD", "loss of D", "loss of G"}, arrays; the training, and how it
            went on while the discriminator learned nothing (on grey). floor: rFD of real digits.
    """
    figure, (losses, score, both) = plt.subplots(1, 3, figsize=(9.6, 3.1), layout="constrained")
    looks = (("loss of D", DISCRIMINATOR, "o"), ("loss of G", FAKE, "s"))
    step = np.concatenate([awake["step"], asleep["step"]])
    for name, colour, marker in looks:
        line = np.concatenate([awake[name], asleep[name]])
        losses.plot(step, line, marker=marker, markersize=3, color=colour, label=name)
        both.scatter(awake[name], awake["rFD"], s=14, marker=marker, color=colour, label=name)
    score.plot(step, np.concatenate([awake["rFD"], asleep["rFD"]]), "o-", color=REAL, markersize=3)
    score.axhline(floor, color="grey", linewidth=0.8, linestyle=":", label="real digits")
    losses.set(xlabel="step", ylabel="loss")
    score.set(xlabel="step", ylabel="rFD, lower is better", yscale="log")
    both.set(xlabel="loss, D awake", ylabel="rFD, lower is better", yscale="log")
    for ax in (score, both):
        _plain_logarithmic(ax)
    for ax in (losses, score):
        ax.axvspan(awake["step"][-1], step[-1], color="#e4e4e4", zorder=0, label="D asleep")
    for ax, place in ((losses, "best"), (score, "best"), (both, "center right")):
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(frameon=False, fontsize=8, loc=place)
    return figure


def _plain_logarithmic(ax):
    """Ticks at 1, 2 and 5 of every power of ten, as plain numbers."""
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter(NullFormatter())
