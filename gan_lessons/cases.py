"""Five cases for the bug museum's detectives (lesson 04): each a GAN with one bug inside.

`examine` trains it and notes the symptoms; which bug is behind which case only `culprit` knows.
"""

import contextlib
import dataclasses
import io

import numpy as np
from keras import ops

from gan_lessons import metrics, museum, runtime
from gan_lessons.engine.training import train

SUSPECTS = (
    "frozen discriminator",
    "smoothing past one",
    "one batch of noise for all turns",
    "scaled twice",
    "average from another start",
)
CASES = "ABCDE"
KEPT = 256  # samples of each kind that a case keeps


def culprit(case):
    """The bug behind a case, "A" to "E". The order was drawn by lot."""
    return SUSPECTS[np.random.default_rng(2014).permutation(len(SUSPECTS))[CASES.index(case)]]


@dataclasses.dataclass(frozen=True)
class Case:
    """The symptoms of one bug.

    Attributes:
        history: of the training. alarms: that sounded.
        samples: `KEPT` of the generator, from new z; practised: from z drawn as in training;
            averaged: of the averaged generator, from the same new z.
        moved: {player: largest change of any of its weights}.
    """

    history: dict
    alarms: list
    samples: np.ndarray
    practised: np.ndarray
    averaged: np.ndarray
    moved: dict

    def rows(self):
        """The three rows of samples, by what they show."""
        return {
            "G, from new z": self.samples,
            "G, from z drawn as in its training": self.practised,
            "averaged G, from new z": self.averaged,
        }

    def legible(self):
        """The share of legible digits in each row."""
        return {name: metrics.digits.score(images).legible for name, images in self.rows().items()}

    def notes(self):
        """What cannot be drawn, as a line of text."""
        moved = ", ".join(f"{name} {change:.3g}" for name, change in self.moved.items())
        return f"largest change of a weight: {moved} | alarms: {', '.join(self.alarms) or 'none'}"


def examine(case, lesson, preset, data, seed=0):
    """Train a model with the bug of that case inside; or healthy, where `case` is None."""
    bug = museum.switched_on(culprit(case)) if case else contextlib.nullcontext()
    with bug, contextlib.redirect_stdout(io.StringIO()):  # alarms are part of the chart
        return _symptoms(lesson, preset, data, seed)


def _symptoms(lesson, preset, data, seed):
    runtime.set_seed(seed)
    model = lesson.build(preset, seed=seed)
    before = {p.name: _weights(p) for p in model.players}
    trained = train(lesson, preset, data, seed=seed, model=model, verbose=False)
    moved = {
        p.name: max(
            float(np.abs(now - old).max())
            for now, old in zip(_weights(p), before[p.name], strict=True)
        )
        for p in model.players
    }
    draws = -(-KEPT // preset.batch_size)
    practised = np.concatenate(
        [ops.convert_to_numpy(model.noise(preset.batch_size)) for _ in range(draws)]
    )
    return Case(
        trained.history,
        trained.alarms,
        samples=model.sample(KEPT, seed=1, averaged=False),
        practised=model.sample(z=practised[:KEPT], averaged=False),
        averaged=model.sample(KEPT, seed=1),
        moved=moved,
    )


def _weights(player):
    return [ops.convert_to_numpy(variable).copy() for variable in player.variables]
