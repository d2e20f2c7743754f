"""Guards against the classic GAN bugs, for any model on the engine.

A guard of models takes a function that builds a fresh compiled model and a batch of real data, a
guard of a function takes nothing; both fail with an AssertionError where the bug is present.
`test_guards.py` runs them on every lesson's model and shows that each one fails while its bug, out
of `gan_lessons.museum`, is switched on.
"""

import dataclasses
import sys
from unittest import mock

import keras
import numpy as np
import pytest
from keras import ops, tree

from gan_lessons.engine import backends, penalties
from gan_lessons.engine.state import random_state


def values(variables):
    return [ops.convert_to_numpy(v.value).copy() for v in variables]


def same(before, after):
    return all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def images_of(batch):
    """The images of a batch that may have more parts, such as labels."""
    return tree.flatten(batch)[0]


def with_images(batch, images):
    """The same batch with other images."""
    if isinstance(batch, dict):
        return {**batch, min(batch): images}
    return (images, *batch[1:]) if isinstance(batch, tuple) else images


def part(data, start, stop):
    return tree.map_structure(lambda array: array[start:stop], data)


def train(model, data, times=1):
    model.fit(data, batch_size=len(images_of(data)), epochs=1, steps_per_epoch=times, verbose=0)


def one_turn(model, data, player):
    """A training step in which only one player moves."""
    everyone, model.players = model.players, [player]
    model.train_function = None  # compiled for other players
    try:
        train(model, data)
    finally:
        model.players, model.train_function = everyone, None


def guard_turns(build, data):
    """Bug 1: in a player's turn its own variables move, and nothing of anybody else."""
    for i in range(len(build().players)):
        model = build()
        before = [(values(p.variables), values(p.state)) for p in model.players]
        one_turn(model, data, model.players[i])
        for j, (player, (weights, state)) in enumerate(zip(model.players, before, strict=True)):
            moved = [
                not np.array_equal(old, new)
                for old, new in zip(weights, values(player.variables), strict=True)
            ]
            if i == j:
                assert all(moved), f"in its own turn, not all variables of {player.name} moved"
            else:
                assert not any(moved), f"{player.name} moved in another player's turn"
                kept = same(state, values(player.state))
                assert kept, f"state of {player.name} changed in another player's turn"


def guard_training_mode(build, data):
    """Bug 2: batch statistics move, and dropout draws, in the owner's turn."""
    model = build()
    for player in model.players:
        before, seeds = values(player.state), values(random_state(player.networks))
        one_turn(model, data, player)
        for old, new in zip(before, values(player.state), strict=True):
            assert not np.array_equal(old, new), f"a moving statistic of {player.name} stood still"
        for old, new in zip(seeds, values(random_state(player.networks)), strict=True):
            assert not np.array_equal(old, new), f"a dropout layer of {player.name} did not draw"


def guard_targets(build, data):
    """Bug 3: with targets in [0, 1], a discriminator that is right and sure never earns by it."""
    model = build()
    ones = ops.ones(images_of(data).shape)
    real = with_images(model.prepare(tree.map_structure(ops.convert_to_tensor, data)), ones)
    fakes = tree.map_structure(  # whatever is a picture among them
        lambda fake: -ones if fake.shape == ones.shape else fake, model.make_fakes(real)
    )
    answers = model.discriminator.output_shape[-1]

    def right_and_sure(x, training):
        x = images_of(x)
        mean = ops.mean(ops.reshape(x, (ops.shape(x)[0], -1)), axis=-1, keepdims=True)
        return 1000.0 * ops.tile(ops.sign(mean), (1, answers))  # (batch, answers)

    object.__setattr__(model, "discriminator", right_and_sure)  # torch takes modules only
    loss, _ = model.players[0].evaluate(real, fakes)
    assert float(ops.convert_to_numpy(loss)) >= -1e-3, "the discriminator's loss has no lower bound"


