"""Zero-sum games: matching pennies, its solution, and players who learn by small steps (lesson 02).

In a matrix game one player picks a row, the other a column, and `payoff[row, column]` goes from
the column player to the row player: one wants it large, the other small. A mixed strategy is an
array of probabilities.
"""

import numpy as np

# One player hides a coin, the other guesses; the row player wins if both show the same side.
PENNIES = np.array([[1.0, -1.0], [-1.0, 1.0]])


def solve(payoff):
    """The equilibrium of a matrix game, by linear programme (von Neumann's minimax theorem, 1928).

    The row player's best mixture makes the smallest of its mean payoffs, over all columns, as large
    as it can be: maximise v so that (row @ payoff)[j] >= v for every column j.

    Returns:
        row mixture, column mixture, value of the game.
    """
    payoff = _payoff(payoff)
    row, value = _best_guarantee(payoff)
    column, _ = _best_guarantee(-payoff.T)
    return row, column, value


def _best_guarantee(payoff):
    from scipy.optimize import linprog

    rows, columns = payoff.shape
    found = linprog(
        c=[0.0] * rows + [-1.0],  # unknowns: the mixture, and v, which is maximised
        A_ub=np.hstack([-payoff.T, np.ones((columns, 1))]),  # v - (row @ payoff)[j] <= 0
        b_ub=np.zeros(columns),
        A_eq=[[1.0] * rows + [0.0]],
        b_eq=[1.0],
        bounds=[(0.0, 1.0)] * rows + [(None, None)],
    )
    return found.x[:-1], float(found.x[-1])


def exploitability(payoff, row, column):
    """What both players together could still gain by a better answer: 0 at an equilibrium only."""
    payoff = _payoff(payoff)
    return float(np.max(payoff @ column) - np.min(np.asarray(row) @ payoff))


def fictitious_play(payoff, rounds):
    """Each player answers best to what the other has done so far (Brown 1951).

    Returns:
        The shares of every row and of every column in the rounds so far: (rounds, rows) and
        (rounds, columns).
    """
    payoff = _payoff(payoff)
    rows, columns = np.zeros(payoff.shape[0]), np.zeros(payoff.shape[1])
    history = []
    for played in range(1, rounds + 1):
        best_row, best_column = np.argmax(payoff @ columns), np.argmin(rows @ payoff)
        rows[best_row] += 1
        columns[best_column] += 1
        history.append((rows / played, columns / played))
    return tuple(np.array(side) for side in zip(*history, strict=True))


# The smallest game for gradients: V(x, y) = x y. One player moves x to make V small, the other
# moves y to make it large. dV/dx = y and dV/dy = x, so the equilibrium is (0, 0).


def simultaneous(x, y, rate):
    """Both step at once. Every step multiplies the distance to (0, 0) by sqrt(1 + rate^2)."""
    return x - rate * y, y + rate * x


def alternating(x, y, rate):
    """One after the other, as in a GAN: the second sees the first one's new position."""
    y = y + rate * x
    return x - rate * y, y


def extragradient(x, y, rate):
    """Look one step ahead, then step from where you are (Korpelevich 1976).

    Every step multiplies the distance by sqrt(1 - rate^2 + rate^4).
    """
    ahead_x, ahead_y = simultaneous(x, y, rate)
    return x - rate * ahead_y, y + rate * ahead_x


def penalised(x, y, rate, weight=0.5):
    """Both step at once, and y pays `weight` y^2 / 2: what R1 does (Mescheder et al. 2018).

    It shrinks the distance in the long run if the weight is larger than the rate.
    """
    return x - rate * y, y + rate * (x - weight * y)


RULES = {
    "simultaneous": simultaneous,
    "alternating": alternating,
    "extragradient": extragradient,
    "penalised": penalised,
}


def play(rule, rate=0.1, steps=200, start=(1.0, 0.0)):
    """The path of the two players, `(x, y)` at every moment: array (steps + 1, 2).

    Args:
        rule: a name in `RULES`, or a function `(x, y, rate)` to the next `(x, y)`.
    """
    if isinstance(rule, str):
        if rule not in RULES:
            raise ValueError(f"There is no rule {rule!r}. Choose one of: {', '.join(RULES)}.")
        rule = RULES[rule]
    path = [tuple(start)]
    for _ in range(steps):
        path.append(rule(*path[-1], rate))
    return np.array(path)


def running_mean(path):
    """The mean of all positions so far, at every moment: same shape as `path`."""
    return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]


def radius(path):
    """The distance to the equilibrium at every moment: array (len(path),)."""
    return np.linalg.norm(path, axis=1)


def _payoff(payoff):
    payoff = np.asarray(payoff, "float64")
    if payoff.ndim != 2 or payoff.size == 0 or not np.isfinite(payoff).all():
        raise ValueError(
            f"A payoff table has the shape (rows, columns) and finite numbers; received the shape "
            f"{payoff.shape}."
        )
    return payoff
