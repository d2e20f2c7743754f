"""Critics between two samples that stay, beside what is known exactly (lesson 10).

For each pair of `PAIRS` the distance W1 can be computed without a network, and so can the best
critic, the *witness*: on a line by sorting, in the plane because both pairs have a symmetry. So it
can be seen what a network learns of them, and what a clip does to it.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
from keras import ops

from gan_lessons import critics, earth_mover, lab, metrics, runtime, wgan
from gan_lessons.engine import backends
from gan_lessons.engine.callbacks import Anneal, Budget

# One-sided and heavy, because this critic is to *measure*: see `Critical.w1_estimate`.
ALONE = wgan.WGANPreset(
    dataset="ring",
    batch_size=256,
    steps=1200,
    report_every=100,
    steps_per_execution=20,
    jit=True,
    hold=0.5,
    network="dense",
    critic=(64, 64),
    pace=20.0,
    penalty=30.0,
    one_sided=True,
)


SHIFT = np.array([1.5, 1.0])  # of the pair in the plane


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two samples (n, d) of one size, their exact W1, and the best critic as a function of (k, d).

    The witness is that of the two samples on a line, and that of the two distributions in the
    plane.
    """

    p: np.ndarray
    q: np.ndarray
    w1: float
    witness: Callable


def _shift(rng, n):
    return rng.normal(2.0, 1.0, n), rng.normal(0.0, 1.0, n)


def _between(rng, n):
    return rng.choice([-2.0, 2.0], n) + 0.3 * rng.normal(size=n), 0.5 * rng.normal(size=n)


def _spread(rng, n):
    return rng.normal(0.0, 2.0, n), rng.normal(0.0, 0.5, n)


def _plane(rng, n):
    return rng.normal(size=(n, 2)) + SHIFT, rng.normal(size=(n, 2))


def _ring(rng, n):
    angle, radius = rng.uniform(0.0, 2.0 * np.pi, n), 2.0 + 0.1 * rng.normal(size=n)
    circle = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return circle, 0.5 * rng.normal(size=(n, 2))


PAIRS = {
    "a shift": _shift,
    "a heap between two": _between,
    "wide and narrow": _spread,
    "a shift in the plane": _plane,
    "a ring round a heap": _ring,
}


def pair(name, n=2000, seed=0):
    """One of `PAIRS`, drawn with a seed.

    Raises:
        ValueError: there is no such pair.
    """
    if name not in PAIRS:
        raise ValueError(f"There is no pair {name!r}. There are: {', '.join(PAIRS)}.")
    p, q = (x.astype("float32").reshape(n, -1) for x in PAIRS[name](np.random.default_rng(seed), n))
    if p.shape[1] == 1:
        return Pair(
            p,
            q,
            metrics.wasserstein_1d(p[:, 0], q[:, 0]),
            lambda x: earth_mover.witness(x[:, 0], p[:, 0], q[:, 0]),
        )
    w1 = metrics.exact_wasserstein(p, q)
    if name == "a ring round a heap":  # nobody needs to walk anywhere but straight outwards
        radii = [np.linalg.norm(x, axis=1) for x in (p, q)]
        return Pair(p, q, w1, lambda x: earth_mover.witness(np.linalg.norm(x, axis=1), *radii))
    return Pair(p, q, w1, lambda x: x @ (SHIFT / np.linalg.norm(SHIFT)))


def learn(preset, p, q, seed=0):
    """A `CriticAlone` of a preset, trained between p and q for the preset's steps."""
    preset = dataclasses.replace(preset, shape=p.shape[1:])
    runtime.set_seed(seed)
    model = critics.alone(preset, q, seed=seed)
    budget = Budget(preset.steps, preset.report_every)
    model.fit(
        p,
        batch_size=preset.batch_size,
        epochs=preset.steps // preset.report_every,
        steps_per_epoch=preset.report_every,
        seed=seed,
        verbose=0,
        callbacks=[budget, Anneal(budget, preset.hold)],
    )
    return model


def figures(model, known):
    """What a critic made of a `Pair`: its estimate, its share of W1, and how alike the witnesses.

    "alike" is the correlation of both functions over the points of p and q.
    """
    both = np.concatenate([known.p, known.q])
    estimate = model.w1_estimate(known.p, known.q)
    alike = np.corrcoef(model.witness(both), known.witness(both))[0, 1]
    return {
        "exact W1": known.w1,
        "estimate": estimate,
        "of W1": estimate / known.w1,
        "alike": float(alike),
    }


