"""Trains a lesson with several seeds, scores each run, and keeps a table as JSON.

    python benchmarks/quality.py dcgan --seeds 5
    python benchmarks/quality.py vanilla_gan --dataset ring --plain
    python benchmarks/quality.py dcgan --minutes 2 --name dcgan-demo

Runs that are already in the table are not repeated, so it can be stopped and started again. The
scores come from 10,000 samples of the averaged generator (the generator itself where there is no
average), drawn with seed 1. Nothing is chosen by score: every seed from 0 on counts.
"""

import argparse
import dataclasses

from table import RESULTS, fill

from gan_lessons import lessons, runtime
from gan_lessons.engine.training import choose_preset, train

SAMPLES = 10_000

FIGURES = ("rfd", "legible", "floor", "modes", "high_quality", "reverse_kl")


def score(lesson, trained):
    """The figures of one trained model, as a dict of numbers."""
    result = dataclasses.asdict(lesson.evaluate(trained.model, trained.preset, SAMPLES, seed=1))
    return {name: result[name] for name in FIGURES if name in result}


def one_run(lesson, preset, seed, minutes):
    """Train with one seed; the row of the table."""
    trained = train(lesson, preset, seed=seed, minutes=minutes, verbose=False)
    return {
        "seed": seed,
        **score(lesson, trained),
        "alarms": trained.alarms,
        "steps": int(trained.history["step"][-1]),
        "seconds": round(trained.seconds, 1),
    }


def main(argv=None):
    """Fill the table up to the wanted number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lesson", choices=lessons.LESSONS)
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--dataset")
    parser.add_argument("--plain", action="store_true", help="the form of 2014 (vanilla_gan)")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--name", help="of the table; default: from the other options")
    arguments = parser.parse_args(argv)

    lesson = lessons.get(arguments.lesson)
    preset = choose_preset(lesson, lesson.preset_for(arguments.preset, arguments.dataset))
    preset = lesson.plain(preset) if arguments.plain else preset
    form = "plain" * arguments.plain
    parts = [arguments.lesson, preset.dataset, form, arguments.preset]
    path = RESULTS / f"{arguments.name or '-'.join(p for p in parts if p)}.json"
    settings = {**dataclasses.asdict(preset), "minutes": arguments.minutes}
    fill(
        path,
        settings,
        arguments.seeds,
        lambda seed: one_run(lesson, preset, seed, arguments.minutes),
        samples=SAMPLES,
    )


if __name__ == "__main__":
    main()
