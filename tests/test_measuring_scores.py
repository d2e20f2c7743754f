"""What lesson 11 says about measures and losses holds. `make test-full` runs this."""

import pytest

from gan_lessons import dcgan, measuring, metrics, scoring, spoilt
from gan_lessons.checks import measuring_gans as checks
from gan_lessons.engine.training import train

pytestmark = [pytest.mark.full, pytest.mark.slow]


@pytest.fixture(scope="module")
def comparison():
    return spoilt.compare(seeds=5)


@pytest.fixture(scope="module")
def shifts(comparison):
    return {
        defect: dict(zip(comparison.measures, comparison.shift(defect), strict=True))
        for defect in spoilt.DEFECTS
    }


def means(comparison, defect):
    return dict(zip(comparison.measures, comparison.values[defect].mean(axis=0), strict=True))


@pytest.mark.parametrize("defect", spoilt.DEFECTS)
def test_no_defect_escapes_all_measures(shifts, defect):
    assert max(abs(value) for value in shifts[defect].values()) > 10


@pytest.mark.parametrize("measure", checks.MEASURES)
def test_no_measure_sees_every_defect(shifts, measure):
    assert min(abs(shifts[defect][measure]) for defect in spoilt.DEFECTS) < 5


def test_what_does_not_move(comparison):
    """The sentences under the table; margins are wide, in the measures' own units."""
    perfect = means(comparison, "none")
    noise, dropped, few, memorised = (
        means(comparison, d) for d in ("noise", "dropped kinds", "few of each kind", "memorised")
    )
    assert noise["precision"] > perfect["precision"] and noise["density"] > perfect["density"]
    assert abs(noise["legible"] - perfect["legible"]) < 0.01
    for incomplete in (dropped, few):
        assert incomplete["precision"] > perfect["precision"] - 0.01
        assert incomplete["coverage"] < perfect["coverage"] - 0.2
    assert abs(few["classifier score"] - perfect["classifier score"]) < 0.2
    assert dropped["classifier score"] < perfect["classifier score"] - 2
    for measure in set(checks.MEASURES) - {"closer to training", "copies"}:
        assert memorised[measure] == pytest.approx(perfect[measure], rel=0.03, abs=0.005)
    assert memorised["closer to training"] == memorised["copies"] == 1.0


def test_the_exercise_asks_about_the_measures_of_the_table(comparison):
    assert tuple(comparison.measures) == checks.MEASURES


def test_a_sleeping_discriminator_ruins_the_samples_and_pleases_the_generator():
    preset = measuring.PRESETS["quick"]
    seen, _ = scoring.hold_out(preset.held_out)
    awake, asleep = (scoring.Scores(preset.samples) for _ in range(2))
    trained = train(dcgan, preset.gan, seen, callbacks=[awake], verbose=False)
    assert trained.alarms == []
    scoring.put_to_sleep(trained, preset.asleep, callbacks=[asleep])
    before, after = awake.rows[-1], asleep.rows[-1]
    assert before["rFD"] < 0.1 and after["rFD"] > 3 * before["rFD"]
    assert after["loss of G"] < 0.7 * before["loss of G"]


def test_the_cheats_deceive_the_measures_that_they_are_for():
    n = 2500
    seen, held_out = scoring.hold_out(2 * n)
    yardstick = metrics.Yardstick(held_out, seen, n=n)

    def measured(images):
        return dict(yardstick.measure(images).rows())

    real = dict(yardstick.floor.rows())
    ten = measured(measuring.best_of_each(seen, n))
    assert ten["classifier score"] > real["classifier score"] and ten["legible"] == 1.0
    assert ten["coverage"] < 0.1
    taught = measured(measuring.fooling(n // 10, 20).repeat(10, axis=0))
    assert taught["legible"] > 0.95 and taught["classifier score"] > real["classifier score"]
    assert taught["rFD"] > 0.5
    disguised = measured(measuring.moved(seen[:n], 1))
    assert (
        disguised["copies"] < 0.02 < disguised["closer to training"] - yardstick.floor.memory.chance
    )
