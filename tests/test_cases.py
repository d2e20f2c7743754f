"""The cases of the bug museum: each shows the symptoms of its bug."""

import dataclasses

import numpy as np
import pytest

from gan_lessons import cases, datasets, lab, museum, vanilla_gan

TINY = dataclasses.replace(
    lab.shortened(lab.PATIENT, lab.PRESETS["smoke"].case, 6),
    batch_size=16,
    generator=(16,),
    discriminator=(16,),
)


def test_every_case_hides_another_bug():
    assert {cases.culprit(case) for case in cases.CASES} == set(cases.SUSPECTS)
    assert set(cases.SUSPECTS) <= set(museum.BUGS)


@pytest.fixture(scope="module")
def charts():
    digits = datasets.load("mnist", source="bundled", verbose=False).x_train[:256]
    by_bug = {cases.culprit(case): case for case in cases.CASES}
    return {
        bug: cases.examine(case, vanilla_gan, TINY, digits)
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
    assert all(len(images) == cases.KEPT for images in chart.rows().values())
