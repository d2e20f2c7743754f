"""Learning to make a distribution on the line: by MMD alone, and as a GAN (lesson 02).

Three models on the course's engine. `Matcher` has one player, a generator that minimises the MMD
to the data. `LineGAN` has two. `Detective` has one again: a discriminator against fakes that never
change, whose best answer is known exactly.
"""

import dataclasses

import keras
import numpy as np
from keras import layers, ops

from gan_lessons.engine import backends, losses, penalties
from gan_lessons.engine.model import AdversarialModel
from gan_lessons.engine.players import Player
from gan_lessons.engine.presets import Preset
from gan_lessons.layers import fourier_features
from gan_lessons.probability import Mixture, mmd_squared, quantiles
from gan_lessons.watching import GRID

TARGET = Mixture((-1.5, 1.5), 0.6, (0.3, 0.7))  # the real data of this lesson
FAKES = Mixture((0.0,), 1.5, (1.0,))  # what the lone detective is shown as fake


@dataclasses.dataclass(frozen=True)
class LinePreset(Preset):
    """Sizes and settings of a run on the line.

    Attributes:
        method: "mmd", "gan" or "detective".
        hidden: widths of the hidden layers, of generator and discriminator alike.
        bandwidths: of the kernel, for "mmd".
        rates: learning rates of discriminator and generator; `beta_1`, `beta_2`: of Adam.
        loss: a family of `losses.LOSSES`, for "gan".
        r1: gamma of the gradient penalty on real samples, 0 for none.
        frequencies: Fourier features of the input of both networks, 0 for none.
        average: decay of the averaged generator, None for no average.
    """

    dataset: str = "two bumps"
    batch_size: int = 512
    steps: int = 4000
    report_every: int = 100
    steps_per_execution: int = 50
    jit: bool = True
    method: str = "gan"
    hidden: tuple = (64, 64)
    bandwidths: tuple = (0.1, 0.3, 1.0, 3.0)
    rates: tuple = (2e-3, 3e-4)
    beta_1: float = 0.0
    beta_2: float = 0.99
    loss: str = "nonsaturating"
    r1: float = 0.1
    frequencies: int = 2
    average: float | None = 0.995
    hold: float = 0.5


_QUICK = {
    "mmd": LinePreset(method="mmd", rates=(2e-3, 1e-3), average=None),
    "gan": LinePreset(),
    "detective": LinePreset(method="detective", average=None, r1=0.0),
}
_SMALL = dict(
    batch_size=64, steps=20, report_every=10, steps_per_execution=1, jit=False, hidden=(16,)
)

METHODS = {
    "smoke": {name: dataclasses.replace(p, **_SMALL) for name, p in _QUICK.items()},
    "quick": _QUICK,
    "full": _QUICK,
}
PRESETS = {name: methods["gan"] for name, methods in METHODS.items()}


def preset_for(name, method="gan"):
    """The preset of that name ("smoke", "quick", "full") for a method.

    Raises:
        ValueError: there is no such method.
    """
    if method not in METHODS[name]:
        raise ValueError(f"There is no method {method!r}; choose {', '.join(METHODS[name])}.")
    return METHODS[name][method]


def build_generator(preset):
    """z (batch, 1) to x (batch, 1): a straight line, which makes `FAKES`, and a bend to be learned.

    The last layer starts near 0. A line that rises everywhere can be bent into any inverse CDF; a
    random curve has folds, and where it turns, its samples pile up.
    """
    inputs = keras.Input((1,))
    x = fourier_features(layers.Rescaling(0.25)(inputs), preset.frequencies)
    for width in preset.hidden:
        x = layers.Dense(width, activation="silu", kernel_initializer="he_normal")(x)
    line = layers.Rescaling(FAKES.width, FAKES.centres[0])(inputs)
    bend = layers.Dense(1, kernel_initializer=keras.initializers.RandomNormal(stddev=1e-3))(x)
    return keras.Model(inputs, layers.Add()([line, bend]), name="generator")


def build_discriminator(preset):
    """x (batch, 1) to a logit (batch, 1)."""
    inputs = keras.Input((1,))
    x = fourier_features(layers.Rescaling(0.25)(inputs), preset.frequencies)
    for width in preset.hidden:
        x = layers.Dense(width, activation="silu", kernel_initializer="he_normal")(x)
    return keras.Model(inputs, layers.Dense(1)(x), name="discriminator")


class Matcher(AdversarialModel):
    """One player: a generator that makes the MMD between its samples and the data small."""

    def __init__(self, generator, preset, **kwargs):
        super().__init__(1, average=preset.average, **kwargs)
        self.generator, self.bandwidths = generator, preset.bandwidths
        self.set_players(
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[generator],
        )

    def generator_loss(self, real, fake):
        """The squared MMD between a batch of data and a batch of fakes."""
        return mmd_squared(real, fake, self.bandwidths)


