"""Measures CycleGAN and what is left of it without one of its parts (lesson 09); tables as JSON.

    python benchmarks/cyclegan.py                                # all twelve tables, 3 seeds
    python benchmarks/cyclegan.py whole "adversarial alone"      # some of it
    python benchmarks/cyclegan.py digits                         # the digits in two dresses
    python benchmarks/cyclegan.py repaint turn                   # a new colour, a new shape

One table for each way. The scores come from all held-out pictures of both kinds, translated by the
averaged translators. Runs that are already in a table are not repeated. The peak of memory is that
of the process up to the end of a run.
"""

import argparse
import dataclasses
import functools
from pathlib import Path

from table import RESULTS, fill

from gan_lessons import cyclegan, runtime, turning
from gan_lessons.engine.training import train

TASKS = ("repaint", "turn")


def ways(name):
    """What can be measured: the ablation, the pair of digits, and the tasks with black digits."""
    digits = cyclegan.DIGITS[name]
    return {**cyclegan.ways(name), "digits": digits, **dict.fromkeys(TASKS, digits)}


def figures(found):
    """The figures of a `translation.Direction`; what was not measured is left out."""
    row = {"returned": found.returned, "fooled": found.fooled, "kept": found.kept}
    for name in ("partner", "copy"):
        if measured := getattr(found, name):
            row |= {f"{name}_ssim": measured.ssim, f"{name}_error": measured.error}
    return {k: v for k, v in row.items() if v is not None}


def one_run(way, preset, seed):
    """Train with one seed; the row of the table."""
    if way in TASKS:
        task = turning.digit_tasks()[way]
        trained = turning.train_task(task, preset, seed)
        row = turning.task_figures(trained.model, task)
    else:
        trained = train(cyclegan, preset, seed=seed, verbose=False)
        found = cyclegan.evaluate(trained.model, preset)
        both = {"there": found.there, "back": found.back}
        row = {f"{side}: {k}": v for side, part in both.items() for k, v in figures(part).items()}
    return {
        "seed": seed,
        **row,
        "alarms": trained.alarms,
        "steps": int(trained.history["step"][-1]),
        "seconds": round(trained.seconds, 1),
        "peak_mb": round(runtime.peak_megabytes() or 0),
    }


def main(argv=None):
    """Fill the tables up to the wanted number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ways", nargs="*", help=", ".join(ways("quick")))
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the tables")
    arguments = parser.parse_args(argv)
    presets = ways(arguments.preset)
    for way in arguments.ways or presets:
        if way not in presets:
            parser.error(f"there is no way {way!r}; there are {', '.join(presets)}")
        path = arguments.out / f"cyclegan-{way.replace(' ', '-')}-{arguments.preset}.json"
        run = functools.partial(one_run, way, presets[way])
        fill(path, dataclasses.asdict(presets[way]), arguments.seeds, run)


if __name__ == "__main__":
    main()
