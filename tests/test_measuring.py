"""What lesson 11 measures besides the defects: bias, tables, cheats; and how it draws them."""

import numpy as np
import pytest

from gan_lessons import measuring, metrics, plots, spoilt

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def parts():
    return spoilt.split(seed=3, n=150)


def rows(images):
    return {image.tobytes() for image in images}


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
        (lambda: measuring.bias([1, 10]), "received \\[1, 10\\]"),
        (lambda: measuring.bias([6000]), "2 ... 5,000"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_one_table_for_several_generators_and_real_digits(parts):
    yardstick = metrics.Yardstick(parts.held_out, parts.train, n=100)
    found = {"spoilt": yardstick.measure(spoilt.blurred(parts, RNG))}
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
