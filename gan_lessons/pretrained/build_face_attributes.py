"""Train the network that names the attributes of faces (`gan_lessons.metrics.faces`).

    python -m gan_lessons.pretrained.build_face_attributes
    python -m gan_lessons.pretrained.build_face_attributes --data celeba --source FOLDER

The first trains on portraits and writes the weights that come with the course. The second trains on
your own CelebA (by default, what you imported) and puts the weights into the cache: they come from
photographs that are for non-commercial research only, so they are not part of the course. The
recipe is fixed, and the held-out faces are used once, at the end, with the weights as they are
stored. A training that is stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import platform
import time
from pathlib import Path

import keras
import numpy as np

from gan_lessons import datasets, pretrained, runtime
from gan_lessons.datasets import portraits
from gan_lessons.datasets.fetch import sha256
from gan_lessons.files import written_aside
from gan_lessons.metrics import faces

HELD_OUT = 5000  # portraits, of a seed of their own
SHARE = 0.1  # of photographs that are held out: the last ones, as in CelebA's own split
# What 64 x 64 pixels show: CelebA's other attributes are a matter of taste or too small.
CELEBA = (
    "Bald", "Bangs", "Black_Hair", "Blond_Hair", "Brown_Hair", "Eyeglasses", "Goatee", "Gray_Hair",
    "Heavy_Makeup", "Male", "Mouth_Slightly_Open", "Mustache", "No_Beard", "Pale_Skin",
    "Rosy_Cheeks", "Smiling", "Wavy_Hair", "Wearing_Hat", "Wearing_Lipstick",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a network is trained: all that decides the result, together with the data."""

    width: int = 20
    epochs: int = 20
    batch: int = 128
    rate: float = 2e-3
    shift: int = 3  # pixels
    seed: int = 0


def batch_of(images, attributes, recipe, step):
    """Batch number `step`: a function of seed and step alone. Images are moved and mirrored."""
    per_epoch = len(images) // recipe.batch
    epoch, position = divmod(step, per_epoch)
    order = np.random.default_rng((recipe.seed, epoch)).permutation(len(images))
    chosen = np.sort(order[position * recipe.batch :][: recipe.batch])
    rng = np.random.default_rng((recipe.seed, epoch, position))
    return moved(np.asarray(images[chosen]), recipe.shift, rng), attributes[chosen]


def moved(images, shift, rng):
    """Each image moved by up to `shift` pixels either way, its edge repeated, and half mirrored."""
    n, height, width, _ = images.shape
    padded = np.pad(images, ((0, 0), (shift, shift), (shift, shift), (0, 0)), mode="edge")
    top, left = rng.integers(0, 2 * shift + 1, (2, n))
    mirrored = rng.random(n) < 0.5
    new = np.empty_like(images)
    for image, source, i, j, swap in zip(new, padded, top, left, mirrored, strict=True):
        cut = source[i : i + height, j : j + width]
        image[:] = cut[:, ::-1] if swap else cut
    return new


class Batches(keras.utils.PyDataset):
    """The batches of a training from step `start` on, as floats in [-1, 1]."""

    def __init__(self, images, attributes, recipe, start, steps):
        super().__init__()
        self.arguments, self.start, self.steps = (images, attributes, recipe), start, steps

    def __len__(self):
        return self.steps - self.start

    def __getitem__(self, index):
        images, attributes = batch_of(*self.arguments, self.start + index)
        return faces.as_model_input(images), attributes.astype("float32")


class Saved(keras.callbacks.Callback):
    """Writes weights and optimizer aside every so many steps; stops after so many minutes."""

    def __init__(self, path, start, told, every=100, minutes=None):
        super().__init__()
        self.path, self.step, self.told, self.every = Path(path), start, told, every
        self.ends = None if minutes is None else time.monotonic() + 60 * minutes
        self.began = time.monotonic() - told.get("seconds", 0)

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        stops = self.ends is not None and time.monotonic() > self.ends
        if self.step % self.every == 0 or stops:
            self.save()
        self.model.stop_training = stops

    def on_train_end(self, logs=None):
        self.save()

    def save(self):
        """Write the state of the training."""
        variables = [*self.model.variables, *self.model.optimizer.variables]
        arrays = {f"{i:03d}": keras.ops.convert_to_numpy(v) for i, v in enumerate(variables)}
        told = {**self.told, "step": self.step, "seconds": time.monotonic() - self.began}
        with written_aside(self.path) as aside, aside.open("wb") as file:
            np.savez(file, told=json.dumps(told), **arrays)


