"""The measurements of lesson 04, each a function of a seed that returns a few numbers.

The notebook calls them in small; `benchmarks/failing.py` calls the same ones with five seeds and
keeps the tables.
"""

import contextlib
import dataclasses

import keras
import numpy as np
from keras import layers, ops

from gan_lessons import datasets, dcgan, failures, hacks, metrics, museum, pretrained, vanilla_gan
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
        sight: steps of a network that tells real from fake at some size.
    """

    steps: int
    sweep: int
    ahead: int
    hacks: int
    case: int
    sight: int


PRESETS = {
    "smoke": LabPreset(steps=40, sweep=20, ahead=40, hacks=20, case=12, sight=5),
    "quick": LabPreset(steps=6000, sweep=1000, ahead=600, hacks=300, case=240, sight=200),
    "full": LabPreset(steps=6000, sweep=2000, ahead=600, hacks=1200, case=600, sight=400),
}


def mode_row(trained, n=10_000):
    """Modes, quality and evenness of a trained toy, and the alarms that it raised."""
    found = vanilla_gan.evaluate(trained.model, trained.preset, n)
    figures = ("modes", "high_quality", "reverse_kl")
    return {name: getattr(found, name) for name in figures} | {"alarms": trained.alarms}


def remedy(name, how, seed=0):
    """Train the collapsing GAN with one of `failures.REMEDIES`, as long as the `LabPreset` says."""
    preset = failures.REMEDIES[name]
    steps = how.steps * preset.steps // failures.COLLAPSE.steps
    return train(failures, preset, seed=seed, steps=steps, verbose=False)


# Too fast, too large -----------------------------------------------------------------------------

FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0)
WIDTHS = (8, 32, 128, 512)


def sweep_presets(steps):
    """{form: {what was changed: preset}}: the ring at several rates and widths, in two forms."""
    calm = dataclasses.replace(failures.RING, steps=steps, report_every=20 * max(1, steps // 200))
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


def ahead(steps, seed=0, looks=12):
    """What is left of either generator loss's pull while D learns and G waits.

    Returns:
        dict of arrays (looks,): "step", "D(fake)", and the mean pull of "saturating" and
        "nonsaturating" over 256 fakes.
    """
    every = max(1, steps // looks)
    preset = dataclasses.replace(failures.COLLAPSE, steps=every, report_every=every)
    model = failures.build(preset, seed=seed)
    model.base_learning_rates = {**model.base_learning_rates, "generator": 0.0}
    data = datasets.load(preset.dataset, verbose=False).x_train
    columns = {name: [] for name in ("step", "D(fake)", "saturating", "nonsaturating")}
    for look in range(1, looks + 1):
        longer = dataclasses.replace(preset, steps=look * every, hold=1.0)
        train(failures, longer, data, seed=seed, model=model, verbose=False)
        fakes = model.sample(256, seed=1, averaged=False)
        logits = ops.convert_to_numpy(model.discriminator(fakes, training=False)).ravel()
        # Not further than a float can tell from 0 and 1.
        d = np.clip(1.0 / (1.0 + np.exp(-logits.astype("float64"))), 1e-15, 1 - 1e-15)
        columns["step"].append(look * every)
        columns["D(fake)"].append(d.mean())
        for name in ("saturating", "nonsaturating"):
            loss = getattr(losses, f"generator_{name}")
            columns[name].append(failures.pull(loss, d).mean())
    return {name: np.array(values) for name, values in columns.items()}


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


def shrunk(images, size):
    """Images (n, 28, 28, 1) to (n, size, size, 1), by the mean of blocks."""
    block = 28 // size
    return images.reshape(-1, size, block, size, block, 1).mean(axis=(2, 4))


def sight(real, fake, size, steps, seed=0):
    """How well a fresh network tells real from fake at some size: accuracy on pairs kept aside.

    Args:
        real, fake: (n, 28, 28, 1) in [-1, 1]; the last fifth of both is kept aside.
        size: a divisor of 28 that the images are shrunk to.
        steps: of training, 64 images each.
    """
    keras.utils.set_random_seed(seed)
    network = keras.Sequential(
        [
            keras.Input((size, size, 1)),
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
    x = shrunk(np.concatenate([real, fake]), size)
    y = np.repeat([[1.0], [0.0]], [len(real), len(fake)], axis=0)
    order = np.random.default_rng(seed).permutation(len(x))
    known, aside = order[len(x) // 5 :], order[: len(x) // 5]
    epochs = -(-steps * 64 // len(known))
    network.fit(x[known], y[known], batch_size=64, epochs=epochs, verbose=0)
    return float(network.evaluate(x[aside], y[aside], verbose=0)[1])


def sights(steps, seed=0, n=5000):
    """{"whose: size": accuracy} for a GAN after 300 steps, and for the one of the course."""
    real = datasets.load("mnist", source="bundled", verbose=False).x_train[:n]
    young = train(dcgan, "quick", real, seed=seed, verbose=False, steps=300).model
    trained = pretrained.load_generator("dcgan_mnist")[1]
    fakes = {
        "young": young.sample(n, seed=seed, averaged=False),
        "trained": trained.sample(n, seed=seed),
    }
    real = metrics.digits.as_model_input(real)
    return {
        f"{whose}: {size}": sight(real, metrics.digits.as_model_input(fake), size, steps, seed)
        for whose, fake in fakes.items()
        for size in SIZES
    }


# The hacks ---------------------------------------------------------------------------------------


def hack(name, preset, seed=0, n=10_000):
    """Train with one row of `hacks.ABLATIONS`: rFD, legible share and alarms."""
    changed = dataclasses.replace(preset, **hacks.ABLATIONS[name])
    trained = train(hacks, changed, seed=seed, verbose=False)
    found = hacks.evaluate(trained.model, changed, n)
    return {"rfd": found.rfd, "legible": found.legible, "alarms": trained.alarms}


# The bug museum ----------------------------------------------------------------------------------

SUSPECTS = (
    "frozen discriminator",
    "smoothing past one",
    "one batch of noise for all turns",
    "scaled twice",
    "average from another start",
)


def culprit(case):
    """The bug behind a case, "A" to "E". The order was drawn by lot."""
    return SUSPECTS[np.random.default_rng(2014).permutation(len(SUSPECTS))["ABCDE".index(case)]]


@dataclasses.dataclass(frozen=True)
class Case:
    """The symptoms of one bug.

    Attributes:
        history: of the training. alarms: that sounded.
        samples: 14 of the generator, uint8; averaged: of its average, from the same z.
        other_samples: of the generator, from z that it has not met in training.
        moved: {player: largest change of any of its weights}.
    """

    history: dict
    alarms: list
    samples: np.ndarray
    averaged: np.ndarray
    moved: dict


def examine(case, lesson, preset, data, seed=0):
    """Train a model with the bug of that case inside; or healthy, where `case` is None."""
    if case is None:
        return _symptoms(lesson, preset, data, seed)
    with museum.switched_on(culprit(case)):
        return _symptoms(lesson, preset, data, seed)


def _symptoms(lesson, preset, data, seed):
    model = lesson.build(preset, seed=seed)
    before = _weights(model)
    trained = train(lesson, preset, data, seed=seed, model=model, verbose=False)
    moved = {
        player: max(float(np.abs(new - old).max()) for new, old in zip(now, then, strict=True))
        for (player, now), then in zip(_weights(model).items(), before.values(), strict=True)
    }
    samples, averaged = (model.sample(14, seed=1, averaged=which) for which in (False, True))
    return Case(trained.history, trained.alarms, samples, averaged, moved)


def _weights(model):
    return {p.name: [np.array(ops.convert_to_numpy(v)) for v in p.variables] for p in model.players}
