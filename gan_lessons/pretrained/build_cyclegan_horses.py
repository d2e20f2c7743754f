"""Train the translators of horses and zebras that come with the course, and write their card.

    python -m gan_lessons.pretrained.build_cyclegan_horses

It needs no data: the pictures are drawn by the course. A GPU takes minutes, two cores take an hour.
The training lives in a run folder (`--out`) and can be taken up again with the same command.
"""

import argparse
import dataclasses
import json
from pathlib import Path

from keras import ops

from gan_lessons import cyclegan, pretrained, runtime
from gan_lessons.datasets.fetch import sha256
from gan_lessons.engine.training import train

NAME, SEED = "cyclegan_horses", 0

CARD = """# Translators of horses and zebras

G turns procedural horses into zebras, F turns them back: `gan-lessons translate --weights {name} \
--from FOLDER --to FOLDER`.

| | |
|---|---|
| network | the averaged G and F of `gan_lessons.cyclegan`, {parameters:,} weights together |
| data | {n:,} horses and {m:,} zebras, procedural, {size}x{size}, of different scenes: no pairs, \
no photographs |
| training | {steps:,} steps of batch {batch}, {minutes:.1f} minutes on {machine} |
| seed | {seed} |
| made with | {versions} |
| score | {score} |
| weights | `{name}.npz`, {bytes:,} bytes, arrays only |
| sha256 | `{sha}` |
| licence | weights: MIT, like the course |

Settings:

```json
{settings}
```

Measure the score again, or build the weights again (another machine gives slightly other weights):

    gan-lessons evaluate {name}
    python -m gan_lessons.pretrained.build_{name}

They have seen the course's own drawings and nothing else. Of photographs they make nonsense.
"""


def main(argv=None):
    """Train, save, measure what was saved, write the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs") / NAME, help="run folder")
    parser.add_argument("--steps", type=int, help="fewer or more steps than the recipe has")
    arguments = parser.parse_args(argv)
    recipe = cyclegan.PRETRAINED
    preset = dataclasses.replace(recipe, steps=arguments.steps or recipe.steps)
    data = preset.training_data(preset.load())
    trained = train(cyclegan, preset, data=data, seed=SEED, out=arguments.out, resume=True)
    if not trained.finished:
        raise SystemExit("The training was stopped; run the same command again to go on.")
    path = pretrained.save_weights(NAME, arrays_of(trained.model))
    minutes = trained.history["seconds"][-1] / 60
    print(write_card(path, preset, len(data["x"]), len(data["y"]), minutes))


def arrays_of(model):
    """The averaged weights of what is shipped, by names that keep their order."""
    weights = [w for network in model.shipped for w in model.averaged(network).weights]
    return {f"{i:03d}_{w.name}": ops.convert_to_numpy(w) for i, w in enumerate(weights)}


def write_card(path, preset, n, m, minutes, machine=None, versions=None):
    """Write the card twice: weights load only if it holds their hash, and the score comes last.

    Args:
        path: of the weights. n, m: horses and zebras they were trained on. machine, versions: where
            they were; by default this machine. Returns the score.
    """
    model = cyclegan.build(preset)
    facts = {
        "name": NAME,
        "parameters": sum(network.count_params() for network in model.shipped),
        "n": n,
        "m": m,
        "size": preset.size,
        "steps": preset.steps,
        "batch": preset.batch_size,
        "minutes": minutes,
        "machine": machine or runtime.describe(),
        "seed": SEED,
        "versions": ", ".join(f"{k} {v}" for k, v in (versions or runtime.versions()).items()),
        "bytes": path.stat().st_size,
        "sha": sha256(path),
        "settings": json.dumps(
            {"lesson": "cyclegan", "preset": dataclasses.asdict(preset)}, indent=2
        ),
    }
    card = path.with_suffix(".md")
    card.write_text(CARD.format(score="not measured", **facts), encoding="utf-8")
    lesson, model, preset = pretrained.load_generator(path.stem)
    score = lesson.evaluate(model, preset)
    told = str(score).replace("\n", "; ")
    card.write_text(CARD.format(score=told, **facts), encoding="utf-8")
    return score


if __name__ == "__main__":
    main()
