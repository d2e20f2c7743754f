"""Lesson 09's experiments: verdicts, masks, whom a term moves, tables of what came of it."""

import dataclasses
import itertools
import json

import numpy as np
import pytest
from keras import ops
from some_horses import some_horses

from gan_lessons import (
    cyclegan,
    cyclegan_lab,
    museum,
    plots,
    pretrained,
    show,
    translation,
)
from gan_lessons.engine.training import train

SMOKE = cyclegan.PRESETS["smoke"]


@pytest.fixture(scope="module")
def data():
    return some_horses()


def test_verdicts_are_one_for_each_patch(data):
    model = cyclegan.build(SMOKE)
    told = cyclegan_lab.verdicts(model.Dy, data.y_test[:3])
    direct = model.Dy(data.y_test[:3] / np.float32(127.5) - 1, training=False)
    np.testing.assert_allclose(told, ops.convert_to_numpy(direct)[..., 0], atol=1e-5)
    seen = {4: (5, 38), told.shape[2] // 3: (-3, 30)}  # of rows and columns, first and last pixel
    figure = plots.show_patches(data.y_test[0], told[0], seen.get)
    assert "34 x 34" in figure.axes[0].get_title()
    (frame,) = figure.axes[0].patches
    assert (frame.get_x(), frame.get_y()) == (-3, 5) and frame.get_width() == 34
    assert f"{told[0].size} answers" in figure.axes[1].get_title()


def test_a_mask_says_where_a_picture_is_painted_over(data):
    model = cyclegan.build(SMOKE)
    x = data.x_test[:4] / np.float32(127.5) - 1
    for to in "yx":
        masks, made = cyclegan_lab.masks(model, x, to), model.translate(x, to)
        assert masks.shape == (4, 32, 32) and masks.min() >= 0 and masks.max() <= 1
        # made = x + mask (painting - x), and a painting lies within [-1, 1]
        assert (np.abs(made - x).max(axis=-1) <= 2 * masks + 1e-4).all()
    assert len(plots.show_masks(x, masks, made).axes) == 3
    with pytest.raises(ValueError, match="no mask"):
        cyclegan_lab.masks(cyclegan.build(dataclasses.replace(SMOKE, brush=False)), x)


@pytest.mark.parametrize("columns", [6, 8])
def test_a_strip_has_a_title_over_every_column(columns):
    figure = plots.show_strip(np.zeros((3, columns, 8, 8, 3), "float32"), ("horse", "zebra"))
    titles = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert len(titles) == columns and titles[:3] == ["horse", "as a zebra", "and back"]
    assert titles[columns // 2] == "zebra" and ("hidden truth" in titles) == (columns == 8)


def test_long_titles_do_not_meet():
    figure = plots.show_strip(np.zeros((1, 8, 28, 28, 1)), ("upright digit", "lying digit"))
    figure.canvas.draw()
    labels = figure.axes[0].get_xticklabels()
    places = [label.get_window_extent() for label in labels]
    gaps = [(b.x0 - a.x1) / figure.dpi for a, b in itertools.pairwise(places)]
    assert min(gaps) > 0.12  # inches: wider than the space between two words
    assert labels[5].get_text().split() == ["as", "an", "upright", "digit"]


# Whom a term moves, how it comes on ---------------------------------------------------------------


def test_every_term_moves_both_translators():
    for term in cyclegan_lab.TERMS:
        assert cyclegan_lab.moved_by(term) == {"G": True, "F": True}, term


def test_with_one_cycle_for_each_a_cycle_still_moves_somebody_but_nobody_learns_to_leave_traces():
    with museum.switched_on("one cycle for each translator"):
        assert cyclegan_lab.moved_by("forward") == {"G": False, "F": True}
        assert cyclegan_lab.moved_by("backward") == {"G": True, "F": False}


def test_presets_fit_together():
    for name, how in cyclegan_lab.PRESETS.items():
        assert how.whole.source == "bundled", name  # the hidden partners must be known
        same = dict(forward=how.whole.forward, backward=how.whole.backward, same=how.whole.same)
        pace = dict(steps=how.whole.steps, report_every=how.whole.report_every)
        assert dataclasses.replace(how.alone, **same, **pace) == how.whole, name
        assert not (how.alone.forward or how.alone.backward or how.alone.same)
        assert how.alone.steps < how.whole.steps and how.digits.size == 28
    whole, quick = cyclegan_lab.PRESETS["quick"].whole, cyclegan.PRESETS["quick"]
    assert whole == dataclasses.replace(quick, steps=whole.steps)  # as the tables', but shorter
    assert quick.steps / 2 < whole.steps < quick.steps


def test_what_is_followed_is_the_score_of_that_step(data):
    follow = cyclegan_lab.Follow(data, 3)
    preset = dataclasses.replace(SMOKE, steps=4, report_every=2)
    piles = {"x": data.x_train, "y": data.y_train}
    trained = train(cyclegan, preset, piles, callbacks=[follow], verbose=False)
    assert [row["step"] for row in follow.rows] == [2, 4]
    found, last = translation.score(trained.model, data, 3), follow.rows[-1]
    assert (last["ssim"], last["error"]) == pytest.approx((found.ssim, found.error))
    assert last["fooled"] == pytest.approx((found.there.fooled + found.back.fooled) / 2)
    left, right = plots.show_learning(follow.rows, copy=0.5).axes
    assert list(left.lines[0].get_xdata()) == [2, 4]
    assert right.lines[0].get_ydata()[1] == last["fooled"]


# In tables ----------------------------------------------------------------------------------------


def test_scores_are_told_in_columns_of_one_width(data):
    rows = {
        "truth": translation.judged(data.info["truth"][0], data),
        "a model": translation.direction(cyclegan.build(SMOKE), data),
    }
    told = cyclegan_lab.score_table(rows).splitlines()
    assert len(told) == 3 and len({len(line) for line in told}) == 1
    assert "1.000" in told[1] and told[1].endswith("-") and not told[2].endswith("-")


def test_a_table_of_both_directions_holds_their_means_over_the_seeds():
    runs = [
        {"there: fooled": 0.4, "back: fooled": 0.6, "back: partner_ssim": 0.5},
        {"there: fooled": 0.8, "back: fooled": 1.0, "back: partner_ssim": 0.5},
    ]
    summary = cyclegan_lab.of_both({"runs": runs})["summary"]
    assert set(summary) == {"fooled"}  # one direction alone has no mean
    assert summary["fooled"]["mean"] == pytest.approx(0.7)
    assert summary["fooled"]["std"] == pytest.approx(np.std([0.5, 0.9], ddof=1))


def test_stored_tables_of_the_ablation_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(show, "RESULTS", tmp_path)
    assert cyclegan_lab.stored() == {}
    run = {f"{side}: {name}": 0.5 for side in ("there", "back") for name in cyclegan_lab.FIGURES}
    for name in ("whole", "without-pool"):
        (tmp_path / f"cyclegan-{name}-quick.json").write_text(json.dumps({"runs": [run]}))
    found = cyclegan_lab.stored()
    assert list(found) == ["whole", "without pool"]
    lines = show.compared(found, cyclegan_lab.FIGURES).splitlines()
    assert len(lines) == 3 and len({len(line) for line in lines}) == 1
    assert lines[1].split()[:5] == ["whole", "1", "0.500", "±", "0.000"]
    assert "no table yet" in show.compared({}, cyclegan_lab.FIGURES)


def test_translators_made_beforehand_are_optional(monkeypatch):
    monkeypatch.setattr(pretrained, "names", lambda: [])
    assert cyclegan_lab.beforehand() == {}


def test_a_receptive_field_is_drawn_as_wide_as_it_is(data):
    figure = plots.show_receptive_field(data.x_test[0], [(4, 2), (4, 1)])
    cone, photo = figure.axes
    assert [len(points.get_offsets()) for points in cone.collections] == [1, 4, 10]
    pixels = cone.collections[-1].get_offsets()[:, 0]
    assert pixels.max() - pixels.min() == 9  # the centres of 10 pixels side by side
    assert photo.patches[0].get_width() == 10
    for line in cone.lines:  # every line ends at a unit of the layer below
        x, level = line.get_xdata()[1], int(-line.get_ydata()[1])
        assert np.abs(cone.collections[level].get_offsets()[:, 0] - x).min() < 1e-9