def train(images, attributes, recipe, path, minutes=None):
    """Train, or go on training, with the state kept at `path`; returns model and what is told.

    The model is None where the training was stopped after so many minutes.
    """
    runtime.set_seed(recipe.seed)
    model = faces.build_network(attributes.shape[1], recipe.width)
    steps = recipe.epochs * (len(images) // recipe.batch)
    rate = keras.optimizers.schedules.CosineDecay(recipe.rate, steps)
    model.compile(
        keras.optimizers.Adam(rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
        jit_compile=False,  # convolutions: oneDNN without XLA is the faster choice on CPU
    )
    model.optimizer.build(model.trainable_variables)
    told = {"recipe": dataclasses.asdict(recipe), "n": len(images), "step": 0, "seconds": 0.0}
    if Path(path).is_file():
        with np.load(path, allow_pickle=False) as kept:
            before = json.loads(str(kept["told"]))
            if (before["recipe"], before["n"]) != (told["recipe"], told["n"]):
                raise SystemExit(
                    f"{path} was begun with another recipe. Delete it, or name another."
                )
            told = before
            for i, v in enumerate([*model.variables, *model.optimizer.variables]):
                v.assign(kept[f"{i:03d}"])
    if told["step"] < steps:
        batches = Batches(images, attributes, recipe, told["step"], steps)
        saved = Saved(path, told["step"], told, minutes=minutes)
        model.fit(batches, epochs=1, shuffle=False, verbose=2, callbacks=[saved])
        told = {**told, "step": saved.step, "seconds": time.monotonic() - saved.began}
        print(f"step {saved.step:,} of {steps:,}, {told['seconds']:.0f} s")
    return (model if told["step"] >= steps else None), told


@dataclasses.dataclass(frozen=True)
class Faces:
    """Training and held-out faces with attributes (n, k), and words about them for the card."""

    images: np.ndarray
    attributes: np.ndarray
    held_out: np.ndarray
    held_out_attributes: np.ndarray
    names: tuple
    about: str
    licence: str


def portrait_faces(count=None):
    """The portraits of the default data set, and held-out ones of another seed."""
    images, attributes, names = portraits.load(count)
    held_out, seen, _ = portraits.load(HELD_OUT, portraits.HELD_OUT_SEED)
    about = (
        f"procedural portraits: {len(images):,} of seed {portraits.SEED} (drawing code "
        f"`{portraits.code()}`), held out {len(held_out):,} of seed {portraits.HELD_OUT_SEED}"
    )
    return Faces(images, attributes, held_out, seen, tuple(names), about, "MIT, like the course")


def celeba_faces(source):
    """Photographs, of which the last tenth is held out, and those attributes that can be seen."""
    data = datasets.load("celeba", source=source)
    if data.y_train is None or not set(CELEBA) <= set(data.info["attributes"]):
        raise SystemExit(f"{data.source} are not CelebA's photographs with their attributes.")
    seen = data.y_train[:, [data.info["attributes"].index(name) for name in CELEBA]]
    n = len(seen) - round(SHARE * len(seen))
    x = data.x_train
    about = f"CelebA: {n:,} photographs, held out {len(seen) - n:,}; Z. Liu et al. (2015)"
    licence = "**non-commercial research only**, since CelebA is given out for that"
    return Faces(x[:n], seen[:n], x[n:], seen[n:], CELEBA, about, licence)


CARD = """# Face attributes

Names what can be seen in a face, and describes it by 64 numbers (`gan_lessons.metrics.faces`).

| | |
|---|---|
| network | convolutions with stride 2, {widths} channels (5x5, then 3x3), 64 ReLU units \
("features"), {k} logits; {parameters:,} weights |
| input | 64x64x3 in [-1, 1] |
| attributes | {names} |
| data | {about} |
| recipe | {epochs} epochs, batch {batch}, Adam from {rate} falling to 0 along a cosine, faces \
moved by up to {shift} pixels and mirrored; not chosen on the held-out faces |
| seed | {seed} |
| made with | {versions} |
| training time | {minutes:.1f} minutes on {machine} |
| accuracy | **{accuracy}** of the held-out faces, mean over the attributes, measured with the \
shipped weights (float16) |
| weights | `{name}.npz`, {size:,} bytes, arrays only |
| sha256 | `{sha}` |
| licence | weights: {licence} |
| date | {date} |

| attribute | accuracy | share of faces that have it |
|---|---|---|
{table}

Build it again (another machine gives slightly different weights):

    python -m gan_lessons.pretrained.build_face_attributes{command}

What it is for: measuring generated faces of the kind that it was trained on. What it is not for:
people. It has seen {kind} only, and says nothing about who somebody is.
"""


def write(name, model, data, recipe, told, command, folder):
    """Store weights, measure what was stored, write the card; returns the accuracies."""
    path = pretrained.save_weights(folder / f"{name}.npz", faces.weights_as_arrays(model))
    facts = {
        **dataclasses.asdict(recipe),
        "widths": ", ".join(str(recipe.width * times) for times in (1, 2, 3, 4)),
        "k": len(data.names),
        "parameters": model.count_params(),
        "names": ", ".join(data.names),
        "about": data.about,
        "versions": ", ".join(f"{key} {value}" for key, value in runtime.versions().items()),
        "minutes": told["seconds"] / 60,
        "machine": f"{platform.machine()}, {runtime.describe()}",
        "name": name,
        "size": path.stat().st_size,
        "sha": sha256(path),
        "licence": data.licence,
        "date": datetime.date.today().isoformat(),
        "command": command,
        "kind": "photographs of famous people" if command else "drawings",
    }
    card = path.with_suffix(".md")
    # Weights load only if their hash is in the card, so there is a first card without accuracy.
    card.write_text(CARD.format(accuracy="not measured", table="", **facts), encoding="utf-8")
    faces.forget()
    found = faces.accuracy(data.held_out, data.held_out_attributes, list(data.names), name)
    shares = data.held_out_attributes.mean(axis=0)
    rows = [
        f"| {key} | {v:.2%} | {s:.1%} |" for (key, v), s in zip(found.items(), shares, strict=True)
    ]
    facts |= {"accuracy": f"{np.mean(list(found.values())):.2%}", "table": "\n".join(rows)}
    card.write_text(CARD.format(**facts), encoding="utf-8")
    return found


def main(argv=None):
    """Train, save, measure what was saved, write the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=("portraits", "celeba"), default="portraits")
    parser.add_argument("--source", default="auto", help="of celeba: a folder, or what is imported")
    parser.add_argument("--out", type=Path, help="file that keeps the state of the training")
    parser.add_argument("--minutes", type=float, help="stop after so long; run it again to go on")
    arguments = parser.parse_args(argv)
    recipe = Recipe()
    if arguments.data == "portraits":
        name, data, command, folder = faces.PORTRAITS, portrait_faces(), "", pretrained.FOLDER
    else:
        name, data = faces.CELEBA, celeba_faces(arguments.source)
        command, folder = " --data celeba --source FOLDER", pretrained.own_folder()
    out = arguments.out or Path("runs") / name / "training.npz"
    model, told = train(data.images, data.attributes, recipe, out, arguments.minutes)
    if model is None:
        raise SystemExit("The training was stopped; run the same command again to go on.")
    found = write(name, model, data, recipe, told, command, folder)
    print("\n".join(f"{key:22}{value:.2%}" for key, value in found.items()))
    print(f"mean {np.mean(list(found.values())):.2%}; {folder / name}.npz")


if __name__ == "__main__":
    main()
