"""The figures of lesson 00: a border, a duel, the map of the course."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.animation import animate
from gan_lessons.plots.colours import FAKE, REAL


def _opinion(ax, answers, limit):
    """The answers of a network in a square as background, blue for 1 and red for 0."""
    extent = (-limit, limit, -limit, limit)
    image = ax.imshow(
        answers, origin="lower", extent=extent, cmap="RdBu", vmin=0, vmax=1, alpha=0.55
    )
    ax.set(xticks=[], yticks=[], xlim=(-limit, limit), ylim=(-limit, limit))
    return image


def show_borders(opinions, points, which, limit):
    """What networks think about every place, with the points that they were to tell apart.

    Args:
        opinions: {title: answers (side, side)}. points: (n, 2). which: 0 or 1 for each.
    """
    count = len(opinions)
    figure, axes = plt.subplots(
        1, count, figsize=(2.9 * count + 0.6, 2.9), squeeze=False, layout="constrained"
    )
    for ax, (title, answers) in zip(axes[0], opinions.items(), strict=True):
        image = _opinion(ax, answers, limit)
        for kind, colour in ((0, FAKE), (1, REAL)):
            ax.scatter(*points[which == kind].T, s=5, color=colour, linewidths=0)
        ax.set_title(title, fontsize=10)
    figure.colorbar(image, ax=list(axes[0]), label="probability of blue", shrink=0.85)
    return figure


def animate_duel(shots, real, limit, text):
    """A GAN in the plane as a film: fakes, real points, and D's opinion behind them.

    Args:
        shots: dicts with "step", "points" (n, 2) and "answers" (side, side).
        real: (m, 2). text: what is to be seen, for who cannot see it.
    """

    def draw(ax, shot):
        _opinion(ax, shot["answers"], limit)
        ax.scatter(*real.T, s=3, color=REAL, linewidths=0)
        ax.scatter(*shot["points"].T, s=3, color=FAKE, linewidths=0)
        ax.set_title(f"step {shot['step']:,}", fontsize=9)

    return animate(draw, shots, text, size=(3.1, 3.2), milliseconds=500)


def _places(lessons):
    """Where each lesson stands on the map: {number: (column, height)}.

    A lesson stands one column right of the last one that it needs, and in a column in the order of
    those before it, so that few arrows cross.
    """
    columns, places = {}, {}
    for lesson in lessons:  # in order, so what a lesson stands on has been seen before
        columns[lesson.number] = 1 + max((columns[n] for n in lesson.after), default=-1)
    for column in range(max(columns.values()) + 1):
        mates = [lesson for lesson in lessons if columns[lesson.number] == column]
        mates.sort(key=lambda mate: -np.mean([places[n][1] for n in mate.after] or [0]))
        for row, mate in enumerate(mates):
            places[mate.number] = (column, (len(mates) - 1) / 2 - row)
    return places


def show_course(lessons):
    """The lessons as boxes, an arrow from each to those that stand on it; dashed: to come."""
    places = _places(lessons)
    figure, ax = plt.subplots(figsize=(10.5, 3.6))
    for lesson in lessons:
        x, y = places[lesson.number]
        face = "#dce7f3" if lesson.here else "white"
        box = dict(boxstyle="round,pad=0.4", facecolor=face, linestyle="-" if lesson.here else "--")
        label = f"{lesson.number}\n{lesson.title.replace(' ', chr(10), 1)}"
        ax.text(x, y, label, ha="center", va="center", fontsize=8, bbox=box, zorder=2)
        for before in lesson.after:
            start, end = places[before], (x, y)
            ax.annotate(
                "",
                end,
                start,
                arrowprops=dict(arrowstyle="-|>", color="0.6", shrinkA=24, shrinkB=24),
                zorder=1,
            )
    xs, ys = zip(*places.values(), strict=True)
    ax.set(xlim=(min(xs) - 0.6, max(xs) + 0.6), ylim=(min(ys) - 0.6, max(ys) + 0.6))
    ax.axis("off")
    figure.tight_layout(pad=0.2)
    return figure
