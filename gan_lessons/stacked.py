"""A thousand modes to lose: a DCGAN on Stacked MNIST, with and without what keeps them (lesson 04).

Three digits in three colour channels make a number from 000 to 999. A generator that paints fine
digits may still know a few hundred of these numbers only, and nobody would see it by looking.
"""

import dataclasses

from keras import ops

from gan_lessons import dcgan, hacks, metrics
from gan_lessons.engine import backends, losses, penalties
from gan_lessons.engine.model import judge
from gan_lessons.layers import packed, random_shift

SAMPLES = 26_000  # as in the papers


@dataclasses.dataclass(frozen=True)
class StackedPreset(dcgan.DCGANPreset):
    """A DCGAN for three colours, with the remedies against lost modes.

    Attributes:
        loss: "nonsaturating" or "relativistic".
        r2: gamma of the R2 penalty, on fakes, computed as often as R1; 0 is off.
        pack: how many images the discriminator judges together; 1 is off.
        old_blocks: widths of the blocks of a discriminator as it was in 2016, with batch
            normalisation and no hidden dense layer; empty for that of lesson 05.
        betas: of both players' Adam.
    """

    dataset: str = "stacked_mnist"
    steps: int = 4000
    loss: str = "relativistic"
    r1: float = 1.0
    r2: float = 1.0
    pack: int = 1
    shift: int = 0
    old_blocks: tuple = ()
    betas: tuple = (0.0, 0.99)

    def __post_init__(self):
        super().__post_init__()
        self.check_choice("loss", ("nonsaturating", "relativistic"))
        self.check_groups("pack")


PRESETS = {
    "smoke": StackedPreset(
        batch_size=16, steps=20, report_every=10, channels=(8, 16), hidden=16, dense=16
    ),
    "quick": StackedPreset(),
    "full": StackedPreset(
        batch_size=128, steps=30_000, report_every=500, channels=(64, 128), hidden=512, dense=512
    ),
}


def without_cures(preset):
    """The same networks and settings without the three remedies."""
    return dataclasses.replace(preset, loss="nonsaturating", r1=0.0, r2=0.0, pack=1)


def uncured(preset):
    """The same task for a DCGAN of 2016, without any remedy.

    G is twice as wide, D tiny: Metz et al. (2017) lost the more modes the smaller D was.
    """
    low, high = preset.channels
    return dataclasses.replace(
        without_cures(preset),
        channels=(2 * low, 2 * high),
        hidden=0,
        old_blocks=(low // 8, low // 4, low // 2),
        learning_rate=1e-3,
        betas=(0.5, 0.999),
        average=None,
        hold=1.0,
    )


def preset_for(name, dataset=None):
    """The preset of that name; there is one data set."""
    return PRESETS[name]


class StackedGAN(dcgan.DCGAN):
    """A `DCGAN` for three colours, with the losses and penalties of a `StackedPreset`."""

    def __init__(self, generator, discriminator, preset, **kwargs):
        self.preset = preset
        super().__init__(
            generator, discriminator, preset.r1, preset.r1_every, preset.shift, **kwargs
        )

    def seen(self, images):
        """What D gets to see: images that are moved a little, in packs."""
        return packed(random_shift(images, self.shift, self.noise_seed), self.preset.pack)

    def discriminator_loss(self, real, fake):
        """Real against fake, each on its own or in pairs, and now and then the penalties."""
        real, fake = self.seen(real), self.seen(fake)
        real_logits, fake_logits = judge(self.discriminator, real, fake)
        if self.preset.loss == "relativistic":
            loss = losses.discriminator_relativistic(real_logits, fake_logits)
        else:
            loss = losses.discriminator_nonsaturating(real_logits, fake_logits)
        return loss + self.penalty(real, fake), self.opinions(real_logits, fake_logits)

    def penalty(self, real, fake):
        """R1 on real and R2 on fake images, now and then; each where its gamma is above 0."""
        chosen = [
            (gamma, images)
            for gamma, images in ((self.preset.r1, real), (self.preset.r2, fake))
            if gamma
        ]
        if not chosen:
            return 0.0

        def both():
            """One gradient for all images together: half the work to compile, and quicker."""
            images = ops.concatenate([images for _, images in chosen])
            norms = penalties.squared_gradient_norm(self.discriminator, images)
            means = ops.mean(ops.reshape(norms, (len(chosen), -1)), axis=1)
            return sum(0.5 * gamma * means[i] for i, (gamma, _) in enumerate(chosen))

        return penalties.lazily(self.step_counter, self.r1_every, both)

    def generator_loss(self, real, fake):
        """How badly G fools D."""
        fake_logits = self.discriminator(self.seen(fake), training=True)
        if self.preset.loss == "relativistic":
            real_logits = self.discriminator(self.seen(real), training=True)
            return losses.generator_relativistic(real_logits, fake_logits)
        return losses.generator_nonsaturating(fake_logits)


def build_discriminator(preset):
    """Packs of images (batch / pack, 28, 28, 3 * pack) to logits (batch / pack, 1)."""
    colours = 3 * preset.pack
    if preset.old_blocks:
        old = hacks.HackPreset(channels=preset.old_blocks, kernel=preset.kernel)
        return hacks.build_discriminator(old, colours)
    return dcgan.build_discriminator(preset.channels, preset.kernel, preset.dense, colours)


def build(preset, seed=0):
    """A compiled `StackedGAN` of the preset's size."""
    model = StackedGAN(
        dcgan.build_generator(
            preset.latent_dim, preset.channels, preset.kernel, preset.hidden, colours=3
        ),
        build_discriminator(preset),
        preset,
        average=preset.average,
        seed=seed,
    )
    return model.set_up(preset, lambda player: backends.Adam(preset.learning_rate, *preset.betas))


draw = dcgan.draw


def evaluate(model, preset, n=SAMPLES, seed=1):
    """The modes among n samples: a `metrics.StackedCoverage`."""
    return metrics.stacked_coverage(model.sample(n, seed=seed))
