"""DCGAN for colour photographs of faces, in any size that is a power of two (lesson 06).

A digit is a few strokes, a face is everything at once: light, hair, both eyes alike. So the
networks of lesson 05 grow: one block for each doubling of the picture; on request each has more
convolutions and a short road around them (He et al. 2016). Real and fake are compared in pairs,
with both gradient penalties (Huang et al. 2024), and D sees photographs through random changes,
since ten thousand are few (Zhao et al. 2020).
"""

import dataclasses

import keras
from keras import layers

from gan_lessons import datasets, face_scores, metrics, plots, stacked
from gan_lessons.augment import augment
from gan_lessons.engine import backends
from gan_lessons.engine.precision import PRECISIONS, computing_in
from gan_lessons.layers import MinibatchStddev

SMALLEST = 4  # height and width of the first picture in G, of the last in D


class SizedByBlocks:
    """What presets share in which the number of blocks, `channels`, gives the pictures' size."""

    @property
    def size(self):
        """Height and width of the pictures."""
        return SMALLEST * 2 ** len(self.channels)

    @property
    def drawing(self):
        """What the generator, or decoder, is built from: the arguments of `build_generator`."""
        channels = tuple(self.breadth * width for width in self.channels)
        return self.latent_dim, channels, self.kernel, self.extra

    @property
    def coding(self):
        """What the encoder of lesson 07 is built from: the arguments of `vae.build_encoder`."""
        return self.latent_dim, self.channels, self.kernel, self.extra, self.dense

    def training_data(self, loaded):
        """The pictures, uint8, made smaller to this preset's size where they are larger."""
        return metrics.shrunk(loaded.x_train, self.size)


@dataclasses.dataclass(frozen=True)
class FacesPreset(SizedByBlocks, stacked.StackedPreset):
    """Sizes and settings of a DCGAN of faces; the rest as in `dcgan` and `stacked`.

    Attributes:
        channels: of the discriminator's blocks, the finest first; the generator mirrors them. Each
            block halves the picture down to 4x4, so their number gives the size: 4 make 64x64.
        breadth: how many times as wide the generator's blocks are.
        extra: convolutions in a block besides the one with stride 2. With 0 the networks are those
            of the DCGAN paper; with more, a short road leads around each block.
        group: samples of which D sees how much they differ; 0 is off.
        flip, shift, colour, cutout: what happens to the images before D, see `augment`.
        precision: "mixed_bfloat16" computes with numbers of 16 bits, about twice as fast on a GPU
            and on CPUs that have units for them (AMX).
    """

    dataset: str = "celeba"
    batch_size: int = 64
    latent_dim: int = 128
    channels: tuple = (32, 64, 128, 128)
    breadth: int = 1
    extra: int = 1
    hidden: int = 0
    dense: int = 256
    group: int = 4
    learning_rate: float = 5e-4
    r1: float = 1.0
    r2: float = 1.0
    flip: bool = True
    shift: int = 4
    colour: float = 0.0
    cutout: float = 0.0
    precision: str = "float32"

    @property
    def judging(self):
        """What the discriminator is built from: the arguments of `build_discriminator`."""
        return self.channels, self.kernel, self.extra, self.dense, self.group

    def __post_init__(self):
        super().__post_init__()
        self.check_choice("precision", PRECISIONS)
        self.check_groups("group")


PRESETS = {
    "smoke": FacesPreset(
        source="few",
        batch_size=8,
        steps=4,
        report_every=2,
        channels=(4, 4),
        latent_dim=8,
        dense=8,
        shift=1,
    ),
    "quick": FacesPreset(
        batch_size=16,
        steps=8_500,
        report_every=250,
        channels=(16, 32, 64, 64),
        breadth=2,  # of all that was tried with the same seconds, this helped most
        extra=0,
        learning_rate=2e-3,
        hold=0.4,
        r1=0.1,
        r2=0.1,
        flip=False,
        shift=0,
    ),
    # For photographs, on a GPU. Wide blocks pay there, and ten thousand faces are soon known by
    # heart unless D sees each of them in many places.
    "full": FacesPreset(
        source="auto",
        steps=17_700,
        report_every=500,
        channels=(64, 128, 256, 256),
        extra=0,
        learning_rate=7e-4,
        r1=0.5,
        r2=0.5,
        r1_every=8,
        shift=8,
        hold=0.4,
        precision="mixed_bfloat16",
    ),
}

# How the generator of portraits that comes with the course is trained: hours on two cores, minutes
# on a GPU. There are as many portraits as one likes, so D sees them as they are but for a mirror.
PORTRAITS = FacesPreset(
    batch_size=16,
    steps=60_000,
    report_every=500,
    channels=(48, 96, 192, 192),
    extra=0,
    learning_rate=1e-3,
    r1=0.1,
    r2=0.1,
    shift=0,
    hold=0.4,
    precision="mixed_bfloat16",
)

