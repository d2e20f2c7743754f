"""A table of runs with several seeds: filled up, never repeated, written after every run."""

import dataclasses
import json
import time
from pathlib import Path

import numpy as np

from gan_lessons import runtime

RESULTS = Path(__file__).parent / "results"


def summary(runs):
    """Mean and standard deviation over the seeds of every figure; without those that have none."""
    told = ("seed", "alarms", "settings")
    names = [k for k in runs[0] if k.split(": ")[-1] not in told]
    figures = {k: [float(run[k]) for run in runs if run[k] is not None] for k in names}
    return {
        k: {"mean": float(np.mean(v)), "std": float(np.std(v, ddof=min(1, len(v) - 1)))}
        for k, v in figures.items()
        if v
    }


def _without_nan(row):
    """JSON knows no NaN: what is not defined becomes null."""
    return {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in row.items()}


def as_json(settings):
    """Settings as JSON gives them back: presets become dicts, tuples lists."""
    return json.loads(json.dumps(settings, default=dataclasses.asdict))


def one_run(measure, how, seed):
    """The run of one seed, {"row: figure": value}, of what `measure(how, seed)` returns.

    That is {row: {figure: value}}, such as {"R1": {"modes": 25}}.
    """
    began = time.monotonic()
    row = {
        f"{name}: {figure}": value
        for name, figures in measure(how, seed).items()
        for figure, value in figures.items()
    }
    return {"seed": seed, **row, "seconds": round(time.monotonic() - began, 1)}


def fill(path, settings, seeds, one_run, **facts):
    """Run `one_run(seed)` for the seeds that the table lacks, and write it after each.

    A table that was made with other settings starts anew, and says so.

    Args:
        path: of the table, JSON. settings: dict of what the runs depend on, presets
            among them. seeds: how many, from 0
            on. one_run: function of the seed; returns the row of the table, a dict. facts: more to
            keep in the table, such as the number of samples.
    """
    path, settings = Path(path), as_json(settings)
    table = {"settings": settings, "versions": runtime.versions(), **facts, "runs": []}
    if path.exists():
        old = json.loads(path.read_text(encoding="utf-8"))
        if old["settings"] == settings:
            table = old
        else:
            print(f"{path.name} was made with other settings and starts anew.")
    path.parent.mkdir(parents=True, exist_ok=True)
    done = {run["seed"] for run in table["runs"]}
    for seed in sorted(set(range(seeds)) - done):
        table["runs"].append(_without_nan(one_run(seed)))
        table["summary"] = summary(table["runs"])
        path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
        print(json.dumps(table["runs"][-1]), flush=True)
    print(json.dumps(table["summary"], indent=2))
