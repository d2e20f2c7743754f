"""Autoencoder and variational autoencoder, for pictures of faces (lesson 07).

An autoencoder squeezes a picture x into a few numbers z and draws it again from them. Its
variational form (Kingma and Welling 2014) makes of it a model from which one can draw: z has the
normal prior p(z), the decoder says p(x given z), the encoder answers with a distribution
q(z given x), and both learn by raising a lower bound of log p(x), the ELBO. The decoder is the
generator of the DCGAN of faces, the encoder has the blocks of its discriminator.
"""

import dataclasses
import math

import keras
import numpy as np
from keras import layers, ops

from gan_lessons import datasets, dcgan_faces, metrics
from gan_lessons.elbo import IN_USE, Elbo, Scale, kl_from_prior, log_likelihood, reparametrise
from gan_lessons.engine import backends
from gan_lessons.engine.model import AdversarialModel
from gan_lessons.engine.players import Player
from gan_lessons.engine.precision import computing_in
from gan_lessons.engine.presets import Preset

VARIANTS = ("vae", "autoencoder")


@dataclasses.dataclass(frozen=True)
class VAEPreset(dcgan_faces.SizedByBlocks, Preset):
    """Sizes and settings of an autoencoder of faces.

    Attributes:
        variant: "vae", or "autoencoder": no noise in z and no KL term (beta = 0).
        beta: weight of the KL term; only with 1 is the loss minus the ELBO.
        scale: standard deviation of a pixel around the decoder's picture; 0 learns it.
        narrows: how fast a learned one does, see `elbo.Scale`.
        latent_dim, channels, breadth, kernel, extra: as in `dcgan_faces`, with the decoder in
            place of the generator and the encoder in that of the discriminator.
        dense: width of the encoder's last hidden layer.
        learning_rate, betas: of Adam. average: decay of the averaged encoder and decoder.
        precision: as in `dcgan_faces`.
    """

    dataset: str = "celeba"
    batch_size: int = 64
    steps: int = 1000
    report_every: int = 50
    variant: str = "vae"
    beta: float = 1.0
    scale: float = 0.0
    narrows: float = 1.0
    latent_dim: int = 128
    channels: tuple = (32, 64, 128, 128)
    breadth: int = 1
    kernel: int = 4
    extra: int = 1
    dense: int = 256
    learning_rate: float = 1e-3
    betas: tuple = (0.9, 0.999)
    average: float = 0.999
    precision: str = "float32"

    def __post_init__(self):
        super().__post_init__()
        self.check_choice("variant", VARIANTS)
        for name in ("beta", "scale"):
            if not getattr(self, name) >= 0:
                value = getattr(self, name)
                raise ValueError(f"Preset: {name} must not be below 0, received {value}.")


SHARED = (
    *("dataset", "source", "batch_size", "steps", "report_every", "steps_per_execution"),
    *("latent_dim", "channels", "breadth", "kernel", "extra", "dense", "average", "precision"),
)


def beside(faces, **changes):
    """The preset of a VAE with the data and the decoder of a `dcgan_faces.FacesPreset`."""
    return VAEPreset(**{**{name: getattr(faces, name) for name in SHARED}, **changes})


PRESETS = {
    name: beside(faces, narrows=4.0 if name == "smoke" else 1.0)  # a few steps have to do
    for name, faces in dcgan_faces.PRESETS.items()
}


def preset_for(name, dataset=None):
    """The preset of that name; there is one data set."""
    return PRESETS[name]


# --- the networks ---------------------------------------------------------------------------------


def build_encoder(latent_dim=128, channels=(32, 64, 128, 128), kernel=4, extra=1, dense=256):
    """Images (batch, size, size, 3) to mean and log variance of z, (batch, latent_dim) each."""
    images, x = dcgan_faces.trunk(channels, kernel, extra)
    x = layers.LeakyReLU(0.2)(layers.Dense(dense)(layers.Flatten()(x)))
    mean = layers.Dense(latent_dim, dtype="float32", name="mean")(x)
    # Starts at 0, where q has the variance of the prior.
    log_var = layers.Dense(latent_dim, kernel_initializer="zeros", dtype="float32", name="log_var")(
        x
    )
    return keras.Model(images, [mean, log_var], name="encoder")


# --- the models -----------------------------------------------------------------------------------


class Encoding(AdversarialModel):
    """What all models with an `encoder` beside their `generator` can do."""

    def encode(self, images, batch_size=500):
        """Mean and log variance (n, latent_dim) of z for images (n, ...), uint8 or float."""
        encoder, found = self.averaged(self.encoder), []
        for i in range(0, len(images), batch_size):
            batch = self.prepare(ops.convert_to_tensor(images[i : i + batch_size]))
            found.append(encoder(batch, training=False))
        parts = zip(*found, strict=True)
        return tuple(
            np.concatenate([ops.convert_to_numpy(ops.stop_gradient(x)) for x in p]) for p in parts
        )

    def reconstruct(self, images):
        """Images as they come back from the mean of their z: float32 in [-1, 1]."""
        return self.sample(z=self.encode(images)[0])


