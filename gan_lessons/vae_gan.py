"""VAE-GAN: an autoencoder whose likeness is judged by a discriminator's eye (lesson 07).

Pixel by pixel, a face that is moved by one pixel is a bad copy and a blur is a good one. Larsen et
al. (2016, "Autoencoding beyond pixels using a learned similarity metric") ask instead how well a
picture and its reconstruction agree in a hidden layer of a discriminator, which learns meanwhile
what real pictures look like. Three players: the encoder, the decoder, who is also the generator of
a GAN, and the discriminator. Networks and game are those of `dcgan_faces`, the encoder is that of
`vae`.
"""

import dataclasses
import math

import keras
from keras import ops

from gan_lessons import dcgan_faces, vae
from gan_lessons.elbo import Scale, kl_from_prior, log_likelihood, reparametrise
from gan_lessons.engine import backends
from gan_lessons.engine.players import Player
from gan_lessons.engine.precision import computing_in


@dataclasses.dataclass(frozen=True)
class VAEGANPreset(dcgan_faces.FacesPreset):
    """Sizes and settings of a VAE-GAN of faces; the rest as in `dcgan_faces`.

    Attributes:
        beta: weight of the KL term in the encoder's loss.
        gamma: weight of the likeness in the decoder's loss, in nats for each hidden unit of the
            discriminator, beside the loss of a GAN's generator.
        look: height of the pictures inside the discriminator that are compared.
    """

    beta: float = 1.0
    gamma: float = 1.0
    look: int = 8

    def __post_init__(self):
        super().__post_init__()
        heights = [self.size // 2**k for k in range(1, len(self.channels) + 1)]
        self.check_choice("look", heights)


def beside(faces, **changes):
    """The preset of a VAE-GAN with all the settings of a `dcgan_faces.FacesPreset`."""
    return VAEGANPreset(**{**dataclasses.asdict(faces), **changes})


PRESETS = {name: beside(faces) for name, faces in dcgan_faces.PRESETS.items()}


def preset_for(name, dataset=None):
    """The preset of that name; there is one data set."""
    return PRESETS[name]


def eye_of(discriminator, look):
    """The discriminator up to its hidden picture of that height: images to (batch, h, h, c).

    It shares the discriminator's weights, and follows them as they learn.
    """
    picture = discriminator.get_layer(f"picture_{look}").output
    picture = keras.layers.Activation("linear", dtype="float32")(picture)
    return keras.Model(discriminator.input, picture, name="eye")


class VAEGAN(vae.Encoding, dcgan_faces.FacesGAN):
    """Three players: what each wants stands in its loss, and each moves nothing but itself."""

    def __init__(self, encoder, generator, discriminator, preset, **kwargs):
        super().__init__(generator, discriminator, preset, **kwargs)
        # Narrows sooner than that of a VAE: here D, too, sees to it that samples are faces.
        self.encoder, self.scale = encoder, Scale(start=1.0, speed=10.0)
        self.eye = eye_of(discriminator, preset.look)
        self.average = preset.average  # from here on, so that both parts of the model have one
        self.set_players(
            Player(
                "discriminator",
                [discriminator],
                self.discriminator_loss,
                monitors=("real_score", "fake_score"),
            ),
            Player(
                "encoder",
                [encoder, self.scale],
                self.encoder_loss,
                makes_fakes=True,
                monitors=("likeness", "kl"),
            ),
            Player("generator", [generator], self.generator_loss, makes_fakes=True),
            averaged=[encoder, generator],
        )

    def make_fakes(self, real):
        """Reconstructions and samples (batch, ...), drawn together, and the encoder's answer."""
        n = ops.shape(real)[0]
        mean, log_var = self.encoder(real, training=True)
        z = reparametrise(mean, log_var, self.noise(n))
        pictures = self.generator(ops.concatenate([z, self.noise(n)]), training=True)
        return pictures[:n], pictures[n:], mean, log_var

    def half_and_half(self, fakes):
        """As many fakes as real ones: reconstructions first, then samples of the prior."""
        rebuilt, drawn, *_ = fakes
        half = ops.shape(rebuilt)[0] // 2
        return ops.concatenate([rebuilt[:half], drawn[half:]])

    def likeness(self, real, rebuilt):
        """Log-likelihood (batch,) of what D sees in a picture, given its reconstruction."""
        return log_likelihood(
            self.eye(real, training=True), self.eye(rebuilt, training=True), self.scale.log
        )

    def discriminator_loss(self, real, fakes):
        """Real against fake, be it reconstructed or drawn: the loss of the DCGAN's D."""
        return super().discriminator_loss(real, self.half_and_half(fakes))

    def encoder_loss(self, real, fakes):
        """Minus an ELBO whose pixels are those that D sees; to fool D is not its business."""
        rebuilt, _, mean, log_var = fakes
        likeness = ops.mean(self.likeness(real, rebuilt))
        kl = ops.mean(ops.sum(kl_from_prior(mean, log_var), axis=1))
        return self.preset.beta * kl - likeness, {"likeness": likeness, "kl": kl}

    def generator_loss(self, real, fakes):
        """Fool D, and draw what the encoder has seen."""
        units = math.prod(self.eye.output_shape[1:])
        likeness = ops.mean(self.likeness(real, fakes[0])) / units
        fooling = super().generator_loss(real, self.half_and_half(fakes))
        return fooling - self.preset.gamma * likeness


def build(preset, seed=0):
    """A compiled `VAEGAN` of the preset's size."""
    with computing_in(preset.precision):
        encoder = vae.build_encoder(*preset.coding)
        generator = dcgan_faces.build_generator(*preset.drawing)
        discriminator = dcgan_faces.build_discriminator(*preset.judging)
    model = VAEGAN(encoder, generator, discriminator, preset, seed=seed)
    return model.set_up(preset, lambda player: backends.Adam(preset.learning_rate, *preset.betas))


draw = dcgan_faces.draw
evaluate = vae.evaluate
