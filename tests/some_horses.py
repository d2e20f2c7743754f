"""Some horses and zebras for tests, drawn by the course's own code, with their hidden partners."""

from gan_lessons import datasets
from gan_lessons.datasets import horses


def some_horses(n=12, size=32, seed=50):
    """A Dataset of n pictures of each kind, which are test pictures as well: uint8, size x size."""
    scenes = horses.scenes(n, seed), horses.scenes(n, seed + 1)
    x, y = (horses.draw(s, k, size) for s, k in zip(scenes, horses.ANIMALS, strict=True))
    turned = horses.ANIMALS[::-1]
    truth = tuple(horses.draw(s, k, size) for s, k in zip(scenes, turned, strict=True))
    info = {"kinds": horses.ANIMALS, "truth": truth}
    return datasets.Dataset("horses", "a test", x, y, x, y, info)
