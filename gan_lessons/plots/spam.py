"""The spam filter and the arms race: words, messages as points, verdicts, rounds."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL

HAM, SPAM = REAL, FAKE  # ham is real mail, spam is what Gary forges


def show_word_weights(words, weights, count=14):
    """The words that speak most for ham and most for spam, as bars; weights are log-odds."""
    order = np.argsort(weights)
    chosen = np.concatenate([order[:count], order[-count:]])
    figure, axes = plt.subplots(1, 2, figsize=(8.0, 3.4))
    parts = ((chosen[:count][::-1], HAM, "for ham"), (chosen[count:], SPAM, "for spam"))
    for ax, (part, colour, title) in zip(axes, parts, strict=True):
        ax.barh(np.arange(count), np.abs(weights[part]), color=colour)
        ax.set_yticks(np.arange(count), [_word(w) for w in words[part]], fontsize=8)
        ax.set(xlabel="weight of the word in the logit", xlim=(0, np.abs(weights).max() * 1.05))
        ax.set_title(title, fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def show_two_stories(log_ham, log_spam, labels):
    """Messages as points: how well ham explains a word of theirs, and how well spam does.

    Args:
        log_ham, log_spam: log p(x | y) divided by the number of words, (n,).
    """
    figure, ax = plt.subplots(figsize=(4.6, 4.2))
    for label, colour, name in ((0, HAM, "ham"), (1, SPAM, "spam")):
        part = labels == label
        ax.scatter(log_ham[part], log_spam[part], s=12, color=colour, alpha=0.7, label=name, lw=0)
    ends = [min(log_ham.min(), log_spam.min()) - 0.2, max(log_ham.max(), log_spam.max()) + 0.2]
    ax.plot(ends, ends, color=DISCRIMINATOR, linewidth=1.5, label="verdict: equally likely")
    ax.set(xlim=ends, ylim=ends, aspect="equal")
    ax.set(xlabel="log p(word | ham), mean of a message", ylabel="log p(word | spam), mean")
    ax.legend(frameon=False, fontsize=8, loc="upper left")
    ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def show_race(rounds, last=None):
    """David's recall on every wave of a race, and below what Gary earns and how varied he is.

    Args:
        rounds: of `arms_race.race`. last: rounds at the end that are shaded, with their mean.
    """
    figure, (top, middle, bottom) = plt.subplots(
        3, 1, figsize=(8.4, 5.2), sharex=True, height_ratios=(2, 1, 1)
    )
    waves = len(rounds[0].waves)
    for r in rounds:
        # From wave to wave Gary moves; then David learns, and the recall jumps back.
        x = r.number - 1 + np.arange(1, waves + 1) / (waves + 1)
        top.plot(x, r.waves, "o-", color=SPAM, markersize=2.5, linewidth=1.2)
        top.plot(
            [x[-1], r.number], [r.waves[-1], r.after.recall], color=DISCRIMINATOR, linewidth=1.2
        )
    top.plot([], [], "o-", color=SPAM, markersize=2.5, label="Gary moves, wave by wave")
    top.plot([], [], color=DISCRIMINATOR, label="David learns the last wave")
    top.set(ylabel="David's recall", ylim=(-0.03, 1.3), yticks=[0, 0.25, 0.5, 0.75, 1])
    ends = [r.number for r in rounds]
    middle.plot(ends, [r.income for r in rounds], color=SPAM, label="Gary earns, per message")
    middle.plot(
        ends,
        [r.after.false_alarms for r in rounds],
        color=HAM,
        label="ham that David blocks",
    )
    middle.set(ylabel="share", ylim=(-0.03, None))
    bottom.plot(ends, [r.distinct for r in rounds], color="#777777")
    bottom.set(ylabel="different\nmessages", xlabel="round", yscale="log", xlim=(0, len(rounds)))
    bottom.set(ylim=(0.9, 1.2 * len(rounds[0].pool)))
    if last:
        level = np.mean([r.before.recall for r in rounds[-last:]])
        start = len(rounds) - last
        top.hlines(level, start, len(rounds), color="black", linestyle=":", label="mean, end")
        for ax in (top, middle, bottom):
            ax.axvspan(start, len(rounds), color="#eeeeee", zorder=0)
    for ax in (top, middle):
        ax.legend(frameon=False, fontsize=8, ncols=3, loc="upper right")
    for ax in (top, middle, bottom):
        ax.spines[["top", "right"]].set_visible(False)
    middle.set_ylim(top=1.5 * middle.get_ylim()[1])
    figure.tight_layout()
    return figure


def show_confusions(confusions, columns=8):
    """Confusion matrices in a grid: {title: Confusion}. Rows are the truth, columns the verdict."""
    rows = -(-len(confusions) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(1.12 * columns + 0.4, 1.3 * rows + 0.2), squeeze=False
    )
    for ax in axes.flat:
        ax.set_axis_off()
    for i, (ax, (title, c)) in enumerate(zip(axes.flat, confusions.items(), strict=False)):
        cells = np.array([[c.ham_passed, c.ham_blocked], [c.spam_passed, c.spam_blocked]])
        share = cells / np.maximum(cells.sum(axis=1, keepdims=True), 1)
        wrong = np.array([[-1, 1], [1, -1]]) * share  # red where it hurts, blue where it helps
        ax.set_axis_on()
        ax.imshow(wrong, cmap="RdBu_r", vmin=-1.3, vmax=1.3)
        for (row, column), value in np.ndenumerate(cells):
            ax.text(column, row, value, ha="center", va="center", fontsize=8)
        first = i % columns == 0
        ax.set_xticks([0, 1], ["pass", "block"] if i >= len(confusions) - columns else ["", ""])
        ax.set_yticks([0, 1], ["ham", "spam"] if first else ["", ""])
        ax.tick_params(length=0, labelsize=7)
        ax.set_title(title, fontsize=8, pad=2)
    figure.tight_layout(pad=0.4)
    return figure


def show_races(races):
    """Several races side by side: recall on the newest messages, and variety: {name: rounds}."""
    figure, axes = plt.subplots(
        2, len(races), figsize=(2.9 * len(races), 3.8), sharex=True, sharey="row", squeeze=False
    )
    for (top, bottom), (name, rounds) in zip(axes.T, races.items(), strict=True):
        x = [r.number for r in rounds]
        top.plot(x, [r.after.recall for r in rounds], color=DISCRIMINATOR, label="after learning")
        top.plot(x, [r.before.recall for r in rounds], color=SPAM, label="newest messages")
        top.set(ylim=(-0.03, 1.05))
        top.set_title(name, fontsize=10)
        bottom.plot(x, [r.distinct for r in rounds], color="#777777")
        bottom.set(xlabel="round", yscale="log", ylim=(0.9, 1.2 * len(rounds[0].pool)))
        for ax in (top, bottom):
            ax.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_ylabel("David's recall")
    axes[1, 0].set_ylabel("different messages")
    axes[0, 0].legend(frameon=False, fontsize=8, loc="lower left")
    figure.tight_layout()
    return figure


def show_across_time(table, numbers):
    """Recall of the David of each round (rows; 0 is before the race) on the pool of each (columns).

    Args:
        table: (Davids, pools) in [0, 1], as from `arms_race.across_time`.
        numbers: the rounds of the rows; those of the columns are the same without 0.
    """
    pools = [n for n in numbers if n]
    figure, ax = plt.subplots(figsize=(4.6, 3.6))
    ax.imshow(table, cmap="RdBu", vmin=-0.3, vmax=1.3)
    for (row, column), value in np.ndenumerate(table):
        ax.text(column, row, f"{value:.0%}", ha="center", va="center", fontsize=8)
    ax.set_xticks(range(len(pools)), pools)
    ax.set_yticks(range(len(numbers)), [n or "before" for n in numbers])
    ax.set(xlabel="Gary's messages of round", ylabel="David, as he was after round")
    ax.tick_params(length=0)
    figure.tight_layout()
    return figure


def show_base_rates(rates, precision, at=()):
    """Precision of one and the same filter against the share of spam in the mail.

    Args:
        rates, precision: (n,) each. at: rates that are marked.
    """
    figure, ax = plt.subplots(figsize=(5.2, 2.8))
    ax.plot(rates, precision, color=DISCRIMINATOR)
    for rate in at:
        value, right = np.interp(rate, rates, precision), rate < 0.3
        ax.plot(rate, value, "o", color=SPAM, markersize=5)
        ax.annotate(
            f"{rate:.0%} spam: {value:.0%}",
            (rate, value),
            (7 if right else -2, -12 if right else -16),
            textcoords="offset points",
            ha="left" if right else "center",
            fontsize=8,
        )
    ax.set(xscale="log", xlabel="share of spam in the mail", ylabel="precision", ylim=(0, 1.05))
    ax.set_xticks([0.01, 0.1, 0.5], ["1 %", "10 %", "50 %"])
    ax.minorticks_off()
    ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def _word(word):
    """A word as a label; matplotlib would read a pair of $ as mathematics."""
    return str(word).replace("$", r"\$")
