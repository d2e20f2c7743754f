"""The GAN hacks, each to be switched off alone (lesson 04).

In 2016 a list of tricks went round that was said to make GANs train. `HackPreset` is a DCGAN on
digits in which each is one setting, so that its effect can be measured: with it, without it, and
everything else the same.
"""

import dataclasses

import keras
from keras import layers, ops

from gan_lessons import metrics, plots
from gan_lessons.engine import backends, losses
from gan_lessons.engine.model import AdversarialModel, judge
from gan_lessons.engine.players import Player
from gan_lessons.engine.presets import Preset


@dataclasses.dataclass(frozen=True)
class HackPreset(Preset):
    """A DCGAN as the hacks would have it.

    Attributes:
        latent_dim, channels, kernel, learning_rate: as in `dcgan`.
        tanh: images in [-1, 1] and tanh at G's end; or [0, 1] and a sigmoid.
        normal_z: z from a normal distribution, a sphere in many dimensions; or uniform in a cube.
        split: D judges real and fake in two calls, each with its own batch statistics; or in one.
        leaky: LeakyReLU in D; or ReLU.
        strides: convolutions with strides in D; or max pooling behind ordinary ones.
        real_target: what D is taught of real images; below 1 is one-sided label smoothing.
        label_noise: width of the uniform noise on D's targets, which stay in [0, 1].
        flips: share of D's targets that are swapped.
        beta_1: of Adam.
    """

    dataset: str = "mnist"
    batch_size: int = 64
    steps: int = 1200
    report_every: int = 100
    hold: float = 0.5
    latent_dim: int = 64
    channels: tuple = (32, 64)
    kernel: int = 4
    learning_rate: float = 1e-3
    tanh: bool = True
    normal_z: bool = True
    split: bool = True
    leaky: bool = True
    strides: bool = True
    real_target: float = 0.9
    label_noise: float = 0.0
    flips: float = 0.0
    beta_1: float = 0.5
    average: float = 0.99


PRESETS = {
    "smoke": HackPreset(batch_size=16, steps=20, report_every=10, channels=(8, 16)),
    "quick": HackPreset(),
    "full": HackPreset(steps=6000, report_every=500),
}

# What is changed in each row of the table; everything else stays.
ABLATIONS = {
    "all of them": {},
    "[0, 1] and sigmoid": {"tanh": False},
    "z from a cube": {"normal_z": False},
    "real and fake in one batch": {"split": False},
    "ReLU in D": {"leaky": False},
    "max pooling in D": {"strides": False},
    "no label smoothing": {"real_target": 1.0},
    "and noisy labels": {"label_noise": 0.2},
    "and flipped labels": {"flips": 0.05},
    "Adam with beta_1 .9": {"beta_1": 0.9},
}


def preset_for(name, dataset=None):
    """The preset of that name; there is one data set."""
    return PRESETS[name]


