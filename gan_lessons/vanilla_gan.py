"""The vanilla GAN (Goodfellow et al. 2014): two dense networks, for digits or for points.

`plain` turns any preset into the form of 2014: cross-entropy, dropout, nothing else. The presets
themselves are the form that the lesson ends with: gradient penalties, an averaged generator, and
for the points three remedies against lost modes (a relativistic loss, noise on what the
discriminator sees that fades away, and Fourier features for its fine sight).
"""

import dataclasses
import math

import keras
from keras import layers, ops

from gan_lessons import datasets, metrics, plots
from gan_lessons.engine import backends, losses, penalties
from gan_lessons.engine.model import AdversarialModel, judge
from gan_lessons.engine.players import Player
from gan_lessons.engine.presets import Preset
from gan_lessons.layers import fourier_features, random_shift


@dataclasses.dataclass(frozen=True)
class VanillaPreset(Preset):
    """Sizes and settings of a vanilla GAN run.

    Attributes:
        shape: of one sample.
        latent_dim: length of z.
        generator, discriminator: widths of the hidden layers.
        dropout: in the discriminator.
        loss: "nonsaturating" or "relativistic".
        rates: learning rates of discriminator and generator; `beta_1`, `beta_2`: of Adam.
        r1, r2: gammas of the gradient penalties on real and on fake, every `penalty_every` steps.
        noise: standard deviation of the noise on the discriminator's inputs at the start; it
            fades to 0 at `noise_until` of the steps.
        shift: largest random move of the images, in pixels.
        frequencies: Fourier features of the discriminator's input, 0 for none.
        scale: size of the data; the networks work on data divided by it.
        average: decay of the averaged generator, None for no average.
    """

    dataset: str = "mnist"
    batch_size: int = 128
    steps: int = 9000
    report_every: int = 100
    steps_per_execution: int = 10
    shape: tuple = (28, 28, 1)
    latent_dim: int = 64
    generator: tuple = (256, 512, 1024)
    discriminator: tuple = (1024, 512, 256)
    dropout: float = 0.0
    loss: str = "nonsaturating"
    rates: tuple = (1e-3, 1e-3)
    beta_1: float = 0.0
    beta_2: float = 0.99
    r1: float = 0.5
    r2: float = 0.0
    penalty_every: int = 8
    noise: float = 0.0
    noise_until: float = 0.6
    shift: int = 2
    frequencies: int = 0
    scale: float = 1.0
    average: float | None = 0.999
    hold: float = 0.5


PRESETS = {
    "smoke": VanillaPreset(
        batch_size=16,
        steps=20,
        report_every=10,
        steps_per_execution=1,
        generator=(32, 48),
        discriminator=(48, 32),
    ),
    "quick": VanillaPreset(),
    "full": VanillaPreset(source="auto", steps=60_000, report_every=1000),
}

_RING = VanillaPreset(
    dataset="ring",
    batch_size=256,
    steps=12_000,
    report_every=400,
    steps_per_execution=20,
    shape=(2,),
    latent_dim=4,
    generator=(128, 128, 128, 128),
    discriminator=(128, 128, 128),
    loss="relativistic",
    rates=(1e-3, 3e-3),
    r1=0.003,
    r2=0.003,
    noise=0.25,
    jit=True,
    shift=0,
    frequencies=4,
    average=0.999,
)
# With batches of 256 one seed of five was left uneven: a batch shows each of 25 modes ten times,
# give or take three. 512 mended it.
_GRID = dataclasses.replace(
    _RING, dataset="grid", batch_size=512, steps=20_000, scale=4.0, r1=0.05, r2=0.05
)

TOY_PRESETS = {
    "smoke": {
        p.dataset: dataclasses.replace(
            p, batch_size=32, steps=40, report_every=20, generator=(32,), discriminator=(32,)
        )
        for p in (_RING, _GRID)
    },
    "quick": {"ring": _RING, "grid": _GRID},
    "full": {"ring": _RING, "grid": _GRID},
}


def preset_for(name, dataset=None):
    """The preset of that name for a data set: "mnist" (the default), "ring" or "grid"."""
    return TOY_PRESETS[name].get(dataset, PRESETS[name])


def plain(preset):
    """The form of 2014 of a preset: the value function's loss, dropout, Adam, and nothing else."""
    return dataclasses.replace(
        preset,
        loss="nonsaturating",
        dropout=0.3,
        rates=(2e-4, 2e-4),
        beta_1=0.5,
        beta_2=0.999,
        r1=0.0,
        r2=0.0,
        noise=0.0,
        shift=0,
        frequencies=0,
        average=None,
        hold=1.0,
    )


