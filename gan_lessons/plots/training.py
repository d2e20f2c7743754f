"""What a training wrote down: losses, scores of the discriminator, measured quality."""

import matplotlib.pyplot as plt

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL


def show_history(history, title=None):
    """Losses, and scores D(x) and D(G(z)) where they were recorded, against steps."""
    losses = [k for k in history if k.endswith("_loss")]
    scores = [k for k in history if k.endswith("_score")]
    panels = [("loss", losses)] + ([("mean D", scores)] if scores else [])
    figure, axes = plt.subplots(1, len(panels), figsize=(4.2 * len(panels), 2.8), squeeze=False)
    colours = {"discriminator_loss": DISCRIMINATOR, "generator_loss": FAKE}
    colours |= {"real_score": REAL, "fake_score": FAKE}
    for ax, (label, names) in zip(axes[0], panels, strict=True):
        for name in names:
            ax.plot(
                history["step"],
                history[name],
                label=name.replace("_", " "),
                color=colours.get(name),
            )
        ax.set(xlabel="step", ylabel=label)
        ax.legend(frameon=False, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    if title:
        figure.suptitle(title, fontsize=10)
    figure.tight_layout()
    return figure


def show_loss_and_score(histories, scores, floor):
    """Generator losses of several runs, and beside them what the samples were worth.

    Args:
        histories: {name: history of a training}.
        scores: {name: list of (step, score)}; a lower score is better.
        floor: the score of real data.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.0, 3.0))
    for (name, history), colour in zip(histories.items(), (REAL, FAKE), strict=True):
        left.plot(history["step"], history["generator_loss"], color=colour, label=name)
        right.plot(*zip(*scores[name], strict=True), "o-", color=colour, markersize=4, label=name)
    right.axhline(floor, color="grey", linewidth=0.8, linestyle=":", label="real digits")
    right.set(xlabel="step", ylabel="rFD, lower is better", yscale="log")
    left.set(xlabel="step", ylabel="loss of G")
    for ax in (left, right):
        ax.spines[["top", "right"]].set_visible(False)
    right.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    return figure
