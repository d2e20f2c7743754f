"""CycleGAN: translation between two piles of pictures without any pairs (Zhu et al. 2017).

G makes a picture of the second kind, y, of one of the first, x, and F one of the first kind of one
of the second. Two discriminators, Dx and Dy, say whether the results look like their kind. That
alone would not tie a result to the picture it was made of, so what goes there and back again must
be what it was: F(G(x)) = x and G(F(y)) = y.
"""

import functools

import numpy as np
from keras import ops

from gan_lessons import plots, translation
from gan_lessons.cyclegan_presets import (  # noqa: F401  (part of every lesson's module)
    DIGITS,
    PAPER,
    PRESETS,
    PRETRAINED,
    CycleGANPreset,
    preset_for,
    ways,
)
from gan_lessons.engine import backends, losses
from gan_lessons.engine.model import AdversarialModel, judge
from gan_lessons.engine.players import Player
from gan_lessons.engine.precision import computing_in
from gan_lessons.layers import ImagePool
from gan_lessons.translators import build_judge, build_translator


def build_networks(p):
    """G, F, Dx and Dy of a preset's sizes, by their names."""
    size = p.channels, p.blocks, p.kernel, p.brush
    with computing_in(p.precision):
        return {
            **{name: build_translator(p.shape, *size, name=name) for name in "GF"},
            **{name: build_judge(p.shape, p.judge, p.judge_norm, name) for name in ("Dx", "Dy")},
        }


def away(some, others):
    """How far pictures are from others: the mean of |a - b|, a scalar."""
    return ops.mean(ops.abs(some - others))


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
        """E (Dy(G(x)) - 1)^2 + E (Dx(F(y)) - 1)^2; the paper does not halve them (section 4)."""
        verdicts = (d(fakes[k], training=True) for d, k in ((self.Dx, "x"), (self.Dy, "y")))
        return 2.0 * sum(map(losses.generator_least_squares, verdicts))

    def cycle_terms(self, real, fakes):
        """E |F(G(x)) - x| and E |G(F(y)) - y| (equation 2). Each moves both translators."""
        back = self.reconstruct(fakes)
        return tuple(away(back[kind], real[kind]) for kind in "xy")

    def reconstruct(self, fakes):
        """Translations translated back."""
        return {"x": self.F(fakes["y"], training=True), "y": self.G(fakes["x"], training=True)}

    def identity_term(self, real, fakes):
        """E |G(y) - y| + E |F(x) - x|: a zebra needs no more stripes (section 5.2)."""
        if not self.preset.same:
            return ops.zeros(())
        few = self.preset.same_batch
        return sum(away(fakes[f"same_{kind}"], real[kind][:few]) for kind in "xy")

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


def build(preset, seed=0):
    """A compiled CycleGAN of the preset's size."""
    model = CycleGAN(preset, seed=seed)
    return model.set_up(
        preset, lambda player: backends.Adam(preset.learning_rate, 0.5, preset.beta_2)
    )


def draw(samples):
    """A gallery, or samples, as one picture."""
    if samples.ndim == 5:
        return plots.tile(samples.reshape(-1, *samples.shape[2:]), columns=samples.shape[1])
    return plots.tile(samples)


def evaluate(model, preset, n=10_000, seed=1):
    """The `translation.TranslationScore` of the first n test pictures of each kind."""
    return translation.score(model, preset.load(verbose=False), n)
