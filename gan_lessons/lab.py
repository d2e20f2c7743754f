"""The measurements of lesson 04, each a function of a seed that returns a few numbers.

The notebook calls them in small; `benchmarks/failing.py` calls the same ones with five seeds and
keeps the tables.
"""

import contextlib
import dataclasses
import math

import keras
import numpy as np
from keras import layers, ops

from gan_lessons import datasets, failures, hacks, metrics, museum, runtime, vanilla_gan
from gan_lessons.engine import losses
from gan_lessons.engine.training import train


@dataclasses.dataclass(frozen=True)
class LabPreset:
    """How much lesson 04 measures itself; the rest comes from stored tables.

    Attributes:
        steps: of the toy that collapses; the cured ones take as many or, where a remedy says so,
            proportionally more.
        sweep: of each run of the sensitivity figure.
        ahead: steps that D learns alone.
        hacks: of each run of the ablation.
        case: of each case of the bug museum.
        sight: steps of a fresh network that tells real from fake.
    """

    steps: int
    sweep: int
    ahead: int
    hacks: int
    case: int
    sight: int


PRESETS = {
    "smoke": LabPreset(steps=40, sweep=20, ahead=40, hacks=20, case=12, sight=5),
    "quick": LabPreset(steps=6000, sweep=1000, ahead=240, hacks=300, case=400, sight=200),
    "full": LabPreset(steps=6000, sweep=2000, ahead=240, hacks=1200, case=400, sight=400),
}


# A small GAN of dense layers that learns to draw digits within seconds, if it is healthy.
PATIENT = vanilla_gan.VanillaPreset(
    batch_size=64,
    generator=(256, 512),
    discriminator=(512, 256),
    r1=0.1,
    shift=0,
    average=0.999,
    hold=1.0,
)