def build_generator(preset):
    """z (batch, latent_dim) to images (batch, 28, 28, 1)."""
    low, high = preset.channels
    return keras.Sequential(
        [
            keras.Input((preset.latent_dim,)),
            layers.Dense(7 * 7 * high, use_bias=False),
            layers.Reshape((7, 7, high)),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(low, preset.kernel, 2, "same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(1, preset.kernel, 2, "same"),
            layers.Activation("tanh" if preset.tanh else "sigmoid"),  # (28, 28, 1)
        ],
        name="generator",
    )


def build_discriminator(preset, colours=1):
    """Images (batch, 28, 28, colours) to logits (batch, 1); batch normalisation after the first."""
    network = keras.Sequential([keras.Input((28, 28, colours))], name="discriminator")
    for number, width in enumerate(preset.channels):
        if preset.strides:
            network.add(layers.Conv2D(width, preset.kernel, 2, "same"))
        else:
            network.add(layers.Conv2D(width, preset.kernel, 1, "same"))
            network.add(layers.MaxPooling2D(2))
        if number:
            network.add(layers.BatchNormalization(momentum=0.9))
        network.add(layers.LeakyReLU(0.2) if preset.leaky else layers.ReLU())
    network.add(layers.Flatten())
    network.add(layers.Dense(1))
    return network


class HackedGAN(AdversarialModel):
    """A DCGAN with the hacks of a `HackPreset`."""

    def __init__(self, generator, discriminator, preset, **kwargs):
        super().__init__(preset.latent_dim, average=preset.average, **kwargs)
        self.generator, self.discriminator, self.preset = generator, discriminator, preset
        scores = ("real_score", "fake_score")
        self.set_players(
            Player("discriminator", [discriminator], self.discriminator_loss, monitors=scores),
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[generator],
        )

    def prepare(self, batch):
        """Images as the networks of this preset want them: in [-1, 1] or in [0, 1]."""
        batch = super().prepare(batch)
        return batch if self.preset.tanh else (batch + 1.0) / 2.0

    def sample(self, *arguments, **settings):
        """As everywhere: images in [-1, 1]."""
        images = super().sample(*arguments, **settings)
        return images if self.preset.tanh else 2.0 * images - 1.0

    def latent(self, n, seed=0):
        """n latent points (n, latent_dim) for `sample`, of the same kind as in training."""
        z = super().latent(n, seed)
        return z if self.preset.normal_z else _cube(z)

    def noise(self, n):
        """n latent points: normal, or uniform in a cube of the same spread."""
        if self.preset.normal_z:
            return super().noise(n)
        half = 3.0**0.5  # so that the standard deviation is 1
        return keras.random.uniform((n, self.latent_dim), -half, half, seed=self.noise_seed)

    def discriminator_loss(self, real, fake):
        """Cross-entropy of real against fake, with the targets of the preset."""
        if self.preset.split:
            real_logits, fake_logits = judge(self.discriminator, real, fake)
        else:
            logits = self.discriminator(ops.concatenate([real, fake]), training=True)
            half = ops.shape(real)[0]
            real_logits, fake_logits = logits[:half], logits[half:]
        loss = losses.binary_cross_entropy(
            real_logits, self.targets(real_logits, self.preset.real_target)
        ) + losses.binary_cross_entropy(fake_logits, self.targets(fake_logits, 0.0))
        return loss, {
            "real_score": ops.mean(ops.sigmoid(real_logits)),
            "fake_score": ops.mean(ops.sigmoid(fake_logits)),
        }

    def targets(self, logits, target):
        """What D is taught: `target`, under noise towards the middle, and now and then swapped."""
        preset = self.preset
        if not preset.label_noise and not preset.flips:
            return target
        shape = ops.shape(logits)
        noise = preset.label_noise * keras.random.uniform(shape, seed=self.noise_seed)
        noisy = target - noise if target > 0.5 else target + noise  # never outside [0, 1]
        swapped = keras.random.uniform(shape, seed=self.noise_seed) < preset.flips
        return ops.where(swapped, 1.0 - noisy, noisy)

    def generator_loss(self, real, fake):
        """The non-saturating loss."""
        return losses.generator_nonsaturating(self.discriminator(fake, training=True))


def _cube(z):
    """Normal numbers to uniform ones of the same spread, by the distribution function."""
    from scipy.stats import norm

    return ((2.0 * norm.cdf(z) - 1.0) * 3.0**0.5).astype("float32")


def build(preset, seed=0):
    """A compiled `HackedGAN`."""
    model = HackedGAN(build_generator(preset), build_discriminator(preset), preset, seed=seed)
    return model.set_up(
        preset, lambda player: backends.Adam(preset.learning_rate, preset.beta_1, 0.999)
    )


def draw(samples):
    """Samples as one picture."""
    return plots.tile(samples, scale=2)


def evaluate(model, preset, n=10_000, seed=1):
    """The score of n samples: a `metrics.digits.DigitScore`."""
    return metrics.digits.score(model.sample(n, seed=seed))
