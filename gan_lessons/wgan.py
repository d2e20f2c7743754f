"""Wasserstein GAN: a critic that measures how far fake is from real, in units of the data.

By Kantorovich and Rubinstein, the earth mover's distance W1 is the largest E f(x) - E f(G(z)) that
a function f of slope 1 at most can reach. The critic (see `critics`) is that f, and the generator
makes the distance smaller. `variant` says what keeps the slope in check: "clip" (Arjovsky et al.
2017) or "gp" (Gulrajani et al. 2017).
"""

import dataclasses

from gan_lessons import critics, datasets, dcgan, metrics, vanilla_gan
from gan_lessons.engine import losses
from gan_lessons.engine.players import Player
from gan_lessons.engine.presets import Preset

VARIANTS = ("clip", "gp")
NETWORKS = ("conv", "dense")
POINTS = 2000  # for the exact W1 of points: more take long


@dataclasses.dataclass(frozen=True)
class WGANPreset(Preset):
    """Sizes and settings of a WGAN run.

    Attributes:
        variant: "clip" or "gp".
        n_critic: steps of the critic for each step of the generator.
        clip: with "clip", the largest size of a weight of the critic.
        penalty: with "gp", the weight (lambda) of the gradient penalty.
        one_sided: with "gp", penalise slopes above 1 only.
        penalty_every: with "gp", the penalty is computed every so many steps only.
        shift: largest random move of the images that the critic sees, in pixels.
        pace: how many times the learning rates of the papers: RMSprop 5e-5, Adam 1e-4.
        network: "conv", with `channels`, `kernel`, `hidden`, `dense` as in the DCGAN, or "dense",
            with `generator` and `critic`, widths of the hidden layers.
        shape: of one sample; `latent_dim`: length of z; `average`: decay of the averaged generator.
        scale: size of the data; the dense networks work on data divided by it.
        frequencies: Fourier features of the dense critic's input, 0 for none.
    """

    dataset: str = "mnist"
    batch_size: int = 64
    steps: int = 3000
    report_every: int = 50
    variant: str = "gp"
    n_critic: int = 5
    clip: float = 0.01
    penalty: float = 10.0
    one_sided: bool = False
    penalty_every: int = 1
    shift: int = 0
    pace: float = 1.0
    network: str = "conv"
    shape: tuple = dcgan.IMAGE_SHAPE
    latent_dim: int = 64
    channels: tuple = (32, 64)
    kernel: int = 4
    hidden: int = 256
    dense: int = 256
    generator: tuple = (256, 512, 1024)
    critic: tuple = (1024, 512, 256)
    scale: float = 1.0
    frequencies: int = 0
    average: float | None = 0.999

    def __post_init__(self):
        super().__post_init__()
        self.check_choice("variant", VARIANTS)
        self.check_choice("network", NETWORKS)
        if not isinstance(self.n_critic, int) or self.n_critic < 1:
            raise ValueError(
                f"Preset: n_critic must be a whole number >= 1, received {self.n_critic!r}."
            )
        if not self.clip > 0:
            raise ValueError(
                f"Preset: clip must be above 0, received {self.clip!r}: a critic whose weights are "
                "all 0 says the same of everything."
            )
        if not self.penalty >= 0:
            raise ValueError(f"Preset: penalty must be 0 or more, received {self.penalty!r}.")


_SMOKE = WGANPreset(
    batch_size=8,
    steps=20,
    report_every=10,
    n_critic=2,
    channels=(8, 16),
    hidden=16,
    dense=16,
    generator=(32,),
    critic=(32, 32),
)
PRESETS = {
    "smoke": _SMOKE,
    # A quick run has a small part of the paper's 200,000 steps: it takes larger ones, and spends
    # fewer of them on the critic.
    "quick": WGANPreset(steps=1200, report_every=60, n_critic=2, pace=10.0),
    "full": WGANPreset(
        source="auto", steps=30_000, report_every=500, channels=(64, 128), hidden=512, dense=512
    ),
}
# How the generator that comes with the course is trained, on all 60,000 training digits.
PRETRAINED = WGANPreset(
    steps=7000, report_every=500, n_critic=3, pace=5.0, dense=512, hold=0.4, source="auto"
)
_RING = WGANPreset(
    dataset="ring",
    batch_size=256,
    steps=7000,
    report_every=200,
    steps_per_execution=20,
    jit=True,
    hold=0.9,  # modes are evened out late, and only at the full rate
    n_critic=2,
    network="dense",
    shape=(2,),
    latent_dim=4,
    generator=(128, 128, 128, 128),
    critic=(128, 128, 128),
    pace=10.0,
    frequencies=2,
)
_GRID = dataclasses.replace(_RING, dataset="grid", scale=4.0)
_POINTS = {"ring": _RING, "grid": _GRID}
TOY_PRESETS = {
    "smoke": {
        name: dataclasses.replace(
            p,
            batch_size=32,
            steps=40,
            report_every=20,
            jit=False,  # XLA would take longer to compile than the steps
            generator=(32,),
            critic=(32, 32),
        )
        for name, p in _POINTS.items()
    },
    "quick": _POINTS,
    "full": _POINTS,
}


def preset_for(name, dataset=None):
    """The preset of that name for a data set: "mnist" (the default), "ring" or "grid"."""
    return TOY_PRESETS[name].get(dataset, PRESETS[name])


def build_generator(preset):
    """z (batch, latent_dim) to samples (batch, *shape)."""
    if preset.network == "dense":
        return vanilla_gan.build_generator(preset)
    return dcgan.build_generator(preset.latent_dim, preset.channels, preset.kernel, preset.hidden)


class WGAN(critics.Critical):
    """Generator and critic, with the settings of a `WGANPreset`."""

    def __init__(self, generator, critic, preset, **kwargs):
        super().__init__(generator.input_shape[-1], average=preset.average, **kwargs)
        self.generator = generator
        self.set_players(
            self.set_critic(critic, preset, preset.n_critic),
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[generator],
        )

    def generator_loss(self, real, fake):
        """-E f(G(z)): make the critic's values of fakes rise."""
        return losses.generator_wasserstein(self.critic(self.shifted(fake), training=True))


def build(preset, seed=0):
    """A compiled WGAN of the preset's size."""
    network = critics.build_critic(preset)
    return critics.compiled(WGAN(build_generator(preset), network, preset, seed=seed))


draw = vanilla_gan.draw


@dataclasses.dataclass(frozen=True)
class PointScore:
    """How close n points are to their mixture; `str` gives the line to report.

    w1: exact Wasserstein distance to as many real points; `floor`: that of real to real.
    coverage: a `metrics.ModeCoverage`.
    """

    w1: float
    floor: float
    n: int
    coverage: metrics.ModeCoverage

    def __str__(self):
        return f"W1 {self.w1:.4f}, n = {self.n:,} (real points: {self.floor:.4f}); {self.coverage}"


def evaluate(model, preset, n=10_000, seed=1):
    """The score of n samples: a `DigitScore` of images, a `PointScore` of 2,000 points at most."""
    samples = model.sample(n, seed=seed)
    if len(preset.shape) == 3:
        return metrics.digits.score(samples)
    info = datasets.load(preset.dataset, verbose=False).info
    few = min(n, POINTS)
    draws = [datasets.gaussians.mixture(few, s, info["centres"], info["std"]) for s in (101, 102)]
    return PointScore(
        w1=metrics.exact_wasserstein(draws[0], samples[:few]),
        floor=metrics.exact_wasserstein(*draws),
        n=few,
        coverage=metrics.mode_coverage(samples, info["centres"], info["std"]),
    )