def guard_fresh_batches(build, data):
    """Bug 6: a player with several steps sees other data and other noise in each."""
    model = build()
    model.players[0].steps = 3
    seen = {"real": [], "noise": []}
    noise, loss = model.noise, model.players[0].loss

    def spy_noise(n):
        z = noise(n)
        seen["noise"].append(ops.convert_to_numpy(z))
        return z

    def spy_loss(real, fakes):
        seen["real"].append(ops.convert_to_numpy(images_of(real)))
        return loss(real, fakes)

    model.noise, model.players[0].loss = spy_noise, spy_loss
    model.run_eagerly, model.train_function = True, None
    model.fit(data, batch_size=len(images_of(data)) // 3, epochs=1, steps_per_epoch=1, verbose=0)
    assert len(seen["real"]) == 3
    for kind, batches in seen.items():
        for i, a in enumerate(batches):
            for b in batches[:i]:
                assert not np.array_equal(a, b), f"two turns shared one batch of {kind}"


def guard_scaling(build, data):
    """Bug 8: pixels are scaled exactly once, on the way into the model."""
    model = build()
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)

    def prepared(images):
        batch = with_images(part(data, 0, 1), images)
        ready = model.prepare(tree.map_structure(ops.convert_to_tensor, batch))
        return ops.convert_to_numpy(images_of(ready)).ravel()

    scaled = prepared(pixels)
    np.testing.assert_allclose(scaled, np.linspace(-1, 1, 256), atol=1e-6)
    again = prepared(scaled)
    np.testing.assert_array_equal(again, scaled)


def guard_labels(build, data):
    """Bug 12: a label stays with its image, and both players care what it says."""
    model = build()
    images, labels = (array[:8] for array in data)
    labels = np.arange(8, dtype=labels.dtype)
    batch = model.prepare((ops.convert_to_tensor(images), ops.convert_to_tensor(labels)))
    told = ops.convert_to_numpy(batch[1]).argmax(axis=1)
    assert np.array_equal(told, labels), "images and labels do not come as they were given"

    z = model.noise(8)
    model.noise = lambda n: z
    other = batch[0], ops.roll(batch[1], 1, axis=0)
    fakes = model.make_fakes(batch)
    changed = np.abs(ops.convert_to_numpy(fakes - model.make_fakes(other))).max()
    assert changed > 1e-4, "another label gives the same fake"
    samples = [model.sample(z=model.latent(8), labels=order) for order in (labels, labels[::-1])]
    assert np.abs(samples[0] - samples[1]).max() > 1e-4, "another label gives the same sample"

    for player in model.players:
        right, wrong = (
            float(ops.convert_to_numpy(loss))
            for loss in (_still(model, player, real, fakes) for real in (batch, other))
        )
        assert right != wrong, f"{player.name} does not care what was asked for"


def _still(model, player, real, fakes):
    """The loss of one player, with nothing left to chance but the weights."""
    model.shift, model.r1 = 0, 0.0
    model.preset = dataclasses.replace(model.preset, mismatch=0.0)
    return player.evaluate(real, fakes)[0]


def guard_sizes(build, data):
    """Bug 9: a last, smaller batch trains, and the loss is the mean over its own samples."""
    model = build()
    for player in model.players:

        def counted(real, fakes, loss=player.loss):
            piles = isinstance(real, dict)
            pairs = [(real[k], fakes[k]) for k in real] if piles else [(images_of(real), fakes)]
            alike = all(a.shape[0] == images_of(b).shape[0] for a, b in pairs)
            assert alike, "as many fakes as real samples are needed"
            return loss(real, fakes)

        player.loss = counted
    turns = model.batches_per_step
    stream = [(part(data, 0, 8 * turns),), (part(data, 8 * turns, 11 * turns),)]
    model.fit((batch for batch in stream), epochs=1, steps_per_epoch=2, shuffle=False, verbose=0)
    assert int(model.step_counter.value) == 2
    assert all(np.isfinite(v).all() for v in values(model.variables))
    for n in (1, 7):
        assert model.sample(n).shape[0] == n


def guard_average(build, data):
    """Bug 11: the average starts equal to the generator, and follows it by the formula."""
    model = build()
    generator, twin = model.generator, model.ema_generator
    assert twin is not generator, "there is no averaged generator"
    assert same(values(generator.weights), values(twin.weights)), "it starts somewhere else"
    expected = [v.astype("float64") for v in values(twin.weights)]
    for t in range(3):
        train(model, data)
        decay = min(model.average, (1 + t) / (10 + t))
        now = values(generator.weights)
        expected = [decay * e + (1 - decay) * w for e, w in zip(expected, now, strict=True)]
    for e, v in zip(expected, values(twin.weights), strict=True):
        np.testing.assert_allclose(v, e, rtol=2e-4, atol=2e-6)


def guard_restore(build, data, path):
    """Bug 10: a saved and restored model goes on exactly as if nothing had happened."""
    model = build()
    train(model, data, times=3)
    model.save(path)
    train(model, data, times=2)
    other = build()
    other.restore(path)
    train(other, data, times=2)
    assert same(values(model.variables), values(other.variables)), (
        "weights, average or seeds differ"
    )
    kept = same(values(model.optimizer.variables), values(other.optimizer.variables))
    assert kept, "an optimizer's state differs"


