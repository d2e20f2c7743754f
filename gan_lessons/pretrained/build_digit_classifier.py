"""Train the digit classifier that `gan_lessons.metrics.digits` measures with, and write its card.

    python -m gan_lessons.pretrained.build_digit_classifier --source FOLDER

FOLDER holds the full MNIST (`mnist.npz` or the four IDX files); `download` fetches it. The recipe
is fixed: nothing in it, the last step included, is chosen by looking at the test digits. They are
used once, at the end, to measure the weights exactly as they are shipped.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import time

import keras
import numpy as np

from gan_lessons import datasets, pretrained, runtime
from gan_lessons.datasets.fetch import sha256
from gan_lessons.metrics import digits

TRAINING_DIGITS = 60_000
EPOCHS, BATCH_SIZE, SEED = 10, 128, 0
LEARNING_RATE, AVERAGING = 2e-3, 0.999
MAX_ANGLE, MAX_SHIFT = 10.0, 2.0  # degrees, pixels


def turned_and_shifted(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each image (n, 28, 28, 1) turned by up to 10 degrees and shifted by up to 2 pixels.

    The output pixel at (row, column) is read, with bilinear interpolation, where the rotation sends
    it. Outside the picture there is background (-1).
    """
    n, height, width, _ = images.shape
    angle = np.deg2rad(rng.uniform(-MAX_ANGLE, MAX_ANGLE, (n, 1, 1)))
    shift = rng.uniform(-MAX_SHIFT, MAX_SHIFT, (2, n, 1, 1))
    row, column = np.mgrid[:height, :width] - (height - 1) / 2
    row, column = (
        np.cos(angle) * row - np.sin(angle) * column + shift[0] + (height - 1) / 2,
        np.sin(angle) * row + np.cos(angle) * column + shift[1] + (width - 1) / 2,
    )
    border = 8  # wider than any pixel can travel: 2 pixels of shift, about 4 of rotation
    padded = np.pad(
        images[..., 0], ((0, 0), (border, border), (border, border)), constant_values=-1.0
    )
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    down, right = (row - top).astype("float32"), (column - left).astype("float32")
    top, left, which = top + border, left + border, np.arange(n)[:, None, None]
    moved = (1 - down) * (
        (1 - right) * padded[which, top, left] + right * padded[which, top, left + 1]
    ) + down * (
        (1 - right) * padded[which, top + 1, left] + right * padded[which, top + 1, left + 1]
    )
    return moved[..., None]


class AugmentedDigits(keras.utils.PyDataset):
    """Batches in an order, and with augmentations, that are a function of (seed, epoch) alone."""

    def __init__(self, images: np.ndarray, labels: np.ndarray):
        super().__init__()
        self.images, self.labels = images, labels
        self.epoch = 0
        self.order = np.random.default_rng((SEED, 0)).permutation(len(images))

    def __len__(self):
        return len(self.images) // BATCH_SIZE

    def __getitem__(self, index):
        chosen = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        rng = np.random.default_rng((SEED, self.epoch, index))
        images = digits.as_model_input(self.images[chosen])
        return turned_and_shifted(images, rng), self.labels[chosen]

    def on_epoch_end(self):
        """Go on to the next epoch's order."""
        self.epoch += 1
        self.order = np.random.default_rng((SEED, self.epoch)).permutation(len(self.images))


def train(images: np.ndarray, labels: np.ndarray, epochs: int) -> keras.Model:
    """A trained classifier, its weights averaged over the last part of the run."""
    runtime.set_seed(SEED)
    model = digits.build_classifier()
    batches = AugmentedDigits(images, labels)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, epochs * len(batches))
    model.compile(
        keras.optimizers.Adam(rate, use_ema=True, ema_momentum=AVERAGING),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,  # convolutions: oneDNN without XLA is the faster choice on CPU
    )
    model.fit(batches, epochs=epochs, verbose=2)
    return model


CARD = """# Digit classifier

The network behind the *LeNet Fréchet distance* of the course (`gan_lessons.metrics.digits`).

| | |
|---|---|
| network | two 5x5 convolutions (32 and 64 channels), each with 2x2 max-pooling, then 64 ReLU \
units ("features"), then 10 logits; {parameters:,} weights |
| input | 28x28x1 in [-1, 1], white digit on black |
| data | MNIST: {n:,} training digits; by Y. LeCun, C. Cortes and C. J. C. Burges, \
licence CC BY-SA 3.0 |
| recipe | {epochs} epochs, batch {batch}, Adam from {rate} falling to 0 along a cosine, weights \
averaged ({averaging} a step), dropout .4 and .2, digits turned up to {angle:g} degrees and \
shifted up to {shift:g} pixels; fixed beforehand, not chosen on the test digits |
| seed | {seed} |
| made with | {versions} |
| training time | {minutes:.1f} minutes on {machine} |
| accuracy | **{accuracy}** of the 10,000 test digits, measured with the shipped weights \
(float16) |
| weights | `{name}.npz`, {size:,} bytes, arrays only |
| sha256 | `{sha}` |
| licence | weights: MIT, like the course |
| date | {date} |

Build it again (needs the full MNIST; a different machine gives slightly different weights, so \
build `data/` again afterwards):

    python -m gan_lessons.pretrained.build_digit_classifier --source download
    python data/build.py --source download

What it is for: measuring generated digits. What it is not for: reading real handwriting in the \
world. It has seen centred, size-normalised digits only, and can be sure of its answer even for \
pure noise.
"""


def main(argv: list[str] | None = None) -> None:
    """Train, save, measure what was saved, write the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default="download", help="folder with full MNIST, or download")
    arguments = parser.parse_args(argv)
    data = datasets.load("mnist", source=arguments.source)
    if data.x_test is None or len(data.x_train) != TRAINING_DIGITS:
        raise SystemExit(
            f"{data.source} has {len(data.x_train)} training digits; the classifier needs the full "
            "MNIST with 60,000 training and 10,000 test digits. Pass its folder with --source."
        )
    started = time.monotonic()
    model = train(data.x_train, data.y_train, EPOCHS)
    minutes = (time.monotonic() - started) / 60
    path = pretrained.save_weights(digits.NAME, digits.weights_as_arrays(model))
    facts = {
        "name": digits.NAME,
        "parameters": model.count_params(),
        "n": len(data.x_train),
        "epochs": EPOCHS,
        "batch": BATCH_SIZE,
        "rate": LEARNING_RATE,
        "averaging": AVERAGING,
        "angle": MAX_ANGLE,
        "shift": MAX_SHIFT,
        "seed": SEED,
        "minutes": minutes,
        "versions": ", ".join(f"{key} {value}" for key, value in runtime.versions().items()),
        "machine": f"{platform.machine()}, {runtime.describe()}",
        "size": path.stat().st_size,
        "sha": sha256(path),
        "date": datetime.date.today().isoformat(),
    }
    card_path = path.with_suffix(".md")
    # Weights load only if their hash is in the card, so there is a first card without accuracy.
    card_path.write_text(CARD.format(accuracy="not measured", **facts), encoding="utf-8")
    digits.forget()
    accuracy = float((digits.predict(data.x_test)[1].argmax(axis=1) == data.y_test).mean())
    card_path.write_text(CARD.format(accuracy=f"{accuracy:.2%}", **facts), encoding="utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes, test accuracy {accuracy:.2%}")


if __name__ == "__main__":
    main()
