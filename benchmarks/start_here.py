"""Trains the GAN of lesson 00 with several seeds, measures each, and keeps a table as JSON.

    python benchmarks/start_here.py
    python benchmarks/start_here.py --seeds 3 --preset smoke --out table.json

The figure is the sliced Wasserstein distance between 10,000 samples of the averaged generator and
10,000 fresh real points; its floor takes real points on both sides, and `chance` an untrained
generator. Runs that are already in the table are not repeated. Nothing is chosen by score: every
seed from 0 on counts.
"""

import argparse
import dataclasses
from pathlib import Path

from table import RESULTS, fill

from gan_lessons import metrics, runtime, start_here, vanilla_gan
from gan_lessons.engine.training import train

SAMPLES = 10_000


def one_run(preset, seed):
    """Train with one seed; the row of the table."""
    data, fresh, more = (
        start_here.moons(n, seed=first + seed)[0]
        for n, first in ((4000, 0), (SAMPLES, 100), (SAMPLES, 200))
    )
    trained = train(vanilla_gan, preset, data, seed=seed, verbose=False)
    samples = {
        "distance": trained.model.sample(SAMPLES, seed=1),
        "floor": more,
        "chance": start_here.untrained(preset, SAMPLES, seed=seed),
    }
    return {
        "seed": seed,
        **{name: metrics.sliced_wasserstein(x, fresh) for name, x in samples.items()},
        "alarms": trained.alarms,
        "seconds": round(trained.seconds, 1),
    }


def main(argv=None):
    """Measure every seed and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args(argv)
    preset = start_here.PRESETS[arguments.preset]
    out = arguments.out or RESULTS / f"start_here-{arguments.preset}.json"
    fill(
        out,
        dataclasses.asdict(preset),
        arguments.seeds,
        lambda seed: one_run(preset, seed),
        samples=SAMPLES,
    )


if __name__ == "__main__":
    main()
