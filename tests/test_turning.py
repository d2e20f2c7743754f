"""Tasks with digits: a new colour, a new shape, and what is left of the digit."""

import numpy as np
import pytest

from gan_lessons import cyclegan_lab, pairing, translation, turning


@pytest.fixture(scope="module")
def tasks():
    return turning.digit_tasks(many=30, test=100)


def test_both_tasks_start_from_the_same_digits_and_no_digit_is_in_two_piles(tasks):
    repaint, turn = tasks["repaint"], tasks["turn"]
    np.testing.assert_array_equal(repaint.x_train, turn.x_train)
    black = [turn.x_train, 255 - repaint.y_train, turn.x_test, 255 - repaint.y_test]
    assert [len(pile) for pile in black] == [30, 30, 100, 100]
    assert len(np.unique(np.concatenate(black), axis=0)) == 260
    assert black[0].mean() > 200  # black on white paper


def test_what_is_turned_lies_on_its_side(tasks):
    turn = tasks["turn"]
    upright, lying = turn.x_test[5], turn.info["truth"][0][5]
    for row, column in ((3, 14), (20, 9)):  # to the left: the right edge comes to the top
        np.testing.assert_array_equal(lying[row, column], upright[column, 27 - row])
    back = turning.turned(turn.info["truth"][0], -1)
    np.testing.assert_array_equal(back, turn.x_test)


@pytest.mark.parametrize("name", ["repaint", "turn"])
@pytest.mark.parametrize("to", ["y", "x"])
def test_the_truth_keeps_its_digit(tasks, name, to):
    task = tasks[name]
    truth = task.info["truth"][to == "x"]
    assert turning.kept(truth, task, to) >= 0.97
    assert turning.kept(truth[:10], task, to) >= 0.9
    assert turning.kept(truth / 127.5 - 1.0, task, to) >= 0.97
    assert turning.kept(pairing.permuted(truth), task, to) < 0.25  # other digits
    assert turning.kept(np.zeros_like(truth), task, to) < 0.25


def test_to_copy_is_no_turn(tasks):
    turn = tasks["turn"]
    assert turning.kept(turn.x_test, turn, "y") < 0.5


def test_a_task_is_trained_on_its_own_digits_and_shown_with_them(tasks):
    preset = cyclegan_lab.PRESETS["smoke"].digits
    runs = {name: turning.train_task(task, preset) for name, task in tasks.items()}
    for name, run in runs.items():
        assert run.model.data is tasks[name] and run.finished
        rows = translation.strip(run.model, tasks[name], 2)
        np.testing.assert_allclose(run.model.gallery(16), rows)
    weights = [run.model.G.get_weights() for run in runs.values()]
    assert any(not np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def test_more_digits_than_there_are():
    with pytest.raises(ValueError, match="at most 10,000 digits, received 12,000"):
        turning.digit_tasks(many=5000, test=1000)


@pytest.mark.parametrize("name", ["repaint", "turn"])
def test_the_truth_and_the_untouched_are_told_apart(tasks, name):
    """A "model" that answers with the truth, and one that does nothing."""
    task = tasks[name]

    class Painter:
        def __init__(self, knows):
            self.knows = knows

        def translate(self, pictures, to="y", averaged=True):
            pictures = np.asarray(pictures)
            pictures = pictures / np.float32(127.5) - 1 if pictures.dtype == np.uint8 else pictures
            if not self.knows:
                return pictures
            there = {"repaint": lambda p: -p, "turn": lambda p: turning.turned(p, 1)}[name]
            back = {"repaint": lambda p: -p, "turn": lambda p: turning.turned(p, -1)}[name]
            return (there if to == "y" else back)(pictures)

    truth, idle = (turning.task_figures(Painter(knows), task) for knows in (True, False))
    for way in ("there", "back"):
        assert truth[f"{way}: ssim"] == pytest.approx(1) and truth[f"{way}: kept"] >= 0.97
        assert truth[f"{way}: returned"] < 0.005 and idle[f"{way}: returned"] < 0.005
        assert idle[f"{way}: ssim"] == pytest.approx(idle[f"{way}: ssim, untouched"], abs=1e-6)
        assert idle[f"{way}: ssim"] < 0.6
        assert idle[f"{way}: kept"] == idle[f"{way}: kept, untouched"]
        assert truth[f"{way}: kept, untouched"] == idle[f"{way}: kept, untouched"]
    untouched = idle["there: kept, untouched"]
    assert untouched >= 0.97 if name == "repaint" else untouched < 0.5
    lines = turning.task_report(Painter(True), task)
    began = {"repaint": "black digit to white digit", "turn": "upright digit to lying digit"}[name]
    assert len(lines) == 2 and lines[0].startswith(began) and "SSIM 1.000" in lines[0]
