"""Trains a small model in a run folder: the program that `test_resume.py` kills."""

import dataclasses
import sys

import numpy as np

from gan_lessons import dcgan
from gan_lessons.engine import callbacks
from gan_lessons.engine.training import train

if __name__ == "__main__":
    callbacks.Checkpoint.__init__.__defaults__ = (0.0, 2)  # save at every report
    data = np.random.default_rng(0).integers(0, 256, (100, 28, 28, 1), dtype=np.uint8)
    preset = dataclasses.replace(dcgan.PRESETS["smoke"], steps=int(sys.argv[2]), report_every=7)
    train(dcgan, preset, data=data, seed=5, out=sys.argv[1], resume=True)
    print("done", flush=True)
