"""Trains the models of lesson 02 with several seeds, measures each, and keeps a table as JSON.

    python benchmarks/probability_game.py
    python benchmarks/probability_game.py --seeds 3 --preset smoke --out table.json

Per seed: fresh data, a generator trained by MMD alone, a GAN, a detective against fakes that never
change, and a fresh detective against the trained GAN's generator. W1 is between 10,000 samples and
10,000 real ones, in standard deviations of the target; its floor takes real ones on both sides. The
value of the game comes from 100,000 samples of each side. Runs that are already in the table are
not repeated, so it can be stopped and started again. Nothing is chosen by score: every seed from 0
on counts.
"""

import argparse
import dataclasses
import time
from pathlib import Path

from table import RESULTS, fill

from gan_lessons import matching, metrics, probability, runtime, watching
from gan_lessons.engine.training import train

SAMPLES, MANY = 10_000, 100_000
STEP = watching.GRID[1] - watching.GRID[0]
REAL = matching.TARGET.density(watching.GRID)


def distance(samples, seed):
    """W1 to fresh real samples, in standard deviations of the target."""
    real = matching.TARGET.sample(len(samples), seed)
    return metrics.wasserstein_1d(samples[:, 0], real[:, 0]) / matching.TARGET.std


def one_run(presets, seed):
    """Train everything with one seed; the row of the table."""
    began, real = time.monotonic(), matching.TARGET.sample(50_000, 100 + seed)

    def fit(method, **more):
        return train(matching, presets[method], real, seed=seed, verbose=False, **more).model

    mmd, gan, lone = fit("mmd"), fit("gan"), fit("detective")
    against = matching.build(presets["detective"], seed, make=gan.ema_generator)
    fresh = fit("detective", model=against).discriminator

    fakes, reals = gan.sample(MANY, seed=300 + seed), matching.TARGET.sample(MANY, 400 + seed)
    made, answer = watching.density(gan), watching.answers(lone.discriminator)
    unchanging = matching.FAKES.density(watching.GRID)
    lowest = watching.LOWEST
    return {
        "seed": seed,
        "mmd_w1": distance(mmd.sample(SAMPLES, seed=1), 200 + seed),
        "gan_w1": distance(gan.sample(SAMPLES, seed=1), 200 + seed),
        "floor": distance(matching.TARGET.sample(SAMPLES, 500 + seed), 200 + seed),
        "untrained_w1": distance(matching.FAKES.sample(SAMPLES, 500 + seed), 200 + seed),
        "answer_error": watching.answer_error(answer, REAL, unchanging, STEP),
        "value_gap": watching.value(gan.discriminator, reals, fakes) - lowest,
        "value_gap_fresh": watching.value(fresh, reals, fakes) - lowest,
        "value_gap_best": 2 * probability.js(REAL, made, STEP),
        "seconds": round(time.monotonic() - began, 1),
    }


def main(argv=None):
    """Measure every seed and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args(argv)
    presets = matching.METHODS[arguments.preset]
    out = arguments.out or RESULTS / f"probability_game-{arguments.preset}.json"
    settings = {k: dataclasses.asdict(p) for k, p in presets.items()}
    fill(out, settings, arguments.seeds, lambda seed: one_run(presets, seed), samples=SAMPLES)


if __name__ == "__main__":
    main()
