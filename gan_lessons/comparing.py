"""Autoencoder, VAE, VAE-GAN and DCGAN under the same conditions, in one table (lesson 07).

The same faces, the same decoder, the same minutes. What is compared is what each is for: how well
it gives a picture back, how sharp and how varied its samples are, how far they are from real
pictures as a crowd, whether they copy, and what a training step costs.
"""

import dataclasses

import numpy as np

from gan_lessons import datasets, dcgan_faces, face_scores, show, vae, vae_gan
from gan_lessons.engine.training import train

# A DCGAN without what was found later against lost modes and leaping losses. Of two learning rates
# that were tried for it, the paper's 2e-4 and this one, this one is better in few minutes.
AS_IN_2016 = dict(
    loss="nonsaturating", r1=0.0, r2=0.0, group=0, learning_rate=1e-3, betas=(0.5, 0.999)
)


@dataclasses.dataclass(frozen=True)
class ComparingPreset:
    """How much lesson 07 trains and measures.

    Attributes:
        faces: the DCGAN; the others take over its data and the size of its decoder.
        minutes: of each of the five trainings; None takes the steps of `faces`.
        n: samples, and as many pictures held out to compare with, and as many again for the floor.
        broken: steps of the trainings that are meant to fail, and of the sound one beside them.
    """

    faces: dcgan_faces.FacesPreset
    minutes: float | None
    n: int
    broken: int

    @property
    def models(self):
        """{name: (lesson, preset)}: the five that are compared."""
        return {
            "autoencoder": (vae, vae.beside(self.faces, variant="autoencoder")),
            "VAE": (vae, vae.beside(self.faces)),
            "VAE-GAN": (vae_gan, vae_gan.beside(self.faces)),
            "DCGAN 2016": (dcgan_faces, dataclasses.replace(self.faces, **AS_IN_2016)),
            "DCGAN": (dcgan_faces, self.faces),
        }


# Half the height: the VAE-GAN's step is several times that of the others, and has to fit too. And
# fewer latent dimensions: in minutes an encoder does not learn to leave a hundred alone.
_QUICK = dataclasses.replace(
    dcgan_faces.PRESETS["quick"], channels=(16, 32, 64), breadth=1, latent_dim=32
)
PRESETS = {
    "smoke": ComparingPreset(dcgan_faces.PRESETS["smoke"], minutes=None, n=40, broken=4),
    "quick": ComparingPreset(_QUICK, minutes=1.0, n=500, broken=3000),
    "full": ComparingPreset(dcgan_faces.PRESETS["full"], minutes=10.0, n=2000, broken=2000),
}


@dataclasses.dataclass(frozen=True)
class Faces:
    """Pictures (., size, size, 3) uint8 in three parts, at random; only `train` is trained on.

    Attributes:
        train: what all models learn from. test: what they are compared with.
        others: as many again, for the floor of every measure.
        portraits: whether they are the course's: then a network knows what to look for.
    """

    train: np.ndarray
    test: np.ndarray
    others: np.ndarray
    portraits: bool = False


def load(how, seed=0):
    """The preset's faces as `Faces`.

    Raises:
        ValueError: there are not enough pictures to hold out 2 n and train on as many.
    """
    data = datasets.load(how.faces.dataset, source=how.faces.source, verbose=False)
    pictures = how.faces.training_data(data)
    if len(pictures) < 4 * how.n:
        raise ValueError(f"{len(pictures)} pictures are too few to hold out {2 * how.n} of them.")
    order = np.random.default_rng(seed).permutation(len(pictures))
    parts = np.split(order, [how.n, 2 * how.n])
    test, others, train_ = (pictures[np.sort(part)] for part in parts)
    return Faces(train_, test, others, face_scores.are_portraits(data))


def train_model(name, how, faces, seed=0, **settings):
    """Train one of the five, in the minutes or steps of `how`; returns what `train` returns."""
    lesson, preset = how.models[name]
    return train(lesson, preset, faces.train, seed=seed, minutes=how.minutes, **settings)


# --- the table ------------------------------------------------------------------------------------

COLUMNS = {  # field of a Row: heading, format
    "reconstruction": ("error", ".3f"),
    "sharpness": ("sharp", ".2f"),
    "frechet": ("Fréchet", ".3f"),
    "coverage": ("coverage", ".2f"),
    "neighbour": ("nearest", ".2f"),
    "halfway": ("halfway", ".3f"),
    "steps": ("steps", ",.0f"),
    "seconds": ("seconds", ".0f"),
    "ms": ("ms/step", ".0f"),
}
FITTED = "VAE, fitted"  # drawn from the normal distribution that fits its codes
EXTRA = {"elbo": ("ELBO", ",.0f"), "kl": ("KL", ".1f"), "in_use": ("in use", ".1f")}  # of a VAE


def table(rows):
    """Rows of figures as text: {name: `Row`}."""
    lines = [f"{'':18}" + "".join(f"{heading:>9}" for heading, _ in COLUMNS.values())]
    for name, row in rows.items():
        values = ((getattr(row, field), form) for field, (_, form) in COLUMNS.items())
        cells = ["-" if value is None else f"{value:{form}}" for value, form in values]
        lines.append(f"{name:18}" + "".join(f"{cell:>9}" for cell in cells))
    return "\n".join(lines)


def expected(name):
    """What several seeds have reached, a table of `benchmarks/vae_vs_gan.py`, as text.

    Mean and standard deviation; a row for each figure, a column for each model.

    Args:
        name: of a preset, "quick", or with what was changed, "quick-steps".
    """
    try:
        stored = show.results(f"vae_vs_gan-{name}")
    except FileNotFoundError:
        return f"no table for the preset {name}"
    models, summary = [*PRESETS["smoke"].models, FITTED], stored["summary"]
    lines = [f"{len(stored['runs'])} seeds  " + "".join(f"{model:>15}" for model in models)]
    for field, (heading, form) in {**COLUMNS, **EXTRA}.items():
        found = [summary.get(f"{model}: {field}") for model in models]
        told = [f"{f['mean']:{form}} +- {f['std']:{form}}" if f else "-" for f in found]
        lines.append(f"{heading:9}" + "".join(f"{cell:>15}" for cell in told))
    return "\n".join(lines)
