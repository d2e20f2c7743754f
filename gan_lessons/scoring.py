"""A GAN scored while it trains, and what its losses tell of the scores (lesson 11).

`Scores` keeps losses and rFD side by side, `rank_correlations` and `same_loss` ask whether the ones
tell the other, and `put_to_sleep` makes the generator's loss fall while its samples go to ruin.
"""

import dataclasses

import keras
import numpy as np

from gan_lessons import datasets, dcgan, metrics
from gan_lessons.engine.training import train


def hold_out(n, seed=0):
    """The bundled digits, shuffled, in two parts: those to train on, and n to measure with."""
    images = datasets.load("mnist", source="bundled", verbose=False).x_train
    order = np.random.default_rng(seed).permutation(len(images))
    return images[order[n:]], images[order[:n]]


class Scores(keras.callbacks.Callback):
    """At every report: the rFD of some samples, and both losses, means since the last report.

    The samples are those of the generator of that very step, not of the averaged one: the losses
    are its own.

    Args:
        samples: how many; always from the same latent points.

    Attributes:
        rows: dicts with "step", "rFD", "loss of D" and "loss of G".
    """

    def __init__(self, samples):
        super().__init__()
        self.samples, self.rows = samples, []

    def on_epoch_end(self, epoch, logs=None):  # an "epoch" is one report here
        fakes = self.model.sample(self.samples, seed=1, averaged=False)
        row = {
            "step": int(self.model.step_counter.value),
            "rFD": metrics.digits.score(fakes).rfd,
            "loss of D": float(logs["discriminator_loss"]),
            "loss of G": float(logs["generator_loss"]),
        }
        self.rows.append(row)

    def columns(self):
        """The rows as {name: array}."""
        return {name: np.array([row[name] for row in self.rows]) for name in self.rows[0]}


def rank_correlations(scores):
    """How well each loss tells the order of the rFD: Spearman's correlation, from -1 to 1.

    1: the larger the loss, the worse the samples, always. 0: the loss does not tell. -1: the larger
    the loss, the better the samples.

    Args:
        scores: the columns of `Scores`.

    Returns:
        {"D, whole training": r, "D, second half": r, "G, whole training": r, ...}.
    """
    from scipy.stats import spearmanr

    count = len(scores["step"])
    parts = {"whole training": slice(0, count), "second half": slice(count // 2, count)}
    return {
        f"{player}, {name}": float(
            spearmanr(scores[f"loss of {player}"][part], scores["rFD"][part])[0]
        )
        for player in "DG"
        for name, part in parts.items()
    }


def same_loss(scores):
    """Two reports with the same loss: the first of all, and the later one that comes nearest to it.

    Args:
        scores: the columns of `Scores`.

    Returns:
        {"D": {"step": (first, later), "loss": (first, later), "rFD": (first, later)}, "G": ...}.
    """
    found = {}
    for player in "DG":
        loss = scores[f"loss of {player}"]
        pair = [0, 1 + int(np.abs(loss[1:] - loss[0]).argmin())]
        columns = {"step": scores["step"], "loss": loss, "rFD": scores["rFD"]}
        found[player] = {name: tuple(column[pair]) for name, column in columns.items()}
    return found


def put_to_sleep(trained, steps, callbacks=()):
    """Train a GAN on for some steps, in six reports, while its discriminator learns nothing.

    Args:
        trained: what `train` returned; its model is trained on. callbacks: of Keras.
    """
    model = trained.model
    rates = dict(model.base_learning_rates)
    model.base_learning_rates = {**rates, "discriminator": 0.0}
    behind = int(model.step_counter.value)
    preset = dataclasses.replace(
        trained.preset, steps=behind + steps, report_every=max(1, steps // 6), hold=1.0
    )
    try:
        train(dcgan, preset, trained.data, model=model, callbacks=callbacks, verbose=False)
    finally:
        model.base_learning_rates = rates
