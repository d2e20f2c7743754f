"""Lesson 04's measurements: each measures what it says."""

import dataclasses

import numpy as np
import pytest

from gan_lessons import dcgan, failures, hacks, lab, metrics, museum

RNG = np.random.default_rng(0)


def test_the_row_of_a_toy_holds_what_was_counted(monkeypatch):
    found = metrics.ModeCoverage(7, 0.5, 0.25, 10, 25)
    monkeypatch.setattr(lab.vanilla_gan, "evaluate", lambda model, preset, n: found)
    trained = type("Trained", (), {"model": None, "preset": None, "alarms": ["collapse"]})
    expected = {"modes": 7, "high_quality": 0.5, "reverse_kl": 0.25, "alarms": ["collapse"]}
    assert lab.mode_row(trained) == expected


def test_the_sweep_changes_rates_or_widths_and_nothing_else():
    for form, presets in lab.sweep_presets(100).items():
        base = presets["rates x 1"]
        assert (base.r1 > 0) == (form == "penalised")
        for what, preset in presets.items():
            differ = {
                field.name
                for field in dataclasses.fields(preset)
                if getattr(preset, field.name) != getattr(base, field.name)
            }
            allowed = {"rates"} if what.startswith("rates") else {"generator", "discriminator"}
            assert differ <= allowed, what
        assert presets["rates x 10"].rates == tuple(10 * rate for rate in base.rates)
        assert set(presets["width 8"].generator) == {8} == set(presets["width 8"].discriminator)


def test_g_waits_while_d_learns_and_the_pulls_are_those_of_the_losses(monkeypatch):
    seen, real_build = [], failures.build

    def build(preset, seed):
        model = real_build(preset, seed=seed)
        seen.append((model, [w.copy() for w in model.generator.get_weights()]))
        return model

    small = dataclasses.replace(
        failures.COLLAPSE, generator=(8,), discriminator=(16,), jit=False, steps_per_execution=1
    )
    monkeypatch.setattr(failures, "COLLAPSE", small)
    monkeypatch.setattr(failures, "build", build)
    found = lab.ahead(90, looks=3)
    ((model, before),) = seen
    for old, new in zip(before, model.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert found["step"].tolist() == [30, 60, 90] == [30, 60, int(model.step_counter.value)]
    assert found["D(fake)"][-1] < found["D(fake)"][0], "D has not learned"
    # A mean of D and a mean of 1 - D, whatever D answers.
    np.testing.assert_allclose(found["saturating"], found["D(fake)"], rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(found["nonsaturating"], 1 - found["D(fake)"], rtol=1e-4)


def test_shrinking_takes_the_mean_of_blocks():
    images = RNG.normal(size=(3, 28, 28, 1))
    small = lab.shrunk(images, 4)
    assert small.shape == (3, 4, 4, 1)
    assert small[1, 2, 3, 0] == pytest.approx(images[1, 14:21, 21:28, 0].mean())
    np.testing.assert_array_equal(lab.shrunk(images, 28), images)


def test_sight_is_chance_for_the_same_and_sure_for_the_different():
    same = RNG.uniform(-1, 1, (2, 800, 28, 28, 1)).astype("float32")
    assert lab.sight(*same, size=7, steps=100) == pytest.approx(0.5, abs=0.12)  # 320 kept aside
    assert lab.sight(same[0], same[1] * 0.2, size=14, steps=100) > 0.95


def test_what_only_pixels_show_is_lost_on_a_small_picture():
    real = np.zeros((800, 28, 28, 1), "float32")
    noise = RNG.choice([-0.5, 0.5], (800, 14, 28, 1)).astype("float32")
    fake = np.concatenate([noise, -noise], axis=2).reshape(800, 14, 2, 28, 1)
    fake = fake.reshape(800, 28, 28, 1)  # each block of 7 columns and 7 rows still varies little
    assert lab.sight(real, fake, size=28, steps=60) > 0.95


@pytest.mark.parametrize("name", ["and flipped labels", "max pooling in D"])
def test_a_hack_is_trained_as_its_row_says(name, monkeypatch):
    built = []
    real_build = hacks.build
    monkeypatch.setattr(
        hacks, "build", lambda preset, seed: built.append(preset) or real_build(preset, seed=seed)
    )
    row = lab.hack(name, hacks.PRESETS["smoke"], seed=3, n=50)
    assert set(row) == {"rfd", "legible", "alarms"} and row["rfd"] > 0
    assert built == [dataclasses.replace(hacks.PRESETS["smoke"], **hacks.ABLATIONS[name])]


def test_every_failure_names_an_alarm_and_a_bug_that_exist():
    from gan_lessons.engine.alarms import ADVICE

    assert {alarm for _, alarm, _ in failures.FAILURES.values()} == set(ADVICE)
    assert all(bug in museum.BUGS for *_, bug in failures.FAILURES.values() if bug)


def test_the_moment_of_the_alarm_is_a_share_of_the_run(monkeypatch):
    preset = dataclasses.replace(failures.DENSE, generator=(8,), discriminator=(8,), steps=400)
    monkeypatch.setitem(
        failures.FAILURES, "D not trained", (preset, "standing still", "frozen discriminator")
    )
    row = lab.alarmed("D not trained")
    assert "standing still" in row["alarms"] and row["sounded"] == 6 * 20 / 400
    monkeypatch.setitem(failures.FAILURES, "healthy", (preset, "not finite", None))
    assert lab.alarmed("healthy")["sounded"] == float("inf")


def test_the_cases_of_the_museum_are_the_suspects_in_some_order():
    assert sorted(map(lab.culprit, "ABCDE")) == sorted(lab.SUSPECTS)
    assert all(bug in museum.BUGS for bug in lab.SUSPECTS)


def test_a_case_shows_the_symptoms_of_its_bug():
    preset = dataclasses.replace(dcgan.PRESETS["smoke"], steps=6, report_every=2)
    data = RNG.integers(0, 256, (64, 28, 28, 1), dtype=np.uint8)
    frozen = next(case for case in "ABCDE" if lab.culprit(case) == "frozen discriminator")
    found = lab.examine(frozen, dcgan, preset, data)
    healthy = lab.examine(None, dcgan, preset, data)
    assert found.moved["discriminator"] == 0.0 < found.moved["generator"]
    assert healthy.moved["discriminator"] > 0.0
    assert found.samples.shape[:3] == found.averaged.shape[:3] == (14, 28, 28)
