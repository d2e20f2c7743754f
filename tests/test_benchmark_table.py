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


def test_what_is_not_defined_is_null_and_left_out_of_the_mean(table, tmp_path):
    kl = [float("nan"), 1.0, 3.0]
    table.fill(tmp_path / "t.json", {}, 3, lambda seed: {"seed": seed, "kl": kl[seed]})
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    kept = json.loads(text)
    assert [run["kl"] for run in kept["runs"]] == [None, 1.0, 3.0]
    assert kept["summary"]["kl"] == {"mean": 2.0, "std": pytest.approx(2**0.5)}
    assert "kl" not in table.summary([{"seed": 0, "kl": None}])


def test_a_single_run_has_no_spread(table):
    assert table.summary([{"seed": 0, "score": 4}]) == {"score": {"mean": 4.0, "std": 0.0}}


@pytest.fixture
def failing(monkeypatch, table):
    yield __import__("failing")
    sys.modules.pop("failing", None)


def test_rows_of_figures_become_one_row_of_the_table(failing, table, tmp_path):
    def measure(how, seed):
        return {"none": {"modes": seed, "alarms": ["collapse"]}, "R1": {"modes": 25, "alarms": []}}

    path = tmp_path / "t.json"
    table.fill(path, {}, 2, lambda seed: failing.one_run(measure, None, seed))
    kept = json.loads(path.read_text(encoding="utf-8"))
    run = kept["runs"][1]
    assert (run["none: modes"], run["R1: modes"], run["none: alarms"]) == (1, 25, ["collapse"])
    # What is no number has no mean.
    assert set(kept["summary"]) == {"none: modes", "R1: modes", "seconds"}
    assert kept["summary"]["none: modes"]["mean"] == 0.5


def test_every_setting_that_a_table_depends_on_is_kept_with_it(failing, table):
    for *_, depends_on in failing.TABLES.values():
        kept = table.as_json(depends_on)  # nothing is left out or repr()
        assert kept == table.as_json(kept)
    rows = table.as_json(failing.TABLES["coverage"][2])
    assert rows["R2"]["r2"] > 0 == rows["none"]["r2"]


def test_the_tables_of_the_lesson_can_be_made(failing, tmp_path, monkeypatch):
    monkeypatch.setattr(failing.lab, "sights", lambda steps, seed: {"young: 4": 0.5 + seed})
    out = tmp_path / "sight.json"
    failing.main(["sight", "--preset", "smoke", "--seeds", "2", "--out", str(out)])
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert kept["settings"]["steps"] == 5
    assert [run["young: 4: accuracy"] for run in kept["runs"]] == [0.5, 1.5]


def test_stacked_mnist_in_some_of_its_forms(failing, tmp_path, monkeypatch):
    """Each form is trained and judged with its own preset, and the table says which there are."""
    judged = []

    def modes(model, preset):
        judged.append((preset.loss, preset.r1, model.preset.r1))
        return failing.stacked.metrics.StackedCoverage(
            modes=len(judged), kl=0.5, floor=0.0, samples=9
        )

    monkeypatch.setattr(failing.stacked, "evaluate", modes)
    options = ["stacked", "--preset", "smoke", "--seeds", "1", "--out", str(tmp_path / "few.json")]
    failing.main([*options, "--forms", "cured", "new networks, uncured"])
    assert judged == [("relativistic", 1.0, 1.0), ("nonsaturating", 0.0, 0.0)]
    kept = json.loads((tmp_path / "few.json").read_text(encoding="utf-8"))
    forms = kept["settings"]["forms"]
    assert [(name, form["r1"]) for name, form in forms.items()] == [
        ("cured", 1.0),
        ("new networks, uncured", 0.0),
    ]
    assert kept["runs"][0]["new networks, uncured: modes"] == 2


@pytest.fixture
def conditional(monkeypatch, table):
    yield __import__("conditional")
    sys.modules.pop("conditional", None)


def test_every_way_of_the_conditional_gan_has_a_table(conditional, table, tmp_path):
    options = ["--preset", "smoke", "--seeds", "1", "--samples", "100", "--out", str(tmp_path)]
    conditional.main(["projection", "dense", *options])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "cgan-dense-smoke.json",
        "cgan-projection-smoke.json",
    ]
    kept = json.loads((tmp_path / "cgan-projection-smoke.json").read_text(encoding="utf-8"))
    ways = conditional.cgan.ways("smoke")
    assert kept["settings"] == table.as_json(ways["projection"])
    assert (kept["samples"], kept["runs"][0]["steps"]) == (100, ways["projection"].steps)
    assert set(conditional.FIGURES) | {"coverage", "coverage_floor"} < set(kept["summary"])
    with pytest.raises(SystemExit):
        conditional.main(["telepathy", *options])
