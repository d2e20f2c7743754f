"""GANs that fail on purpose, and what cures them (lesson 04).

`COLLAPSE` is a GAN on the 25-grid that loses nearly all modes. `REMEDIES` are changes of it, one
idea each. `pull` says how strongly a loss moves the generator where the discriminator is sure.
"""

import dataclasses

import keras
import numpy as np
from keras import layers, ops

from gan_lessons import games, vanilla_gan
from gan_lessons.engine import backends, losses
from gan_lessons.layers import MinibatchStddev, packed


@dataclasses.dataclass(frozen=True)
class ToyPreset(vanilla_gan.VanillaPreset):
    """A vanilla GAN for points, with the remedies that lesson 03 does not have.

    Attributes:
        loss: also "saturating".
        pack: how many samples the discriminator judges together (PacGAN); 1 is off.
        group: samples whose spread the discriminator is shown; 0 is off.
        diversity: weight of the generator's diversity term; 0 is off.
    """

    pack: int = 1
    group: int = 0
    diversity: float = 0.0

    def __post_init__(self):
        super().__post_init__()
        self.check_groups("pack", "group")


def _like(preset, **changes):
    return ToyPreset(**{**dataclasses.asdict(preset), **changes})


RING = _like(vanilla_gan.TOY_PRESETS["quick"]["ring"])
# The networks of lesson 03, with all that keeps its modes taken out.
COLLAPSE = _like(
    vanilla_gan.TOY_PRESETS["quick"]["grid"],
    batch_size=256,
    steps=6000,
    report_every=200,
    loss="nonsaturating",
    r1=0.0,
    r2=0.0,
    noise=0.0,
)
# Dense networks for digits, for a few seconds: the sound one of the next table.
DENSE = ToyPreset(
    batch_size=64,
    steps=400,
    report_every=20,
    generator=(256, 256),
    discriminator=(256, 256),
    r1=0.0,
    shift=0,
    average=None,
    hold=1.0,
)
# Ways to fail: preset, the alarm that has to sound, and perhaps a bug of the museum.
FAILURES = {
    "mode collapse": (COLLAPSE, "collapse", None),
    "saturating loss, slow G": (
        dataclasses.replace(DENSE, loss="saturating", rates=(1e-3, 1e-4)),
        "discriminator wins",
        None,
    ),
    "G 30 times too fast": (dataclasses.replace(DENSE, rates=(1e-3, 0.03)), "saturation", None),
    "G 100 times too fast": (dataclasses.replace(DENSE, rates=(1e-3, 0.1)), "dead generator", None),
    "a rate of 1e30": (dataclasses.replace(DENSE, rates=(1e-3, 1e30)), "not finite", None),
    "D not trained": (DENSE, "standing still", "frozen discriminator"),
}

# The rows of the coverage table: what each adds to `COLLAPSE`.
REMEDIES = {
    name: dataclasses.replace(COLLAPSE, **changes)
    for name, changes in {
        "none": {},
        "diversity term": {"diversity": 0.3},
        "minibatch deviation": {"group": 8},
        "packs of 4": {"pack": 4},
        "relativistic loss": {"loss": "relativistic"},
        "noise": {"noise": 0.25, "noise_until": 1.0},
        "R1": {"r1": 0.2},
        "R2": {"r2": 0.2},
        "R1 and R2": {"r1": 0.2, "r2": 0.2},
        "R1, R2, relativistic": {"r1": 0.2, "r2": 0.2, "loss": "relativistic"},
        "R1 and R2, for longer": {"r1": 0.2, "r2": 0.2, "steps": 20_000},
    }.items()
}


def build_discriminator(preset):
    """Packs of samples (batch / pack, ..., channels * pack) to logits (batch / pack, 1)."""
    *front, channels = preset.shape
    wide = dataclasses.replace(preset, shape=(*front, channels * preset.pack))
    network = vanilla_gan.build_discriminator(wide)
    if not preset.group:
        return network
    *_, last_hidden, _ = network.layers
    x = MinibatchStddev(preset.group)(last_hidden.output)  # one feature more
    return keras.Model(network.inputs, layers.Dense(1)(x), name=network.name)


