"""Lesson 10 reaches its marks: five seeds of each table, in `benchmarks/results/`."""

import pytest

from gan_lessons import pretrained, robustness, show, wgan, wgan_lab, witnesses
from gan_lessons.engine.training import train

FLOOR = 0.168  # exact W1 of 2,000 real points of the 25-grid to 2,000 others, best of many draws


def runs(name):
    return show.results(f"earth_movers-{name}")["runs"]


def each(name, figure):
    return [run[figure] for run in runs(name)]


def mean(values):
    return sum(values) / len(values)


@pytest.mark.full
@pytest.mark.parametrize("name", ["known", "clip", "grid", "digits", "robust"])
def test_the_stored_tables_hold_five_seeds(name):
    assert sorted(run["seed"] for run in runs(name)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("pair", witnesses.PAIRS)
def test_the_critic_knows_the_distance_to_ten_per_cent_in_every_seed(pair):
    assert all(0.9 <= share <= 1.1 for share in each("known", f"{pair}: of W1"))
    assert min(each("known", f"{pair}: alike")) >= 0.98


def test_clips_do_the_damage_of_the_paper():
    assert min(each("clip", "clip 0.1: first to last")) > 1e4
    assert max(each("clip", "clip 0.01: first to last")) < 1e-6
    # Of the weights at the start, clips of .1, .03 and .01 cut off 35, 81 and 94 per cent.
    assert min(each("clip", "clip 0.1: at the clip")) > 0.7
    assert min(each("clip", "clip 0.03: at the clip")) > 0.88
    assert all(0.1 < ratio < 10 for ratio in each("clip", "penalty: first to last"))


def test_points_reach_twice_the_floor_and_every_mode():
    assert mean(each("grid", "WGAN-GP: W1")) <= 2 * FLOOR
    assert min(each("grid", "WGAN-GP: modes")) == 25


@pytest.mark.full
def test_digits_are_drawn_well_in_a_quick_run():
    assert mean(each("digits", "WGAN-GP: rfd")) <= 0.02


@pytest.mark.full
def test_a_patient_critic_follows_the_quality():
    assert mean(each("digits", "WGAN-GP, patient: estimate of W1, whole training")) >= 0.9


@pytest.mark.full
def test_the_losses_of_a_dcgan_drift_and_each_its_own_way():
    """At most .5 was wanted and is not reached: while a DCGAN learns, both of its losses drift.

    But for one of them up is better, and for the other one down.
    """
    assert max(each("digits", "DCGAN: loss of D, whole training")) < -0.3
    assert min(each("digits", "DCGAN: loss of G, whole training")) > 0.3


def failures(architecture, method):
    return robustness.outcome(runs("robust"), architecture, method)[1]


@pytest.mark.full
def test_odd_architectures():
    """WGAN-GP trains on four odd architectures in every seed, and each other method fails on one.

    On the fifth, dense layers without any normalisation, all of them fail.
    """
    seeds, every = len(runs("robust")), list(robustness.ARCHITECTURES)
    sound = [a for a in every if not failures(a, "WGAN-GP")]
    assert sound == every[:-1] and len(sound) == 5  # the usual one and four odd ones
    assert not any(failures("as in the DCGAN", method) for method in robustness.METHODS)
    for method in ("DCGAN", "LSGAN", "WGAN"):
        assert any(failures(a, method) == seeds for a in sound), method
    assert all(failures(every[-1], method) == seeds for method in robustness.METHODS)


@pytest.mark.full
def test_what_has_failed_does_not_hang_on_the_threshold():
    found = [rfd for run in runs("robust") for name, rfd in run.items() if name.endswith(": rfd")]
    assert not any(0.45 < rfd < 0.53 for rfd in found)


@pytest.mark.full
def test_the_pretrained_generator_is_as_good_as_its_card_says():
    _, model, preset = pretrained.load_generator("wgan_mnist")
    score = wgan.evaluate(model, preset)
    assert str(score) in pretrained.card("wgan_mnist")
    assert score.rfd <= 0.004 and score.legible >= 0.8


@pytest.mark.full
@pytest.mark.slow
class TestTrainedAnew:
    def test_digits(self):
        trained = train(wgan, "quick", seed=0, verbose=False)
        score = wgan.evaluate(trained.model, trained.preset)
        assert score.rfd <= 0.02, str(score)
        assert trained.alarms == []

    def test_grid(self):
        (row,) = wgan_lab.grid(wgan_lab.PRESETS["quick"]).values()
        assert row["modes"] == 25 and row["W1"] <= 2 * FLOOR
