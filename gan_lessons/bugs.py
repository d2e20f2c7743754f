"""How each bug of the museum is put into a model or into the engine (see `museum`).

Functions of a compiled model spoil that model; those that return a context manager change the
engine for a while.
"""

import dataclasses
from unittest import mock

import keras
from keras import ops

from gan_lessons.engine import checkpoint, penalties

# Who is trained -----------------------------------------------------------------------------------


def frozen_discriminator(model):
    """D's optimizer moves nothing."""
    optimizer = model.players[0].optimizer
    optimizer.apply = lambda gradients, variables: None
    optimizer.stateless_apply = lambda state, gradients, variables: (variables, state)


def trains_both(model):
    """D's turn moves the generator too."""
    player = model.players[0]
    player.networks = [model.discriminator, model.generator]
    player.optimizer = keras.optimizers.Adam(1e-3)
    player.optimizer.build(player.variables)
    model.optimizer.members[player.name] = player.optimizer


def forgets_training(model):
    """Fakes are made with training=False."""
    model.make_fakes = lambda real: model.generator(model.noise(ops.shape(real)[0]), training=False)


# What the networks see ----------------------------------------------------------------------------


def past_one(model):
    """Real samples have the target 1.2."""
    # A target t adds -t * logit to the cross-entropy: this makes 1.2 of 1 for real samples.
    loss = model.players[0].loss

    def smoothed(real, fake):
        value, monitors = loss(real, fake)
        return value - 0.2 * ops.mean(model.discriminator(real, training=True)), monitors

    model.players[0].loss = smoothed


def one_batch_for_all(model):
    """Every turn of a step gets the real batch of the first."""
    turns = model.turns

    def stuck(data):
        first = None
        for turn in turns(data):
            first = turn.real if first is None else first
            yield dataclasses.replace(turn, real=first)

    model.turns = stuck


def one_noise_for_all(model):
    """The same noise in every turn."""
    model.noise = lambda n: keras.random.normal((n, model.latent_dim), seed=1)


def scales_twice(model):
    """Images are brought to [-1, 1] twice."""
    # 0 ... 255 becomes -1 ... 1 outside, and this, 2 / 255 wide around -1, inside.
    prepare = model.prepare
    model.prepare = lambda x: ops.cast(prepare(x), "float32") / 127.5 - 1.0


def fixed_batch(model):
    """Always 24 fakes."""
    model.make_fakes = lambda real: model.generator(model.noise(24), training=True)


# What was asked for -------------------------------------------------------------------------------


def multiplied_away(model):
    """G is told label 0 times what was asked for."""
    order = model.order
    model.order = lambda z, labels: order(z, 0.0 * labels)


def judged_without(model):
    """D is told 0 times the label."""
    seen = model.seen
    model.seen = lambda images, labels: seen(images, 0.0 * labels)


def shuffled_apart(model):
    """Labels move one place on, images stay."""
    # As if images and labels had been shuffled each on its own.
    prepare = model.prepare

    def apart(batch):
        images, labels = prepare(batch)
        return images, ops.roll(labels, 1, axis=0)

    model.prepare = apart


# What is kept -------------------------------------------------------------------------------------


def another_start(model):
    """The average starts from other weights, and follows slowly."""
    twin = model.ema_generator
    twin.set_weights(keras.models.clone_model(model.generator).get_weights())
    # The engine's average follows quickly at first, and would soon forget where it began.
    finish, weights = model.finish_step, model.generator.weights

    def slowly(logs):
        old = [ops.copy(mean) for mean in twin.weights]
        result = finish(logs)
        for mean, start, weight in zip(twin.weights, old, weights, strict=True):
            mean.assign(start + (1.0 - model.average) * (weight - start))
        return result

    model.finish_step = slowly


def not_saved(dropped):
    """A checkpoint without some of the variables; `dropped(model, name, variable)` says which."""
    named = checkpoint.named_variables

    def fewer(model):
        return {n: v for n, v in named(model).items() if not dropped(model, n, v)}

    return mock.patch.object(checkpoint, "named_variables", fewer)


def is_one_of(variables, variable):
    """Whether a variable itself, and not its like, is among them."""
    return any(v is variable for v in variables)


# Critics ------------------------------------------------------------------------------------------


def clips_everything(model):
    """All variables of a critic are clipped after each step."""
    finish = model.finish_step

    def clip_all(logs):
        result = finish(logs)
        for variable in model.critic.variables:
            variable.assign(ops.clip(variable, -model.preset.clip, model.preset.clip))
        return result

    model.finish_step = clip_all


def with_loss(change):
    """Spoil the first player's loss: `change(model, value, real, fake)` is the new value."""

    def spoil(model):
        loss = model.players[0].loss

        def changed(real, fake):
            value, monitors = loss(real, fake)
            return change(model, value, real, fake), monitors

        model.players[0].loss = changed

    return spoil


def one_minus(model):
    """1 - loss in the log of every player."""
    finish = model.finish_step

    def other_log(logs):
        return finish({k: 1.0 - v if k.endswith("_loss") else v for k, v in logs.items()})

    model.finish_step = other_log


# Translators --------------------------------------------------------------------------------------


def one_cycle_each(model):
    """The way back takes the translations as given: each cycle moves one translator only."""
    reconstruct = model.reconstruct
    model.reconstruct = lambda fakes: reconstruct(
        {kind: ops.stop_gradient(fakes[kind]) for kind in "xy"}
    )


def identity_on_the_wrong_kind(model):
    """G is asked to leave x alone, and F to leave y alone."""
    model.identity_term = lambda real, fakes: sum(
        ops.mean(ops.abs(fakes[made] - real[kind])) for made, kind in (("y", "x"), ("x", "y"))
    )


def no_pool(model):
    """The discriminators see new fakes only."""
    for pool in model.pools:
        pool.call = lambda images: images


def pool_without_exchange(model):
    """What is taken out of the pool is never replaced."""
    for pool in model.pools:
        first = pool.kept

        def stale(images, pool=pool, call=pool.call, first=first):
            before, full = ops.copy(first), ops.convert_to_numpy(pool.filled) >= pool.size
            handed = call(images)
            if full:
                first.assign(before)
            return handed

        pool.call = stale


# Penalties ----------------------------------------------------------------------------------------


def mixed_by(draw):
    """The gradient penalty with another coefficient between real and fake."""

    def one_centred(critic, real, fake, seed):
        mix = draw((ops.shape(real)[0], *(1,) * (len(real.shape) - 1)), seed)
        between = fake + mix * (real - fake)
        norm = ops.sqrt(penalties.squared_gradient_norm(critic, between) + 1e-12)
        return ops.mean(ops.square(norm - 1.0))

    return mock.patch.object(penalties, "one_centred", one_centred)


def steep_root():
    """The square root without the little distance from 0."""

    def one_centred(critic, real, fake, seed):
        mix = keras.random.uniform((ops.shape(real)[0], *(1,) * (len(real.shape) - 1)), seed=seed)
        between = fake + mix * (real - fake)
        norm = ops.sqrt(penalties.squared_gradient_norm(critic, between))
        return ops.mean(ops.square(norm - 1.0))

    return mock.patch.object(penalties, "one_centred", one_centred)
