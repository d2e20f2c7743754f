"""Experiments of lesson 09: how much is trained, whom a term moves, what comes of it, in tables."""

import dataclasses

import keras
import numpy as np
from keras import ops

from gan_lessons import cyclegan, cyclegan_presets, pretrained, show, translation
from gan_lessons.cyclegan_presets import PRESETS as LESSON


@dataclasses.dataclass(frozen=True)
class CycleGANLabPreset:
    """How much lesson 09 trains and measures; the rest comes from stored tables.

    Attributes:
        whole: the CycleGAN of horses and zebras. Its pictures are drawn, in every preset, since
            nobody has the hidden partners of photographs.
        alone: the same without cycle and identity terms, for a part of the steps.
        digits: of two short trainings on black digits: one repaints them, one has to turn them.
        pairs, pair_steps: of G trained on true pairs.
        follow: pictures of each kind that are measured at every report. n: for a final score.
    """

    whole: cyclegan_presets.CycleGANPreset
    alone: cyclegan_presets.CycleGANPreset
    digits: cyclegan_presets.CycleGANPreset
    pairs: int
    pair_steps: int
    follow: int
    n: int


def _alone(preset, steps):
    every = max(1, steps // 10)
    return dataclasses.replace(
        preset, steps=steps, report_every=every, forward=0.0, backward=0.0, same=0.0
    )


def _digits(preset, steps, batch=8):
    every = max(1, steps // 10)
    return dataclasses.replace(
        preset, steps=steps, report_every=every, batch_size=batch, same_batch=batch // 4 or 1
    )


_FULL = cyclegan_presets.PRETRAINED
PRESETS = {
    "smoke": CycleGANLabPreset(
        LESSON["smoke"],
        _alone(LESSON["smoke"], 4),
        _digits(cyclegan_presets.DIGITS["smoke"], 4, batch=2),
        pairs=8,
        pair_steps=4,
        follow=4,
        n=12,
    ),
    "quick": CycleGANLabPreset(
        dataclasses.replace(LESSON["quick"], steps=1_200),  # leaves time for the other trainings
        _alone(LESSON["quick"], 240),
        _digits(cyclegan_presets.DIGITS["quick"], 250),
        pairs=400,
        pair_steps=300,
        follow=16,
        n=200,
    ),
    "full": CycleGANLabPreset(
        _FULL,
        _alone(_FULL, 2_000),
        _digits(cyclegan_presets.DIGITS["quick"], 2_000),
        1_000,
        2_000,
        follow=50,
        n=200,
    ),
}


# What networks answer ----------------------------------------------------------------------------


def applied(network, pictures):
    """A network's answers to pictures, uint8 or floats in [-1, 1], as an array."""
    x = np.asarray(pictures)
    x = x / np.float32(127.5) - 1 if x.dtype == np.uint8 else x
    parts = [network(x[i : i + 50], training=False) for i in range(0, len(x), 50)]
    parts = [ops.cast(ops.stop_gradient(part), "float32") for part in parts]
    return np.concatenate([ops.convert_to_numpy(part) for part in parts])


def verdicts(judge, pictures):
    """A discriminator's answers to pictures, uint8 or floats in [-1, 1]: (n, rows, columns)."""
    return applied(judge, pictures)[..., 0]


def masks(model, pictures, to="y"):
    """How much of its own painting a translator with a brush lays on: (n, h, w), 0 to 1.

    Raises ValueError for a translator without one.
    """
    network = model.averaged({"y": model.G, "x": model.F}[to])
    if not model.preset.brush:
        raise ValueError("This translator paints the whole picture anew: it has no mask.")
    return verdicts(keras.Model(network.input, network.get_layer("mask").output), pictures)


# Whom a term moves --------------------------------------------------------------------------------

TERMS = ("adversarial", "forward", "backward", "same")  # of the translators' loss


def moved_by(term):
    """Whether a term of the loss, alone and for one step, moves {"G", "F"}: a dict of bools."""
    only = {name: float(name == term) for name in TERMS}
    preset = dataclasses.replace(LESSON["smoke"], **only, average=None)
    model = cyclegan.CycleGAN(preset)
    plain = {player.name: keras.optimizers.SGD(0.1) for player in model.players}
    model.compile(plain, run_eagerly=True)
    before = {name: model.networks[name].get_weights() for name in "GF"}
    pile = np.random.default_rng(0).integers(0, 256, (2, *preset.shape), dtype=np.uint8)
    model.fit({"x": pile, "y": pile[::-1]}, batch_size=2, steps_per_epoch=1, verbose=0)
    return {
        name: any(
            not np.array_equal(a, b)
            for a, b in zip(weights, model.networks[name].get_weights(), strict=True)
        )
        for name, weights in before.items()
    }


# While it learns, and beside others ---------------------------------------------------------------


class Follow(keras.callbacks.Callback):
    """At every report: how far the translations have come, by the hidden partners and the witness.

    Args:
        data: with known partners. n: test pictures of each kind that are looked at.

    Attributes:
        rows: dicts with "step", "ssim" and "error" (means of both directions) and "fooled".
        copying: the SSIM of the pictures themselves.
    """

    def __init__(self, data, n):
        super().__init__()
        self.data, self.n, self.rows = data, n, []
        pairs = zip("yx", translation.held_out(data), strict=True)
        copied = [translation.judged(pictures[:n], data, to).copy for to, pictures in pairs]
        self.copying = float(np.mean([found.ssim for found in copied]))

    def on_epoch_end(self, epoch, logs=None):  # an "epoch" is one report here
        found = translation.score(self.model, self.data, self.n)
        step = int(self.model.step_counter.value)
        fooled = (found.there.fooled + found.back.fooled) / 2
        row = {"step": step, "ssim": found.ssim, "error": found.error, "fooled": fooled}
        self.rows.append(row)


def beforehand():
    """The translators that come with the course, {name: model}; empty where there are none."""
    name = "cyclegan_horses"
    if name not in pretrained.names():
        return {}
    return {"trained beforehand": pretrained.load_generator(name)[1]}


COLUMNS = {  # of a `translation.Direction`: heading, format, how to find it
    "SSIM": (".3f", lambda found: found.partner.ssim),
    "error": (".4f", lambda found: found.partner.error),
    "taken for one": (".1%", lambda found: found.fooled),
    "there and back": (".4f", lambda found: found.returned),
}


def score_table(directions):
    """{name: `translation.Direction`} as text, a line for each; what was not measured is "-"."""
    width = max(map(len, directions)) + 1
    lines = [" " * width + "".join(f"{heading:>16}" for heading in COLUMNS)]
    for name, found in directions.items():
        values = [(read(found), form) for form, read in COLUMNS.values()]
        cells = ["-" if value is None else f"{value:{form}}" for value, form in values]
        lines.append(f"{name:{width}}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)


# Stored tables ------------------------------------------------------------------------------------

FIGURES = {  # of the tables of `benchmarks/cyclegan.py`: what to call them, how to print them
    "partner_ssim": ("SSIM", ".3f"),
    "partner_error": ("error", ".4f"),
    "fooled": ("fooled", ".1%"),
    "returned": ("returned", ".4f"),
}


EACH_WAY = {  # the same of each direction
    "there: partner_error": ("error there", ".4f"),
    "back: partner_error": ("error back", ".4f"),
    "there: returned": ("returned, x", ".4f"),
    "back: returned": ("returned, y", ".4f"),
}


def stored(preset="quick", both=True):
    """The tables of the ablation, {way: table}, that there are.

    Args:
        both: whether the figures are means of both directions; else they are of each, and only what
            one of the cycles is worth is told.
    """
    names = {way: f"cyclegan-{way.replace(' ', '-')}-{preset}" for way in cyclegan.ways(preset)}
    tables = show.tables(names)
    if both:
        return {way: of_both(table) for way, table in tables.items()}
    return {way: table for way, table in tables.items() if way == "whole" or "ward" in way}


DIGITS = {  # the same of the digits: a digit's colours are nobody's to know, so one side has none
    "there: kept": ("kept there", ".1%"),
    "back: kept": ("kept back", ".1%"),
    "back: partner_ssim": ("SSIM back", ".3f"),
    "back: copy_ssim": ("of copying", ".3f"),
}


def stored_digits(preset="quick"):
    """The table of the digits in two dresses, {"digits": table}; empty where there is none."""
    return show.tables({"digits": f"cyclegan-digits-{preset}"})


TASKS = {  # a change of colour and a change of shape, with what leaving the digit alone gets
    "there: ssim": ("SSIM", ".3f"),
    "there: ssim, untouched": ("untouched", ".3f"),
    "there: kept": ("same digit", ".1%"),
    "there: kept, untouched": ("untouched", ".1%"),
    "there: returned": ("returned", ".4f"),
}


def stored_tasks(preset="quick"):
    """The tables of the tasks with digits, {task: table}, that there are."""
    return show.tables({task: f"cyclegan-{task}-{preset}" for task in ("repaint", "turn")})


def of_both(table):
    """A table whose figures are the means of both directions, "there: figure" and "back: figure".

    A figure that one direction lacks is left out.
    """
    runs = table["runs"]
    names = {key.removeprefix("there: ") for key in runs[0] if key.startswith("there: ")}
    summary = {}
    for name in sorted(name for name in names if f"back: {name}" in runs[0]):
        values = [(run[f"there: {name}"] + run[f"back: {name}"]) / 2 for run in runs]
        spread = float(np.std(values, ddof=min(1, len(values) - 1)))
        summary[name] = {"mean": float(np.mean(values)), "std": spread}
    return {**table, "summary": summary}
