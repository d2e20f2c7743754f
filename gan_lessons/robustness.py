"""Odd architectures, each trained with four losses (lesson 10, after Gulrajani et al. 2017).

A DCGAN was balanced by hand until it trained. What is left of a training when that balance is
spoilt, the batch normalisation taken out, the generator made dense, every activation a tanh? The
answer depends on the loss, and `ARCHITECTURES` times `METHODS` is the table that shows it.
"""

import dataclasses
import statistics

import keras
from keras import layers

from gan_lessons import critics, dcgan, metrics, wgan
from gan_lessons.engine import backends, losses
from gan_lessons.engine.model import AdversarialModel, judge
from gan_lessons.engine.players import Player
from gan_lessons.engine.presets import Preset

METHODS = {
    "DCGAN": "nonsaturating",
    "LSGAN": "least_squares",
    "WGAN": "clip",
    "WGAN-GP": "gp",
}
FAILED = 0.5  # an rFD above this: farther off than real digits under the blur of lesson 11


@dataclasses.dataclass(frozen=True)
class Architecture:
    """What is odd about two networks.

    Attributes:
        batch_norm: in the generator, and in every discriminator but that of WGAN-GP, whose penalty
            forbids it.
        activation: "relu" (leaky in the discriminator) or "tanh", in all hidden layers.
        dense: a generator of four dense layers of 512 units.
        extra: more convolutions at each size, in both networks.
    """

    batch_norm: bool = True
    activation: str = "relu"
    dense: bool = False
    extra: int = 0


ARCHITECTURES = {
    "as in the DCGAN": Architecture(),
    "no batch norm": Architecture(batch_norm=False),
    "tanh everywhere": Architecture(activation="tanh"),
    "twice as deep, no batch norm": Architecture(batch_norm=False, extra=1),
    "dense generator": Architecture(dense=True),
    "dense generator, no batch norm": Architecture(batch_norm=False, dense=True),
}


@dataclasses.dataclass(frozen=True)
class OddPreset(Preset):
    """One cell of the table.

    Attributes:
        method: a key of `METHODS`.
        architecture: what is odd.
        rate: Adam's learning rate of "DCGAN" and "LSGAN", with beta_1 .5.
        pace: of the two WGANs, see `wgan.WGANPreset`.
        n_critic: steps of the two WGANs' critics for each of their generators.
        latent_dim, channels, average: as in `dcgan`.
    """

    dataset: str = "mnist"
    batch_size: int = 32
    steps: int = 800
    report_every: int = 80
    method: str = "DCGAN"
    architecture: Architecture = Architecture()
    rate: float = 1e-3
    pace: float = 10.0
    n_critic: int = 2
    latent_dim: int = 64
    channels: tuple = (16, 32)
    average: float = 0.99

    def __post_init__(self):
        super().__post_init__()
        self.check_choice("method", tuple(METHODS))

    @property
    def as_wgan(self):
        """The settings of the method as a `wgan.WGANPreset`."""
        return wgan.WGANPreset(
            batch_size=self.batch_size,
            steps=self.steps,
            report_every=self.report_every,
            variant=METHODS[self.method],
            n_critic=self.n_critic,
            pace=self.pace,
            average=self.average,
        )


_SMOKE = OddPreset(batch_size=8, steps=4, report_every=2, channels=(8, 16), method="DCGAN")
PRESETS = {
    "smoke": {name: dataclasses.replace(_SMOKE, method=name) for name in METHODS},
    "quick": {name: OddPreset(method=name) for name in METHODS},
}
PRESETS["full"] = PRESETS["quick"]


def _bent(x, preset, leaky):
    if preset.architecture.activation == "tanh":
        return layers.Activation("tanh")(x)
    return layers.LeakyReLU(0.2)(x) if leaky else layers.ReLU()(x)