class VAE(Encoding):
    """Encoder and decoder as one player, who raises the ELBO.

    Args:
        encoder: samples to [mean, log variance] of z. generator: the decoder, z to samples.
        variant, beta, scale, narrows: see `VAEPreset`.
        kwargs: for `AdversarialModel`.
    """

    def __init__(
        self, encoder, generator, variant="vae", beta=1.0, scale=0.0, narrows=4.0, **kwargs
    ):
        super().__init__(latent_dim=generator.input_shape[-1], **kwargs)
        self.encoder, self.generator = encoder, generator
        self.scale = Scale(scale, speed=narrows)
        self.noisy, self.beta = variant == "vae", beta
        self.set_players(
            Player(
                "vae",
                [encoder, generator, self.scale],
                self.negative_elbo,
                monitors=("reconstruction", "kl", "rms_error"),
            ),
            averaged=[encoder, generator],
        )

    def make_fakes(self, real):
        """Nobody is to be fooled here; all that a turn needs is the chance in z, (n, d)."""
        return self.noise(ops.shape(real)[0])

    def negative_elbo(self, real, noise):
        """Minus the reconstruction term, plus beta times the KL term: means over the batch."""
        mean, log_var = self.encoder(real, training=True)
        z = reparametrise(mean, log_var, noise) if self.noisy else mean
        rebuilt = self.generator(z, training=True)
        reconstruction = ops.mean(log_likelihood(real, rebuilt, self.scale.log))
        kl = ops.mean(ops.sum(kl_from_prior(mean, log_var), axis=1))
        loss = self.beta * kl - reconstruction if self.noisy else -reconstruction
        error = ops.sqrt(ops.mean(ops.square(real - rebuilt)))
        return loss, {"reconstruction": reconstruction, "kl": kl, "rms_error": error}

    def elbo(self, images, seed=0):
        """The `Elbo` of images (n, ...), uint8 or float, with one z drawn for each.

        Raises:
            ValueError: the model is an autoencoder without noise: its q has no density.
        """
        if not self.noisy:
            raise ValueError("An autoencoder has no ELBO: without noise, q(z given x) is a point.")
        mean, log_var = self.encode(images)
        z = reparametrise(mean, log_var, self.latent(len(mean), seed))
        rebuilt = self.sample(z=ops.convert_to_numpy(z))
        logs = []
        for i in range(0, len(images), 500):
            x = self.prepare(ops.convert_to_tensor(images[i : i + 500]))
            logs.append(log_likelihood(x, rebuilt[i : i + 500], self.scale.log))
        logs = np.concatenate([ops.convert_to_numpy(ops.stop_gradient(part)) for part in logs])
        kl = ops.convert_to_numpy(ops.sum(kl_from_prior(mean, log_var), axis=1))
        return Elbo(
            float(logs.mean(dtype="float64")),
            float(kl.mean(dtype="float64")),
            math.prod(images.shape[1:]),
            int((mean.var(axis=0) > IN_USE).sum()),
            len(images),
        )


def build(preset, seed=0):
    """A compiled `VAE` of the preset's size."""
    with computing_in(preset.precision):
        encoder = build_encoder(*preset.coding)
        generator = dcgan_faces.build_generator(*preset.drawing)
    model = VAE(
        encoder,
        generator,
        preset.variant,
        preset.beta,
        preset.scale,
        preset.narrows,
        average=preset.average,
        seed=seed,
    )
    return model.set_up(preset, lambda player: backends.Adam(preset.learning_rate, *preset.betas))


draw = dcgan_faces.draw


@dataclasses.dataclass(frozen=True)
class VAEScore:
    """What `evaluate` finds.

    Attributes:
        rms_error: of reconstructions, in [-1, 1]. elbo: an `Elbo`, None where there is none.
        distance: of samples, a `metrics.PictureDistance`.
    """

    rms_error: float
    elbo: Elbo | None
    distance: metrics.PictureDistance

    def __str__(self):
        told = [f"reconstructions off by {self.rms_error:.4f} (root mean square)"]
        told += [str(self.elbo)] if self.elbo else []
        return "; ".join([*told, str(self.distance)])


def evaluate(model, preset, n=2000, seed=1):
    """The `VAEScore` of n samples and n reconstructions of the preset's pictures."""
    data = datasets.load(preset.dataset, source=preset.source, verbose=False)
    pictures = metrics.shrunk(data.x_train[:n], preset.size)
    difference = model.reconstruct(pictures) - (pictures / np.float32(127.5) - 1)
    has_elbo = isinstance(model, VAE) and model.noisy
    elbo = model.elbo(pictures, seed=seed) if has_elbo else None
    distance = metrics.picture_distance(model.sample(n, seed=seed), data.x_train[:n], data.source)
    return VAEScore(float(np.sqrt(np.mean(np.square(difference)))), elbo, distance)
