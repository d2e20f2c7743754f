"""Trains CycleGAN on real photographs whose partners are known, and measures how far off it ends.

    python benchmarks/photo_pairs.py cityscapes.zip --minutes 60 --out runs/streets

For a set in the CycleGAN layout whose test files pair up by their names, such as label maps (A)
and photographs of streets (B). The training sees two piles without pairs. The run folder gets a
picture, `strip.png`, the photographs, `photos.npy`, and those made of label maps, `made.npy`: what
`inception_fid.py` wants. Started again with the same command, it goes on where it was stopped.
"""

import argparse
import dataclasses
import json
import zipfile
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from gan_lessons import cyclegan, plots, translation
from gan_lessons.datasets import unpaired
from gan_lessons.engine.training import train

# The full preset, as far as a processor takes it in an hour: half the side, a quarter of the width.
PRESET = dataclasses.replace(
    cyclegan.PRESETS["full"],
    size=128,
    channels=16,
    blocks=6,
    judge=(32, 64, 128),
    judge_norm=False,
    learning_rate=5e-4,
    report_every=200,
    precision="mixed_bfloat16",
)


def pairs(path, size):
    """The test pictures that have a partner of the same name: x and y, each (n, size, size, 3)."""
    with zipfile.ZipFile(path) as archive:
        names = {part: {} for part in ("testA", "testB")}
        for name in archive.namelist():
            where = PurePosixPath(name)
            if where.parent.name in names and where.suffix.lower() in unpaired.ENDINGS:
                names[where.parent.name][where.stem] = name
        both = sorted(names["testA"].keys() & names["testB"].keys())
        return tuple(
            np.stack([unpaired.decode(archive.read(names[part][stem]), size) for stem in both])
            for part in ("testA", "testB")
        )


def away(pictures, others):
    """Mean absolute error on [0, 1] of uint8 pictures."""
    return float(np.abs(np.float32(pictures) - np.float32(others)).mean() / 255)


def figures(x, y, made_y, made_x, mean_x, mean_y):
    """Errors of the translations to the known partners, and of answers that need no translator.

    Args:
        x, y: partners, uint8. made_y, made_x: translations of them. mean_x, mean_y: the mean
            picture of each training pile.
    """
    return {
        "photographs: error": away(made_y, y),
        "photographs: error of copying": away(x, y),
        "photographs: error of the mean picture": away(mean_y, y),
        "photographs: error of another's": away(np.roll(made_y, 1, axis=0), y),
        "labels: error": away(made_x, x),
        "labels: error of copying": away(y, x),
        "labels: error of the mean picture": away(mean_x, x),
        "labels: error of another's": away(np.roll(made_x, 1, axis=0), x),
    }


def main(argv=None):
    """Train, measure, write the pictures and `figures.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="the set, a .zip in the CycleGAN layout")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--steps", type=int, help="as many steps instead of minutes")
    parser.add_argument("--size", type=int, default=PRESET.size)
    parser.add_argument("--out", type=Path, default=Path("runs") / "photo_pairs")
    arguments = parser.parse_args(argv)
    preset = dataclasses.replace(PRESET, dataset=str(arguments.path), size=arguments.size)
    if arguments.steps:
        preset = dataclasses.replace(preset, steps=arguments.steps)
    minutes = None if arguments.steps else arguments.minutes
    data = preset.load()
    piles = preset.training_data(data)
    trained = train(cyclegan, preset, data=piles, out=arguments.out, resume=True, minutes=minutes)
    x, y = pairs(arguments.path, preset.size)
    made_y, made_x = (
        plots.to_uint8(trained.model.translate(pictures, to))
        for pictures, to in ((x, "y"), (y, "x"))
    )
    means = (np.mean(pile, axis=0, keepdims=True) for pile in piles.values())
    row = {
        "steps": int(trained.history["step"][-1]),
        "minutes": round(float(trained.history["seconds"][-1]) / 60, 1),
        "n": len(x),
        **{k: round(v, 4) for k, v in figures(x, y, made_y, made_x, *means).items()},
    }
    for name, pictures in (("photos", y), ("made", made_y)):
        np.save(arguments.out / f"{name}.npy", pictures)
    (arguments.out / "figures.json").write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")
    rows = translation.strip(trained.model, data, 8)
    Image.fromarray(cyclegan.draw(rows)).save(arguments.out / "strip.png")
    print(json.dumps(row, indent=2))


if __name__ == "__main__":
    main()
