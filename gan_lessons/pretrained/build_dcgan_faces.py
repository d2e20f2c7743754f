"""Train the generator of faces that comes with the course, and write its card.

    python -m gan_lessons.pretrained.build_dcgan_faces --source FOLDER --samples samples.npy
    python -m gan_lessons.pretrained.build_dcgan_faces --source FOLDER --fid 20.5

FOLDER holds your own copy of CelebA. A GPU is needed: it takes minutes there, and days without. The
training lives in a run folder (`--out`) and can be taken up again with the same command. Measure
the FID of the samples with `benchmarks/inception_fid.py`; the second command puts it into the card.
"""

import argparse
import dataclasses
from pathlib import Path

import numpy as np

from gan_lessons import datasets, dcgan_faces, plots, pretrained, runtime
from gan_lessons.engine.training import train
from gan_lessons.pretrained import building

NAME, SEED = "dcgan_faces", building.SEED  # the lesson has the same name
PRESET = dcgan_faces.PRETRAINED
SAMPLES = 10_000  # of seed 1

CARD = """# DCGAN generator of faces

Draws 64x64 faces in colour from a latent point of {latent} normal numbers: \
`gan-lessons sample {name}`.

| | |
|---|---|
| network | the averaged generator of `gan_lessons.dcgan_faces`, {parameters:,} weights |
| data | CelebA, aligned and cropped: the first {n:,} photographs, of which the middle square (148 \
of 178 pixels) was made 64x64; by Z. Liu, P. Luo, X. Wang and X. Tang (2015) |
| training | {steps:,} steps of batch {batch}, {minutes:.1f} minutes on {machine} |
| seed | {seed} |
| made with | {versions} |
| score | {score} |
| weights | `{name}.npz`, {size:,} bytes, arrays only |
| sha256 | `{sha}` |
| licence | **non-commercial research and teaching only**: CelebA is given out for non-commercial \
research, and these weights come from it, so the course's MIT licence does not hold for them |

Settings:

```json
{settings}
```

Build the weights again, from your own copy of CelebA and on a GPU (another machine gives other
weights), and measure their FID:

    python -m gan_lessons.pretrained.build_dcgan_faces --source FOLDER --samples samples.npy
    python benchmarks/inception_fid.py features samples.npy fake.npz

It is for looking at and for learning. It draws nobody: who looks like somebody does so by chance.
CelebA shows famous people, most of them young and light-skinned, and what the generator draws is as
uneven. Many of its faces are flawed.
"""


def main(argv=None):
    """Train, save, write samples of what was saved, write the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True, help="folder or .zip with your CelebA")
    parser.add_argument("--out", type=Path, default=Path("runs") / NAME, help="run folder")
    parser.add_argument("--steps", type=int, help="fewer or more steps than the recipe has")
    parser.add_argument("--samples", type=Path, help=f".npy to write {SAMPLES:,} samples into")
    parser.add_argument("--fid", type=float, help="the measured FID, for the card")
    arguments = parser.parse_args(argv)
    preset = dataclasses.replace(PRESET, steps=arguments.steps or PRESET.steps)
    data = preset.training_data(datasets.load("celeba", source=arguments.source))
    trained = train(dcgan_faces, preset, data=data, seed=SEED, out=arguments.out, resume=True)
    if not trained.finished:
        raise SystemExit("The training was stopped; run the same command again to go on.")
    path = pretrained.save_weights(NAME, building.arrays_of(trained.model.ema_generator))
    write_card(path, preset, len(data), trained.history["seconds"][-1] / 60, fid=arguments.fid)
    if arguments.samples:
        _, model, _ = pretrained.load_generator(NAME)
        np.save(arguments.samples, plots.to_uint8(model.sample(SAMPLES, seed=1)))
    print(f"{path}: {path.stat().st_size:,} bytes.")


def write_card(path, preset, n, minutes, fid=None, machine=None, versions=None):
    """Write the card of the weights at `path`.

    Args:
        n: photographs. fid: as measured, or None. machine, versions: where it was trained; by
            default this machine.
    """
    score = f"FID {fid or 0:.1f} ({SAMPLES:,} samples of seed 1 against the {n:,} photographs)"
    made = building.Made(minutes, machine or runtime.describe(), versions or runtime.versions())
    facts = {
        "latent": preset.latent_dim,
        "score": score if fid is not None else "not measured",
        **building.facts_of(NAME, NAME, path, preset, made, n),
    }
    path.with_suffix(".md").write_text(CARD.format(**facts), encoding="utf-8")


if __name__ == "__main__":
    main()
