"""How a generator that comes with the course is trained, stored, measured and described."""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
from keras import ops, tree

from gan_lessons import datasets, pretrained, runtime
from gan_lessons.datasets.fetch import sha256
from gan_lessons.engine.training import train
from gan_lessons.lessons import get

SEED = 0

CARD = """# {title}

{what}: `gan-lessons sample {name}`.

| | |
|---|---|
| network | the averaged generator of `gan_lessons.{lesson}`, {parameters:,} weights |
| data | {data} |
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
    python -m gan_lessons.pretrained.build_{name}{command}

It is for looking at and for learning. {warning}
"""

MNIST = (
    "MNIST: {n:,} training digits; by Y. LeCun, C. Cortes and C. J. C. Burges, licence CC BY-SA 3.0"
)


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A generator to build.

    name: of the weights. lesson: name of its module. title, what: first lines of its card; `what`
    may name {latent}, the length of z. preset: how it is trained. dataset: for `datasets.load`, and
    source, where it comes from unless told otherwise. data: what the card says of it; it may name
    {n}, how many samples there are. command: what stands behind the program to build it again.
    warning: last words of the card.
    """

    name: str
    lesson: str
    title: str
    what: str
    preset: object
    dataset: str = "mnist"
    source: str = "download"
    data: str = MNIST
    command: str = " --source download"
    warning: str = "Some of its digits are no digits."


@dataclasses.dataclass(frozen=True)
class Made:
    """Where and how long a training ran, and with what."""

    minutes: float
    machine: str
    versions: dict


def main(recipe, description, argv=None):
    """Train, save, measure what was saved, write the card."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument(
        "--source", default=recipe.source, help=f"of {recipe.dataset}, as `datasets.load` takes it"
    )
    parser.add_argument("--out", type=Path, default=Path("runs") / recipe.name, help="run folder")
    parser.add_argument("--steps", type=int, help="fewer or more steps than the recipe has")
    arguments = parser.parse_args(argv)
    preset = dataclasses.replace(recipe.preset, steps=arguments.steps or recipe.preset.steps)
    data = preset.training_data(datasets.load(recipe.dataset, source=arguments.source))
    trained = train(
        get(recipe.lesson), preset, data=data, seed=SEED, out=arguments.out, resume=True
    )
    if not trained.finished:
        raise SystemExit("The training was stopped; run the same command again to go on.")
    path = pretrained.save_weights(recipe.name, arrays_of(trained.model.ema_generator))
    minutes = trained.history["seconds"][-1] / 60
    made = Made(minutes, runtime.describe(), runtime.versions())
    write_card(recipe, path, preset, made, n=len(tree.flatten(data)[0]))


def arrays_of(*networks):
    """The weights of a generator, or of several networks, by names that keep their order."""
    weights = [w for network in networks for w in network.weights]
    return {f"{i:03d}_{w.name}": ops.convert_to_numpy(w) for i, w in enumerate(weights)}


def facts_of(name, lesson, path, preset, made, n):
    """What every card says of a generator, by the names that stand in its text.

    Args:
        name: of the weights, which lie at `path`. lesson: name of its module. preset: that they
            were trained with. made: a `Made`. n: pictures that they were trained on.
    """
    with np.load(path, allow_pickle=False) as archive:
        parameters = sum(archive[key].size for key in archive.files)
    settings = {"lesson": lesson, "preset": dataclasses.asdict(preset)}
    return {
        "name": name,
        "lesson": lesson,
        "parameters": parameters,
        "n": n,
        "steps": preset.steps,
        "batch": preset.batch_size,
        "minutes": made.minutes,
        "machine": made.machine,
        "seed": SEED,
        "versions": ", ".join(f"{k} {v}" for k, v in made.versions.items()),
        "size": path.stat().st_size,
        "sha": sha256(path),
        "settings": json.dumps(settings, indent=2),
    }


def write_card(recipe, path, preset, made, n=60_000):
    """Write the card of a recipe's weights at `path`, with their score.

    Args:
        preset: that they were trained with. made: a `Made`. n: samples that they were trained on.
    """
    facts = {
        "title": recipe.title,
        "data": recipe.data.format(n=n),
        "command": recipe.command,
        "warning": recipe.warning,
        "what": recipe.what.format(latent=preset.latent_dim),
        **facts_of(recipe.name, recipe.lesson, path, preset, made, n),
    }
    score = with_score(path, CARD, facts)
    print(f"{path}: {path.stat().st_size:,} bytes. {score}")


def with_score(path, card, facts):
    """Write a card twice: weights load only if it holds their hash, and the score comes last.

    Args:
        path: of the weights. card: its text, with {score} and the names of `facts` in it.

    Returns the score.
    """
    written = path.with_suffix(".md")
    written.write_text(card.format(score="not measured", **facts), encoding="utf-8")
    lesson, model, preset = pretrained.load_generator(path.stem)
    score = lesson.evaluate(model, preset)
    told = str(score).replace("\n", "; ")
    written.write_text(card.format(score=told, **facts), encoding="utf-8")
    return score
