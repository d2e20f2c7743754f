"""Lesson 11's defects are what they are called, and the comparison counts in spreads."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from gan_lessons import dcgan, measuring, metrics, plots
from gan_lessons.engine.training import train

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def parts():
    return measuring.split(seed=3, n=150)


def rows(images):
    return {image.tobytes() for image in images}


def spoilt(name, parts):
    return measuring.DEFECTS[name](parts, np.random.default_rng(0))


def test_the_parts_share_no_digit(parts):
    assert [len(x) for x in (parts.train, parts.held_out, parts.fakes)] == [150, 300, 150]
    together = np.concatenate([parts.train, parts.held_out, parts.fakes])
    assert len(rows(together)) == 600
    assert rows(parts.fakes) != rows(measuring.split(seed=4, n=150).fakes)
    assert rows(parts.fakes) == rows(measuring.split(seed=3, n=150).fakes)


@pytest.mark.parametrize("name", measuring.DEFECTS)
def test_a_defect_gives_as_many_digits_of_the_same_form(name, parts):
    images = spoilt(name, parts)
    assert images.shape == parts.fakes.shape and images.dtype == np.uint8


def test_blur_keeps_the_ink_and_takes_the_edges(parts):
    images = spoilt("blur", parts)
    inside = parts.fakes[:, 4:-4, 4:-4]
    assert images[:, 4:-4, 4:-4].mean() == pytest.approx(inside.mean(), rel=0.05)
    edges = [np.square(np.diff(x.astype(float), axis=2)).mean() for x in (images, parts.fakes)]
    assert edges[0] < 0.5 * edges[1]
    # No digit runs into another: an image alone gives the same.
    alone = ndimage.gaussian_filter(parts.fakes[5, ..., 0], sigma=1)
    np.testing.assert_array_equal(images[5, ..., 0], alone)


def test_noise_has_a_tenth_of_the_range(parts):
    grey = np.full_like(parts.fakes, 128)  # where nothing is cut off
    images = measuring.noisy(measuring.Parts(grey, grey, grey, parts.labels), RNG)
    assert (images.astype(float) - 128).std() == pytest.approx(25.5, rel=0.02)


def test_dropped_kinds_are_gone_and_the_others_are_real(parts):
    label_of = {x.tobytes(): y for x, y in zip(parts.fakes, parts.labels, strict=True)}
    seen = {label_of[x.tobytes()] for x in spoilt("dropped kinds", parts)}
    assert seen == {0, 1, 2, 3, 5, 6, 8}


def test_few_of_each_kind_has_all_kinds(parts):
    images = spoilt("few of each kind", parts)
    label_of = {x.tobytes(): y for x, y in zip(parts.fakes, parts.labels, strict=True)}
    assert len(rows(images)) <= 100
    assert {label_of[x.tobytes()] for x in images} == set(range(10))


def test_memorised_digits_are_training_digits(parts):
    images = spoilt("memorised", parts)
    assert rows(images) <= rows(parts.train) and len(rows(images)) == len(images)


def test_shift_counts_in_spreads_of_the_perfect_generator():
    comparison = measuring.Comparison(
        ["a", "b", "c", "d"],
        {
            "none": np.array([[1.0, 10.0, 5.0, 5.0], [3.0, 10.0, 5.0, 5.0]]),
            "bad": np.array([[8.0, 10.0, 6.0, 5.0], [10.0, 10.0, 6.0, 5.0]]),
        },
    )
    # a: from 2 to 9, and the standard deviation of (1, 3) is sqrt(2). c: no spread, but it moved.
    expected = [7 / np.sqrt(2), 0.0, np.inf, 0.0]
    np.testing.assert_allclose(comparison.shift("bad"), expected)


def test_compare_finds_copies_only_where_there_are_some():
    chosen = {name: measuring.DEFECTS[name] for name in ("memorised", "noise")}
    comparison = measuring.compare(seeds=2, defects=chosen, n=150)
    column = comparison.measures.index("closer to training")
    assert not any("error" in name for name in comparison.measures)
    assert comparison.values["memorised"].shape == (2, len(comparison.measures))
    assert (comparison.values["memorised"][:, column] == 1.0).all()
    assert (abs(comparison.values["none"][:, column] - 0.5) < 0.12).all()
    rfd = comparison.measures.index("rFD")
    assert (comparison.values["noise"][:, rfd] > comparison.values["none"][:, rfd]).all()


def test_the_frechet_distance_is_biased_and_the_kernel_distance_is_not():
    found = measuring.bias([50, 400], repeats=8)
    frechet = found["frechet"].mean(axis=1)
    assert frechet[0] > 3 * frechet[1]
    for values in found["kernel"]:
        error = values.std(ddof=1) / np.sqrt(len(values))
        assert abs(values.mean()) < 4 * error


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: measuring.split(0, n=3000), "from 1 to 2,500"),
        (lambda: measuring.compare(seeds=1), "2 splits at least"),
        (lambda: measuring.bias([1, 10]), "received \\[1, 10\\]"),
        (lambda: measuring.bias([6000]), "2 ... 5,000"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- what else the lesson measures ----------------------------------------------------------------


def test_a_stored_table_gives_the_same_comparison(parts):
    rows = [
        measuring.one_split(seed, {"noise": measuring.noisy, "blur": measuring.blurred}, n=60)
        for seed in range(2)
    ]
    full = dict.fromkeys(measuring.DEFECTS, rows[0]["none"])  # a table has every defect
    runs = [
        {
            "seed": seed,
            **{f"{d}: {m}": v for d, found in {**full, **row}.items() for m, v in found.items()},
            "correlation: D, whole training": 0.5,
        }
        for seed, row in enumerate(rows)
    ]
    here, stored = measuring.gather(rows), measuring.from_table({"runs": runs})
    assert stored.measures == here.measures and "kernel distance" in here.measures
    for name in ("none", "noise", "blur"):
        np.testing.assert_array_equal(stored.values[name], here.values[name])
    assert set(stored.values) == {"none", *measuring.DEFECTS}


def test_one_table_for_several_generators_and_real_digits(parts):
    yardstick = metrics.Yardstick(parts.held_out, parts.train, n=100)
    found = {"spoilt": yardstick.measure(spoilt("blur", parts))}
    lines = measuring.side_by_side(found, yardstick.floor).splitlines()
    values = {line[:19].strip(): line[19:].split() for line in lines}
    assert values["n = 100"] == ["spoilt", "real", "digits"]
    assert values["rFD"] == [
        f"{found['spoilt'].digits.rfd:.4f}",
        f"{metrics.digits.floor(100):.4f}",
    ]
    assert values["closer to training"][1] == f"{yardstick.floor.memory.closer:.4f}"
    assert len(lines) == 1 + len(yardstick.floor.rows())


def test_the_plane_in_which_points_are_widest():
    points = RNG.normal(size=(500, 3)) @ np.diag([0.1, 5.0, 2.0]) + [7.0, 8.0, 9.0]
    seen = measuring.principal_plane(points)(points)
    np.testing.assert_allclose(seen.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(np.cov(seen.T), np.eye(2), atol=1e-9)
    assert abs(np.corrcoef(seen[:, 0], points[:, 1])[0, 1]) > 0.99
    other = measuring.principal_plane(points)(points[:3] + np.array([5.0, 0.0, 0.0]))
    np.testing.assert_allclose(other, seen[:3], atol=0.5)  # not along a principal axis


def test_radii_reach_to_the_k_th_other_point():
    points = np.array([[0.0], [1.0], [3.0]])
    np.testing.assert_array_equal(measuring.radii(points, 1), [1, 1, 2])
    np.testing.assert_array_equal(measuring.radii(points, 2), [3, 2, 3])


def test_rank_correlations_take_the_order_only():
    scores = {
        "step": np.arange(6),
        "rFD": np.array([9.0, 5.0, 4.0, 3.0, 2.0, 1.0]),
        "loss of D": np.array([6.0, 5.0, 4.0, 1.0, 2.0, 3.0]) ** 3,
        "loss of G": -np.array([9.0, 5.0, 4.0, 3.0, 2.0, 1.0]),
    }
    found = measuring.rank_correlations(scores)
    assert list(found) == [
        f"{p}, {part}" for p in "DG" for part in ("whole training", "second half")
    ]
    assert found["D, second half"] == pytest.approx(-1)
    assert found["D, whole training"] == pytest.approx(1 - 6 * 8 / (6 * 35))  # 6 sum d^2 / n(n^2-1)
    assert found["G, whole training"] == found["G, second half"] == pytest.approx(-1)


@pytest.fixture(scope="module")
def watched():
    """A tiny DCGAN, scored while it trained, and what is needed to go on."""
    preset = measuring.PRESETS["smoke"]
    seen, held_out = measuring.hold_out(preset.held_out, seed=1)
    scores = measuring.Scores(preset.samples)
    trained = train(dcgan, preset.gan, seen, callbacks=[scores], verbose=False)
    return preset, seen, held_out, scores, trained


def test_held_out_digits_are_not_trained_on(watched):
    preset, seen, held_out, *_ = watched
    assert len(held_out) == preset.held_out and len(seen) + len(held_out) == 10_000
    assert not rows(held_out[:50]) & rows(seen)


def test_scores_are_taken_at_every_report_from_the_generator_of_that_step(watched):
    preset, _, _, scores, trained = watched
    columns = scores.columns()
    np.testing.assert_array_equal(columns["step"], trained.history["step"])
    np.testing.assert_allclose(columns["loss of G"], trained.history["generator_loss"])
    np.testing.assert_allclose(columns["loss of D"], trained.history["discriminator_loss"])
    last, average = (
        metrics.digits.score(trained.model.sample(preset.samples, seed=1, averaged=averaged)).rfd
        for averaged in (False, True)
    )
    assert columns["rFD"][-1] == pytest.approx(last) != pytest.approx(average)


def test_only_the_discriminator_sleeps_and_it_wakes_up_again(watched):
    preset, *_, trained = watched
    model, scores = trained.model, measuring.Scores(preset.samples)
    before = [w.copy() for w in model.discriminator.get_weights()]
    generator = [w.copy() for w in model.generator.get_weights()]
    rates, step = dict(model.base_learning_rates), int(model.step_counter.value)
    measuring.put_to_sleep(trained, 12, callbacks=[scores])
    assert [row["step"] - step for row in scores.rows] == [2, 4, 6, 8, 10, 12]
    for was, weight in zip(before, model.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(was, weight)
    assert not np.array_equal(generator[0], model.generator.get_weights()[0])
    assert model.base_learning_rates == rates and rates["discriminator"] > 0


def test_the_best_of_each_kind_again_and_again(parts):
    images = measuring.best_of_each(parts.fakes, 95)
    assert images.shape == (95, 28, 28, 1) and len(rows(images)) == 10
    answers = metrics.digits.probabilities(metrics.digits.predict(images)[1])
    assert (answers.max(axis=1) > 0.99).all()
    np.testing.assert_array_equal(answers.argmax(axis=1), np.resize(np.arange(10), 95))


def test_noise_can_be_made_legible():
    before, after = measuring.fooling(20, steps=0), measuring.fooling(20, steps=20)
    assert np.abs(after - before).max() < 20 * 0.02 + 1e-5 and np.abs(after).max() <= 1
    answers = [metrics.digits.probabilities(metrics.digits.predict(x)[1]) for x in (before, after)]
    assert len(np.unique(answers[0].argmax(axis=1))) < 4
    np.testing.assert_array_equal(answers[1].argmax(axis=1), np.resize(np.arange(10), 20))
    assert (answers[1].max(axis=1) > 0.9).all()


def test_digits_are_moved_to_the_right(parts):
    images = measuring.moved(parts.fakes, 2)
    np.testing.assert_array_equal(images[:, :, 2:], parts.fakes[:, :, :-2])
    assert images.sum() == parts.fakes.sum()  # nothing is lost: digits have empty margins


def test_the_presets_measure_the_same_things():
    smoke, quick = (measuring.PRESETS[name] for name in ("smoke", "quick"))
    assert smoke.n < quick.n and smoke.gan.steps < quick.gan.steps
    for preset in measuring.PRESETS.values():
        assert preset.splits >= 2 and preset.n <= 2500 and max(preset.sizes) <= 5000
        assert preset.gan.steps // preset.gan.report_every >= 4  # two for each half
        assert preset.held_out % 2 == 0


# --- the benchmark --------------------------------------------------------------------------------


def test_the_benchmark_writes_a_table_that_can_be_read_back(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("benchmark", BENCHMARKS / "measuring.py")
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    sys.modules.pop("table", None)
    out = tmp_path / "t.json"
    benchmark.main(["--preset", "smoke", "--seeds", "2", "--out", str(out)])
    table = json.loads(out.read_text(encoding="utf-8"))
    assert table["settings"]["n"] == measuring.PRESETS["smoke"].n
    assert "splits" not in table["settings"]  # it does not matter here
    comparison = measuring.from_table(table)
    np.testing.assert_allclose(
        comparison.values["blur"],
        measuring.compare(2, {"blur": measuring.blurred}, n=60).values["blur"],
        rtol=1e-3,
    )
    for run in table["runs"]:
        assert -1 <= run["correlation: G, second half"] <= 1
        assert {"awake: rFD", "asleep: rFD", "awake: loss of G", "asleep: loss of G"} <= set(run)


# --- the figures ----------------------------------------------------------------------------------


def test_balls_and_who_lies_in_one():
    real, fake = np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[0.5, 0.0], [1.5, 0.0]])
    figure = plots.show_balls(real, fake, np.array([1.0, 1.0]), np.array([0.4, 5.0]))
    left, right = figure.axes
    assert [patch.radius for patch in left.patches] == [1.0, 1.0]
    assert [patch.radius for patch in right.patches] == [0.4, 5.0]
    for ax, held, free in ((left, 1, 1), (right, 2, 0)):
        _, filled, hollow = ax.collections
        assert [len(filled.get_offsets()), len(hollow.get_offsets())] == [held, free]
    np.testing.assert_array_equal(left.collections[1].get_offsets(), [[0.5, 0.0]])


def test_shifts_are_written_into_the_map():
    figure = plots.show_shifts(
        {"here": [[653.4, -0.2], [-15.0, np.inf]]}, ["rFD", "precision"], ["blur", "few of each"]
    )
    texts = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert texts == {(0, 0): "+653", (1, 0): "0", (0, 1): "-15", (1, 1): "+∞"}
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["rFD", "precision"]


def test_bias_is_drawn_with_its_spread():
    found = {"frechet": np.array([[3.0, 3.4], [0.3, 0.34]]), "kernel": np.zeros((2, 2))}
    left, right = plots.show_bias([100, 1000], found).axes
    middle = left.containers[0].lines[0].get_xydata()
    np.testing.assert_allclose(middle, [[100, 3.2], [1000, 0.32]])
    assert left.get_legend().get_texts()[0].get_text() == "320 / n"
    np.testing.assert_array_equal(right.containers[0].lines[0].get_ydata(), [0, 0])


def test_losses_and_score_in_three_panels():
    names = ("step", "rFD", "loss of D", "loss of G")
    awake = dict(zip(names, np.array([[10, 20], [0.5, 0.1], [1.0, 1.1], [0.9, 0.8]]), strict=True))
    asleep = dict(zip(names, np.array([[30], [0.7], [1.5], [0.1]]), strict=True))
    losses, score, both = plots.show_losses_and_score(awake, asleep, 0.01).axes
    np.testing.assert_array_equal(losses.lines[1].get_ydata(), [0.9, 0.8, 0.1])
    np.testing.assert_array_equal(score.lines[0].get_xydata(), [[10, 0.5], [20, 0.1], [30, 0.7]])
    np.testing.assert_array_equal(both.collections[0].get_offsets(), [[1.0, 0.5], [1.1, 0.1]])