def shortened(preset, steps, reports=30):
    """A preset with other steps, and about `reports` reports of equal length.

    Runs of a few steps are not compiled by XLA: that would take longer than the training.
    """
    every = max(1, steps // reports)
    at_once = min(preset.steps_per_execution, every)
    every -= every % at_once
    jit = preset.jit and steps >= 500
    return dataclasses.replace(
        preset, steps=steps, report_every=every, steps_per_execution=at_once, jit=jit
    )


def mode_row(trained, n=10_000):
    """Modes, quality and evenness of a trained toy, and the alarms that it raised."""
    found = vanilla_gan.evaluate(trained.model, trained.preset, n)
    figures = ("modes", "high_quality", "reverse_kl")
    return {name: getattr(found, name) for name in figures} | {"alarms": trained.alarms}


def remedied(name, how):
    """The preset of one of `failures.REMEDIES`, as long as the `LabPreset` says."""
    preset = failures.REMEDIES[name]
    steps = how.steps * preset.steps // failures.COLLAPSE.steps
    return shortened(preset, steps, preset.steps // preset.report_every)


def rows(table):
    """{row: {figure: (mean, spread)}} of a stored table whose figures are named "row: figure"."""
    found = {}
    for name, value in table["summary"].items():
        row, _, figure = name.rpartition(": ")
        if row:  # the time that it took belongs to no row
            found.setdefault(row, {})[figure] = (value["mean"], value["std"])
    return found


def spreads_apart(base, other):
    """How many pooled spreads the mean of `other` lies above that of `base`: (mean, spread) each.

    The pooled spread is the root of the mean of both variances, over seeds. If luck alone made the
    difference between two rows of five seeds, 2 would be passed once in 75 times (t distribution).
    """
    pooled = math.sqrt((base[1] ** 2 + other[1] ** 2) / 2)
    difference = other[0] - base[0]
    if pooled == 0.0:
        return math.copysign(math.inf, difference) if difference else 0.0
    return difference / pooled


# Too fast, too large -----------------------------------------------------------------------------

FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0)
WIDTHS = (8, 32, 128, 512)


def sweep_presets(steps):
    """{form: {what was changed: preset}}: the ring at several rates and widths, in two forms."""
    calm = shortened(failures.RING, steps, reports=10)
    wild = dataclasses.replace(calm, loss="nonsaturating", r1=0.0, r2=0.0, noise=0.0)
    return {
        form: {
            f"rates x {factor:g}": dataclasses.replace(
                base, rates=tuple(factor * rate for rate in base.rates)
            )
            for factor in FACTORS
        }
        | {
            f"width {width}": dataclasses.replace(
                base, generator=(width,) * 4, discriminator=(width,) * 3
            )
            for width in WIDTHS
        }
        for form, base in (("bare", wild), ("penalised", calm))
    }


# Vanishing gradients -----------------------------------------------------------------------------


class Pulls(keras.callbacks.Callback):
    """At every report: D's mean answer to 32 fakes, and what either loss pulls at them."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def on_epoch_end(self, epoch, logs=None):
        fakes = self.model.sample(32, seed=1, averaged=False)
        logits = self.model.discriminator(fakes, training=False)
        logits = ops.convert_to_numpy(logits).ravel()
        # Not further than a float can tell from 0 and 1.
        d = np.clip(1.0 / (1.0 + np.exp(-logits.astype("float64"))), 1e-15, 1 - 1e-7)
        pulls = {
            name: failures.pull(getattr(losses, f"generator_{name}"), d).mean()
            for name in ("saturating", "nonsaturating")
        }
        self.rows.append({"step": int(self.model.step_counter.value), "D(fake)": d.mean(), **pulls})


def ahead(steps, seed=0, looks=12):
    """What is left of either generator loss's pull while D learns digits and G waits.

    Returns:
        dict of arrays (looks,): "step", "D(fake)", and the mean pull of "saturating" and
        "nonsaturating" over 32 fakes.
    """
    preset = shortened(dataclasses.replace(PATIENT, r1=0.0), steps, reports=looks)
    runtime.set_seed(seed)
    model = vanilla_gan.build(preset, seed=seed)
    model.base_learning_rates = {**model.base_learning_rates, "generator": 0.0}
    watch = Pulls()
    train(vanilla_gan, preset, seed=seed, model=model, callbacks=[watch], verbose=False)
    return {name: np.array([row[name] for row in watch.rows]) for name in watch.rows[0]}


# Alarms ------------------------------------------------------------------------------------------


def alarmed(name, seed=0):
    """Run one of `failures.FAILURES`: the alarms, and when the right one sounded, as a share."""
    preset, expected, bug = failures.FAILURES[name]
    with museum.switched_on(bug) if bug else contextlib.nullcontext():
        trained = train(failures, preset, seed=seed, verbose=False)
    sounded = trained.alarm_steps.get(expected, float("inf")) / preset.steps
    return {"sounded": sounded, "alarms": trained.alarms}


# Large images ------------------------------------------------------------------------------------

SIZES = (4, 7, 14, 28)
AGES = (400, 1500)  # steps that a GAN has learned when it is looked at


def shrunk(images, size):
    """Images (n, 28, 28, 1), uint8 or float, to (n, size, size, 1), by the mean of blocks."""
    block = 28 // size
    small = images.reshape(-1, size, block, size, block, 1).mean(axis=(2, 4))
    return small.round().astype("uint8") if images.dtype == np.uint8 else small


def sight(real, fake, steps, seed=0):
    """How well a fresh network tells real from fake: its accuracy on images kept aside.

    Args:
        real, fake: (n, height, width, 1) in [-1, 1]; a fifth of both is kept aside.
        steps: of training, 64 images each.
    """
    runtime.set_seed(seed)
    network = keras.Sequential(
        [
            keras.Input(real.shape[1:]),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(256, activation="relu"),
            layers.Dense(1),
        ]
    )
    network.compile(
        keras.optimizers.Adam(1e-3),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
    )
    x = np.concatenate([real, fake])
    y = np.repeat([[1.0], [0.0]], [len(real), len(fake)], axis=0)
    order = np.random.default_rng(seed).permutation(len(x))
    known, aside = order[len(x) // 5 :], order[: len(x) // 5]
    epochs = -(-steps * 64 // len(known))
    network.fit(x[known], y[known], batch_size=64, epochs=epochs, verbose=0)
    return float(network.evaluate(x[aside], y[aside], verbose=0)[1])


def sight_at(size, age, steps, digits, seed=0):
    """Train `PATIENT` on digits of some size for `age` steps; how well is it seen through?

    Args:
        digits: uint8 (n, 28, 28, 1). steps: of the fresh network that looks.
    """
    small = shrunk(digits, size)
    preset = dataclasses.replace(shortened(PATIENT, age, reports=10), shape=small.shape[1:])
    model = train(vanilla_gan, preset, small, seed=seed, verbose=False).model
    real = metrics.digits.as_model_input(small[:5000])
    return sight(real, model.sample(len(real), seed=1, averaged=False), steps, seed)


def sights(steps, seed=0):
    """{"after so many steps: size": accuracy} of seeing through a GAN, for each size of digit."""
    digits = datasets.load("mnist", source="bundled", verbose=False).x_train
    return {
        f"after {age:,} steps: {size}": sight_at(size, age, steps, digits, seed)
        for age in AGES
        for size in SIZES
    }


# The hacks ---------------------------------------------------------------------------------------


def hack(name, preset, seed=0, n=10_000):
    """Train with one row of `hacks.ABLATIONS`: rFD, legible share and alarms."""
    changed = dataclasses.replace(preset, **hacks.ABLATIONS[name])
    trained = train(hacks, changed, seed=seed, verbose=False)
    found = hacks.evaluate(trained.model, changed, n)
    return {"rfd": found.rfd, "legible": found.legible, "alarms": trained.alarms}
