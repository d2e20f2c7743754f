"""Train the witness that tells procedural horses from zebras, and write its card.

    python -m gan_lessons.pretrained.build_horse_zebra_classifier

It needs no data: the pictures are drawn, in scenes that nothing else in the course uses. The test
pictures are looked at once, at the end, by the weights exactly as they are shipped.
"""

from __future__ import annotations

import argparse
import time

import keras
import numpy as np

from gan_lessons import pretrained, runtime
from gan_lessons.datasets import horses
from gan_lessons.datasets.fetch import sha256
from gan_lessons.metrics import domains
from gan_lessons.pretrained import building

TRAINING, HELD_OUT = 2_000, 1_000  # scenes; each is drawn with one of the animals
EPOCHS, BATCH_SIZE, SEED, SEEDS = 6, 64, 0, (101, 102)
LEARNING_RATE = 2e-3

CARD = """# Witness of horses and zebras

Says whether a procedural picture shows a horse or a zebra (`gan_lessons.metrics.domains`): a judge
of translations that has never seen one.

| | |
|---|---|
| network | three convolutions with steps of 2 (16, 32 and 32 channels), the mean over all places, \
one logit; {parameters:,} weights |
| input | 64x64x3 in [-1, 1] |
| data | {n:,} procedural pictures, half of each kind, drawn by `gan_lessons.datasets.horses`; no \
photographs |
| recipe | {epochs} epochs, batch {batch}, Adam from {rate} falling to 0 along a cosine, pictures \
mirrored and with noise of up to a tenth |
| seed | {seed} |
| made with | {versions} |
| training time | {minutes:.1f} minutes on {machine} |
| accuracy | **{accuracy}** of {held_out:,} held-out pictures, measured with the shipped weights |
| weights | `{name}.npz`, {size:,} bytes, arrays only |
| sha256 | `{sha}` |
| licence | weights: MIT, like the course |

Build it again:

    python -m gan_lessons.pretrained.build_horse_zebra_classifier

It knows the course's own drawings and nothing else: what it says of photographs means nothing.
"""


def pictures(n, seed):
    """n pictures in turn of a horse and of a zebra, of scenes of their own, and 1 for a zebra."""
    scenes = horses.scenes(n, seed)
    half = n // 2
    kinds = [
        horses.draw(scenes.part(0, half), "horse"),
        horses.draw(scenes.part(half, n), "zebra"),
    ]
    return np.concatenate(kinds), np.repeat([0.0, 1.0], [half, n - half])


def train(n=TRAINING, epochs=EPOCHS):
    """A trained classifier."""
    runtime.set_seed(SEED)
    x, y = pictures(n, SEEDS[0])
    x = x.astype("float32") / 127.5 - 1.0
    rng = np.random.default_rng(SEED)
    model = domains.build_classifier()
    steps = epochs * (len(x) // BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        turned = np.where(rng.uniform(size=(len(x), 1, 1, 1)) < 0.5, x[:, :, ::-1], x)
        strength = rng.uniform(0, 0.2, (len(x), 1, 1, 1))
        noisy = (turned + strength * rng.normal(size=x.shape)).astype("float32")
        model.fit(noisy[order], y[order], batch_size=BATCH_SIZE, shuffle=False, verbose=2)
    return model


def main(argv=None):
    """Train, save, measure what was saved, write the card."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args(argv)
    began = time.monotonic()
    model = train()
    path = pretrained.save_weights(domains.NAME, building.arrays_of(model))
    facts = {
        "name": domains.NAME,
        "parameters": model.count_params(),
        "n": TRAINING,
        "held_out": HELD_OUT,
        "epochs": EPOCHS,
        "batch": BATCH_SIZE,
        "rate": LEARNING_RATE,
        "seed": SEED,
        "versions": ", ".join(f"{k} {v}" for k, v in runtime.versions().items()),
        "minutes": (time.monotonic() - began) / 60,
        "machine": runtime.describe(),
        "size": path.stat().st_size,
        "sha": sha256(path),
    }
    card = path.with_suffix(".md")
    card.write_text(CARD.format(accuracy="not measured", **facts), encoding="utf-8")
    domains.forget()
    accuracy = held_out_accuracy()
    card.write_text(CARD.format(accuracy=f"{accuracy:.2%}", **facts), encoding="utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes, {accuracy:.2%} of held-out pictures")


def held_out_accuracy(n=HELD_OUT):
    """Share of n held-out pictures that the shipped classifier names rightly."""
    x, y = pictures(n, SEEDS[1])
    return float(np.mean(domains.is_zebra(x) == (y == 1)))


if __name__ == "__main__":
    main()