# What a clip does ---------------------------------------------------------------------------------

DEPTH, WIDTH = 10, 128
_DEEP = dataclasses.replace(ALONE, critic=(WIDTH,) * DEPTH, pace=10.0, penalty=10.0)
# Ways to keep the slope of a deep critic in check.
REINS = {
    **{
        f"clip {size:g}": dataclasses.replace(_DEEP, variant="clip", clip=size)
        for size in (0.1, 0.03, 0.01)
    },
    "penalty": _DEEP,
}


def noisy_ring(n=2000, seed=0):
    """Eight modes on a ring of radius 2, and the same under noise: (p, q) for a deep critic.

    As Gulrajani et al. (2017, section 3) did: fakes are real points that were moved a little.
    """
    rng = np.random.default_rng(seed)
    angle = 2.0 * np.pi * rng.integers(0, 8, n) / 8
    p = 2.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.05 * rng.normal(size=(n, 2))
    return p.astype("float32"), (p + 0.5 * rng.normal(size=(n, 2))).astype("float32")


def hidden_layers(critic):
    """The dense layers of a critic, all but the last, each with the activation behind it."""
    dense = [i for i, layer in enumerate(critic.layers) if hasattr(layer, "kernel")]
    return [(critic.layers[i], critic.layers[i + 1]) for i in dense[:-1]]


def gradients_by_depth(critic, x):
    """Mean length of df(x)/dh for the output h of every hidden layer, first layer first: (depth,).

    What training sends back to a layer: all that its weights learn passes through this number.

    Args:
        critic: of `critics.build_critic`, with dense layers. x: points (n, d).
    """
    h = ops.convert_to_tensor(np.asarray(x, "float32"))
    first = next(i for i, layer in enumerate(critic.layers) if hasattr(layer, "kernel"))
    below, above = critic.layers[1:first], critic.layers[first:]
    if any(hasattr(layer, "kernel") for layer in below) or len(critic.inputs) != 1:
        raise ValueError("Expected a critic whose layers follow one another.")
    for layer in below:
        h = layer(h)
    lengths = []
    for i in range(0, len(above) - 1, 2):  # a dense layer and its activation at a time
        h = above[i + 1](above[i](h))

        def rest(h, behind=above[i + 2 :]):
            for layer in behind:
                h = layer(h)
            return h

        gradient = ops.convert_to_numpy(backends.input_gradient(rest, ops.stop_gradient(h)))
        lengths.append(float(np.linalg.norm(gradient.astype("float64"), axis=1).mean()))
    return np.array(lengths)


def kernels(critic):
    """All weights of a critic's kernels in one array."""
    return np.concatenate(
        [
            ops.convert_to_numpy(layer.kernel).ravel()
            for layer in critic.layers
            if hasattr(layer, "kernel")
        ]
    )


def share_at(critic, size):
    """The share of the weights of a critic's kernels that are at the clip, give or take 1 %."""
    return float((np.abs(kernels(critic)) >= 0.99 * size).mean())


def reined(name, steps, seed=0):
    """A deep critic under one of `REINS`, trained for some steps, and the points that it saw."""
    p, q = noisy_ring(seed=seed)
    return learn(lab.shortened(REINS[name], steps, reports=10), p, q, seed), p, q


def damage(name, steps, seed=0):
    """What one of `REINS` does to a deep critic: a row of figures.

    "gradient n" is that of `gradients_by_depth` at the n-th hidden layer; "first to last" the ratio
    of the ends; "at the clip" a share of the weights; "estimate" what it says of the distance.
    """
    model, p, q = reined(name, steps, seed)
    lengths = gradients_by_depth(model.critic, p[:500])
    size = REINS[name].clip if REINS[name].variant == "clip" else np.inf
    row = {f"gradient {i + 1}": float(value) for i, value in enumerate(lengths)}
    return row | {
        "first to last": float(lengths[0] / lengths[-1]) if lengths[-1] else 0.0,
        "at the clip": share_at(model.critic, size),
        "estimate": model.w1_estimate(p, q),
    }
