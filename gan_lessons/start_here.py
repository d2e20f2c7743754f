"""The first networks of the course, and the course itself as a table (lesson 00)."""

import dataclasses
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import make_moons

from gan_lessons import vanilla_gan

LIMIT = 2.4  # half the side of the square in which the moons are drawn


def moons(n, seed=0):
    """Points of two crescents that reach into each other: float32 (n, 2), and 0 or 1 for each (n,).

    Scaled so that either coordinate has about the mean 0 and the standard deviation 1.
    """
    points, which = make_moons(n, noise=0.06, random_state=seed)
    return ((points - [0.5, 0.25]) / [0.87, 0.5]).astype("float32"), which


# One network -------------------------------------------------------------------------------------


def build_classifier(hidden=16):
    """A point of the plane (batch, 2) to a logit (batch, 1), by way of one hidden layer."""
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(hidden, activation="relu"), layers.Dense(1)],
        name="classifier",
    )


def train_classifier(points, which, epochs=40, seed=0):
    """A network that tells points (n, 2) of kind 0 from kind 1 (n,), and its loss by epoch."""
    keras.utils.set_random_seed(seed)
    network = build_classifier()
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(0.02), loss)
    targets = np.asarray(which, "float32")[:, None]
    told = network.fit(points, targets, batch_size=50, epochs=epochs, verbose=0)
    return network, told.history["loss"]


def forward(weights, x):
    """What the classifier computes, without Keras: points (n, 2) to logits (n, 1).

    Args:
        weights: the four arrays of `network.get_weights()`: matrix and offsets of either layer.
    """
    matrix_1, offsets_1, matrix_2, offsets_2 = weights
    hidden = np.maximum(x @ matrix_1 + offsets_1, 0.0)  # (n, hidden)
    return hidden @ matrix_2 + offsets_2  # (n, 1)


def answers_on_plane(network, limit=LIMIT, side=60):
    """The answers of a network, as probabilities, in a square round the origin: (side, side).

    Row 0 is the lowest one, as `plots` wants it.
    """
    axis = np.linspace(-limit, limit, side, dtype="float32")
    places = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    answers = ops.sigmoid(network(ops.convert_to_tensor(places), training=False))
    return ops.convert_to_numpy(answers).reshape(side, side)


# Two networks ------------------------------------------------------------------------------------

_QUICK = vanilla_gan.VanillaPreset(
    dataset="two moons",
    batch_size=256,
    steps=4000,
    report_every=50,
    steps_per_execution=50,
    jit=True,
    shape=(2,),
    latent_dim=2,
    generator=(64, 64, 64),
    discriminator=(64, 64, 64),
    rates=(2e-3, 1e-3),
    r1=0.02,
    r2=0.02,
    shift=0,
    frequencies=2,
    average=0.995,
)
_SMOKE = dataclasses.replace(
    _QUICK,
    batch_size=32,
    steps=20,
    report_every=10,
    steps_per_execution=1,
    jit=False,
    generator=(16,),
    discriminator=(16,),
)
PRESETS = {"smoke": _SMOKE, "quick": _QUICK, "full": _QUICK}
EPOCHS = {"smoke": 2, "quick": 40, "full": 40}  # of the classifier


def untrained(preset, n, seed=1):
    """Points (n, 2) of a generator that has learnt nothing: the level of chance."""
    keras.utils.set_random_seed(seed)
    return vanilla_gan.build(preset, seed=seed).sample(n, seed=seed)


def look_at_plane(model, n=600):
    """What a GAN in the plane makes at the moment, and what its discriminator thinks of it all."""
    return {
        "points": model.sample(n, seed=1, averaged=False),
        "answers": answers_on_plane(model.discriminator),
    }


# The course --------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Lesson:
    """One lesson on the map.

    Attributes:
        stem: of its notebook; title: short; adds: what it adds; after: numbers of the lessons that
            it stands on; here: whether its notebook is in the folder.
    """

    stem: str
    title: str
    adds: str
    after: tuple
    here: bool = False

    @property
    def number(self):
        """The first two characters of the stem."""
        return self.stem[:2]


_COURSE = (
    Lesson("00_start_here", "start here", "one network, two networks, the map", ()),
    Lesson("01_spam_filter", "spam filter", "an arms race without networks", ("00",)),
    Lesson("02_probability_game", "probability", "distributions, games, the best answer", ("01",)),
    Lesson("03_vanilla_gan", "vanilla GAN", "the loop by hand, points, digits", ("02",)),
    Lesson("04_when_gans_fail", "when GANs fail", "failures caused, measured, cured", ("03",)),
    Lesson("05_dcgan_mnist", "DCGAN", "convolutions, digits, walks in latent space", ("03",)),
    Lesson("06_dcgan_celeba", "faces", "64 x 64 pixels, arithmetic with smiles", ("05",)),
    Lesson("07_vae_vs_gan", "VAE and GAN", "the other way to generate, beside ours", ("06",)),
    Lesson("08_cgan", "CGAN", "digits on demand", ("05",)),
    Lesson("09_cyclegan", "CycleGAN", "horses into zebras, without pairs", ("05",)),
    Lesson("10_wgan", "WGAN", "the earth mover and the critic", ("05",)),
    Lesson("11_measuring_gans", "measuring", "what each measure sees and misses", ("05",)),
    Lesson("12_cogan", "CoGAN", "two generators that share weights", ("08",)),
    Lesson("13_progan", "ProGAN", "networks that grow", ("10",)),
    Lesson("14_sagan", "SAGAN", "attention, two time scales", ("08", "10")),
    Lesson("15_biggan", "BigGAN", "what size buys, the truncation trick", ("14",)),
    Lesson("16_stylegan", "StyleGAN", "styles layer by layer", ("13",)),
)


def course(folder="."):
    """The lessons in order, each knowing whether its notebook is in `folder`.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(
            f"{folder} is not a folder; give the one that holds the notebooks."
        )
    return [
        dataclasses.replace(lesson, here=(folder / f"{lesson.stem}.ipynb").is_file())
        for lesson in _COURSE
    ]