def build_generator(preset):
    """z (batch, latent_dim) to images (batch, 28, 28, 1)."""
    odd = preset.architecture
    low, high = preset.channels
    start = "he_normal" if odd.activation == "relu" else "glorot_normal"
    inputs = x = keras.Input((preset.latent_dim,))

    def finished(x):
        if odd.batch_norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        return _bent(x, preset, leaky=False)

    if odd.dense:
        for _ in range(4):
            x = finished(layers.Dense(512, kernel_initializer=start)(x))
        x = layers.Reshape(dcgan.IMAGE_SHAPE)(layers.Dense(28 * 28, activation="tanh")(x))
        return keras.Model(inputs, x, name="generator")
    x = layers.Dense(7 * 7 * high, kernel_initializer=start)(x)
    x = finished(layers.Reshape((7, 7, high))(x))
    for _ in range(odd.extra):
        x = finished(layers.Conv2D(high, 3, padding="same", kernel_initializer=start)(x))
    x = finished(layers.Conv2DTranspose(low, 4, 2, "same", kernel_initializer=start)(x))
    for _ in range(odd.extra):
        x = finished(layers.Conv2D(low, 3, padding="same", kernel_initializer=start)(x))
    x = layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh")(x)
    return keras.Model(inputs, x, name="generator")


def build_judge(preset):
    """Images (batch, 28, 28, 1) to logits or to a critic's values (batch, 1)."""
    odd, held, norm_held = preset.architecture, {}, {}
    if preset.method == "WGAN":
        clip = preset.as_wgan.clip
        held = critics.clipped(clip)
        norm_held = critics.clipped(clip, ("gamma", "beta"))
    normed = odd.batch_norm and preset.method != "WGAN-GP"
    inputs = x = keras.Input(dcgan.IMAGE_SHAPE)

    def block(x, width, kernel, stride, norm=normed):
        # Normalisation would take a bias out again.
        x = layers.Conv2D(width, kernel, stride, "same", use_bias=not norm, **held)(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9, **norm_held)(x)
        return _bent(x, preset, leaky=True)

    for number, width in enumerate(preset.channels):
        x = block(x, width, 4, 2, norm=normed and number > 0)
        for _ in range(odd.extra):
            x = block(x, width, 3, 1)
    a_critic = METHODS[preset.method] in wgan.VARIANTS  # to which a constant means nothing
    x = layers.Dense(1, use_bias=not a_critic, **held)(layers.Flatten()(x))
    return critics.within_its_clip(keras.Model(inputs, x, name="critic"))


class OddGAN(AdversarialModel):
    """A generator and a discriminator under one of the losses of `losses.LOSSES`."""

    def __init__(self, generator, discriminator, preset, **kwargs):
        super().__init__(preset.latent_dim, average=preset.average, **kwargs)
        self.generator, self.discriminator, self.preset = generator, discriminator, preset
        self.of_d, self.of_g = losses.pair(METHODS[preset.method])
        self.set_players(
            Player("discriminator", [discriminator], self.discriminator_loss),
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[generator],
        )

    def discriminator_loss(self, real, fake):
        """How badly D tells real from fake."""
        return self.of_d(*judge(self.discriminator, real, fake))

    def generator_loss(self, real, fake):
        """How badly G fools D."""
        return self.of_g(self.discriminator(fake, training=True))


def build(preset, seed=0):
    """A compiled model of the preset's method and architecture."""
    generator, network = build_generator(preset), build_judge(preset)
    if METHODS[preset.method] in wgan.VARIANTS:
        return critics.compiled(wgan.WGAN(generator, network, preset.as_wgan, seed=seed))
    model = OddGAN(generator, network, preset, seed=seed)
    return model.set_up(preset, lambda player: backends.Adam(preset.rate, 0.5, 0.999))


draw = dcgan.draw


def evaluate(model, preset, n=10_000, seed=1):
    """The score of n samples: a `metrics.digits.DigitScore`."""
    return metrics.digits.score(model.sample(n, seed=seed))


def outcome(runs, architecture, method):
    """Of the runs of `benchmarks/earth_movers.py robust`: a cell's median rFD, and how many failed.

    The median, since a method that fails in one seed of five may be far off there.
    """
    found = [run[f"{architecture}, {method}: rfd"] for run in runs]
    return statistics.median(found), sum(rfd > FAILED for rfd in found)
