"""The tables of the benchmarks: filled up, not repeated, and honest about their settings."""

import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def table(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield __import__("table")
    sys.modules.pop("table", None)


def run(calls, seed):
    calls.append(seed)
    return {"seed": seed, "score": 2.0 * seed, "alarms": ["collapse"], "steps": 10}


def test_is_filled_up_and_not_repeated(table, tmp_path):
    path, calls = tmp_path / "new" / "t.json", []
    table.fill(path, {"steps": (10, 20)}, 2, lambda seed: run(calls, seed), samples=7)
    table.fill(path, {"steps": (10, 20)}, 4, lambda seed: run(calls, seed), samples=7)
    assert calls == [0, 1, 2, 3]
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert [r["seed"] for r in kept["runs"]] == [0, 1, 2, 3] and kept["samples"] == 7
    assert kept["runs"][1]["alarms"] == ["collapse"]
    # 0, 2, 4, 6: mean 3, and the standard deviation of a sample, sqrt(20 / 3).
    assert set(kept["summary"]) == {"score", "steps"}
    assert kept["summary"]["score"]["mean"] == 3.0
    assert kept["summary"]["score"]["std"] == pytest.approx((20 / 3) ** 0.5)


def test_a_run_that_fails_loses_none_before_it(table, tmp_path):
    path = tmp_path / "t.json"

    def fails(seed):
        if seed == 2:
            raise RuntimeError("no power")
        return run([], seed)

    with pytest.raises(RuntimeError):
        table.fill(path, {}, 3, fails)
    assert [r["seed"] for r in json.loads(path.read_text(encoding="utf-8"))["runs"]] == [0, 1]


def test_other_settings_start_anew(table, tmp_path, capsys):
    path, calls = tmp_path / "t.json", []
    table.fill(path, {"steps": 10}, 2, lambda seed: run(calls, seed))
    table.fill(path, {"steps": 11}, 1, lambda seed: run(calls, seed))
    assert calls == [0, 1, 0] and "starts anew" in capsys.readouterr().out
    assert json.loads(path.read_text(encoding="utf-8"))["settings"] == {"steps": 11}


def test_a_single_run_has_no_spread(table):
    assert table.summary([{"seed": 0, "score": 4}]) == {"score": {"mean": 4.0, "std": 0.0}}
