"""Lesson 04's failures fail and its cures cure. `make test-full` runs this.

Fixed steps and one fixed seed; the five seeds of every table are in `benchmarks/results/`, and the
marks that they have to reach are asserted here as well.
"""

import pytest

from gan_lessons import failures, lab, show, vanilla_gan
from gan_lessons.engine.training import train


def runs(name):
    return show.results(f"failing-{name}")["runs"]


def each(name, figure):
    return [run[figure] for run in runs(name)]


def mean(values):
    return sum(values) / len(values)


CURES = ("R2", "R1 and R2", "R1, R2, relativistic", "R1 and R2, for longer")


def test_the_stored_tables_hold_five_seeds():
    for name in ("coverage", "sweep", "sight", "hacks", "alarms", "healthy", "stacked"):
        assert sorted(run["seed"] for run in runs(name)) == [0, 1, 2, 3, 4], name


def test_the_collapse_collapses_in_at_least_four_of_five_seeds():
    assert sum(modes <= 15 for modes in each("coverage", "none: modes")) >= 4


@pytest.mark.parametrize("cure", CURES)
def test_cures_bring_the_modes_back(cure):
    assert mean(each("coverage", f"{cure}: modes")) >= 24.5


def test_the_best_cure_is_sharp_and_even():
    best = "R1 and R2, for longer"
    assert mean(each("coverage", f"{best}: high_quality")) >= 0.95
    assert mean(each("coverage", f"{best}: reverse_kl")) <= 0.02


@pytest.mark.parametrize("failure", failures.FAILURES)
def test_every_failure_is_flagged_in_its_first_half(failure):
    assert max(each("alarms", f"{failure}: sounded")) <= 0.5


def test_no_false_alarm_in_fifteen_healthy_runs():
    for run in runs("healthy"):
        told = {name: value for name, value in run.items() if name.endswith(": alarms")}
        assert len(told) == 3 and not any(told.values()), told


def test_stacked_digits_are_lost_and_found():
    assert max(each("stacked", "uncured: modes")) < 700
    assert mean(each("stacked", "cured: modes")) >= 990
    assert mean(each("stacked", "cured: kl")) <= 0.4


@pytest.mark.full
@pytest.mark.slow
class TestTrainedAnew:
    def test_collapse_and_cure(self):
        how = lab.PRESETS["quick"]
        collapsed, cured = (
            lab.mode_row(train(failures, lab.remedied(name, how), verbose=False))
            for name in ("none", "R1 and R2, for longer")
        )
        assert collapsed["modes"] <= 15 and "collapse" in collapsed["alarms"]
        assert cured["modes"] == 25 and cured["alarms"] == []
        assert cured["high_quality"] >= 0.95 and cured["reverse_kl"] <= 0.02

    @pytest.mark.parametrize("failure", failures.FAILURES)
    def test_failures_are_flagged(self, failure):
        assert lab.alarmed(failure)["sounded"] <= 0.5

    def test_a_healthy_ring_raises_no_alarm(self):
        ring = vanilla_gan.preset_for("quick", "ring")
        assert train(vanilla_gan, ring, seed=1, verbose=False, steps=4000).alarms == []
