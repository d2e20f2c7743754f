"""CycleGAN: translation between two piles of pictures without any pairs (Zhu et al. 2017).

G makes a picture of the second kind, y, of one of the first, x, and F one of the first kind of one
of the second. Two discriminators, Dx and Dy, say whether the results look like their kind. That
alone would not tie a result to the picture it was made of, so what goes there and back again must
be what it was: F(G(x)) = x and G(F(y)) = y.
"""

import dataclasses
import functools

import numpy as np
from keras import ops

from gan_lessons import plots, translation
from gan_lessons.engine import backends, losses
from gan_lessons.engine.model import AdversarialModel, judge
from gan_lessons.engine.players import Player
from gan_lessons.engine.presets import Preset
from gan_lessons.layers import ImagePool
from gan_lessons.translators import build_judge, build_translator


@dataclasses.dataclass(frozen=True)
class CycleGANPreset(Preset):
    """Sizes and settings of a CycleGAN run.

    Attributes:
        size: height and width of the pictures, a multiple of 4. colours: their channels.
        channels: of the translators' first layer. blocks: their residual blocks.
        kernel: of their first and last layer. brush: whether they paint over the picture, with a
            mask, instead of painting it anew.
        judge: channels of the discriminators' layers.
        forward, backward: weights of the two cycle terms, F(G(x)) = x and G(F(y)) = y.
        same: weight of the identity terms, G(y) = y and F(x) = x. same_batch: how many pictures of
            a batch they look at; a part is enough, since their mean is the same.
        adversarial: weight of the adversarial terms.
        pool: how many fakes the discriminators are shown again; 0 for none.
        learning_rate: of both players' Adam. average: decay of the averaged translators.
    """

    dataset: str = "horse2zebra"
    batch_size: int = 4
    steps: int = 1500
    report_every: int = 50
    size: int = 64
    colours: int = 3
    channels: int = 16
    blocks: int = 4
    kernel: int = 5
    brush: bool = True
    judge: tuple = (32, 64, 128)
    forward: float = 2.0
    backward: float = 2.0
    same: float = 1.0
    same_batch: int = 1
    adversarial: float = 1.0
    pool: int = 50
    learning_rate: float = 1e-3
    average: float | None = 0.99
    hold: float = 0.5

    def __post_init__(self):
        super().__post_init__()
        if self.size % 4:
            raise ValueError(f"Preset: size must be a multiple of 4, received {self.size!r}.")
        if 0 < self.pool < self.batch_size:
            raise ValueError(
                f"Preset: pool must be 0, or at least batch_size ({self.batch_size}), received "
                f"{self.pool!r}."
            )

    @property
    def shape(self):
        """Of one picture."""
        return (self.size, self.size, self.colours)

    def load(self, verbose=True):
        """The preset's data, at its size."""
        from gan_lessons import datasets

        return datasets.load(self.dataset, self.source, verbose, size=self.size)

    def training_data(self, loaded):
        """The two piles of pictures: they do not belong together."""
        return {"x": loaded.x_train, "y": loaded.y_train}


PAPER = dict(forward=10.0, backward=10.0, same=5.0)  # weights of its terms
PRESETS = {
    "smoke": CycleGANPreset(
        batch_size=2,
        steps=10,
        report_every=5,
        size=32,
        channels=4,
        blocks=1,
        judge=(8, 8, 8),
    ),
    # With a brush the picture is there from the first step on, so that coming back is easy and
    # changing anything is not: the cycle weighs less than in the paper.
    "quick": CycleGANPreset(),
    # That of the paper, for photographs: pictures of 256 pixels, nine blocks.
    "full": CycleGANPreset(
        source="auto",
        batch_size=1,
        steps=100_000,
        report_every=500,
        size=256,
        channels=64,
        blocks=9,
        kernel=7,
        brush=False,
        judge=(64, 128, 256, 512),
        **PAPER,
        learning_rate=2e-4,
        average=0.999,
    ),
}
# How the translators that come with the course are trained, on procedural pictures.
PRETRAINED = dataclasses.replace(
    PRESETS["quick"],
    batch_size=8,
    same_batch=2,
    steps=30_000,
    report_every=500,
    blocks=6,
    average=0.999,
)
# Of a digit everything changes but its shape, so it is painted anew, as in the paper.
_DIGITS = dict(dataset="coloured_digits", size=28, brush=False)
DIGITS = {
    "smoke": dataclasses.replace(PRESETS["smoke"], **_DIGITS),
    "quick": dataclasses.replace(PRESETS["quick"], **_DIGITS, **PAPER, batch_size=16, same_batch=4),
    "full": dataclasses.replace(
        PRESETS["quick"],
        **_DIGITS,
        **PAPER,
        source="auto",
        batch_size=16,
        same_batch=4,
        steps=20_000,
    ),
}


