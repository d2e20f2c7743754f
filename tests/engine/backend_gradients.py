"""Prints each player's gradients for fixed weights, data and noise, as an .npz file.

Run as a program with the path of the file to write; KERAS_BACKEND says on which backend. With
plain gradient descent at rate 1 the step that a player takes is minus its gradient, so this
tests the whole training step, turns and shared fakes included.
"""

import dataclasses
import sys

import keras
import numpy as np
from keras import ops

from gan_lessons import cgan, cyclegan, dcgan, vae, vae_gan, vanilla_gan, wgan

RNG = np.random.default_rng(2)
IMAGES = RNG.integers(0, 256, (16, 28, 28, 1), dtype=np.uint8)
FACES = RNG.integers(0, 256, (16, 16, 16, 3), dtype=np.uint8)
LABELS = RNG.integers(0, 10, 16)
POINTS = RNG.normal(size=(16, 2)).astype("float32")
PILES = {k: RNG.integers(0, 256, (16, 32, 32, 3), dtype=np.uint8) for k in "xy"}
RING = vanilla_gan.TOY_PRESETS["smoke"]["ring"]
# One step of the critic: with more, later gradients would hang on the rounding of earlier ones.
CRITIC = dataclasses.replace(wgan.PRESETS["smoke"], n_critic=1)
# Where pairs are compared, D's last bias has no gradient.
OF_FACES = dataclasses.replace(vae_gan.PRESETS["smoke"], loss="nonsaturating")
MODELS = {
    "vanilla_gan": (lambda: vanilla_gan.build(vanilla_gan.PRESETS["smoke"]), IMAGES),
    "ring": (lambda: vanilla_gan.build(RING), POINTS),
    "dcgan": (lambda: dcgan.build(dcgan.PRESETS["smoke"]), IMAGES),
    "vae": (lambda: vae.build(vae.PRESETS["smoke"]), FACES),
    "vae_gan": (lambda: vae_gan.build(OF_FACES), FACES),
    "cgan": (lambda: cgan.build(cgan.PRESETS["smoke"]), (IMAGES, LABELS)),
    "wgan": (lambda: wgan.build(CRITIC), IMAGES),
    "cyclegan": (lambda: cyclegan.build(cyclegan.PRESETS["smoke"]), PILES),
}
# A sum over pixels has large gradients, and the players that come later live with the step.
RATES = {"vae_gan/encoder": 1e-4}


def fix_randomness(model):
    """The same numbers on every backend: weights, z, noise and shifts come from NumPy."""
    rng = np.random.default_rng(0)
    for player in model.players:
        for weight in player.variables:
            shape = tuple(weight.shape)
            weight.assign(rng.normal(0, 0.1, shape) + (len(shape) == 1) * rng.uniform(0.5, 1))
    keras.random.normal = lambda shape, seed=None, **_: fixed(shape, "normal")
    keras.random.uniform = lambda shape, low=0.0, high=1.0, seed=None, **_: (
        low + (high - low) * fixed(shape, "uniform")
    )
    keras.random.randint = lambda shape, low, high, seed=None, **_: ops.cast(
        ops.floor(fixed(shape, "uniform") * (high - low) + low), "int32"
    )


def fixed(shape, kind):
    rng = np.random.default_rng(1)
    table = rng.normal(size=4096) if kind == "normal" else rng.uniform(size=4096)
    flat = ops.convert_to_tensor(table[: int(np.prod(shape))].astype("float32"))
    return ops.reshape(flat, shape)


def gradients():
    found = {}
    for name, (build, data) in MODELS.items():
        model = build()
        fix_randomness(model)
        rates = {p.name: RATES.get(f"{name}/{p.name}", 1.0) for p in model.players}
        sgd = {player: keras.optimizers.SGD(rate) for player, rate in rates.items()}
        model.compile(sgd, run_eagerly=True)
        before = {
            p.name: [ops.convert_to_numpy(v.value) for v in p.variables] for p in model.players
        }
        model.fit(data, batch_size=16, epochs=1, steps_per_epoch=1, verbose=0)
        for player in model.players:
            for i, (old, new) in enumerate(zip(before[player.name], player.variables, strict=True)):
                step = old - ops.convert_to_numpy(new.value)
                found[f"{name}/{player.name}/{i}"] = step / rates[player.name]
    return found


if __name__ == "__main__":
    np.savez(sys.argv[1], **gradients())
