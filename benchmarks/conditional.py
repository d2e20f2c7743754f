"""Measures every way to use a label that lesson 08 compares, with several seeds; tables as JSON.

    python benchmarks/conditional.py                    # all of them, 5 seeds
    python benchmarks/conditional.py dense projection   # some

One table for each way. The scores come from 10,000 samples of the averaged generator with an even
mix of labels, coverage from 5,000 of them (k = 5). Runs that are already in a table are not
repeated. Nothing is chosen by score: every seed from 0 on counts.
"""

import argparse
import dataclasses
import functools
from pathlib import Path

from table import RESULTS, fill

from gan_lessons import cgan, metrics, runtime
from gan_lessons.engine.training import train

SAMPLES = 10_000
COVERED = metrics.panel.N  # samples that the coverage is measured with
FIGURES = ("accuracy", "rfd", "class_rfd", "diversity", "floor", "class_floor")


def one_run(preset, samples, covered, seed):
    """Train with one seed; the row of the table."""
    trained = train(cgan, preset, seed=seed, verbose=False)
    found = dataclasses.asdict(cgan.evaluate(trained.model, preset, samples, seed=1))
    measured = metrics.measure_digits(trained.model.sample(samples, seed=1), n=covered)
    return {
        "seed": seed,
        **{name: found[name] for name in FIGURES},
        "coverage": measured.manifold.coverage,
        "density": measured.manifold.density,
        "legible": measured.digits.legible,
        "coverage_floor": measured.floor.manifold.coverage,
        "alarms": trained.alarms,
        "steps": int(trained.history["step"][-1]),
        "seconds": round(trained.seconds, 1),
    }


def main(argv=None):
    """Fill the tables up to the wanted number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ways", nargs="*", help=", ".join(cgan.ways("quick")))
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the tables")
    arguments = parser.parse_args(argv)
    presets = cgan.ways(arguments.preset)
    covered = min(COVERED, arguments.samples)
    for way in arguments.ways or presets:
        if way not in presets:
            parser.error(f"there is no way {way!r}; there are {', '.join(presets)}")
        run = functools.partial(one_run, presets[way], arguments.samples, covered)
        path = arguments.out / f"cgan-{way}-{arguments.preset}.json"
        facts = {"samples": arguments.samples, "covered": covered}
        fill(path, dataclasses.asdict(presets[way]), arguments.seeds, run, **facts)


if __name__ == "__main__":
    main()
