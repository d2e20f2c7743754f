"""The measurements of lesson 06, each a function of a seed that returns a few numbers.

The notebook calls them in small; `benchmarks/faces.py` calls the same ones with several seeds and
keeps the tables.
"""

import dataclasses
import math

import numpy as np
from keras import layers

from gan_lessons import dcgan_faces, face_arithmetic, lab, show
from gan_lessons.engine.training import train
from gan_lessons.metrics import faces


@dataclasses.dataclass(frozen=True)
class FacesLabPreset:
    """How much lesson 06 measures.

    Attributes:
        scored: samples of each score. fitted: latent points that directions are fitted on.
        changed: faces that are to get an attribute. tries: analogies of each kind.
        compared: fakes in the search for copies.
    """

    scored: int
    fitted: int
    changed: int
    tries: int
    compared: int


PRESETS = {
    "smoke": FacesLabPreset(scored=60, fitted=300, changed=12, tries=6, compared=20),
    "quick": FacesLabPreset(scored=2000, fitted=4000, changed=500, tries=200, compared=1000),
    "full": FacesLabPreset(scored=2500, fitted=10_000, changed=500, tries=500, compared=2000),
}


def portraits_preset(name):
    """The preset of that name, with portraits even where photographs are at hand.

    The attributes of portraits are known, and the network that names them comes with the course.
    """
    preset = dcgan_faces.PRESETS[name]
    return dataclasses.replace(preset, source="few" if preset.source == "few" else "bundled")


# One more block for each doubling, of the deepest kind; all the others get a larger picture.
CHANNELS = {32: (16, 32, 64), 64: (16, 32, 64, 64), 128: (16, 32, 64, 64, 64)}
# What is carried over by an analogy, the attribute that tells the third group, and its value there.
ANALOGIES = {"smile": ("Smiling", "No_Beard", False), "glasses": ("Eyeglasses", "Blond_Hair", True)}
ADDED = {"smile": "Smiling", "glasses": "Eyeglasses"}


def at_size(size, preset):
    """A `FacesPreset` for pictures of another size; what D sees moves by the same share of them."""
    shift = preset.shift * size // preset.size
    return dataclasses.replace(preset, channels=CHANNELS[size], shift=shift)


def score_row(trained, n):
    """How good a trained model's n samples are, and what it took."""
    found = dcgan_faces.evaluate(trained.model, trained.preset, n)
    figures = ("rfd", "floor", "ceiling", "share", "coverage", "real_coverage")
    return {
        **{name: getattr(found, name) for name in figures},
        "alarms": trained.alarms,
        "steps": int(trained.history["step"][-1]),
        "training": round(trained.seconds, 1),
    }


def seconds_a_step(history):
    """Median time of a step, of the reports after the first one, which contains the compilation."""
    gaps = np.diff(history["seconds"]) / np.diff(history["step"])
    return float(np.median(gaps)) if len(gaps) else float("nan")


def quality_and_cost(preset, n, seed=0, data=None):
    """Train; the score of n samples, and what it costs. data: pictures, or else the preset's."""
    trained = train(dcgan_faces, preset, data, seed=seed, verbose=False)
    model = trained.model
    return {
        **score_row(trained, n),
        "seconds a step": seconds_a_step(trained.history),
        "generator": model.generator.count_params(),
        "discriminator": model.discriminator.count_params(),
    }


def sums(read, z, logits, names, wanted, tries, seed=0):
    """{kind of sum: share that came out right} of analogies, as `face_arithmetic.analogies`.

    The control has a first group that lacks what is to be carried over, like the second: what it
    gets right was in the third group already. By chance: the share of all faces that are right.
    """
    kinds = {f"sums of {m}": (wanted, m, False) for m in (1, 3, 10)}
    kinds["10, in the shell"] = (wanted, 10, True)
    kinds["control of 3"] = ([wanted[1], *wanted[1:]], 3, False)
    found = {}
    for kind, (groups, m, in_shell) in kinds.items():
        given = (read, z, logits, names, groups, m, tries, seed, in_shell)
        found[kind] = float(face_arithmetic.analogies(*given)[1].mean())
    right = face_arithmetic.having(logits, names, wanted[3], sure=0.0)
    return {**found, "by chance": len(right) / len(logits)}


