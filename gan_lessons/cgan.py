"""Conditional GAN: digits on demand (Mirza and Osindero 2014), dense or convolutional.

The label, one-hot, is joined to z for the generator and to the image for the discriminator, which
learns to refuse a fine 3 that was ordered as a 5. Two later ways to use the label are here as well:
the projection discriminator (Miyato and Koyama 2018) and the auxiliary classifier (Odena et al.
2017).
"""

import dataclasses

import keras
import numpy as np
from keras import ops

from gan_lessons import dcgan, metrics, plots
from gan_lessons.conditions import (
    CONDITIONS,
    NETWORKS,
    build_discriminator,
    build_generator,
    one_hot,
)
from gan_lessons.engine import backends, losses, penalties
from gan_lessons.engine.model import judge
from gan_lessons.layers import random_shift


@dataclasses.dataclass(frozen=True)
class CGANPreset(dcgan.DCGANPreset):
    """A DCGAN, or a dense GAN, that is told what to draw.

    Attributes:
        classes: number of labels.
        condition: how the discriminator uses the label: "concat", "projection" or "auxiliary".
        network: "conv", with the sizes of the DCGAN, or "dense", with the next two.
        dense_generator: widths of the layers that z, that the label, and that both meet in.
        dense_discriminator: the same for the image, the label, and both.
        mismatch: weight of the loss of real images under a wrong label, for "concat".
        class_weight: of the classification losses, for "auxiliary".
    """

    classes: int = 10
    condition: str = "concat"
    network: str = "conv"
    dense_generator: tuple = (200, 1000, 1200)
    dense_discriminator: tuple = (1024, 128, 512)
    mismatch: float = 0.1
    class_weight: float = 1.0

    def __post_init__(self):
        super().__post_init__()
        self.check_choice("condition", CONDITIONS)
        self.check_choice("network", NETWORKS)

    def training_data(self, loaded):
        """Images and their labels."""
        return loaded.x_train, loaded.y_train


