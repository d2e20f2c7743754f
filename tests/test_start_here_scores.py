"""Lesson 00 reaches its score: the quick preset, trained for real. `make test-full` runs this."""

import pytest

from gan_lessons import metrics, start_here, vanilla_gan
from gan_lessons.engine.training import train

pytestmark = [pytest.mark.full, pytest.mark.slow]


def test_the_forger_finds_the_moons():
    preset, data = start_here.PRESETS["quick"], start_here.moons(4000, seed=0)[0]
    trained = train(vanilla_gan, preset, data, seed=0, verbose=False)
    fresh = start_here.moons(10_000, seed=100)[0]
    distance = metrics.sliced_wasserstein(trained.model.sample(10_000, seed=1), fresh)
    assert distance <= 0.04  # five seeds: .0195 +- .0041; an untrained generator: about 1
    assert trained.alarms == []
