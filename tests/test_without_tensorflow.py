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
sys.modules["tensorflow"] = sys.modules["torch"] = None  # Python's way to say: not installed

from gan_lessons.cli import main

lesson, run = sys.argv[1:]
assert main(["train", lesson, "--preset", "smoke", "--out", run]) == 0
assert main(["sample", run, "-n", "4", "--out", run + "/four.png"]) in (0, None)
assert main(["doctor"]) == 0
assert sys.modules["tensorflow"] is None and sys.modules["torch"] is None
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