def guard_clip(build, data):
    """Bug 5: a clip holds the weights of a critic, and leaves its moving statistics alone."""
    model = build()
    train(model, data, times=2)
    size = np.float32(model.preset.clip)
    assert all(np.abs(w).max() <= size for w in values(model.critic.trainable_variables))
    variances = [v for v in model.critic.non_trainable_variables if "moving_variance" in v.path]
    for variance in values(variances):  # they start at 1 and move slowly
        assert variance.max() > 10 * size, "a moving variance was clipped"


def guard_critic(build, data):
    """Bug 5: the critic's loss is E f(G(z)) - E f(x), and a constant added to f changes nothing."""
    model = build()
    half = len(images_of(data)) // 2
    real, fake = (
        model.prepare(ops.convert_to_tensor(x)) for x in (data[:half], data[half : 2 * half])
    )
    for constant in (0.0, 5.0):

        def f(x, training, constant=constant):
            pixels = ops.reshape(x, (ops.shape(x)[0], -1))
            return 3.0 * ops.mean(pixels, axis=-1, keepdims=True) + constant

        object.__setattr__(model, "critic", f)  # torch takes modules only
        gap = 3.0 * float(ops.convert_to_numpy(ops.mean(real) - ops.mean(fake)))
        penalty = 0.0
        if model.preset.variant == "gp":  # the slope is 3 / sqrt(pixels) everywhere
            slope = 3.0 / np.sqrt(np.prod(real.shape[1:]))
            penalty = model.preset.penalty * (slope - 1.0) ** 2
        loss, monitors = model.players[0].evaluate(real, fake)
        told = float(ops.convert_to_numpy(loss))
        assert told == pytest.approx(penalty - gap, abs=1e-3), f"with {constant} added to f"
        estimate = float(ops.convert_to_numpy(monitors["w1_estimate"]))
        assert estimate == pytest.approx(gap, abs=1e-3)


TERMS = ("adversarial", "forward", "backward", "same")


def guard_cycles(build, data):
    """Bug 7: the translators' gradient is the sum of all terms', and each cycle moves both."""
    start = [network.get_weights() for network in build().networks.values()]

    def with_terms(*on):
        model = build()
        weights = {term: 1.0 if term in on else 0.0 for term in TERMS}
        model.preset = dataclasses.replace(model.preset, **weights)
        for network, values_of in zip(model.networks.values(), start, strict=True):
            network.set_weights(values_of)
        return model

    def gradients(model):
        """By plain descent at rate 1 a turn moves the weights by minus the gradient."""
        player = model.players[1]
        for p in model.players:
            p.optimizer = keras.optimizers.SGD(1.0)
            p.optimizer.build(p.variables)
            model.optimizer.members[p.name] = p.optimizer
        before = values(player.variables)
        one_turn(model, data, player)
        return [old - new for old, new in zip(before, values(player.variables), strict=True)]

    parts = {term: gradients(with_terms(term)) for term in TERMS}
    for whole, *terms in zip(gradients(with_terms(*TERMS)), *parts.values(), strict=True):
        size = sum(np.abs(term).max() for term in terms)
        assert np.abs(whole - sum(terms)).max() < 1e-3 * size, "a term is lost, or counted twice"
    for term in ("forward", "backward"):
        at = 0
        for name in "GF":
            model = with_terms(term)
            own = model.networks[name].trainable_variables
            found = parts[term][at : at + len(own)]
            at += len(own)
            assert any(np.abs(g).max() > 0 for g in found), f"the {term} cycle leaves {name} alone"
            slope = _slope(model, data, own, found)
            assert slope == pytest.approx(1.0, abs=0.1), f"{name} gets a wrong {term} gradient"


def _slope(model, data, variables, gradient, step=2e-3):
    """How steeply the loss rises along a gradient, over its length: 1 if it is the gradient."""
    real = model.prepare(tree.map_structure(ops.convert_to_tensor, data))
    start, norm = values(variables), np.sqrt(sum((g**2).sum() for g in gradient))
    losses = []
    for sign in (1, -1):
        for variable, value, g in zip(variables, start, gradient, strict=True):
            variable.assign(value + sign * step * g / norm)
        loss, _ = model.players[1].evaluate(real, model.make_fakes(real))
        losses.append(float(ops.convert_to_numpy(loss)))
    return (losses[0] - losses[1]) / (2 * step * norm)


