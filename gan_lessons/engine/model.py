"""`AdversarialModel`: a `keras.Model` in which players take turns, trained by Keras' own `fit`."""

import dataclasses
from typing import Any

import keras
import numpy as np
from keras import ops, tree

from gan_lessons.engine import backends, checkpoint
from gan_lessons.engine.batches import Batches, longest
from gan_lessons.engine.state import random_state


@dataclasses.dataclass
class Turn:
    """One turn: who moves, on which real batch, and whether new fakes are made for it."""

    player: Any
    real: Any
    fresh_fakes: bool


class Optimizers:
    """The players' optimizers, seen by Keras as the model's one optimizer."""

    built = True

    def __init__(self, members):
        self.members = members

    @property
    def variables(self):
        return [v for optimizer in self.members.values() for v in optimizer.variables]


def judge(discriminator, real, fake):
    """The discriminator's logits for real and for fake samples, (batch, 1) each.

    Both go through in one call, since one large matrix product is quicker than two small ones. A
    discriminator with batch normalisation, where a sample's logit depends on its neighbours, sees
    them in two calls, so that real and fake have statistics of their own.

    `real` and `fake` are tensors, or lists of tensors for a network with several inputs.
    """
    if has_batch_normalization(discriminator):
        return discriminator(real, training=True), discriminator(fake, training=True)
    both = tree.map_structure(lambda *parts: ops.concatenate(parts), real, fake)
    logits = discriminator(both, training=True)  # (2 batch, 1)
    half = ops.shape(tree.flatten(real)[0])[0]
    return logits[:half], logits[half:]


def has_batch_normalization(network):
    """Whether a batch normalisation stands anywhere in a network, nested models included."""
    inside = getattr(network, "layers", ())
    return isinstance(network, keras.layers.BatchNormalization) or any(
        map(has_batch_normalization, inside)
    )


def _scaled(values):
    if keras.backend.standardize_dtype(values.dtype) == "uint8":
        return ops.cast(values, "float32") / 127.5 - 1.0
    return values


