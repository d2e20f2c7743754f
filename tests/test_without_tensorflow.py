"""JAX alone is enough: both lessons train and sample where TensorFlow is not installed.

Where it is installed, its import is made to fail. `make test-torch` runs this file in an
environment that has no TensorFlow at all.
"""

import importlib.util
import os
import subprocess
import sys

import pytest

from gan_lessons.lessons import LESSONS

pytestmark = [pytest.mark.jax, pytest.mark.slow]

CODE = """
import sys
from importlib.machinery import PathFinder

find = PathFinder.find_spec

def find_others(name, path=None, target=None):
    absent = name.split(".")[0] in ("tensorflow", "torch")
    return None if absent else find(name, path, target)

PathFinder.find_spec = find_others

from gan_lessons.cli import main

lesson, run = sys.argv[1:]
assert main(["train", lesson, "--preset", "smoke", "--out", run]) == 0
assert main(["sample", run, "-n", "4", "--out", run + "/four.png"]) in (0, None)
assert main(["doctor"]) == 0
assert not {"tensorflow", "torch"} & set(sys.modules)
"""


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="JAX is not installed")
@pytest.mark.parametrize("lesson", LESSONS)
def test_trains_and_samples(lesson, tmp_path):
    environment = {name: text for name, text in os.environ.items() if name != "KERAS_BACKEND"}
    # The JAX backend is found by itself, as the first one installed.
    done = subprocess.run(
        [sys.executable, "-c", CODE, lesson, str(tmp_path / "run")],
        env={**environment, "KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "jax" in done.stdout
    assert (tmp_path / "run" / "four.png").stat().st_size > 0
