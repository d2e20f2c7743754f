"""The lab of lesson 04: its arithmetic is right, and every measurement runs."""

import dataclasses
import math

import numpy as np
import pytest

from gan_lessons import datasets, failures, hacks, lab, museum, vanilla_gan
from gan_lessons.engine.training import train

SMOKE = lab.PRESETS["smoke"]
TINY = dataclasses.replace(
    lab.shortened(lab.PATIENT, SMOKE.case, 6), batch_size=16, generator=(16,), discriminator=(16,)
)


@pytest.mark.parametrize("steps", [1, 12, 20, 333, 6000])
@pytest.mark.parametrize("reports", [1, 10, 30])
def test_a_shortened_preset_is_valid_and_has_its_steps(steps, reports):
    short = lab.shortened(failures.COLLAPSE, steps, reports)  # its own rules are checked inside
    assert short.steps == steps and short.report_every <= steps
    assert short.jit == (steps >= 500)


def test_rows_of_a_table():
    value = {"mean": 1.0, "std": 0.5}
    names = ("bare: rates x 3: modes", "bare: rates x 3: high_quality", "early: 4")
    found = lab.rows({"summary": dict.fromkeys(names, value)})
    assert found == {
        "bare: rates x 3": {"modes": (1.0, 0.5), "high_quality": (1.0, 0.5)},
        "early": {"4": (1.0, 0.5)},
    }


def test_spreads_apart():
    assert lab.spreads_apart((1.0, 1.0), (11.0, 7.0)) == pytest.approx(2.0)
    assert lab.spreads_apart((3.0, 1.0), (1.0, 1.0)) == pytest.approx(-2.0)
    assert lab.spreads_apart((1.0, 0.0), (0.5, 0.0)) == -math.inf
    assert lab.spreads_apart((1.0, 0.0), (1.0, 0.0)) == 0.0


def test_shrinking_takes_the_mean_of_blocks():
    images = np.arange(2 * 28 * 28.0).reshape(2, 28, 28, 1)
    small = lab.shrunk(images, 4)
    assert small.shape == (2, 4, 4, 1)
    assert small[1, 2, 3, 0] == pytest.approx(images[1, 14:21, 21:28].mean())


def test_sight_tells_black_from_white_and_not_alike_from_alike():
    real, noise = np.full((200, 28, 28, 1), -1.0), np.ones((200, 28, 28, 1))
    assert lab.sight(real, noise, 7, steps=30) == 1.0
    assert 0.3 < lab.sight(real, real, 7, steps=30) < 0.7


def test_d_gets_ahead_while_g_waits():
    looks = lab.ahead(40, looks=4)
    np.testing.assert_array_equal(looks["step"], [10, 20, 30, 40])
    np.testing.assert_allclose(looks["saturating"], looks["D(fake)"], rtol=1e-2)
    np.testing.assert_allclose(looks["nonsaturating"], 1 - looks["D(fake)"], rtol=1e-2)
    assert looks["D(fake)"][-1] < 0.05


def test_every_preset_of_the_sweep_can_be_trained():
    forms = lab.sweep_presets(SMOKE.sweep)
    assert set(forms) == {"bare", "penalised"}
    assert all(len(variants) == len(lab.FACTORS) + len(lab.WIDTHS) for variants in forms.values())
    ring = datasets.load("ring", verbose=False).x_train
    trained = train(failures, forms["bare"]["width 8"], ring, verbose=False)
    assert set(lab.mode_row(trained, 500)) == {"modes", "high_quality", "reverse_kl", "alarms"}


def test_a_hack_is_measured():
    found = lab.hack("ReLU in D", hacks.PRESETS["smoke"], n=500)
    assert set(found) == {"rfd", "legible", "alarms"} and math.isfinite(found["rfd"])


def test_every_case_hides_another_bug():
    assert {lab.culprit(case) for case in lab.CASES} == set(lab.SUSPECTS)
    assert set(lab.SUSPECTS) <= set(museum.BUGS)


@pytest.fixture(scope="module")
def charts():
    digits = datasets.load("mnist", source="bundled", verbose=False).x_train[:256]
    by_bug = {lab.culprit(case): case for case in lab.CASES}
    return {
        bug: lab.examine(case, vanilla_gan, TINY, digits)
        for bug, case in {None: None, **by_bug}.items()
    }


def test_the_charts_show_what_the_bugs_do(charts):
    """What can be seen after a few steps; the rest takes as long as in the notebook."""
    healthy = charts[None]
    assert all(change > 0 for change in healthy.moved.values())
    assert charts["frozen discriminator"].moved["discriminator"] == 0.0
    assert "standing still" in charts["frozen discriminator"].alarms
    other = charts["average from another start"]
    np.testing.assert_array_equal(other.samples, healthy.samples)
    assert np.abs(other.averaged - other.samples).mean() > 2 * (
        np.abs(healthy.averaged - healthy.samples).mean()
    )
    stuck = charts["one batch of noise for all turns"].practised
    np.testing.assert_array_equal(stuck[:16], stuck[16:32])
    assert not np.array_equal(healthy.practised[:16], healthy.practised[16:32])


def test_a_chart_in_words(charts):
    chart = charts[None]
    assert chart.notes().startswith("largest change of a weight: discriminator 0.")
    assert list(chart.legible()) == list(chart.rows())
    assert all(len(images) == lab.KEPT for images in chart.rows().values())