def guard_identity(build, data):
    """Bug 7: pictures that are of a translator's own kind already are what it must leave alone."""
    model = build()
    shape = model.prepare(ops.convert_to_tensor(data["x"][:4])).shape
    real = {"x": -0.5 * ops.ones(shape), "y": 0.5 * ops.ones(shape)}
    # Perfect translators between two kinds of one picture each.
    for name, value in (("G", 0.5), ("F", -0.5)):
        object.__setattr__(model, name, lambda x, training, v=value: v * ops.ones_like(x))
    cost = float(ops.convert_to_numpy(model.identity_term(real, model.make_fakes(real))))
    assert cost == pytest.approx(0.0, abs=1e-6), "perfect translators pay for the identity"


def guard_pool(build, data):
    """Bug 7: of the fakes that a discriminator sees, half are new; none comes a third time."""
    model = build()
    seen, fakes = [], []

    def spied(network, real, fake):
        seen.extend(np.rint(ops.convert_to_numpy(fake)[:, 0, 0, 0]).astype(int))
        return ops.zeros((2, 1)), ops.zeros((2, 1))

    size, turns = model.preset.pool, 120
    with mock.patch.object(sys.modules[type(model).__module__], "judge", spied):
        for number in range(turns):
            fakes = np.arange(2 * number, 2 * number + 2).reshape(2, 1, 1, 1)
            fakes = ops.cast(ops.broadcast_to(fakes, (2, *model.preset.shape)), "float32")
            pair = {"x": fakes, "y": fakes}
            model.discriminators_loss(pair, pair)
    of_x = np.reshape(seen, (turns, 2, 2))[:, 0].ravel()  # Dx looks first
    filling, later = of_x[:size], of_x[size:]
    assert np.array_equal(filling, np.arange(size)), "until the pool is full, all come as they are"
    new = later == np.arange(size, 2 * turns)
    assert 0.3 < new.mean() < 0.7, f"{new.mean():.0%} of the fakes are new, where half should be"
    old = np.arange(size, 2 * turns)[~new] - later[~new]
    assert (old > 0).all(), "a fake comes before it was made"
    assert 0.5 * 2 * size < old.mean() < 2 * 2 * size, "what is kept is too young, or too old"
    often = np.bincount(of_x)
    assert often[:size].max() <= 2 and often[size:].max() <= 1, "a fake comes again and again"


def guard_log(build, data):
    """Bug 5: what is logged of a player is the loss that it minimises."""
    model = build()
    for number, player in enumerate(model.players):

        def known(real, fakes, player=player, number=number):
            weights = [ops.cast(ops.sum(v), "float32") for v in player.variables]
            loss = 3.0 + number + 0.0 * sum(weights)
            return loss, {name: 7.0 + ops.zeros(()) for name in player.monitors}

        player.loss = known
    rows = model.fit(data, batch_size=8, epochs=1, steps_per_epoch=2, verbose=0).history
    for number, player in enumerate(model.players):
        assert rows[f"{player.name}_loss"] == pytest.approx([3.0 + number])
        assert all(rows[name] == pytest.approx([7.0]) for name in player.monitors)


def guard_mixture():
    """Bug 4: every sample has its own point between real and fake, drawn from U[0, 1].

    With real = 1 and fake = 0 the point is the coefficient itself. The gradient of x^2 / 2 at it is
    the coefficient too, so E (u - 1)^2 = 1/3 for u from U[0, 1]; a normal one gives 2.
    """
    ones, zeros = ops.ones((4000, 1)), ops.zeros((4000, 1))
    for start in (1, 2):
        seed = keras.random.SeedGenerator(start)
        value = penalties.one_centred(lambda x, training: 0.5 * ops.square(x), ones, zeros, seed)
        assert float(ops.convert_to_numpy(value)) == pytest.approx(1 / 3, abs=0.02)


def guard_flat_critic():
    """Bug 4: a critic that says the same everywhere has a finite gradient to leave that state."""
    seed, x = keras.random.SeedGenerator(0), ops.zeros((8, 3))

    def bowl(x, training):
        return ops.sum(ops.square(x), axis=-1, keepdims=True)  # flat at 0, where all points are

    gradient = backends.input_gradient(lambda x: penalties.one_centred(bowl, x, x, seed), x)
    assert np.isfinite(ops.convert_to_numpy(gradient)).all(), "the penalty's gradient is not finite"
