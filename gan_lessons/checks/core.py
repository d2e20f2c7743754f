"""What a check of an exercise is made of.

A check is a function that looks at the learner's answer and calls ``expect`` for each thing that
must hold, with a message that explains the *idea* that a wrong answer misses::

    @check("the discriminator's best answer")
    def check_best_answer(fn):
        \"\"\"fn(p, q) is D*(x) where the data has density p and the fakes have density q.\"\"\"
        expect_close(fn(1.0, 1.0), 0.5, "Where real and fake are equally likely, D can only guess.")

Calling ``check_best_answer(fn)`` in a notebook prints one of four verdicts and never raises, so
"run all cells" goes through a notebook whose exercises are still open. It returns a ``Verdict``,
which is true only for an accepted answer.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

ACCEPTED, WRONG, FAILED, OPEN = "accepted", "wrong", "failed", "not attempted"


class WrongAnswer(Exception):
    """An answer misses the idea; the message says which one. Raised by ``expect``."""


@dataclass(frozen=True)
class Verdict:
    """What a check found: ``status`` (accepted, wrong, failed, not attempted), ``message``."""

    status: str
    message: str

    def __bool__(self) -> bool:
        return self.status == ACCEPTED

    def _ipython_display_(self) -> None:
        """Show nothing in a notebook: the check has printed the message already."""


def expect(condition: Any, message: str) -> None:
    """Raise WrongAnswer with ``message`` unless ``condition`` holds."""
    if not bool(condition):
        raise WrongAnswer(message)


def as_array(value: Any, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Turn an answer of any backend into a float64 array, of ``shape`` where one is given.

    Raises WrongAnswer if nothing was returned, if it holds no numbers, or in another shape.
    """
    expect(value is not None, "Your function returned nothing: did you forget `return`?")
    try:
        import keras

        array = np.asarray(keras.ops.convert_to_numpy(value), dtype="float64")
    except (TypeError, ValueError):
        raise WrongAnswer(
            f"Numbers were expected, but your function returned {type(value).__name__}."
        ) from None
    if shape is not None:
        expect(
            array.shape == tuple(shape),
            f"The shape should be {tuple(shape)}, but your answer has {array.shape}.",
        )
    return array


def expect_close(
    value: Any, expected: Any, message: str, rtol: float = 1e-4, atol: float = 1e-6
) -> None:
    """Raise WrongAnswer with ``message`` unless ``value`` is ``expected``, shape included.

    ``value`` may be a number, an array or a tensor; the message is followed by both values where
    they are single numbers, else by the largest difference.
    """
    want = np.asarray(expected, dtype="float64")
    got = as_array(value, want.shape)
    expect(np.all(np.isfinite(got)), f"{message} Your answer contains NaN or infinity.")
    if np.allclose(got, want, rtol=rtol, atol=atol):
        return
    if want.size == 1:
        detail = f"Expected {want.item():.6g}, got {got.item():.6g}."
    else:
        detail = f"The largest difference is {np.abs(got - want).max():.4g}."
    raise WrongAnswer(f"{message} {detail}")


def check(exercise: str) -> Callable[[Callable[..., None]], Callable[..., Verdict]]:
    """Turn a function that calls ``expect`` into a check that prints a verdict, never raises.

    ``exercise`` names what was asked, in a few words. The function's arguments are the learner's
    answers, usually functions. NotImplementedError anywhere in them means "not attempted yet".
    """

    def decorate(examine: Callable[..., None]) -> Callable[..., Verdict]:
        @functools.wraps(examine)
        def run(*answers: Any, **named: Any) -> Verdict:
            try:
                examine(*answers, **named)
            except NotImplementedError:
                verdict = Verdict(OPEN, f"Not attempted yet: {exercise}.")
            except WrongAnswer as wrong:
                verdict = Verdict(WRONG, f"Not yet: {exercise}. {wrong}")
            except Exception as error:  # a mistake in the learner's code must not stop the notebook
                verdict = Verdict(FAILED, f"Your code stopped: {exercise}. {_explain(error)}")
            else:
                verdict = Verdict(ACCEPTED, f"Accepted: {exercise}.")
            print(verdict.message)
            return verdict

        run.exercise = exercise
        return run

    return decorate


def _explain(error: Exception) -> str:
    """Type, first line and place of an error, in one sentence."""
    text = str(error).strip().splitlines()
    frames = traceback.extract_tb(error.__traceback__)
    # A cell's "file" has a made-up name; the last frame of that kind is the learner's own line.
    own = [frame for frame in frames if "ipykernel" in frame.filename or "<" in frame.filename]
    place = f' in line {own[-1].lineno} of your cell ("{own[-1].line}")' if own else ""
    return f"{type(error).__name__}{place}: {text[0] if text else 'no further message'}"
