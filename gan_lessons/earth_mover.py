"""The earth mover's distance worked out exactly (lesson 10): NumPy and SciPy, no network.

Two parallel lines show why the divergence matters; the transport problem and its dual show what
Kantorovich and Rubinstein proved; on a line the best critic is known in closed form.
"""

import dataclasses
import math

import numpy as np

# Two parallel lines -------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Divergences:
    """How far apart two distributions are, in four ways: KL(p || q), JS, total variation, W1."""

    kl: float
    js: float
    total_variation: float
    w1: float


def parallel_lines(theta):
    """The divergences of two upright segments, x = 0 and x = theta (Arjovsky 2017, example 1).

    On both, y is uniform in [0, 1]. Unless theta is 0 they share no point: a KL is infinite, JS is
    log 2 and the total variation 1, wherever theta stands. Only W1 = |theta| says how far to go.

    Raises:
        ValueError: theta is not a finite number.
    """
    if not math.isfinite(theta):
        raise ValueError(f"theta must be a finite number, received {theta}.")
    if theta == 0:
        return Divergences(0.0, 0.0, 0.0, 0.0)
    return Divergences(math.inf, math.log(2), 1.0, float(abs(theta)))


# The transport problem ----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Transport:
    """The cheapest way to move one pile of earth into the shape of another.

    Attributes:
        plan: how much goes from pile i to hole j, (n, m); its sums are p and q.
        work: mass times way, all together. W1, where the costs are distances.
        f, g: prices (n,) and (m,), with f_i + g_j <= cost_ij everywhere: what a carrier may ask
            for one unit taken at i and brought to j without ever being dearer than walking.
        income: f . p + g . q. It is never above the work, and at the best prices equal to it.
    """

    plan: np.ndarray
    work: float
    f: np.ndarray
    g: np.ndarray
    income: float

    def critic(self, distances):
        """One function in the place of two prices: min_j (d(x, y_j) - g_j), at any points x.

        It changes by no more than d(x, x') from x to x', since each term does: its slope is 1 at
        most. E_p - E_q of it is the work: Kantorovich and Rubinstein.

        Args:
            distances: (k, m), from k points x to the holes y_1 ... y_m.

        Returns:
            Array (k,).
        """
        distances = np.asarray(distances, "float64")
        if distances.ndim != 2 or distances.shape[1] != len(self.g):
            raise ValueError(
                f"Expected distances (k, {len(self.g)}), received shape {distances.shape}."
            )
        return np.min(distances - self.g, axis=1)


def transport(p, q, cost):
    """Solve the transport problem exactly, as a linear programme, with its dual.

    Primal: the least sum of plan_ij cost_ij over plans >= 0 with the row sums p, column sums q.
    Dual: the largest f . p + g . q under f_i + g_j <= cost_ij.
    (Villani, *Topics in Optimal Transportation*, 2003, theorem 1.3.) For hundreds of points.

    Args:
        p, q: masses (n,) and (m,), nowhere below 0, of one sum.
        cost: (n, m), finite.

    Raises:
        ValueError: shapes do not fit, a mass is below 0, or the sums differ.
    """
    from scipy import sparse
    from scipy.optimize import linprog

    p, q, cost = (np.asarray(a, "float64") for a in (p, q, cost))
    if p.ndim != 1 or q.ndim != 1 or cost.shape != (len(p), len(q)) or not cost.size:
        raise ValueError(
            f"Expected masses (n,), (m,) and costs (n, m), received {p.shape}, {q.shape} and "
            f"{cost.shape}."
        )
    if not np.isfinite(cost).all():
        raise ValueError("The costs hold NaN or infinity; expected finite numbers.")
    if not (p.min() >= 0 and q.min() >= 0 and math.isclose(p.sum(), q.sum(), rel_tol=1e-9)):
        raise ValueError(
            f"Masses must be 0 or more and of one sum, received least masses {p.min()} and "
            f"{q.min()}, sums {p.sum()} and {q.sum()}."
        )
    n, m = cost.shape
    rows = sparse.kron(sparse.eye(n), np.ones((1, m)))  # row i: all that leaves pile i
    columns = sparse.kron(np.ones((1, n)), sparse.eye(m))  # row j: all that arrives at hole j
    found = linprog(
        cost.ravel(),
        A_eq=sparse.vstack([rows, columns]).tocsr(),
        b_eq=np.concatenate([p, q]),
        bounds=(0, None),
        method="highs",
    )
    if not found.success:
        raise ValueError(f"The linear programme has no solution: {found.message}")
    # What one more unit of mass would cost, at each pile and hole: that is the dual solution.
    f, g = np.split(np.asarray(found.eqlin.marginals), [n])
    return Transport(found.x.reshape(n, m), float(found.fun), f, g, float(f @ p + g @ q))


# On a line ----------------------------------------------------------------------------------------


def witness(x, p_samples, q_samples):
    """The best critic between two samples on a line, exactly, at the places x.

    W1 is the area between the two distribution functions F_p and F_q, so the best f rises with
    slope 1 where F_p lies below F_q, falls with slope 1 where it lies above, and is flat where they
    meet and beyond all samples. It is 0 at the smallest sample. E_p f - E_q f is W1.

    Args:
        x: array of any shape. p_samples, q_samples: arrays (n,), (m,) of finite numbers.

    Returns:
        f(x), float64, in the shape of x.

    Raises:
        ValueError: a sample is empty, has another number of axes, or holds NaN or infinity.
    """
    p, q = (np.sort(np.asarray(s, "float64")) for s in (p_samples, q_samples))
    for name, sample in (("p_samples", p), ("q_samples", q)):
        if sample.ndim != 1 or not sample.size or not np.isfinite(sample).all():
            raise ValueError(
                f"{name} must hold finite numbers in an array (n,), received shape {sample.shape}."
            )
    places = np.unique(np.concatenate([p, q]))
    below = [np.searchsorted(s, places[:-1], side="right") for s in (p, q)]
    # F_q - F_p from one place to the next, in whole numbers: its sign must be exact.
    slope = np.sign(below[1] * len(p) - below[0] * len(q))
    heights = np.concatenate([[0.0], np.cumsum(slope * np.diff(places))])
    return np.interp(np.asarray(x, "float64"), places, heights)
