"""DCGAN: a GAN made of convolutions (Radford, Metz and Chintala 2016), for digits.

The rules of the paper: strides instead of pooling, batch normalisation, ReLU in the generator and
LeakyReLU in the discriminator, tanh at the end, no hidden dense layers. What was found later makes
it better in few minutes on few images: a lazy R1 penalty instead of batch normalisation in the
discriminator, one dense layer in each network after all, shifted images (DiffAugment) against
memorising, and an averaged generator.
"""

import dataclasses

import keras
from keras import layers, ops

from gan_lessons import metrics, plots
from gan_lessons.engine import backends, losses, penalties
from gan_lessons.engine.model import AdversarialModel, judge
from gan_lessons.engine.players import Player
from gan_lessons.engine.presets import Preset
from gan_lessons.layers import random_shift

IMAGE_SHAPE = (28, 28, 1)


@dataclasses.dataclass(frozen=True)
class DCGANPreset(Preset):
    """Sizes and settings of a DCGAN run.

    Attributes:
        latent_dim: length of z.
        channels: of the discriminator's two blocks; the generator mirrors them.
        kernel: size of the convolutions' kernels.
        hidden: width of the generator's dense layer before the first picture; 0 for none.
        dense: width of the discriminator's last hidden layer.
        learning_rate: of both players' Adam.
        r1: gamma of the R1 penalty, computed every `r1_every` steps; 0 is off.
        shift: largest move of the images that the discriminator sees, in pixels; 0 is off.
        average: decay of the averaged generator.
    """

    dataset: str = "mnist"
    batch_size: int = 64
    steps: int = 6000
    report_every: int = 100
    latent_dim: int = 64
    channels: tuple = (32, 64)
    kernel: int = 4
    hidden: int = 256
    dense: int = 256
    learning_rate: float = 2e-3
    r1: float = 0.5
    r1_every: int = 8
    shift: int = 2
    average: float = 0.999
    hold: float = 0.5


PRESETS = {
    "smoke": DCGANPreset(
        batch_size=16, steps=20, report_every=10, channels=(8, 16), hidden=16, dense=16
    ),
    "quick": DCGANPreset(),
    "full": DCGANPreset(
        source="auto",
        batch_size=128,
        steps=30_000,
        report_every=500,
        channels=(64, 128),
        hidden=512,
        dense=512,
        shift=1,
    ),
}

# How the generator that comes with the course was trained, on all 60,000 training digits.
PRETRAINED = DCGANPreset(steps=40_000, report_every=500, dense=512, shift=1, hold=0.4)


def build_generator(latent_dim=64, channels=(32, 64), kernel=4, hidden=256, colours=1):
    """z (batch, latent_dim) to images (batch, 28, 28, colours) in [-1, 1]."""
    low, high = channels
    # Kinds of digit are separate, z is one cloud: a dense layer can pull its parts asunder before
    # anything is drawn.
    bend = [layers.Dense(hidden), layers.LeakyReLU(0.2)] if hidden else []
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *bend,  # (hidden,)
            layers.Dense(7 * 7 * high, use_bias=False),
            layers.Reshape((7, 7, high)),  # (7, 7, high)
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(low, kernel, 2, "same", use_bias=False),  # (14, 14, low)
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(colours, kernel, 2, "same", activation="tanh"),  # (28, 28, .)
        ],
        name="generator",
    )


def build_discriminator(channels=(32, 64), kernel=4, dense=256, colours=1):
    """Images (batch, 28, 28, colours) to logits (batch, 1)."""
    low, high = channels
    return keras.Sequential(
        [
            keras.Input((28, 28, colours)),
            layers.Conv2D(low, kernel, 2, "same"),  # (14, 14, low)
            layers.LeakyReLU(0.2),
            layers.Conv2D(high, kernel, 2, "same"),  # (7, 7, high)
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            # One dense layer that sees the whole image. Without it the logit would be a sum over
            # places, and no place would know of the others.
            layers.Dense(dense),
            layers.LeakyReLU(0.2),
            layers.Dense(1),
        ],
        name="discriminator",
    )


class DCGAN(AdversarialModel):
    """The two networks and their two losses.

    Args:
        generator, discriminator: Keras models; z to image, image to logit.
        r1, r1_every, shift: see `DCGANPreset`.
        kwargs: for `AdversarialModel`.
    """

    def __init__(self, generator, discriminator, r1=1.0, r1_every=8, shift=2, **kwargs):
        super().__init__(latent_dim=generator.input_shape[-1], **kwargs)
        self.generator, self.discriminator = generator, discriminator
        self.r1, self.r1_every, self.shift = r1, r1_every, shift
        self.set_players(
            Player(
                "discriminator",
                [discriminator],
                self.discriminator_loss,
                monitors=("real_score", "fake_score"),
            ),
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[generator],
        )

    def discriminator_loss(self, real, fake):
        """Cross-entropy of real against fake, and now and then the R1 penalty."""
        real = random_shift(real, self.shift, self.noise_seed)
        fake = random_shift(fake, self.shift, self.noise_seed)
        real_logits, fake_logits = judge(self.discriminator, real, fake)
        loss = losses.discriminator_nonsaturating(real_logits, fake_logits)
        if self.r1:
            loss = loss + 0.5 * self.r1 * penalties.lazily(
                self.step_counter,
                self.r1_every,
                lambda: penalties.zero_centred(self.discriminator, real),
            )
        return loss, self.opinions(real_logits, fake_logits)

    def opinions(self, real_logits, fake_logits):
        """What D thinks of real and of fake: the mean probabilities to watch."""
        return {
            "real_score": ops.mean(ops.sigmoid(real_logits)),
            "fake_score": ops.mean(ops.sigmoid(fake_logits)),
        }

    def generator_loss(self, real, fake):
        """The non-saturating loss: make the discriminator say real."""
        fake = random_shift(fake, self.shift, self.noise_seed)
        return losses.generator_nonsaturating(self.discriminator(fake, training=True))


def preset_for(name, dataset=None):
    """The preset of that name; every data set uses the same here."""
    return PRESETS[name]


def build(preset, seed=0):
    """A compiled DCGAN of the preset's size."""
    model = DCGAN(
        build_generator(preset.latent_dim, preset.channels, preset.kernel, preset.hidden),
        build_discriminator(preset.channels, preset.kernel, preset.dense),
        r1=preset.r1,
        r1_every=preset.r1_every,
        shift=preset.shift,
        average=preset.average,
        seed=seed,
    )
    return model.set_up(preset, lambda player: backends.Adam(preset.learning_rate, 0.0, 0.99))


def draw(samples):
    """Samples as one picture."""
    return plots.tile(samples, scale=2)


def evaluate(model, preset, n=10_000, seed=1):
    """The score of n samples: a `metrics.digits.DigitScore`."""
    return metrics.digits.score(model.sample(n, seed=seed))