def build_generator(preset):
    """z (batch, latent_dim) to samples (batch, *shape); images end in tanh, points are free."""
    network = keras.Sequential([keras.Input((preset.latent_dim,))], name="generator")
    for width in preset.generator:
        network.add(layers.Dense(width, activation="relu", kernel_initializer="he_normal"))
    network.add(layers.Dense(math.prod(preset.shape)))
    if len(preset.shape) == 3:
        network.add(layers.Activation("tanh"))
        network.add(layers.Reshape(preset.shape))
    else:
        network.add(layers.Rescaling(preset.scale))
    return network


def build_discriminator(preset):
    """Samples (batch, *shape) to logits (batch, 1)."""
    inputs = keras.Input(preset.shape)
    x = layers.Flatten()(layers.Rescaling(1.0 / preset.scale)(inputs))
    x = fourier_features(x, preset.frequencies)
    for number, width in enumerate(preset.discriminator):
        x = layers.Dense(width, kernel_initializer="he_normal")(x)
        x = layers.LeakyReLU(0.2)(x)
        if preset.dropout:
            # With a seed, what it draws is part of a checkpoint on every backend.
            x = layers.Dropout(preset.dropout, seed=number)(x)
    return keras.Model(inputs, layers.Dense(1)(x), name="discriminator")


class VanillaGAN(AdversarialModel):
    """The two networks and their two losses, with the settings of a `VanillaPreset`."""

    def __init__(self, generator, discriminator, preset, **kwargs):
        super().__init__(generator.input_shape[-1], average=preset.average, **kwargs)
        self.generator, self.discriminator, self.preset = generator, discriminator, preset
        scores = ("real_score", "fake_score")
        self.set_players(
            Player("discriminator", [discriminator], self.discriminator_loss, monitors=scores),
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[generator],
        )

    def discriminator_loss(self, real, fake):
        """How badly D tells real from fake, and now and then the gradient penalties."""
        real, fake = self.veil(real), self.veil(fake)
        real_logits, fake_logits = judge(self.discriminator, real, fake)
        if self.preset.loss == "relativistic":
            loss = losses.discriminator_relativistic(real_logits, fake_logits)
        else:
            loss = losses.discriminator_nonsaturating(real_logits, fake_logits)
        loss = loss + self.penalty(self.preset.r1, real) + self.penalty(self.preset.r2, fake)
        return loss, {
            "real_score": ops.mean(ops.sigmoid(real_logits)),
            "fake_score": ops.mean(ops.sigmoid(fake_logits)),
        }

    def generator_loss(self, real, fake):
        """How badly G fools D."""
        fake_logits = self.discriminator(self.veil(fake), training=True)
        if self.preset.loss == "relativistic":
            real_logits = self.discriminator(self.veil(real), training=True)
            return losses.generator_relativistic(real_logits, fake_logits)
        return losses.generator_nonsaturating(fake_logits)

    def penalty(self, gamma, x):
        """gamma / 2 E ||dD/dx||^2, computed every `penalty_every` steps."""
        if not gamma:
            return 0.0
        return (
            0.5
            * gamma
            * penalties.lazily(
                self.step_counter,
                self.preset.penalty_every,
                lambda: penalties.zero_centred(self.discriminator, x),
            )
        )

    def veil(self, x):
        """What D gets to see of its input: moved a little, or under noise that fades away."""
        preset = self.preset
        if preset.shift:
            x = random_shift(x, preset.shift, self.noise_seed)
        if preset.noise:
            fading = ops.cast(self.step_counter, "float32") / (preset.noise_until * preset.steps)
            level = preset.noise * preset.scale * ops.relu(1.0 - fading)
            x = x + level * keras.random.normal(ops.shape(x), seed=self.noise_seed)
        return x


def build(preset, seed=0):
    """A compiled vanilla GAN of the preset's size."""
    if preset.loss not in ("nonsaturating", "relativistic"):
        raise ValueError(
            f"Preset: loss must be 'nonsaturating' or 'relativistic', received {preset.loss!r}."
        )
    return compiled(
        VanillaGAN(build_generator(preset), build_discriminator(preset), preset, seed=seed)
    )


def compiled(model):
    """The model with the optimizers of its preset: one Adam for each player."""
    preset = model.preset
    rates = dict(zip([player.name for player in model.players], preset.rates, strict=True))
    return model.set_up(
        preset, lambda player: backends.Adam(rates[player.name], preset.beta_1, preset.beta_2)
    )


def draw(samples):
    """Samples as one picture."""
    if samples.ndim == 2:
        return plots.points_picture(samples, limit=1.4 if abs(samples).max() < 2 else 5.5)
    return plots.tile(samples, scale=2)


def evaluate(model, preset, n=10_000, seed=1):
    """The score of n samples: a `DigitScore` of images, a `ModeCoverage` of points."""
    samples = model.sample(n, seed=seed)
    if len(preset.shape) == 3:
        return metrics.digits.score(samples)
    info = datasets.load(preset.dataset, verbose=False).info
    return metrics.mode_coverage(samples, info["centres"], info["std"])