# The generator of photographs that comes with the course is one of the full preset.
PRETRAINED = PRESETS["full"]


def preset_for(name, dataset=None):
    """The preset of that name; there is one data set."""
    return PRESETS[name]


def _convolution(width, kernel=3, stride=1, up=False, **settings):
    kind = layers.Conv2DTranspose if up else layers.Conv2D
    return kind(width, kernel, stride, "same", kernel_initializer="he_normal", **settings)


def rise(x, width, kernel, extra):
    """A block of G: (batch, s, s, .) to (batch, 2s, 2s, width)."""
    h = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    h = _convolution(width, kernel, 2, up=True, use_bias=False)(h)
    for _ in range(extra):
        h = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(h))
        h = _convolution(width, use_bias=False)(h)
    # The short road: what it carries need not be learned anew by every block.
    return layers.Add()([h, _convolution(width, 2, 2, up=True, use_bias=False)(x)]) if extra else h


def fall(x, width, kernel, extra):
    """A block of D: (batch, 2s, 2s, .) to (batch, s, s, width)."""
    h = x
    for _ in range(extra):
        h = layers.LeakyReLU(0.2)(_convolution(x.shape[-1])(h))
    h = layers.LeakyReLU(0.2)(_convolution(width, kernel, 2)(h))
    if not extra:
        return h
    both = layers.Add()([h, _convolution(width, 2, 2, use_bias=False)(x)])
    return layers.Rescaling(0.5**0.5)(both)  # the sum of two is as large as one


def build_generator(latent_dim=128, channels=(32, 64, 128, 128), kernel=4, extra=1):
    """z (batch, latent_dim) to images (batch, size, size, 3) in [-1, 1]."""
    z = keras.Input((latent_dim,))
    x = layers.Dense(SMALLEST**2 * channels[-1], use_bias=False)(z)
    x = layers.Reshape((SMALLEST, SMALLEST, channels[-1]))(x)
    for width in reversed(channels if extra else channels[:-1]):
        x = rise(x, width, kernel, extra)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    # To the three colours: at full size, or in the last doubling itself, as in the paper.
    if extra:
        x = layers.Conv2D(3, 3, padding="same")(x)
    else:
        x = layers.Conv2DTranspose(3, kernel, 2, "same")(x)
    return keras.Model(z, layers.Activation("tanh", dtype="float32")(x), name="generator")


def trunk(channels, kernel, extra):
    """Input for images (batch, size, size, 3), and what the blocks make of it, (batch, 4, 4, .)."""
    size = SMALLEST * 2 ** len(channels)
    x = images = keras.Input((size, size, 3))
    if extra:  # the blocks of the DCGAN paper begin with the colours themselves
        x = layers.LeakyReLU(0.2)(_convolution(channels[0])(x))
        channels = (*channels[1:], channels[-1])
    for width in channels:
        x = fall(x, width, kernel, extra)
        x = layers.Identity(name=f"picture_{x.shape[1]}")(x)  # where lesson 07 looks in
    return images, x


def build_discriminator(channels=(32, 64, 128, 128), kernel=4, extra=1, dense=256, group=4):
    """Images (batch, size, size, 3) to logits (batch, 1)."""
    images, x = trunk(channels, kernel, extra)
    if group:
        x = MinibatchStddev(group)(x)
    x = layers.Dense(dense)(layers.Flatten()(x))
    x = layers.LeakyReLU(0.2)(x)
    return keras.Model(images, layers.Dense(1, dtype="float32")(x), name="discriminator")


class FacesGAN(stacked.StackedGAN):
    """The losses and penalties of lesson 04; D sees augmented images, as a `FacesPreset` says."""

    def seen(self, images):
        """What D gets to see: images that are changed a little, each in its own way."""
        how = self.preset
        return augment(images, self.noise_seed, how.flip, how.shift, how.colour, how.cutout)


def build(preset, seed=0):
    """A compiled `FacesGAN` of the preset's size."""
    with computing_in(preset.precision):
        generator = build_generator(*preset.drawing)
        discriminator = build_discriminator(*preset.judging)
    model = FacesGAN(generator, discriminator, preset, average=preset.average, seed=seed)
    return model.set_up(preset, lambda player: backends.Adam(preset.learning_rate, *preset.betas))


def draw(samples):
    """Samples as one picture."""
    return plots.tile(samples)


def evaluate(model, preset, n=2000, seed=1):
    """The score of n samples against pictures like the preset's, as `face_scores.score` gives it.

    For portraits a `metrics.faces.FaceScore`. The FID of the papers needs a large network:
    `benchmarks/inception_fid.py` measures it.
    """
    data = datasets.load(preset.dataset, source=preset.source, verbose=False)
    return face_scores.score(model.sample(n, seed=seed), data)
