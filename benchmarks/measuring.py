"""Measures what lesson 11 says about measures, with several seeds, and keeps a table as JSON.

    python benchmarks/measuring.py
    python benchmarks/measuring.py --seeds 2 --preset smoke --out table.json

Per seed, one split of the bundled digits: every measure of a perfect generator and of each defect
("blur: rFD" and so on). The spread of a measure is that of "none" over the seeds. Then a DCGAN,
trained and scored as in the lesson: the rank correlation of either loss with the rFD, and loss and
rFD before and after the discriminator was put to sleep. Runs that are already in the table are not
repeated. Nothing is chosen by score: every seed from 0 on counts.
"""

import argparse
import dataclasses
import time
from pathlib import Path

from table import RESULTS, fill

from gan_lessons import dcgan, measuring, runtime, scoring, spoilt
from gan_lessons.engine.training import train


def watched(preset, seed):
    """Train a DCGAN, then put its discriminator to sleep; figures of losses and rFD."""
    seen, _ = scoring.hold_out(preset.held_out, seed)
    scores, asleep = (scoring.Scores(preset.samples) for _ in range(2))
    trained = train(
        dcgan,
        preset.gan,
        seen,
        seed=seed,
        callbacks=[scores],
        verbose=False,
    )
    scoring.put_to_sleep(trained, preset.asleep, callbacks=[asleep])
    row = {
        f"correlation: {name}": value
        for name, value in scoring.rank_correlations(scores.columns()).items()
    }
    for player, pair in scoring.same_loss(scores.columns()).items():
        for name, (first, later) in pair.items():
            row |= {
                f"same loss of {player}, first: {name}": float(first),
                f"same loss of {player}, later: {name}": float(later),
            }
    for name in ("rFD", "loss of D", "loss of G"):
        row |= {
            f"awake: {name}": scores.rows[-1][name],
            f"asleep: {name}": asleep.rows[-1][name],
        }
    return {**row, "alarms": trained.alarms}


def one_run(preset, seed):
    """Measure with one seed; the row of the table."""
    began = time.monotonic()
    found = spoilt.one_split(seed, n=preset.n)
    defects = {
        f"{defect}: {measure}": value
        for defect, values in found.items()
        for measure, value in values.items()
    }
    row = {"seed": seed, **defects, **watched(preset, seed)}
    return {**row, "seconds": round(time.monotonic() - began, 1)}


def main(argv=None):
    """Measure every seed and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args(argv)
    preset = measuring.PRESETS[arguments.preset]
    out = arguments.out or RESULTS / f"measuring-{arguments.preset}.json"
    used = ("n", "gan", "samples", "asleep", "held_out")
    settings = {name: value for name, value in dataclasses.asdict(preset).items() if name in used}
    fill(out, settings, arguments.seeds, lambda seed: one_run(preset, seed))


if __name__ == "__main__":
    main()
