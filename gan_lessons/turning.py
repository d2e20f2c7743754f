"""A change of colour and a change of shape, with the same digits: what CycleGAN is good for."""

import numpy as np

from gan_lessons import cyclegan, datasets, plots, runtime, translation
from gan_lessons.datasets import coloured_digits
from gan_lessons.engine.training import train
from gan_lessons.metrics import digits


def digit_tasks(many=2000, test=200):
    """Two tasks with the same black digits: {"repaint": Dataset, "turn": Dataset}.

    The second kind is the negative of the first, or the first turned to the left by a quarter. No
    digit is in both piles. info holds the hidden partners as "truth" and as "numbers" which digits
    the test pictures of either kind show.

    Args:
        many: training digits of each kind. test: those held out.

    Raises ValueError where there are not as many digits.
    """
    mnist = datasets.load("mnist", source="bundled", verbose=False)
    ends = np.cumsum([many, many, test, test])
    if ends[-1] > len(mnist.x_train):
        raise ValueError(f"Expected at most {len(mnist.x_train):,} digits, received {ends[-1]:,}.")
    x, y, x_test, y_test = np.split(coloured_digits.black(mnist.x_train), ends)[:4]
    numbers = tuple(np.split(mnist.y_train, ends)[2:4])
    tasks = {}
    for name, kind, there in (
        ("repaint", "white digit", np.invert),
        ("turn", "lying digit", lambda pictures: turned(pictures, 1)),
    ):
        info = {
            "kinds": ("upright digit" if name == "turn" else "black digit", kind),
            "truth": (there(x_test), y_test),
            "numbers": numbers,
        }
        told = f"{mnist.source}"
        tasks[name] = datasets.Dataset(name, told, x, there(y), x_test, there(y_test), info)
    return tasks


def train_task(task, preset, seed=0):
    """A CycleGAN trained on one of `digit_tasks`: what `train` returns."""
    runtime.set_seed(seed)
    model = cyclegan.build(preset, seed=seed)
    model.data = task  # whose test pictures are looked at on the way
    piles = preset.training_data(task)
    return train(cyclegan, preset, piles, seed=seed, model=model, verbose=False)


def turned(pictures, quarters):
    """Pictures (n, h, w, c) turned to the left by so many quarters of a turn."""
    return np.rot90(pictures, quarters, axes=(1, 2))


def task_figures(model, task):
    """{"there: figure" or "back: figure": value} of a model on one of `digit_tasks`.

    Likeness to the hidden truth, share of digits that are still read as the same, and both for
    digits that nobody has touched; and how far off they are there and back.
    """
    figures = {}
    for way, to, pictures in zip(("there", "back"), "yx", translation.held_out(task), strict=True):
        found = translation.direction(model, task, to)
        figures |= {
            f"{way}: ssim": found.partner.ssim,
            f"{way}: ssim, untouched": found.copy.ssim,
            f"{way}: kept": kept(model.translate(pictures, to), task, to),
            f"{way}: kept, untouched": kept(pictures, task, to),
            f"{way}: returned": found.returned,
        }
    return figures


def task_report(model, task):
    """`task_figures` as text, a line for each direction."""
    figures, lines = task_figures(model, task), []
    for way, kinds in (("there", task.info["kinds"]), ("back", task.info["kinds"][::-1])):
        ssim, bare, same, untouched, returned = (
            figures[f"{way}: {name}"]
            for name in ("ssim", "ssim, untouched", "kept", "kept, untouched", "returned")
        )
        lines.append(
            f"{' to '.join(kinds):28} SSIM {ssim:.3f} (untouched {bare:.3f}), same digit "
            f"{same:.0%} ({untouched:.0%}), there and back {returned:.3f} off"
        )
    return lines


def kept(pictures, task, to):
    """Share of translations to kind `to` in which the digit classifier reads the same digit.

    Args:
        pictures: made of the first test pictures of one of `digit_tasks`.
    """
    if task.name == "turn" and to == "y":
        pictures = turned(pictures, -1)
    read = digits.predict(coloured_digits.legible(plots.to_uint8(pictures)))[1].argmax(axis=1)
    return float(np.mean(read == task.info["numbers"][to == "x"][: len(pictures)]))
