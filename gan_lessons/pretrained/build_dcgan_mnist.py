"""Train the generator of digits that comes with the course, and write its card.

    python -m gan_lessons.pretrained.build_dcgan_mnist --source FOLDER

FOLDER holds the full MNIST; `download` fetches it. The training can be interrupted and taken up
again with the same command: it lives in a run folder (`--out`).
"""

import argparse
import dataclasses
import json
from pathlib import Path

from keras import ops

from gan_lessons import datasets, dcgan, metrics, pretrained, runtime
from gan_lessons.datasets.fetch import sha256
from gan_lessons.engine.training import train

NAME, SEED = "dcgan_mnist", 0
PRESET = dcgan.PRETRAINED

CARD = """# DCGAN generator of digits

Draws 28x28 digits from a latent point of {latent} normal numbers: `gan-lessons sample {name}`.

| | |
|---|---|
| network | the averaged generator of `gan_lessons.dcgan`, {parameters:,} weights |
| data | MNIST: {n:,} training digits; by Y. LeCun, C. Cortes and C. J. C. Burges, \
licence CC BY-SA 3.0 |
| training | {steps:,} steps of batch {batch}, {minutes:.0f} minutes on {machine} |
| seed | {seed} |
| made with | {versions} |
| score | {score} |
| weights | `{name}.npz`, {size:,} bytes, arrays only |
| sha256 | `{sha}` |
| licence | weights: MIT, like the course |

Settings:

```json
{settings}
```

Measure the score again, or build the weights again (another machine gives slightly other weights):

    gan-lessons evaluate {name}
    python -m gan_lessons.pretrained.build_dcgan_mnist --source download

It is for looking at and for learning. Some of its digits are no digits.
"""


def main(argv=None):
    """Train, save, measure what was saved, write the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default="download", help="folder with full MNIST, or download")
    parser.add_argument("--out", type=Path, default=Path("runs") / NAME, help="run folder")
    parser.add_argument("--steps", type=int, help="fewer or more steps than the recipe has")
    arguments = parser.parse_args(argv)
    data = datasets.load("mnist", source=arguments.source).x_train
    preset = dataclasses.replace(PRESET, steps=arguments.steps or PRESET.steps)
    trained = train(dcgan, preset, data=data, seed=SEED, out=arguments.out, resume=True)
    if not trained.finished:
        raise SystemExit("The training was stopped; run the same command again to go on.")
    generator = trained.model.ema_generator
    arrays = {f"{i:02d}_{w.name}": ops.convert_to_numpy(w) for i, w in enumerate(generator.weights)}
    path = pretrained.save_weights(NAME, arrays)
    write_card(path, preset, len(data), trained.history["seconds"][-1] / 60, generator)


def write_card(path, preset, n, minutes, generator):
    """Write the card twice: weights load only if it holds their hash, and the score comes last."""
    facts = {
        "name": NAME,
        "latent": preset.latent_dim,
        "parameters": generator.count_params(),
        "n": n,
        "steps": preset.steps,
        "batch": preset.batch_size,
        "minutes": minutes,
        "machine": runtime.describe(),
        "seed": SEED,
        "versions": ", ".join(f"{k} {v}" for k, v in runtime.versions().items()),
        "size": path.stat().st_size,
        "sha": sha256(path),
        "settings": json.dumps({"lesson": "dcgan", "preset": dataclasses.asdict(preset)}, indent=2),
    }
    card = path.with_suffix(".md")
    card.write_text(CARD.format(score="not measured", **facts), encoding="utf-8")
    _, model, _ = pretrained.load_generator(NAME)
    score = metrics.digits.score(model.sample(10_000, seed=1))
    card.write_text(CARD.format(score=score, **facts), encoding="utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes. {score}")


if __name__ == "__main__":
    main()
