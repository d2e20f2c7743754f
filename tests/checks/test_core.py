"""The verdicts of an exercise check: none of them may stop a notebook."""

import numpy as np
import pytest

from gan_lessons.checks.core import WrongAnswer, as_array, check, expect, expect_close


@check("double a number")
def check_double(fn):
    expect_close(fn(3.0), 6.0, "Doubling adds a number to itself.")
    expect(fn(0.0) == 0, "Twice nothing is nothing.")


def test_right_answer_is_accepted_and_true(capsys):
    verdict = check_double(lambda x: 2 * x)
    assert verdict and verdict.status == "accepted"
    assert capsys.readouterr().out == "Accepted: double a number.\n"


def test_wrong_answer_names_the_idea_and_both_numbers(capsys):
    verdict = check_double(lambda x: x * x)
    assert not verdict and verdict.status == "wrong"
    out = capsys.readouterr().out
    assert "Doubling adds a number to itself." in out and "Expected 6, got 9." in out


def test_later_expectations_count_too():
    assert check_double(lambda x: 6.0).status == "wrong"


def test_open_exercise_says_so_and_goes_on(capsys):
    def stub(x):
        raise NotImplementedError("your turn")

    verdict = check_double(stub)
    assert not verdict and verdict.status == "not attempted"
    assert capsys.readouterr().out == "Not attempted yet: double a number.\n"


def test_error_in_the_learners_code_is_reported_not_raised(capsys):
    def broken(x):
        return {}["missing"]

    verdict = check_double(broken)
    assert not verdict and verdict.status == "failed"
    assert "KeyError" in capsys.readouterr().out


def test_error_names_the_line_of_a_notebook_cell():
    source = "def broken(x):\n    y = 1\n    return x / 0\n"
    scope = {}
    exec(compile(source, "<ipython-input-7>", "exec"), scope)
    message = check_double(scope["broken"]).message
    assert "ZeroDivisionError in line 3 of your cell" in message


def test_error_without_a_message():
    def broken(x):
        raise RuntimeError

    assert check_double(broken).message.endswith("RuntimeError: no further message")


def test_verdict_shows_nothing_more_in_a_notebook(capsys):
    verdict = check_double(lambda x: 2 * x)
    capsys.readouterr()
    assert verdict._ipython_display_() is None
    assert capsys.readouterr().out == ""


def test_ctrl_c_is_not_swallowed():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_double(interrupted)


def test_forgotten_return_is_named():
    with pytest.raises(WrongAnswer, match="forget `return`"):
        as_array(None)


def test_shape_and_type_are_named():
    with pytest.raises(WrongAnswer, match=r"should be \(2, 3\), but your answer has \(3,\)"):
        as_array(np.zeros(3), (2, 3))
    with pytest.raises(WrongAnswer, match="returned dict"):
        as_array({"a": 1})


def test_a_number_is_not_a_vector_of_equal_numbers():
    with pytest.raises(WrongAnswer, match="shape"):
        expect_close(np.full(4, 0.5), 0.5, "One number per batch.")


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_nan_and_infinity_never_pass(bad):
    with pytest.raises(WrongAnswer, match="NaN or infinity"):
        expect_close(bad, 1.0, "The loss is finite.")


@pytest.mark.parametrize("offset", [1e-3, -1e-3])
def test_tolerance_is_two_sided(offset):
    expect_close(1.0 + offset, 1.0, "About one.", rtol=2e-3)
    with pytest.raises(WrongAnswer):
        expect_close(1.0 + offset, 1.0, "About one.", rtol=5e-4)


def test_tensors_of_the_backend_in_use_are_numbers():
    from keras import ops

    expect_close(ops.ones((2, 2)) * 3, np.full((2, 2), 3.0), "Threes.")
