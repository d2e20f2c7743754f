"""The lessons that can be trained: name to module, loaded when first asked for."""

from importlib import import_module

LESSONS = {
    "vanilla_gan": "the first GAN: dense networks, on digits or on 2-D points",
    "dcgan": "the convolutional GAN, on digits",
}


def get(name):
    """The module of a lesson.

    Raises:
        ValueError: there is no such lesson.
    """
    if name not in LESSONS:
        raise ValueError(f"There is no lesson {name!r}. Choose one of: {', '.join(LESSONS)}.")
    return import_module(f"gan_lessons.{name}")
