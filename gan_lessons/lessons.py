"""The lessons that can be trained: name to module, loaded when first asked for."""

from importlib import import_module

LESSONS = {
    "vanilla_gan": "the first GAN: dense networks, on digits or on 2-D points",
    "dcgan": "the convolutional GAN, on digits",
    "dcgan_faces": "the convolutional GAN, on faces in colour",
    "vae": "autoencoder and variational autoencoder, on faces in colour",
    "vae_gan": "an autoencoder judged by a discriminator's eye, on faces in colour",
    "cgan": "digits on demand: a GAN that is told what to draw",
    "cyclegan": "translation without pairs: horses to zebras and back, or your own two piles",
    "wgan": "the Wasserstein GAN, with clipping or a gradient penalty, on digits or on 2-D points",
}


def get(name):
    """The module of a lesson.

    Raises:
        ValueError: there is no such lesson.
    """
    if name not in LESSONS:
        raise ValueError(f"There is no lesson {name!r}. Choose one of: {', '.join(LESSONS)}.")
    return import_module(f"gan_lessons.{name}")
