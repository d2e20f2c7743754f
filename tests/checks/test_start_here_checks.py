"""The checks of lesson 00: each accepts the right answer and rejects plausible wrong ones.

Every rejection must be for the right reason: the message names the idea that was missed.
"""

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from gan_lessons.checks import start_here as checks

ONES, ZEROS = np.ones, np.zeros
RIGHT = [
    (checks.check_hidden_layer, lambda x, m, o: np.where(x @ m + o > 0, x @ m + o, 0.0)),
    (checks.check_wanted_answers, lambda r, f: (np.r_[ONES(r), ZEROS(f)], ONES(f))),
    (checks.check_wanted_answers, lambda r, f: ([1] * r + [0] * f, [1] * f)),
    (checks.check_wanted_answers, lambda r, f: [np.r_[ONES(r), ZEROS(f)], ONES(f)]),
    (checks.check_earth_moved, wasserstein_distance),
    (checks.check_on_the_scale, lambda s, floor, chance: 1 - (chance - s) / (chance - floor)),
]
WRONG = [
    (checks.check_hidden_layer, lambda x, m, o: x @ m + o, "Negative sums came through"),
    (checks.check_hidden_layer, lambda x, m, o: np.maximum(x @ m, 0) + o, "before the bend"),
    (checks.check_hidden_layer, lambda x, m, o: np.abs(x @ m + o), "turned round"),
    (checks.check_hidden_layer, lambda x, m, o: np.tanh(x @ m + o), "cut off at 0"),
    (checks.check_hidden_layer, lambda x, m, o: np.maximum(x.T, 0), "shape should be"),
    (checks.check_wanted_answers, lambda r, f: (np.r_[ZEROS(r), ONES(f)], ONES(f)), "changed"),
    (checks.check_wanted_answers, lambda r, f: (ONES(r + f), ONES(f)), "about fakes"),
    (checks.check_wanted_answers, lambda r, f: (np.r_[ONES(r), ZEROS(f)], ZEROS(f)), "helps D"),
    (checks.check_wanted_answers, lambda r, f: (np.r_[ONES(r), ZEROS(f)], ONES(r + f)), "only its"),
    (checks.check_wanted_answers, lambda r, f: np.r_[ONES(r), ZEROS(f)], "two arrays"),
    (checks.check_earth_moved, lambda x, y: np.abs(x - y).mean(), "another order"),
    (checks.check_earth_moved, lambda x, y: np.abs(np.sort(x) - np.sort(y)).sum(), "not their sum"),
    (checks.check_earth_moved, lambda x, y: np.square(np.sort(x) - np.sort(y)).mean(), "squares"),
    (checks.check_earth_moved, lambda x, y: abs(np.mean(x) - np.mean(y)), "do not cancel"),
    (checks.check_earth_moved, lambda x, y: (np.sort(y) - np.sort(x)).mean(), "do not cancel"),
    (checks.check_earth_moved, lambda x, y: np.abs(np.sort(x) - np.sort(y)).max(), "no largest"),
    (
        checks.check_earth_moved,
        lambda x, y: np.sqrt(np.square(np.sort(x) - np.sort(y)).mean()),
        "no squares",
    ),
    (checks.check_on_the_scale, lambda s, floor, chance: s / chance, "subtract"),
    (checks.check_on_the_scale, lambda s, floor, chance: (s - floor) / chance, "Divide by the way"),
    (
        checks.check_on_the_scale,
        lambda s, floor, chance: ((s - floor) / (chance - floor)) ** 2,
        "straight line",
    ),
    (
        checks.check_on_the_scale,
        lambda s, floor, chance: min(1.0, (s - floor) / (chance - floor)),
        "cut it off",
    ),
]


@pytest.mark.parametrize("check, answer", RIGHT)
def test_accepts(check, answer):
    verdict = check(answer)
    assert verdict, verdict.message


@pytest.mark.parametrize("check, answer, idea", WRONG)
def test_rejects_and_teaches(check, answer, idea):
    verdict = check(answer)
    assert verdict.status == "wrong" and idea in verdict.message, verdict.message
