"""The measurements of lesson 10, each a function of a seed that returns a few numbers.

The notebook calls them in small; `benchmarks/earth_movers.py` calls the same ones with five seeds
and keeps the tables.
"""

import dataclasses

import keras
import numpy as np

from gan_lessons import dcgan, lab, metrics, robustness, wgan, witnesses
from gan_lessons.engine.training import train


@dataclasses.dataclass(frozen=True)
class WGANLabPreset:
    """How much lesson 10 measures itself; the rest comes from stored tables.

    Attributes:
        alone: steps of a critic between two samples that stay; `points`: in each of them.
        damage: steps of each deep critic.
        points_gan, digits: presets of the WGAN-GP on the 25-grid and on digits.
        patient: the same on digits, with more steps of the critic, smaller ones, at a constant
            rate: the way of the papers. rival: of the DCGAN beside them.
        samples: for each rFD on the way.
        odd: steps of each cell of the robustness table.
        sample: for a final score.
    """

    alone: int
    points: int
    damage: int
    points_gan: wgan.WGANPreset
    digits: wgan.WGANPreset
    patient: wgan.WGANPreset
    rival: dcgan.DCGANPreset
    samples: int
    odd: int
    sample: int


def _patient(preset, **changes):
    return dataclasses.replace(preset, n_critic=5, pace=5.0, hold=1.0, **changes)


_QUICK = WGANLabPreset(
    alone=1200,
    points=2000,
    damage=1200,
    points_gan=wgan.TOY_PRESETS["quick"]["grid"],
    digits=wgan.PRESETS["quick"],
    patient=_patient(wgan.PRESETS["quick"], steps=400, report_every=20),
    rival=dcgan.DCGANPreset(steps=1200, report_every=60),
    samples=2500,
    odd=800,
    sample=10_000,
)
PRESETS = {
    "smoke": WGANLabPreset(
        alone=40,
        points=100,
        damage=20,
        points_gan=wgan.TOY_PRESETS["smoke"]["grid"],
        digits=dataclasses.replace(wgan.PRESETS["smoke"], steps=10, report_every=2),
        patient=_patient(wgan.PRESETS["smoke"], steps=10, report_every=2),
        rival=dataclasses.replace(dcgan.PRESETS["smoke"], steps=10, report_every=2),
        samples=40,
        odd=4,
        sample=100,
    ),
    "quick": _QUICK,
    "full": dataclasses.replace(
        _QUICK,
        digits=wgan.PRESETS["full"],
        patient=_patient(wgan.PRESETS["full"], steps=6000, report_every=300),
        rival=dcgan.PRESETS["full"],
    ),
}


# A known distance, a clip -------------------------------------------------------------------------


def known(how, seed=0):
    """{pair: figures} of a critic alone between the two samples of each of `witnesses.PAIRS`."""
    preset = lab.shortened(witnesses.ALONE, how.alone, reports=12)
    rows = {}
    for name in witnesses.PAIRS:
        pair = witnesses.pair(name, how.points, seed)
        rows[name] = witnesses.figures(witnesses.learn(preset, pair.p, pair.q, seed), pair)
    return rows


def damage(how, seed=0):
    """{rein: figures} of a deep critic held by a clip of each size, or by the penalty."""
    return {name: witnesses.damage(name, how.damage, seed) for name in witnesses.REINS}


# Points, digits -----------------------------------------------------------------------------------


def grid(how, seed=0):
    """{"WGAN-GP": figures} on the 25-grid."""
    trained = train(wgan, how.points_gan, seed=seed, verbose=False)
    score = wgan.evaluate(trained.model, how.points_gan, how.sample)
    return {
        "WGAN-GP": {
            "W1": score.w1,
            "floor": score.floor,
            "modes": score.coverage.modes,
            "high_quality": score.coverage.high_quality,
            "reverse_kl": score.coverage.reverse_kl,
            "alarms": trained.alarms,
        }
    }


class Follow(keras.callbacks.Callback):
    """At every report: the rFD of some samples, and what the players' logs say.

    The samples are those of the generator of that very step, since that is what the losses judge.

    Args:
        samples: how many; always from the same latent points.

    Attributes:
        rows: dicts with "step", "rFD" and everything that is logged, means since the last report.
    """

    def __init__(self, samples):
        super().__init__()
        self.samples, self.rows = samples, []

    def on_epoch_end(self, epoch, logs=None):  # an "epoch" is one report here
        fakes = self.model.sample(self.samples, seed=1, averaged=False)
        step = int(self.model.step_counter.value)
        told = {name: float(value) for name, value in logs.items()}
        self.rows.append({"step": step, "rFD": metrics.digits.score(fakes).rfd, **told})

    def columns(self):
        """The rows as {name: array}."""
        return {name: np.array([row[name] for row in self.rows]) for name in self.rows[0]}


def rank_correlation(a, b):
    """Spearman's correlation of two arrays: 1 if they agree in every order, -1 in none."""
    from scipy.stats import spearmanr

    return float(spearmanr(a, b)[0])


def followed(lesson, preset, how, seed=0, verbose=False):
    """Train a lesson on digits; (what `train` returned, the columns of `Follow`)."""
    follow = Follow(how.samples)
    trained = train(lesson, preset, seed=seed, callbacks=[follow], verbose=verbose)
    return trained, follow.columns()


# Who is followed: the lesson, the field of the `WGANLabPreset`, the columns of the log.
_ESTIMATE = {"estimate of W1": "w1_estimate"}
FOLLOWED = {
    "WGAN-GP": (wgan, "digits", _ESTIMATE),
    "WGAN-GP, patient": (wgan, "patient", _ESTIMATE),
    "DCGAN": (
        dcgan,
        "rival",
        {"loss of D": "discriminator_loss", "loss of G": "generator_loss"},
    ),
}


def correlations(columns, told):
    """{"name, whole training" or "name, second half": rank correlation with the rFD}."""
    count = len(columns["step"])
    parts = {"whole training": slice(0, count), "second half": slice(count // 2, count)}
    return {
        f"{name}, {part}": rank_correlation(columns[column][where], columns["rFD"][where])
        for name, column in told.items()
        for part, where in parts.items()
    }


def digits(how, seed=0):
    """{name of `FOLLOWED`: its score, and how well what it logs follows the rFD}."""
    rows = {}
    for name, (lesson, field, told) in FOLLOWED.items():
        preset = getattr(how, field)
        trained, columns = followed(lesson, preset, how, seed)
        score = lesson.evaluate(trained.model, preset, how.sample)
        rows[name] = {
            "rfd": score.rfd,
            "legible": score.legible,
            **correlations(columns, told),
            "training seconds": round(trained.seconds, 1),
            "alarms": trained.alarms,
        }
    return rows


# Odd architectures --------------------------------------------------------------------------------


def odd_preset(architecture, method, steps):
    """The preset of one cell of the robustness table."""
    preset = robustness.OddPreset(
        method=method, architecture=robustness.ARCHITECTURES[architecture]
    )
    return lab.shortened(preset, steps, reports=10)


def odd(how, architecture, method, seed=0):
    """One cell of the robustness table: rFD, legible share, alarms."""
    preset = odd_preset(architecture, method, how.odd)
    trained = train(robustness, preset, seed=seed, verbose=False)
    score = robustness.evaluate(trained.model, preset, how.sample)
    return {"rfd": score.rfd, "legible": score.legible, "alarms": trained.alarms}


def robust(how, seed=0):
    """{"architecture, method": figures}."""
    return {
        f"{architecture}, {method}": odd(how, architecture, method, seed)
        for architecture in robustness.ARCHITECTURES
        for method in robustness.METHODS
    }