class ToyGAN(vanilla_gan.VanillaGAN):
    """A vanilla GAN with the remedies of a `ToyPreset`."""

    def veil(self, x):
        """What the discriminator gets to see: packs of samples, perhaps under noise."""
        return packed(super().veil(x), self.preset.pack)

    def generator_loss(self, real, fake):
        """How badly G fools D, and how little its samples differ from each other."""
        if self.preset.loss == "saturating":
            logits = self.discriminator(self.veil(fake), training=True)
            loss = losses.generator_saturating(logits)
        else:
            loss = super().generator_loss(real, fake)
        if self.preset.diversity:
            loss = loss + self.preset.diversity * self.sameness(ops.shape(fake)[0])
        return loss

    def sameness(self, n):
        """E |z1 - z2| / |G(z1) - G(z2)|: large where different z give the same sample.

        To lower it, G must spread its samples (mode seeking, Mao et al. 2019, eq. 1; the paper
        minimises this reciprocal as well).
        """
        z = self.noise(n)
        x = self.generator(z, training=True) / self.preset.scale
        half = n // 2
        apart = ops.mean(ops.abs(x[:half] - x[half : 2 * half]), axis=-1)
        return ops.mean(ops.mean(ops.abs(z[:half] - z[half : 2 * half]), axis=-1) / (apart + 1e-2))


def build(preset, seed=0):
    """A compiled `ToyGAN` of the preset's size."""
    preset.check_choice("loss", ("nonsaturating", "saturating", "relativistic"))
    model = ToyGAN(
        vanilla_gan.build_generator(preset), build_discriminator(preset), preset, seed=seed
    )
    return vanilla_gan.compiled(model)


draw, evaluate = vanilla_gan.draw, vanilla_gan.evaluate


def pull(generator_loss, d_fake):
    """|d loss / d logit| of a generator's loss where D gives a fake the probability `d_fake`.

    Everything that G learns passes through this number: by the chain rule its gradient is this
    times the slope of the logit. Computed by the engine's own loss and gradient.

    Args:
        generator_loss: a function of logits, such as `losses.generator_saturating`.
        d_fake: numbers between 0 and 1, shape (n,).

    Returns:
        Array (n,).
    """
    d_fake = np.asarray(d_fake, "float64")
    if not ((d_fake > 0) & (d_fake < 1)).all():
        raise ValueError(f"D's answers must lie between 0 and 1, received {d_fake}.")
    logits = (np.log(d_fake) - np.log1p(-d_fake)).astype("float32")
    slopes = [
        backends.input_gradient(generator_loss, ops.convert_to_tensor([[logit]]))
        for logit in logits
    ]
    return np.array([abs(float(ops.convert_to_numpy(s)[0, 0])) for s in slopes])


def dirac(loss="saturating", r1=0.0, alternating=True):
    """The rule of the smallest GAN there is, for `games.play` (Mescheder et al. 2018, section 2).

    All real data are the number 0, all fakes the number theta, and D's logit is psi x. At the
    equilibrium both are 0. Here x is theta and y is psi.

    Args:
        loss: "saturating", "nonsaturating" or "wasserstein".
        r1: gamma of the R1 penalty; dD/dx is psi, so it adds gamma / 2 psi^2 to D's loss.
        alternating: D moves first and G sees its new psi, as in the engine; or both move at once.
    """
    # (d loss of D / d its logit on a fake, d loss of G / d the same logit)
    slopes = {
        "nonsaturating": (_sigmoid, lambda logit: -_sigmoid(-logit)),
        "saturating": (_sigmoid, lambda logit: -_sigmoid(logit)),
        "wasserstein": (lambda logit: 1.0, lambda logit: -1.0),
    }
    if loss not in slopes:
        raise ValueError(f"Unknown loss {loss!r}: choose one of {', '.join(slopes)}.")
    of_d, of_g = slopes[loss]

    def step(theta, psi, rate):
        moved = psi - rate * (of_d(psi * theta) * theta + r1 * psi)
        seen = moved if alternating else psi
        return theta - rate * of_g(seen * theta) * seen, moved

    return step


def circles(steps=2000, rate=0.1, start=(1.0, 0.0)):
    """Distances to the equilibrium of the Dirac GAN, played in four ways: {name: (steps + 1,)}.

    With the saturating loss, the game of 2014. (Its non-saturating form spirals inwards, slowly.)
    """
    rules = {
        "simultaneous": dirac(alternating=False),
        "alternating": dirac(),
        "alternating, R1": dirac(r1=0.3),
    }
    paths = {name: games.play(rule, rate, steps, start) for name, rule in rules.items()}
    paths["alternating, averaged"] = games.running_mean(paths["alternating"])
    return {name: games.radius(path) for name, path in paths.items()}


def _sigmoid(logit):
    return float(1.0 / (1.0 + np.exp(-logit)))
