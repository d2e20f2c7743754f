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
EPOCHS, BATCH_SIZE, SEED = 8, 128, 0
LEARNING_RATE = 1e-3
MAX_SHIFT = 1  # pixels


def shifted(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each image (n, 28, 28, 1) moved by up to a pixel each way; background (-1) comes in."""
    n, height, width, _ = images.shape
    border = ((0, 0), (MAX_SHIFT, MAX_SHIFT), (MAX_SHIFT, MAX_SHIFT), (0, 0))
    padded = np.pad(images, border, constant_values=-1.0)
    top, left = rng.integers(0, 2 * MAX_SHIFT + 1, (2, n))
    moved = [
        image[i : i + height, j : j + width] for image, i, j in zip(padded, top, left, strict=True)
    ]
    return np.stack(moved)


class ShiftedDigits(keras.utils.PyDataset):
    """Batches in an order, and with shifts, that are a function of (seed, epoch) alone."""

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
        return shifted(images, rng), self.labels[chosen]

    def on_epoch_end(self):
        """Go on to the next epoch's order."""
        self.epoch += 1
        self.order = np.random.default_rng((SEED, self.epoch)).permutation(len(self.images))


def train(images: np.ndarray, labels: np.ndarray, epochs: int) -> keras.Model:
    """A trained classifier."""
    runtime.set_seed(SEED)
    model = digits.build_classifier()
    batches = ShiftedDigits(images, labels)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, epochs * len(batches))
    model.compile(
        keras.optimizers.Adam(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,  # convolutions: oneDNN without XLA is the faster choice on CPU
    )
    model.fit(batches, epochs=epochs, verbose=2)
    return model


CARD = """# Digit classifier

The network behind the *LeNet Fréchet distance* of the course (`gan_lessons.metrics.digits`).

| | |
|---|---|
| network | two 5x5 convolutions (16 and 32 channels), each with 2x2 max-pooling, then 64 ReLU \
units ("features"), then 10 logits; {parameters:,} weights |
| input | 28x28x1 in [-1, 1], white digit on black |
| data | MNIST: {n:,} training digits; by Y. LeCun, C. Cortes and C. J. C. Burges, \
licence CC BY-SA 3.0 |
| recipe | {epochs} epochs, batch {batch}, Adam from {rate} falling to 0 along a cosine, digits \
shifted by up to {shift} pixel; no dropout, no other augmentation; not chosen on the test digits |
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

Dropout, rotations and averaged weights would raise the accuracy to 99.5 %, and were left out on \
purpose: they draw the clouds of the ten classes so tight that the distance hangs on a few unclear \
digits.

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
