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
import json
from pathlib import Path

import numpy as np

from gan_lessons import lessons, runtime
from gan_lessons.engine.training import choose_preset, train

RESULTS = Path(__file__).parent / "results"
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


def summary(runs):
    """Mean and standard deviation over the seeds of every figure."""
    names = [k for k in runs[0] if k not in ("seed", "alarms")]
    figures = {k: [run[k] for run in runs] for k in names}
    spread = 1 if len(runs) > 1 else 0
    return {
        k: {"mean": float(np.mean(v)), "std": float(np.std(v, ddof=spread))}
        for k, v in figures.items()
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
    settings = json.loads(json.dumps(dataclasses.asdict(preset)))
    settings["minutes"] = arguments.minutes
    table = {"settings": settings, "versions": runtime.versions(), "samples": SAMPLES, "runs": []}
    if path.exists():
        old = json.loads(path.read_text(encoding="utf-8"))
        if old["settings"] == settings:
            table = old
        else:
            print(f"{path.name} was made with other settings and starts anew.")
    path.parent.mkdir(exist_ok=True)
    done = {run["seed"] for run in table["runs"]}
    for seed in sorted(set(range(arguments.seeds)) - done):
        table["runs"].append(one_run(lesson, preset, seed, arguments.minutes))
        table["summary"] = summary(table["runs"])
        path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
        print(json.dumps(table["runs"][-1]), flush=True)
    print(json.dumps(table["summary"], indent=2))


if __name__ == "__main__":
    main()