def build_networks(p):
    """G, F, Dx and Dy of a preset's sizes, by their names."""
    size = p.channels, p.blocks, p.kernel, p.brush
    return {
        **{name: build_translator(p.shape, *size, name=name) for name in "GF"},
        **{name: build_judge(p.shape, p.judge, name=name) for name in ("Dx", "Dy")},
    }


class CycleGAN(AdversarialModel):
    """Two translators, one player; two discriminators, the other.

    Args:
        preset: a `CycleGANPreset`.
        networks: {"G", "F", "Dx", "Dy"}, Keras models; by default those of the preset's sizes.
        kwargs: for `AdversarialModel`.
    """

    def __init__(self, preset, networks=None, **kwargs):
        super().__init__(latent_dim=0, average=preset.average, **kwargs)
        self.preset = preset
        networks = networks or build_networks(preset)
        self.G, self.F, self.Dx, self.Dy = (networks[name] for name in ("G", "F", "Dx", "Dy"))
        self.pools = [ImagePool(preset.shape, preset.pool, seed=number) for number in (1, 2)]
        self.set_players(
            Player(
                "discriminators",
                [self.Dx, self.Dy, *self.pools],
                self.discriminators_loss,
                monitors=("real_score", "fake_score"),
            ),
            Player(
                "translators",
                [self.G, self.F],
                self.translators_loss,
                makes_fakes=True,
                monitors=("adversarial", "cycle", "same"),
            ),
            averaged=[self.G, self.F],
        )

    @property
    def networks(self):
        """All four by their names."""
        return {"G": self.G, "F": self.F, "Dx": self.Dx, "Dy": self.Dy}

    @property
    def generator(self):
        """G, for what expects one generator."""
        return self.G

    def make_fakes(self, real):
        """Both translations; with an identity term also what G makes of y, and F of x.

        One call of each network does both: some pictures that are of its kind already go through
        beside those that are to be translated.
        """
        x, y = real["x"], real["y"]
        if not self.preset.same:
            return {"y": self.G(x, training=True), "x": self.F(y, training=True)}
        few = self.preset.same_batch
        to_y = self.G(ops.concatenate([x, y[:few]]), training=True)
        to_x = self.F(ops.concatenate([y, x[:few]]), training=True)
        n, m = ops.shape(x)[0], ops.shape(y)[0]
        return {"y": to_y[:n], "same_y": to_y[n:], "x": to_x[:m], "same_x": to_x[m:]}

    def discriminators_loss(self, real, fakes):
        """Least squares for Dx and Dy: 1 for pictures of their kind, 0 for translations."""
        loss, scores = 0.0, []
        for kind, network, pool in zip("xy", (self.Dx, self.Dy), self.pools, strict=True):
            pair = judge(network, real[kind], pool(fakes[kind]))
            loss = loss + losses.discriminator_least_squares(*pair)
            scores.append([ops.mean(logits) for logits in pair])
        (real_x, fake_x), (real_y, fake_y) = scores
        return loss, {"real_score": (real_x + real_y) / 2, "fake_score": (fake_x + fake_y) / 2}

    def translators_loss(self, real, fakes):
        """Fool both discriminators, come back where you started, leave alone what is right."""
        adversarial = self.adversarial_term(fakes)
        forward, backward = self.cycle_terms(real, fakes)
        same = self.identity_term(real, fakes)
        p = self.preset
        loss = p.adversarial * adversarial + p.forward * forward + p.backward * backward
        return loss + p.same * same, {
            "adversarial": adversarial,
            "cycle": forward + backward,
            "same": same,
        }

    def adversarial_term(self, fakes):
        """E (Dy(G(x)) - 1)^2 + E (Dx(F(y)) - 1)^2; the paper does not halve them (section 3.1)."""
        verdicts = (d(fakes[k], training=True) for d, k in ((self.Dx, "x"), (self.Dy, "y")))
        return 2.0 * sum(map(losses.generator_least_squares, verdicts))

    def cycle_terms(self, real, fakes):
        """E |F(G(x)) - x| and E |G(F(y)) - y| (equation 2). Each moves both translators."""
        back = self.reconstruct(fakes)
        return tuple(ops.mean(ops.abs(back[kind] - real[kind])) for kind in "xy")

    def reconstruct(self, fakes):
        """Translations translated back."""
        return {"x": self.F(fakes["y"], training=True), "y": self.G(fakes["x"], training=True)}

    def identity_term(self, real, fakes):
        """E |G(y) - y| + E |F(x) - x|: a zebra needs no more stripes (section 5.2)."""
        if not self.preset.same:
            return ops.zeros(())
        few = self.preset.same_batch
        return sum(ops.mean(ops.abs(fakes[f"same_{kind}"] - real[kind][:few])) for kind in "xy")

    # What a user calls ----------------------------------------------------------------------------

    @property
    def shipped(self):
        """The networks that make a translation: what pretrained weights are of."""
        return [self.G, self.F]

    @functools.cached_property
    def data(self):
        """The preset's data set, whose test pictures are shown and scored."""
        return self.preset.load(verbose=False)

    def translate(self, images, to="y", averaged=True, batch_size=32):
        """Pictures of the other kind, float32 in [-1, 1].

        Args:
            images: (n, height, width, colours), uint8 or floats in [-1, 1], of the preset's size.
            to: "y", or "x".
            averaged: use the averaged translators.
        """
        network = {"y": self.G, "x": self.F}[to]
        network = self.averaged(network) if averaged else network
        parts = []
        for start in range(0, len(images), batch_size):
            some = self.prepare(ops.convert_to_tensor(images[start : start + batch_size]))
            made = ops.stop_gradient(network(some, training=False))
            parts.append(ops.convert_to_numpy(made).astype("float32"))
        return np.concatenate(parts)

    def sample(self, n=None, seed=0, z=None, averaged=True, batch_size=32):
        """Translations to y of n test pictures that `seed` chooses."""
        pictures = translation.held_out(self.data)[0]
        n = len(pictures) if n is None else n
        chosen = np.random.default_rng(seed).integers(len(pictures), size=n)
        return self.translate(pictures[chosen], "y", averaged, batch_size)

    def gallery(self, n, seed=0):
        """About n pictures as rows of a `translation.strip`, (rows, columns, h, w, colours)."""
        return translation.strip(self, self.data, max(1, n // 8))


def preset_for(name, dataset=None):
    """The preset of that name for a data set: a known one, or the path of your own."""
    if dataset == "coloured_digits":
        return DIGITS[name]
    preset = PRESETS[name]
    return (
        preset if dataset is None else dataclasses.replace(preset, dataset=dataset, source="auto")
    )


def ways(name):
    """The ablation, {way: preset}: what is left when a part of CycleGAN is taken out."""
    without = {
        "whole": {},
        "without cycles": dict(forward=0.0, backward=0.0),
        "without forward cycle": dict(forward=0.0),
        "without backward cycle": dict(backward=0.0),
        "without identity": dict(same=0.0),
        "adversarial alone": dict(forward=0.0, backward=0.0, same=0.0),
        "without pool": dict(pool=0),
    }
    return {way: dataclasses.replace(PRESETS[name], **gone) for way, gone in without.items()}


def build(preset, seed=0):
    """A compiled CycleGAN of the preset's size."""
    model = CycleGAN(preset, seed=seed)
    return model.set_up(preset, lambda player: backends.Adam(preset.learning_rate, 0.5, 0.999))


def draw(samples):
    """A gallery, or samples, as one picture."""
    if samples.ndim == 5:
        return plots.tile(samples.reshape(-1, *samples.shape[2:]), columns=samples.shape[1])
    return plots.tile(samples)


def evaluate(model, preset, n=10_000, seed=1):
    """The `translation.TranslationScore` of the first n test pictures of each kind."""
    return translation.score(model, preset.load(verbose=False), n)