PRESETS = {
    "smoke": CGANPreset(
        batch_size=16,
        steps=20,
        report_every=10,
        channels=(8, 16),
        hidden=16,
        dense=16,
        dense_generator=(16, 16, 32),
        dense_discriminator=(32, 16, 16),
    ),
    "quick": CGANPreset(steps=4000, shift=1),
    "full": CGANPreset(
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
# The paper's form: dense, and no word about wrong labels. It wants larger batches, a lower rate,
# more steps and XLA.
_PAPER = dict(network="dense", batch_size=128, learning_rate=3e-4, jit=True, mismatch=0.0)
DENSE = {
    "smoke": dataclasses.replace(PRESETS["smoke"], **_PAPER | {"batch_size": 16}),
    "quick": dataclasses.replace(PRESETS["quick"], **_PAPER, steps=6000),
    "full": dataclasses.replace(PRESETS["full"], **_PAPER),
}
FORMS = {"dense": DENSE}  # networks with presets of their own

# How the generator that comes with the course was trained, on all 60,000 training digits: for so
# many steps as fitted into a few minutes on a GPU.
PRETRAINED = CGANPreset(steps=17_804, report_every=500, dense=512, shift=1, hold=0.4, mismatch=0.2)


def preset_for(name, dataset=None):
    """The preset of that name; every data set uses the same here."""
    return PRESETS[name]


def ways(name):
    """The ways to use a label that the lesson compares, {way: preset}, at one size of preset."""
    convolutional = {c: dataclasses.replace(PRESETS[name], condition=c) for c in CONDITIONS}
    unwarned = dataclasses.replace(PRESETS[name], mismatch=0.0)
    return {"dense": DENSE[name], "unwarned": unwarned, **convolutional}


class CGAN(dcgan.DCGAN):
    """A `DCGAN` whose data are (images, labels), with the settings of a `CGANPreset`."""

    def __init__(self, generator, discriminator, preset, **kwargs):
        self.preset = preset
        super().__init__(
            generator, discriminator, preset.r1, preset.r1_every, preset.shift, **kwargs
        )
        self.latent_dim = preset.latent_dim  # the generator's input is wider

    def prepare(self, batch):
        """Images to [-1, 1], labels to one-hot, on the device."""
        images, labels = batch
        return super().prepare(images), ops.one_hot(ops.cast(labels, "int32"), self.preset.classes)

    def make_fakes(self, real):
        """Fakes of the same labels as the real batch: (batch, 28, 28, 1)."""
        images, labels = real
        z = self.noise(ops.shape(images)[0])
        return self.generator(self.order(z, labels), training=True)

    def order(self, z, labels):
        """What the generator gets: z, and beside it what is asked for."""
        return ops.concatenate([z, labels], axis=-1)

    def seen(self, images, labels):
        """What D gets: the images, moved a little, and, but for "auxiliary", what was ordered."""
        images = random_shift(images, self.shift, self.noise_seed)
        return images if self.preset.condition == "auxiliary" else [images, labels]

    def discriminator_loss(self, real, fake):
        """Real against fake, both with their labels, and now and then the R1 penalty."""
        images, labels = real
        real, fake = self.seen(images, labels), self.seen(fake, labels)
        real_answers, fake_answers = judge(self.discriminator, real, fake)
        real_logits, fake_logits = real_answers[:, :1], fake_answers[:, :1]
        loss = losses.discriminator_nonsaturating(real_logits, fake_logits)
        loss = loss + self.class_loss(real_answers, labels) + self.class_loss(fake_answers, labels)
        loss = loss + self.mismatch_loss(real)
        if self.r1:
            loss = loss + 0.5 * self.r1 * penalties.lazily(
                self.step_counter, self.r1_every, lambda: self.steepness(real)
            )
        return loss, self.opinions(real_logits, fake_logits)

    def generator_loss(self, real, fake):
        """Make the discriminator say real, of fakes that it takes for what was ordered."""
        labels = real[1]
        answers = self.discriminator(self.seen(fake, labels), training=True)
        loss = losses.generator_nonsaturating(answers[:, :1])
        return loss + self.class_loss(answers, labels)

    def class_loss(self, answers, labels):
        """Weight times -E log p(label | x); only "auxiliary" has it (Odena et al. 2017, eq. 3)."""
        if self.preset.condition != "auxiliary":
            return 0.0
        errors = ops.categorical_crossentropy(labels, answers[:, 1:], from_logits=True)
        return self.preset.class_weight * ops.mean(errors)

    def mismatch_loss(self, real):
        """Weight times -E log(1 - D) of real images under a wrong label; only "concat" has it.

        Without it only the fakes tell D that a fine 3 is no 5 (Reed et al. 2016, algorithm 1).
        """
        if self.preset.condition != "concat" or not self.preset.mismatch:
            return 0.0
        (images, labels), classes = real, self.preset.classes
        turn = keras.random.randint((ops.shape(labels)[0],), 1, classes, seed=self.noise_seed)
        wrong = ops.one_hot((ops.argmax(labels, axis=-1) + turn) % classes, classes)
        logits = self.discriminator([images, wrong], training=True)
        return self.preset.mismatch * ops.mean(ops.softplus(logits))

    def steepness(self, real):
        """R1 of the logit "real", where only the image moves and the label stays."""
        image, *label = real if isinstance(real, list) else [real]

        def logit(image, training):
            answers = self.discriminator([image, *label] if label else image, training=training)
            return answers[:, :1]

        return penalties.zero_centred(logit, image)

    def fit(self, x=None, *args, **kwargs):
        """As `AdversarialModel.fit`, of (images, labels).

        Raises:
            ValueError: the labels are missing, too few, too many, or out of range.
        """
        if isinstance(x, np.ndarray):
            raise ValueError(
                f"A conditional GAN learns from (images, labels), received one array {x.shape}."
            )
        if isinstance(x, tuple):
            images, labels = x
            if len(images) != len(labels):
                raise ValueError(f"Received {len(images)} images and {len(labels)} labels.")
            one_hot(labels, self.preset.classes)  # raises where a label makes no sense
            x = (images, np.asarray(labels, "int32"))
        return super().fit(x, *args, **kwargs)

    def even_mix(self, n):
        """n labels that go round all classes: 0, 1, 2, ..."""
        return np.arange(n) % self.preset.classes

    def sample(self, n=None, seed=0, z=None, labels=None, averaged=True, batch_size=500):
        """Generated samples of the labels asked for, as `AdversarialModel.sample` gives them.

        Args:
            n: how many; by default as many as there are labels. Or give `z`, (n, latent_dim).
            labels: whole numbers (n,), or mixtures of labels (n, classes); by default an even mix.

        Raises:
            ValueError: a label is out of range, or there are more or fewer labels than samples.
        """
        if z is None:
            z = self.latent(len(labels) if n is None else n, seed)
        told = one_hot(self.even_mix(len(z)) if labels is None else labels, self.preset.classes)
        if len(told) != len(z):
            raise ValueError(f"Received {len(told)} labels for {len(z)} samples.")
        both = self.order(np.asarray(z, "float32"), told)
        return super().sample(
            z=ops.convert_to_numpy(both), averaged=averaged, batch_size=batch_size
        )

    def gallery(self, n, seed=0):
        """At least n samples, row by row: one z along a row, one label down a column."""
        classes = self.preset.classes
        rows = -(-n // classes)
        z = np.repeat(self.latent(rows, seed), classes, axis=0)
        return self.sample(z=z, labels=self.even_mix(rows * classes))


def build(preset, seed=0):
    """A compiled `CGAN` of the preset's size."""
    model = CGAN(
        build_generator(preset),
        build_discriminator(preset),
        preset,
        average=preset.average,
        seed=seed,
    )
    return model.set_up(preset, lambda player: backends.Adam(preset.learning_rate, 0.0, 0.99))


def draw(samples):
    """A gallery as one picture: ten columns, one for each label."""
    return plots.tile(samples, columns=10, scale=2)


def evaluate(model, preset, n=10_000, seed=1):
    """How well n samples obey an even mix of labels: a `metrics.ConditionalScore`."""
    return metrics.conditional_score(model.sample(n, seed=seed), model.even_mix(n))
