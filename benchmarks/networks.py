"""What is timed: the networks and batch sizes, and how much arithmetic a training step needs.

Imports Keras alone, so that the loops without the course run as they would without it.
"""

import dataclasses
import math

import keras
from keras import layers

LATENT_DIM = 100
IMAGE_SHAPE = (28, 28, 1)


@dataclasses.dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes:
        networks: "mlp", "dcgan", "cgan", "wgan" or "cyclegan"; `batch_size`: real images per batch.
        jit, steps_per_execution: how the engine is compiled (see `gan_lessons.engine.presets`).
        targets: how many times faster than the other loops the engine should be.
        loops: those that are compared. real_batches: of real images in each step.
    """

    networks: str
    batch_size: int
    jit: bool
    steps_per_execution: int
    targets: dict
    loops: tuple = ("engine", "classic", "plain")
    real_batches: int = 1


CASES = {
    "mlp32": Case("mlp", 32, True, 10, {"classic": 10.0, "plain": 1.4}),
    "mlp128": Case("mlp", 128, False, 10, {"classic": 5.0, "plain": 1.4}),
    "dcgan64": Case("dcgan", 64, False, 1, {"classic": 2.0, "plain": 1.0}),
    "cgan64": Case("cgan", 64, False, 1, {}, ("engine", "eager")),
    "wgan64": Case("wgan", 64, False, 1, {"eager": 3.0}, ("engine", "eager"), real_batches=5),
    "cycle4": Case("cyclegan", 4, False, 1, {"plain": 1.5}, ("engine", "plain")),
}
PICTURE_SHAPE = (64, 64, 3)  # of the CycleGAN


def build(case):
    """New networks (generator, discriminator) of a case."""
    known = {
        "mlp": build_mlp,
        "dcgan": build_dcgan,
        "cgan": build_cgan,
        "wgan": build_wgan,
        "cyclegan": build_cyclegan,
    }
    return known[case.networks]()


def build_mlp():
    """100-256-512-1024-784, and the mirror image of it."""
    generator, discriminator = [keras.Input((LATENT_DIM,))], [keras.Input(IMAGE_SHAPE)]
    discriminator.append(layers.Flatten())
    for width in (256, 512, 1024):
        generator += [layers.Dense(width), layers.LeakyReLU(0.2)]
    for width in (1024, 512, 256):
        discriminator += [layers.Dense(width), layers.LeakyReLU(0.2)]
    generator += [layers.Dense(784, activation="tanh"), layers.Reshape(IMAGE_SHAPE)]
    return keras.Sequential(generator), keras.Sequential([*discriminator, layers.Dense(1)])


def build_dcgan():
    """The DCGAN of many tutorials: 256, 128 and 64 channels, 5x5 kernels, 28x28 images."""

    def block(layer):
        return [layer, layers.BatchNormalization(), layers.LeakyReLU(0.2)]

    generator = [
        keras.Input((LATENT_DIM,)),
        *block(layers.Dense(7 * 7 * 256, use_bias=False)),
        layers.Reshape((7, 7, 256)),
        *block(layers.Conv2DTranspose(128, 5, 1, "same", use_bias=False)),
        *block(layers.Conv2DTranspose(64, 5, 2, "same", use_bias=False)),
        layers.Conv2DTranspose(1, 5, 2, "same", activation="tanh"),
    ]
    discriminator = [
        keras.Input(IMAGE_SHAPE),
        layers.Conv2D(64, 5, 2, "same"),
        layers.LeakyReLU(0.2),
        layers.Conv2D(128, 5, 2, "same"),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        layers.Dense(1),
    ]
    return keras.Sequential(generator), keras.Sequential(discriminator)


def build_small(latent_dim, colours, last):
    """The networks of lessons 05, 08 and 10: 32 and 64 channels, 4x4 kernels, 28x28 images."""
    generator = [
        keras.Input((latent_dim,)),
        layers.Dense(256),
        layers.LeakyReLU(0.2),
        layers.Dense(7 * 7 * 64, use_bias=False),
        layers.Reshape((7, 7, 64)),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2DTranspose(32, 4, 2, "same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh"),
    ]
    judge = [
        keras.Input((28, 28, colours)),
        layers.Conv2D(32, 4, 2, "same"),
        layers.LeakyReLU(0.2),
        layers.Conv2D(64, 4, 2, "same"),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        layers.Dense(256),
        layers.LeakyReLU(0.2),
        last,
    ]
    return keras.Sequential(generator), keras.Sequential(judge)


def build_wgan():
    """A critic without a last bias."""
    return build_small(64, 1, layers.Dense(1, use_bias=False))


def build_cgan():
    """z and label joined in the generator; in the discriminator labels come as ten planes."""
    generator, judge = build_small(64 + 10, 1 + 10, layers.Dense(1))
    image, label = keras.Input(IMAGE_SHAPE), keras.Input((10,))
    planes = layers.UpSampling2D(28)(layers.Reshape((1, 1, 10))(label))
    logits = judge(layers.Concatenate()([image, planes]))
    return generator, keras.Model([image, label], logits)


class Pair:
    """Two networks of one player, seen as one."""

    def __init__(self, make, names):
        self.parts = [make(name) for name in names]
        self.trainable = True

    @property
    def trainable_weights(self):
        return [w for part in self.parts for w in part.trainable_weights]


def build_cyclegan():
    """Both translators and both judges, with the sizes of the quick preset of lesson 09."""
    return Pair(_translator, "GF"), Pair(_patch_judge, ("Dx", "Dy"))


def _normalised(x, layer, bend):
    x = layers.GroupNormalization(groups=-1)(layer(x))
    return bend(x) if bend else x


def _translator(name):
    x = image = keras.Input(PICTURE_SHAPE)
    relu = layers.ReLU()
    x = _normalised(x, layers.Conv2D(16, 5, padding="same", use_bias=False), relu)
    for width in (32, 64):
        x = _normalised(x, layers.Conv2D(width, 3, 2, "same", use_bias=False), relu)
    for _ in range(4):
        inner = _normalised(x, layers.Conv2D(64, 3, padding="same", use_bias=False), relu)
        inner = _normalised(inner, layers.Conv2D(64, 3, padding="same", use_bias=False), None)
        x = layers.Add()([x, inner])
    for width in (32, 16):
        x = _normalised(x, layers.Conv2DTranspose(width, 4, 2, "same", use_bias=False), relu)
    x = layers.Conv2D(3, 5, padding="same", activation="tanh")(x)
    return keras.Model(image, x, name=name)


def _patch_judge(name):
    leaky = layers.LeakyReLU(0.2)
    x = image = keras.Input(PICTURE_SHAPE)
    x = leaky(layers.Conv2D(32, 4, 2, "same")(x))
    for width, stride in ((64, 2), (128, 1)):
        x = leaky(layers.Conv2D(width, 4, stride, "same")(x))
    return keras.Model(image, layers.Conv2D(1, 4, 1, "same")(x), name=name)


def layer_flops(layer):
    """Floating-point operations of a layer's products on one image, forward; 0 without a kernel.

    A multiplication and an addition count as two. Padding counts like image, since the usual
    algorithms multiply it too. Only dense layers and 2-D convolutions have products here.
    """
    if isinstance(layer, layers.Dense):
        return 2 * math.prod(layer.kernel.shape)
    if isinstance(layer, layers.Conv2DTranspose):  # every input pixel meets the whole kernel
        return 2 * math.prod(layer.kernel.shape) * math.prod(layer.input.shape[1:3])
    if isinstance(layer, layers.Conv2D):  # every output pixel meets the whole kernel
        return 2 * math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:3])
    return 0


def step_flops(generator, discriminator):
    """Operations that one training step needs for each image of the batch.

    What is needed and no more: the discriminator's turn sees one real and one fake image, and the
    generator's turn uses that fake again. A layer's backward pass costs its forward pass twice,
    once for the gradient of its weights and once for that of its input. Not needed are the
    gradient of the images and of z, and the gradient of D's weights in the generator's turn.
    Activations, normalisation, optimizers and data count nothing.
    """
    g = [f for f in map(layer_flops, generator.layers) if f]
    d = [f for f in map(layer_flops, discriminator.layers) if f]
    discriminator_turn = 2 * (3 * sum(d) - d[0])
    generator_turn = 2 * sum(d) + 3 * sum(g) - g[0]
    return discriminator_turn + generator_turn
