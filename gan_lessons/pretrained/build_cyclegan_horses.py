"""Train the translators of horses and zebras that come with the course, and write their card.

    python -m gan_lessons.pretrained.build_cyclegan_horses

It needs no data: the pictures are drawn by the course. A GPU takes minutes, two cores take an hour.
The training lives in a run folder (`--out`) and can be taken up again with the same command.
"""

import argparse
import dataclasses
from pathlib import Path

from gan_lessons import cyclegan, pretrained, runtime
from gan_lessons.engine.training import train
from gan_lessons.pretrained import building

NAME, SEED = "cyclegan_horses", building.SEED

CARD = """# Translators of horses and zebras

G turns procedural horses into zebras, F turns them back: `gan-lessons translate --weights {name} \
--from FOLDER --to FOLDER`.

| | |
|---|---|
| network | the averaged G and F of `gan_lessons.cyclegan`, {parameters:,} weights together |
| data | {n:,} horses and {m:,} zebras, procedural, {pixels}x{pixels}, of different scenes: no \
pairs, no photographs |
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
    networks = [trained.model.averaged(network) for network in trained.model.shipped]
    path = pretrained.save_weights(NAME, building.arrays_of(*networks))
    minutes = trained.history["seconds"][-1] / 60
    made = building.Made(minutes, runtime.describe(), runtime.versions())
    facts = {
        "m": len(data["y"]),
        "pixels": preset.size,
        **building.facts_of(NAME, "cyclegan", path, preset, made, n=len(data["x"])),
    }
    print(building.with_score(path, CARD, facts))


if __name__ == "__main__":
    main()