def arithmetic(model, how, seed=0):
    """{row: figures} of attribute arithmetic with a generator of portraits, in all its ways."""
    names, read = list(faces.names()), face_arithmetic.reader(model)
    z = model.latent(how.fitted, seed=2 * seed + 10)
    logits = read(z)
    rows = {}
    for name, (what, kind, of_kind) in ANALOGIES.items():
        wanted = face_arithmetic.groups(what, kind, of_kind)
        for label, right in sums(read, z, logits, names, wanted, how.tries, seed).items():
            rows[f"{name}, {label}"] = {"right": right}
    slopes, fresh = face_arithmetic.slopes(z, logits), model.latent(4 * how.changed, 2 * seed + 11)
    verdicts = read(fresh)
    for name, what in ADDED.items():
        column = names.index(what)
        lacking = fresh[verdicts[:, column] < 0][: how.changed]
        for how_fitted, keep in (("others free", ()), ("others kept", range(len(names)))):
            way = face_arithmetic.direction(slopes, column, keep)
            found = face_arithmetic.change(read, lacking, way, column)
            rows[f"{name}, {how_fitted}"] = {**found.figures(), "faces": len(lacking)}
        lost = face_arithmetic.random_direction(z.shape[1], seed)
        found = face_arithmetic.gone(read, lacking, lost, column, found.step)
        rows[f"{name}, a random way"] = {**found.figures(), "faces": len(lacking)}
    return rows


# What networks are made of ------------------------------------------------------------------------


def stages(network):
    """[(what came before, shape)] of all that flows through a network of `dcgan_faces`.

    Only where the size or the number of channels changes; a generator begins with a vector, a
    discriminator ends with one.
    """
    found = [("", tuple(network.input_shape[1:]))]
    upwards = len(found[0][1]) == 1
    for layer in network.layers:
        shape = tuple(layer.output.shape[1:])
        if isinstance(layer, layers.Conv2DTranspose):
            kind = "rise"
        elif isinstance(layer, layers.Conv2D):
            kind = "fall" if layer.strides[0] == 2 else "conv"
        elif isinstance(layer, layers.Reshape if upwards else layers.Dense):
            kind = "dense"
        else:
            continue
        if shape != found[-1][1]:
            found.append((kind, shape))
    return found


def multiplications(network):
    """How many multiplications it takes to run a network forward on one sample."""
    count = 0
    for layer in network.layers:
        if isinstance(layer, layers.Dense):
            count += math.prod(layer.kernel.shape)
        elif isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose)):
            # A transposed convolution has its kernel multiplied by each number that comes in.
            side = layer.input if isinstance(layer, layers.Conv2DTranspose) else layer.output
            count += side.shape[1] * side.shape[2] * math.prod(layer.kernel.shape)
    return count


# Tables -------------------------------------------------------------------------------------------

TABLES = {  # figures of each table that are told, and their form
    "portraits": {"share": ".1%", "coverage": ".3f", "real_coverage": ".3f", "training": ".0f"},
    "resolution": {
        "seconds a step": ".3f",
        "generator": ",.0f",
        "discriminator": ",.0f",
        "share": ".1%",
        "coverage": ".3f",
    },
    "analogies": {"right": ".1%"},
    "directions": {"flipped": ".1%", "stayed": ".1%", "step": ".2f"},
}


def stored(name):
    """A table of `benchmarks/faces.py` as {row: {figure: (mean, spread)}}; empty if there is none.

    Args:
        name: "portraits-quick", "resolution-64-quick", "arithmetic", ...
    """
    try:
        return lab.rows(show.results(f"faces-{name}"))
    except FileNotFoundError:
        return {}


def sizes(preset):
    """What is stored of every size, as `stored` gives it; the table of portraits holds its own."""
    found = stored(f"portraits-{preset}")
    for size in CHANNELS:
        found |= stored(f"resolution-{size}-{preset}")
    return dict(sorted(found.items(), key=lambda row: int(row[0].split()[0])))


def told(rows, table):
    """Rows as text, a line for each that has all the figures of one of TABLES."""
    figures, lines = TABLES[table], []
    for row, found in rows.items():
        if set(figures) <= set(found):
            cells = [f"{found[k][0]:{form}} +- {found[k][1]:{form}}" for k, form in figures.items()]
            lines.append(f"{row:24}" + "".join(f"{cell:>22}" for cell in cells))
    if not lines:
        return "no table for this preset"
    return "\n".join([f"{'':24}" + "".join(f"{name:>22}" for name in figures), *lines])
