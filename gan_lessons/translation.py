"""How good a translation is: by hidden partners, to a classifier's eyes, and there and back."""

from __future__ import annotations

import dataclasses

import numpy as np

from gan_lessons import metrics, plots
from gan_lessons.datasets import coloured_digits
from gan_lessons.metrics import digits, domains


@dataclasses.dataclass(frozen=True)
class Direction:
    """One direction of a translation; what cannot be measured on a data set is None.

    Attributes:
        kinds: from what to what. n: pictures translated.
        partner: `metrics.Similarity` of the translations to the hidden partners of the pictures.
        copy: that of the pictures themselves: what doing nothing reaches.
        fooled: share of the translations that the classifier of drawn horses and zebras takes for
            the kind asked for.
        kept: share of the digits that are still the same for the digit classifier.
        returned: mean absolute error, on [0, 1], of the pictures translated there and back.
    """

    kinds: tuple[str, str]
    n: int
    returned: float | None = None
    partner: metrics.Similarity | None = None
    copy: metrics.Similarity | None = None
    fooled: float | None = None
    kept: float | None = None

    def __str__(self):
        told = []
        if self.partner:
            told.append(
                f"SSIM {self.partner.ssim:.3f} and mean absolute error {self.partner.error:.4f} to "
                f"the hidden partner (copying: {self.copy.ssim:.3f}, {self.copy.error:.4f})"
            )
        if self.fooled is not None:
            told.append(f"{self.fooled:.1%} taken for a {self.kinds[1]}")
        if self.kept is not None:
            told.append(f"{self.kept:.1%} still the same digit")
        if self.returned is not None:
            told.append(f"there and back {self.returned:.4f} off")
        return f"{' to '.join(self.kinds)} (n = {self.n:,}): {', '.join(told)}"


@dataclasses.dataclass(frozen=True)
class TranslationScore:
    """Both directions; `str` gives the lines to report."""

    there: Direction
    back: Direction

    def __str__(self):
        return f"{self.there}\n{self.back}"

    @property
    def ssim(self):
        """Mean of both directions."""
        return (self.there.partner.ssim + self.back.partner.ssim) / 2

    @property
    def error(self):
        """Mean of both directions: the hidden-pair error."""
        return (self.there.partner.error + self.back.partner.error) / 2


def score(model, data, n=None, averaged=True):
    """The `TranslationScore` of a `CycleGAN` on the first n test pictures of a data set."""
    return TranslationScore(
        *(direction(model, data, to, n, averaged=averaged) for to in ("y", "x"))
    )


def direction(model, data, to="y", n=None, averaged=True):
    """The `Direction` of a model towards kind "y" or "x"."""
    pictures = held_out(data)[0 if to == "y" else 1][:n]
    made = model.translate(pictures, to, averaged=averaged)
    back = model.translate(made, "x" if to == "y" else "y", averaged=averaged)
    returned = float(np.abs(plots.to_uint8(back) / 255.0 - np.asarray(pictures) / 255.0).mean())
    return dataclasses.replace(judged(made, data, to), returned=returned)


def judged(made, data, to="y"):
    """The `Direction` of pictures that somebody has made of the first test pictures.

    Args:
        made: (n, h, w, c), uint8 or floats in [-1, 1]. to: the kind they are to be of, "y" or "x".
    """
    there, n = to == "y", len(made)
    pictures = held_out(data)[0 if there else 1][:n]
    kinds = data.info["kinds"]
    kinds = tuple(kinds if there else kinds[::-1])
    found = {}
    truth = data.info.get("truth")
    if truth is not None:
        truth = truth[0 if there else 1][:n]
        # Which colours a digit gets is nobody's to know: its partner is one of many.
        if not ("labels" in data.info and there):
            found["partner"] = metrics.similarity(made, truth)
            found["copy"] = metrics.similarity(pictures, truth)
    if truth is not None and set(kinds) == set(domains.KINDS):  # it knows drawings only
        found["fooled"] = float(np.mean(domains.is_zebra(made) == (kinds[1] == "zebra")))
    if "labels" in data.info:
        labels = data.info["labels"][0 if there else 1][:n]
        read = digits.predict(coloured_digits.legible(plots.to_uint8(made)))[1].argmax(axis=1)
        found["kept"] = float(np.mean(read == labels))
    return Direction(kinds, n, **found)


def held_out(data):
    """The test pictures of both kinds; where a set has none, the last of the training pictures."""
    piles = ((data.x_test, data.x_train), (data.y_test, data.y_train))
    return tuple(test if test is not None and len(test) else train[-100:] for test, train in piles)


def strip(model, data, n=8, averaged=True):
    """Rows of pictures, float32 (n, columns, height, width, colours).

    Each row shows one of x (the picture, translated, translated back and, where it is known, its
    hidden partner), then the same of one of y.
    """
    columns = []
    for number, (pictures, to, back) in enumerate(
        zip(held_out(data), ("y", "x"), ("x", "y"), strict=True)
    ):
        pictures = np.asarray(pictures[:n])
        made = model.translate(pictures, to, averaged=averaged)
        columns += [pictures, made, model.translate(made, back, averaged=averaged)]
        if data.info.get("truth") is not None:
            columns.append(data.info["truth"][number][:n])
    rows = min(map(len, columns))
    scaled = [c / np.float32(127.5) - 1 if c.dtype == np.uint8 else c for c in columns]
    return np.stack([c[:rows] for c in scaled], axis=1)
