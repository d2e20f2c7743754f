"""A run that is killed and resumed ends exactly like one that was left alone."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gan_lessons.engine import checkpoint

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("resume_program.py")
STEPS = 120


def start(out):
    return subprocess.Popen(
        [sys.executable, PROGRAM, out, str(STEPS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "MPLBACKEND": "Agg"},
    )


def wait_for_checkpoints(folder, count, process):
    """Wait until the run has written `count` checkpoints in all since `seen` was last taken."""
    seen = set(folder.glob("step_*.npz"))
    new = set()
    while len(new) < count and process.poll() is None:
        new |= set(folder.glob("step_*.npz")) - seen
        time.sleep(0.01)


def ends(out):
    path, damaged = checkpoint.latest(out / "checkpoints")
    assert not damaged
    header, arrays = checkpoint.read(path)
    assert header["meta"]["step"] == STEPS
    with open(out / "history.csv", newline="") as file:
        rows = [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
    return arrays, rows


def assert_same_end(first, second):
    arrays, rows = ends(first)
    others, other_rows = ends(second)
    assert set(arrays) == set(others)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, others[name], err_msg=name)
    assert rows == other_rows


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "run"
    process = start(out)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    return out


def test_killed_three_times(undisturbed, tmp_path):
    out = tmp_path / "run"
    for _ in range(3):
        process = start(out)
        wait_for_checkpoints(out / "checkpoints", random.randint(1, 4), process)
        time.sleep(random.uniform(0, 0.05))
        assert process.poll() is None, "the run ended before it could be killed"
        process.kill()
        process.wait()
    output, _ = start(out).communicate(timeout=600)
    assert "done" in output, output
    assert_same_end(undisturbed, out)


def test_control_c_saves_at_once_and_in_the_middle_of_a_report(undisturbed, tmp_path):
    out = tmp_path / "run"
    process = start(out)
    wait_for_checkpoints(out / "checkpoints", 2, process)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    path, _ = checkpoint.latest(out / "checkpoints")
    assert checkpoint.read(path)[0]["meta"]["step"] < STEPS
    output, _ = start(out).communicate(timeout=600)
    assert "done" in output, output
    assert_same_end(undisturbed, out)


def test_a_truncated_checkpoint_is_passed_over(undisturbed, tmp_path):
    files = sorted((undisturbed / "checkpoints").glob("step_*.npz"))
    for file in files:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    last = tmp_path / files[-1].name
    last.write_bytes(last.read_bytes()[: last.stat().st_size // 2])
    with pytest.raises(checkpoint.CheckpointError, match="not a whole checkpoint"):
        checkpoint.read(last)
    path, damaged = checkpoint.latest(tmp_path)
    assert (path.name, damaged) == (files[-2].name, [last])


def test_one_flipped_byte_is_noticed(undisturbed, tmp_path):
    path, _ = checkpoint.latest(undisturbed / "checkpoints")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    bad = tmp_path / path.name
    bad.write_bytes(content)
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.read(bad)