class LineGAN(AdversarialModel):
    """Two players: the detective who tells real from fake, and the forger."""

    def __init__(self, generator, discriminator, preset, **kwargs):
        super().__init__(1, average=preset.average, **kwargs)
        self.generator, self.discriminator, self.preset = generator, discriminator, preset
        self.detective_loss, self.forger_loss = losses.pair(preset.loss)
        self.set_players(
            Player("discriminator", [discriminator], self.discriminator_loss),
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[generator],
        )

    def discriminator_loss(self, real, fake):
        """The negated value of the game, and the R1 penalty."""
        real_logits = self.discriminator(real, training=True)
        fake_logits = self.discriminator(fake, training=True)
        loss = self.detective_loss(real_logits, fake_logits)
        if self.preset.r1:
            loss = loss + 0.5 * self.preset.r1 * penalties.zero_centred(self.discriminator, real)
        return loss

    def generator_loss(self, real, fake):
        """How badly the forger fools the detective."""
        return self.forger_loss(self.discriminator(fake, training=True))


class Detective(AdversarialModel):
    """One player: a discriminator. The fakes are normal, with the standard deviation of `FAKES`."""

    def __init__(self, discriminator, make, **kwargs):
        super().__init__(1, **kwargs)
        self.discriminator, self.make = discriminator, make
        self.set_players(Player("discriminator", [discriminator], self.discriminator_loss))

    def make_fakes(self, real):
        """Fakes from a forger who never learns."""
        return self.make(self.noise(ops.shape(real)[0]))

    def discriminator_loss(self, real, fake):
        """The negated value of the game."""
        real_logits = self.discriminator(real, training=True)
        return losses.discriminator_nonsaturating(
            real_logits, self.discriminator(fake, training=True)
        )

    def sample(self, n=None, seed=0, z=None, averaged=True, batch_size=500):
        """The unchanging fakes, float32 (n, 1)."""
        z = self.latent(n, seed) if z is None else np.asarray(z, "float32")
        return np.asarray(ops.convert_to_numpy(self.make(ops.convert_to_tensor(z))), "float32")


def build(preset, seed=0, make=None):
    """A compiled model of the preset's method.

    Args:
        make: for "detective": function from noise (n, 1) to fakes (n, 1); default: `FAKES`.
    """
    if preset.method == "mmd":
        model = Matcher(build_generator(preset), preset, seed=seed)
    elif preset.method == "gan":
        model = LineGAN(build_generator(preset), build_discriminator(preset), preset, seed=seed)
    elif preset.method == "detective":
        make = make or (lambda z: FAKES.centres[0] + FAKES.width * z)
        model = Detective(build_discriminator(preset), make, seed=seed)
    else:
        raise ValueError(
            f"Preset: method must be 'mmd', 'gan' or 'detective', received {preset.method!r}."
        )
    rates = dict(zip(("discriminator", "generator"), preset.rates, strict=True))
    return model.set_up(
        preset, lambda player: backends.Adam(rates[player.name], preset.beta_1, preset.beta_2)
    )


# Without the engine: two plain Keras networks -----------------------------------------------------


def learn_sorted(preset, data, seed=0):
    """A generator taught by sorting: the k-th smallest z belongs to the k-th smallest sample.

    Only on a line can samples be sorted like that.

    Args:
        data: (n, 1).

    Returns:
        The network, z (batch, 1) to x (batch, 1).
    """
    keras.utils.set_random_seed(seed)
    network, epochs = build_generator(preset), -(-preset.steps * preset.batch_size // len(data))
    rate = keras.optimizers.schedules.CosineDecay(5e-3, preset.steps)
    network.compile(keras.optimizers.Adam(rate), "mse")
    z, x = quantiles(len(data)), np.sort(data, axis=0)
    network.fit(z, x, batch_size=preset.batch_size, epochs=epochs, verbose=0)
    return network


def detective_accuracy(real, fake, seed=0, epochs=6):
    """Share of held-out samples that a small network, trained on the other half, tells apart.

    Args:
        real, fake: (n, d) each; the first halves train, the second ones test.
    """
    keras.utils.set_random_seed(seed)
    network = keras.Sequential(
        [keras.Input(real.shape[1:]), layers.Dense(64, activation="relu"), layers.Dense(1)]
    )
    network.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    half = len(real) // 2
    seen, unseen = (
        np.concatenate([real[part], fake[part]]) for part in (slice(half), slice(half, 2 * half))
    )
    is_real = np.repeat([1.0, 0.0], half)
    network.fit(seen, is_real, batch_size=64, epochs=epochs, verbose=0)
    logits = ops.convert_to_numpy(network(ops.convert_to_tensor(unseen), training=False))
    return float(np.mean((logits[:, 0] > 0) == (is_real == 1)))


def draw(samples):
    """Samples as a picture, which the engine asks for: a histogram, uint8 (60, 120)."""
    counts = np.histogram(samples, 120, (GRID[0], GRID[-1]))[0]
    heights = 60 * counts / max(counts.max(), 1)
    return np.where(np.arange(60, 0, -1)[:, None] <= heights, 90, 255).astype("uint8")