class AdversarialModel(keras.Model):
    """Players that take turns at each other.

    A lesson's model sets its networks as attributes, calls `set_players`, and says how fakes are
    made; the rest (turns, averages, compile, fit, sample, save) is here. In one training step
    the players move in their order, each `steps` times. Every turn has its own batch of real data
    and its own fakes, with one exception: with `share_fakes` the first turn of the maker of the
    fakes uses the batch of the turn before, which saves a forward pass of the generator.

    Args:
        latent_dim: length of z.
        average: decay of the averaged generator in [0, 1), or None for no average. The average
            starts equal to the generator; in the first steps the decay is (1 + t) / (10 + t).
        share_fakes: see above.
        seed: seed of the noise.
    """

    def __init__(self, latent_dim, average=None, share_fakes=True, seed=0, name=None):
        super().__init__(name=name)
        if average is not None and not 0.0 <= average < 1.0:
            raise ValueError(f"The average's decay must lie in [0, 1), received {average}.")
        self.latent_dim = latent_dim
        self.average = average
        self.share_fakes = share_fakes
        self.noise_seed = keras.random.SeedGenerator(seed)
        self.step_counter = keras.Variable(0, dtype="int32", trainable=False, name="step")
        self.players = []
        self._twins = []

    # What a lesson says -----------------------------------------------------------------------

    def set_players(self, *players, averaged=()):
        """Set who plays, in the order of their turns.

        Args:
            averaged: networks whose weights are averaged along the training.
        """
        names = [p.name for p in players]
        if len(set(names)) != len(names):
            raise ValueError(f"Players need different names, received {names}.")
        self.players = list(players)
        self.trackers = [
            keras.metrics.Mean(name=n) for p in players for n in (f"{p.name}_loss", *p.monitors)
        ]
        self._twins = []
        if self.average is not None:
            for network in averaged:
                twin = keras.models.clone_model(network)
                twin.set_weights(network.get_weights())  # a clone alone starts somewhere else
                twin.trainable = False
                self._twins.append((network, twin))
            self.averages = [twin for _, twin in self._twins]  # so that Keras tracks them
        self.seeds = random_state([n for p in players for n in p.networks])
        self.seeds = list({id(v): v for v in [self.noise_seed.state, *self.seeds]}.values())
        self.built = True

    def make_fakes(self, real):
        """The fakes of one turn: a float tensor, or a nested structure of them."""
        return self.generator(self.noise(ops.shape(tree.flatten(real)[0])[0]), training=True)

    def prepare(self, batch):
        """Images as uint8 become float32 in [-1, 1], on the device; other numbers pass.

        Where the data are several arrays, `batch` is a tuple with a part of each.
        """
        return tree.map_structure(_scaled, batch)

    # The game ---------------------------------------------------------------------------------

    def noise(self, n):
        """n latent points, standard normal: shape (n, latent_dim)."""
        return keras.random.normal((n, self.latent_dim), seed=self.noise_seed)

    @property
    def batches_per_step(self):
        """How many batches of real data one training step uses."""
        return max(p.steps for p in self.players)

    def turns(self, data):
        """The turns of one training step."""
        if isinstance(data, (tuple, list)):  # what Keras calls (x,), or x, y
            data = data[0] if len(data) == 1 else tuple(data)
        parts = self.batches_per_step

        def part(t, i):  # arrays that do not belong together may bring different numbers
            size = ops.shape(t)[0] // parts
            return t[i * size : (i + 1) * size]

        maker_moved = True
        for player in self.players:
            for i in range(player.steps):
                shared = self.share_fakes and player.makes_fakes and i == 0 and not maker_moved
                if not shared:  # shared fakes stay with the real batch that they were made for
                    real = self.prepare(tree.map_structure(lambda t, i=i: part(t, i), data))
                yield Turn(player, real, fresh_fakes=not shared)
                maker_moved = player.makes_fakes

    def finish_step(self, logs):
        """After the last turn: move the averages, count the step, track the losses."""
        step = ops.cast(self.step_counter, "float32")
        for network, twin in self._twins:
            decay = ops.minimum(self.average, (1.0 + step) / (10.0 + step))
            for mean, weight in zip(twin.weights, network.weights, strict=True):
                mean.assign(mean + (1.0 - decay) * (ops.cast(weight, mean.dtype) - mean))
        self.step_counter.assign(self.step_counter + 1)
        trackers = [t for t in self.trackers if t.name in logs]
        for tracker in trackers:
            tracker.update_state(logs[tracker.name])
        return {tracker.name: tracker.result() for tracker in trackers}

    def train_step(self, *args):
        return backends.train_step(self, *args)

    @property
    def metrics(self):
        return self.trackers

    # What a user calls ------------------------------------------------------------------------

    def compile(self, optimizers, jit_compile="auto", **kwargs):
        """One optimizer per player: `compile({"discriminator": Adam(...), "generator": ...})`.

        Raises:
            ValueError: a player has no optimizer, or an optimizer no player.
        """
        names = [p.name for p in self.players]
        if not isinstance(optimizers, dict) or set(optimizers) != set(names):
            got = sorted(optimizers) if isinstance(optimizers, dict) else type(optimizers).__name__
            raise ValueError(f"Pass a dict with one optimizer for each of {names}, received {got}.")
        if len({id(o) for o in optimizers.values()}) != len(names):
            raise ValueError("Every player needs an optimizer of its own; two share one.")
        if keras.backend.backend() == "torch":
            kwargs["steps_per_execution"] = 1  # Keras runs no more at once on torch
        super().compile(optimizer=None, loss=None, jit_compile=jit_compile, **kwargs)
        members = {}
        for player in self.players:
            optimizer = keras.optimizers.get(optimizers[player.name])
            if self.dtype_policy.name == "mixed_float16":
                optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
            optimizer.build(player.variables)  # now, so that saving and loading find its state
            player.optimizer = members[player.name] = optimizer
        self.optimizer = Optimizers(members)
        self.base_learning_rates = {n: float(o.learning_rate) for n, o in members.items()}

    def set_up(self, preset, optimizer):
        """Compile as a preset says and return the model; `optimizer(player)` makes one for each."""
        self.compile(
            {player.name: optimizer(player) for player in self.players},
            jit_compile=preset.jit_compile,
            steps_per_execution=preset.steps_per_execution,
        )
        return self

    # Keras refuses XLA while TensorFlow's op determinism is on, since not every GPU kernel has a
    # deterministic form. The engine's steps are bit-identical with both: take the user's word.
    @property
    def jit_compile(self):
        """Whether the training step is compiled by XLA (JAX: by `jax.jit`)."""
        return self._xla

    @jit_compile.setter
    def jit_compile(self, value):
        self._xla = bool(value)

    def fit(self, x=None, batch_size=None, epochs=1, steps_per_epoch=None, seed=0, **kwargs):
        """Keras' `fit`; arrays are drawn in an order that depends on `seed` and position alone.

        Args:
            x: an array of samples, a tuple of arrays of one length whose parts belong together
                (images and labels), a dict of arrays that do not belong together (two piles of
                pictures, of any lengths), or whatever else Keras' `fit` takes.
            batch_size: samples per turn (default 64). A player with several steps gets a fresh
                batch in each.
            epochs, steps_per_epoch: by default an epoch is one pass over the data, over the
                longest array of a dict.
            seed: seed of the order. A model that has been trained before goes on in that order.
        """
        if all(isinstance(array, np.ndarray) for array in tree.flatten(x)):
            size = longest(x)
            batch_size = min(batch_size or 64, size // self.batches_per_step or 1)
            whole = batch_size * self.batches_per_step
            start = int(self.step_counter.value)
            x = Batches(x, whole, seed=seed, start=start)
            steps_per_epoch = steps_per_epoch or x.batches_per_pass
            batch_size = None
            kwargs["shuffle"] = False  # the batches are shuffled already
        return super().fit(
            x, batch_size=batch_size, epochs=epochs, steps_per_epoch=steps_per_epoch, **kwargs
        )

    def call(self, z, training=False):
        return self.averaged(self.generator)(z, training=training)

    def averaged(self, network):
        """The averaged twin of a network, or the network itself where there is none."""
        return next((twin for original, twin in self._twins if original is network), network)

    @property
    def ema_generator(self):
        """The averaged generator: what `sample` and the scores use."""
        return self.averaged(self.generator)

    @property
    def shipped(self):
        """The networks that pretrained weights are of, in the order of their weights."""
        return [self.generator]

    def latent(self, n, seed=0):
        """The n latent points that `sample(n, seed)` uses: float32 array (n, latent_dim)."""
        rng = np.random.default_rng(seed)
        return rng.standard_normal((n, self.latent_dim), dtype=np.float32)

    def sample(self, n=None, seed=0, z=None, averaged=True, batch_size=500):
        """Generated samples as a float32 array, batch first; images lie in [-1, 1].

        Args:
            n: how many; or give `z` itself, shape (n, latent_dim).
            averaged: use the averaged generator, where there is one.
        """
        z = self.latent(n, seed) if z is None else np.asarray(z, "float32")
        network = self.ema_generator if averaged else self.generator
        parts = [
            ops.convert_to_numpy(ops.stop_gradient(network(z[i : i + batch_size], training=False)))
            for i in range(0, len(z), batch_size)
        ]
        return np.concatenate(parts).astype("float32")

    def gallery(self, n, seed=0):
        """About n samples for a picture; a lesson may choose and order them."""
        return self.sample(n, seed=seed)

    def save(self, path, **meta):
        """Write everything that the training needs to go on into one file, `path` (.npz)."""
        checkpoint.save(self, path, meta)

    def restore(self, path):
        """Read what `save` wrote into this model; returns what was passed to it as `meta`."""
        return checkpoint.load(self, path)
