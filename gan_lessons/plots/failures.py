"""The figures of lesson 04: circles, pulls, sensitivity, effects of hacks, symptoms of bugs."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL
from gan_lessons.plots.samples import tile

COLOURS = (FAKE, REAL, DISCRIMINATOR, "#8a6bb0", "#777777")


def show_distances(distances, lowest=1e-4):
    """Distances to an equilibrium over time, on a logarithmic scale: {name: (steps,)}."""
    figure, ax = plt.subplots(figsize=(7.6, 2.8), layout="constrained")
    for (name, values), colour in zip(distances.items(), COLOURS, strict=False):
        ax.plot(np.maximum(values, lowest), color=colour, label=name, linewidth=1.4)
    ax.set(yscale="log", xlabel="step", ylabel="distance to (0, 0)")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    ax.spines[["top", "right"]].set_visible(False)
    return figure


def show_pulls(looks):
    """How sure D is of fakes while it learns alone, and what is left of the pull on G.

    Args:
        looks: {"step", "D(fake)", "saturating", "nonsaturating"}, arrays of one length.
    """
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(8.4, 2.8), sharey=True, layout="constrained"
    )
    left.plot(looks["step"], looks["D(fake)"], "o-", color=DISCRIMINATOR, markersize=4)
    left.set(ylabel="mean D(fake)")
    for name, label, colour, marker in (
        ("saturating", "log(1 - D), saturating", REAL, "s"),
        ("nonsaturating", "-log D, non-saturating", FAKE, "o"),
    ):
        pull = looks[name]
        right.plot(looks["step"], pull, marker=marker, color=colour, markersize=4, label=label)
    right.set(ylabel="mean pull at the logit of a fake")
    right.legend(frameon=False, fontsize=8)
    for ax in (left, right):
        ax.set(yscale="log", xlabel="steps that D has learned alone")
        ax.spines[["top", "right"]].set_visible(False)
    return figure


def show_sensitivity(rows, panels, here, label, best=1.0):
    """Scores of a few forms under several settings, with error bars.

    Args:
        rows: {form: {setting: (mean, spread)}}.
        panels: {title: settings}, each a list of keys of `rows[form]`, in order.
        here: {form: {setting: score}} of single runs, drawn as crosses.
        label: of the score; best: the best that there is.
    """
    figure, axes = plt.subplots(
        1, len(panels), figsize=(4.2 * len(panels) + 1.2, 2.5), sharey=True, layout="constrained"
    )
    for ax, (title, settings) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for number, (form, colour) in enumerate(zip(rows, (FAKE, REAL), strict=False)):
            mean, spread = np.transpose([rows[form][setting] for setting in settings])
            x = np.arange(len(settings)) + 0.08 * number
            look = dict(fmt="o-", color=colour, capsize=3, markersize=4)
            ax.errorbar(x, mean, spread, label=form, **look)
            single = here.get(form, {})
            known = [i for i, setting in enumerate(settings) if setting in single]
            ax.plot(
                [x[i] for i in known],
                [single[settings[i]] for i in known],
                "x",
                color=colour,
                markersize=9,
                label=f"{form}, here" if known else None,
            )
        ax.set_xticks(range(len(settings)), [setting.split()[-1] for setting in settings])
        ax.set(xlabel=title, ylim=(-0.05 * best, 1.05 * best))
        ax.spines[["top", "right"]].set_visible(False)
    first = np.atleast_1d(axes)[0]
    first.set(ylabel=label)
    named = first.get_legend_handles_labels()
    figure.legend(*named, loc="outside right center", frameon=False, fontsize=8)
    return figure


def show_effects(effects, band=2.0, label="difference in spreads"):
    """Differences from a base row, with a grey band inside which there is no effect to be seen.

    Args:
        effects: {name: difference, in spreads}; left is better, right is worse.
    """
    figure, ax = plt.subplots(figsize=(7.0, 0.9 + 0.27 * len(effects)), layout="constrained")
    ax.axvspan(-band, band, color="#e4e4e4", zorder=0)
    ax.axvline(0.0, color="grey", linewidth=0.8)
    for y, value in enumerate(effects.values()):
        colour = FAKE if value > band else REAL if value < -band else "#777777"
        ax.plot([0, value], [y, y], color=colour, linewidth=1.2)
        ax.plot(value, y, "o", color=colour, markersize=5)
    ax.set_yticks(range(len(effects)), list(effects), fontsize=8)
    ends = 1.2 * max(5.0, *map(abs, effects.values()))
    ticks = [sign * tick for tick in (2, 5, 10, 20, 50, 100) if tick < ends for sign in (-1, 1)]
    ax.set_xscale("symlog", linthresh=band)
    ax.set(xlim=(-ends, ends))
    ax.set_xticks([0, *ticks], [f"{tick:g}" for tick in (0, *ticks)])
    ax.minorticks_off()
    ax.set(xlabel=f"{label}: worse to the right")
    ax.invert_yaxis()
    ax.spines[["top", "right"]].set_visible(False)
    return figure


def show_sight(accuracies):
    """How often a network tells real from fake, by the size of the pictures.

    Args:
        accuracies: {kind of fake: {side of the picture: (mean, spread)}}.
    """
    figure, ax = plt.subplots(figsize=(5.6, 3.0), layout="constrained")
    for (kind, by_size), colour in zip(accuracies.items(), COLOURS, strict=False):
        mean, spread = np.transpose(list(by_size.values()))
        x = np.arange(len(by_size))
        ax.errorbar(x, mean, spread, fmt="o-", color=colour, capsize=3, markersize=4, label=kind)
        ax.set_xticks(x, [f"{side} x {side}" for side in by_size])
    ax.axhline(0.5, color="grey", linewidth=0.8, linestyle=":", label="guessing")
    ax.set(xlabel="size of the pictures", ylabel="told apart correctly", ylim=(0.45, 1.02))
    ax.legend(frameon=False, fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    return figure


def show_patient(case, healthy, title=None, columns=6):
    """The chart of one case beside the healthy run: losses, opinions, and three rows of samples.

    Args:
        case, healthy: `cases.Case`; the healthy one is drawn thin and dotted.
        columns: samples in a row.
    """
    figure = plt.figure(figsize=(8.0, 2.3), layout="constrained")
    grid = figure.add_gridspec(3, 3, width_ratios=(1, 1, 1.15))
    loss, score = (figure.add_subplot(grid[:, i]) for i in (0, 1))
    for ax, names in (
        (loss, ("discriminator_loss", "generator_loss")),
        (score, ("real_score", "fake_score")),
    ):
        for name, colour in zip(names, _colours(names), strict=True):
            label = {"discriminator_loss": "D", "generator_loss": "G"}.get(name, name.split("_")[0])
            ax.plot(case.history["step"], case.history[name], color=colour, label=label)
            ax.plot(healthy.history["step"], healthy.history[name], ":", color=colour, linewidth=1)
        ax.set_xlabel("step", fontsize=8)
        ax.tick_params(labelsize=7)
        ax.legend(frameon=False, fontsize=7)
        ax.spines[["top", "right"]].set_visible(False)
    loss.set_title("loss (dotted: healthy)", fontsize=8)
    score.set_title("mean D (dotted: healthy)", fontsize=8)
    score.set_ylim(-0.05, 1.05)
    score.axhline(0.5, color="grey", linewidth=0.6)
    for row, (name, images) in enumerate(case.rows().items()):
        ax = figure.add_subplot(grid[row, 2])
        sheet = tile(images[:columns], columns) // 36  # eight shades, which are quick to store
        ax.imshow(sheet, cmap="gray", vmin=0, vmax=7, interpolation="nearest")
        ax.set_axis_off()
        ax.set_title(name, fontsize=8, pad=2)
    if title:
        figure.suptitle(title, fontsize=10)
    return figure


def _colours(names):
    known = {"discriminator_loss": DISCRIMINATOR, "generator_loss": FAKE}
    known |= {"real_score": REAL, "fake_score": FAKE}
    return [known[name] for name in names]
