"""All installed backends take the same step from the same weights, data and noise."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gan_lessons import runtime

# A relativistic discriminator compares two logits: its last bias cancels, and has no gradient.
ZERO = {"ring/discriminator/3"}
PROGRAM = Path(__file__).with_name("backend_gradients.py")


def run(backend, path):
    environment = {**os.environ, "KERAS_BACKEND": backend}
    subprocess.run([sys.executable, PROGRAM, path], env=environment, check=True, timeout=600)
    with np.load(path) as file:
        return dict(file)


def test_gradients_agree(tmp_path):
    backends = runtime.installed_backends()
    if len(backends) < 2:
        pytest.skip(f"only {backends} is installed: nothing to compare with")
    first, *others = [run(b, tmp_path / f"{b}.npz") for b in backends]
    players = {name.rsplit("/", 1)[0] for name in first}
    assert len(players) == 16
    for other in others:
        assert set(other) == set(first)
        for name, expected in first.items():
            size = np.linalg.norm(expected)
            if name in ZERO:
                assert size < 1e-6 and np.linalg.norm(other[name]) < 1e-6
                continue
            error = np.linalg.norm(other[name] - expected) / size
            assert error < 1e-4, f"{name}: the backends differ by {error:.1e}"
