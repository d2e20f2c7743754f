"""Measures what lesson 06 says about its faces, with several seeds; tables as JSON.

    python benchmarks/faces.py portraits                  # the quick preset, 5 seeds
    python benchmarks/faces.py resolution --sizes 32      # what a size costs; 128 asks for a GPU
    python benchmarks/faces.py arithmetic                 # smiles and glasses, pretrained generator
    python benchmarks/faces.py portraits --preset smoke --seeds 2 --out folder

portraits: distance, coverage and the time of a step of the quick training, at 64x64. resolution:
the same at other sizes; one table for each, since not all machines can do all. arithmetic: sums and
directions with the generator that comes with the course; seeds choose the latent points. Runs that
are already in a table are not repeated. Nothing is chosen by score: every seed from 0 on counts.
"""

import argparse
import concurrent.futures
import functools
import multiprocessing
import os
from pathlib import Path

import numpy as np
from table import RESULTS, fill, one_run

from gan_lessons import datasets, faces_lab, portraits, pretrained, runtime
from gan_lessons.datasets.fetch import sha256
from gan_lessons.metrics import faces

GENERATOR = "dcgan_portraits"
PIECE = 100  # portraits drawn by a process at a time


def after_training(how, seed, preset):
    """{size: figures} of one training."""
    size = preset.size
    data = large_portraits(size, preset.source) if size > portraits.SIZE else None
    return {f"{size} x {size}": faces_lab.quality_and_cost(preset, how.scored, seed, data)}


def with_smiles(how, seed, name):
    """{row: figures} of attribute arithmetic with a pretrained generator."""
    return faces_lab.arithmetic(pretrained.load_generator(name)[1], how, seed)


@functools.cache
def large_portraits(size, source):
    """The training portraits in a size that the course does not keep, drawn on all cores."""
    count = datasets.portraits.FEW if source == "few" else datasets.portraits.COUNT
    pieces = [range(i, min(i + PIECE, count)) for i in range(0, count, PIECE)]
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), spawn) as pool:
        return np.concatenate([*pool.map(functools.partial(_piece, size), pieces)])


def _piece(size, chosen):
    """The portraits of those numbers, in a process of its own."""
    return portraits.draw(chosen, datasets.portraits.SEED, size)[0]


def main(argv=None):
    """Fill one table, or one for each size, up to the wanted number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", choices=("portraits", "resolution", "arithmetic"))
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[32])
    parser.add_argument("--generator", default=GENERATOR, help="for the table of arithmetic")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the tables")
    arguments = parser.parse_args(argv)
    preset = faces_lab.portraits_preset(arguments.preset)
    how = faces_lab.PRESETS[arguments.preset]
    jobs = {}  # {name of a table: (what is measured, what it depends on)}
    if arguments.table == "portraits":
        measure = functools.partial(after_training, preset=preset)
        jobs[f"portraits-{arguments.preset}"] = measure, {"preset": preset}
    elif arguments.table == "resolution":
        for size in arguments.sizes:
            own = faces_lab.at_size(size, preset)
            measure = functools.partial(after_training, preset=own)
            jobs[f"resolution-{size}-{arguments.preset}"] = measure, {"preset": own}
    else:
        weights = sha256(pretrained.FOLDER / f"{arguments.generator}.npz")
        measure = functools.partial(with_smiles, name=arguments.generator)
        jobs["arithmetic"] = measure, {"generator": weights}
    for name, (measure, depends_on) in jobs.items():
        settings = {"network": faces.PORTRAITS, "how": how, **depends_on}
        run = functools.partial(one_run, measure, how)
        path = arguments.out / f"faces-{name}.json"
        fill(path, settings, arguments.seeds, run, machine=runtime.describe())


if __name__ == "__main__":
    main()
