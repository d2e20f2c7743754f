"""The bug museum (lesson 04): the classic bugs of GAN code, to be switched on one at a time.

    with museum.switched_on("frozen discriminator"):
        trained = train(dcgan, "smoke")

Every model that is compiled inside has the bug; outside, nothing has changed. No normal run ever
comes here. Each bug was found in a well-known repository or in Keras, and for each there is a guard
in the tests that must fail while it is on.
"""

import contextlib
import dataclasses
from collections.abc import Callable
from unittest import mock

import keras
from keras import ops

from gan_lessons.engine import checkpoint, penalties
from gan_lessons.engine.model import AdversarialModel


@dataclasses.dataclass(frozen=True)
class Bug:
    """One exhibit.

    Attributes:
        name: for `switched_on`.
        guard: name of the test's guard that notices it.
        story: what goes wrong, and how it comes about.
        spoil: function of a compiled model that puts the bug in; or
        patch: function without arguments that returns a context manager.
    """

    name: str
    guard: str
    story: str
    spoil: Callable | None = None
    patch: Callable | None = None


@contextlib.contextmanager
def switched_on(name):
    """Inside, every model that is compiled has the bug of that name.

    Raises:
        ValueError: there is no such bug.
    """
    if name not in BUGS:
        raise ValueError(f"There is no bug {name!r}. There are: {', '.join(BUGS)}.")
    bug = BUGS[name]
    with bug.patch() if bug.patch else _spoiled_when_compiled(bug.spoil):
        yield bug


@contextlib.contextmanager
def _spoiled_when_compiled(spoil):
    compiled = AdversarialModel.compile

    def compile_and_spoil(model, *arguments, **settings):
        compiled(model, *arguments, **settings)
        spoil(model)

    with mock.patch.object(AdversarialModel, "compile", compile_and_spoil):
        yield


# Who is trained -----------------------------------------------------------------------------------


def _frozen_discriminator(model):
    optimizer = model.players[0].optimizer
    optimizer.apply = lambda gradients, variables: None
    optimizer.stateless_apply = lambda state, gradients, variables: (variables, state)


def _trains_both(model):
    player = model.players[0]
    player.networks = [model.discriminator, model.generator]
    player.optimizer = keras.optimizers.Adam(1e-3)
    player.optimizer.build(player.variables)
    model.optimizer.members[player.name] = player.optimizer


def _forgets_training(model):
    model.make_fakes = lambda real: model.generator(model.noise(ops.shape(real)[0]), training=False)


# What the networks see ----------------------------------------------------------------------------


def _past_one(model):
    # A target t adds -t * logit to the cross-entropy: this makes 1.2 of 1 for real samples.
    loss = model.players[0].loss

    def smoothed(real, fake):
        value, monitors = loss(real, fake)
        return value - 0.2 * ops.mean(model.discriminator(real, training=True)), monitors

    model.players[0].loss = smoothed


def _one_batch_for_all(model):
    turns = model.turns

    def stuck(data):
        first = None
        for turn in turns(data):
            first = turn.real if first is None else first
            yield dataclasses.replace(turn, real=first)

    model.turns = stuck


def _one_noise_for_all(model):
    model.noise = lambda n: keras.random.normal((n, model.latent_dim), seed=1)


def _scales_twice(model):
    # 0 ... 255 becomes -1 ... 1 outside, and this, 2 / 255 wide around -1, inside.
    prepare = model.prepare
    model.prepare = lambda x: ops.cast(prepare(x), "float32") / 127.5 - 1.0


def _fixed_batch(model):
    model.make_fakes = lambda real: model.generator(model.noise(24), training=True)


# What was asked for -------------------------------------------------------------------------------


def _multiplied_away(model):
    order = model.order
    model.order = lambda z, labels: order(z, 0.0 * labels)


def _judged_without(model):
    seen = model.seen
    model.seen = lambda images, labels: seen(images, 0.0 * labels)


def _shuffled_apart(model):
    # As if images and labels had been shuffled each on its own.
    prepare = model.prepare

    def apart(batch):
        images, labels = prepare(batch)
        return images, ops.roll(labels, 1, axis=0)

    model.prepare = apart


# What is kept -------------------------------------------------------------------------------------


def _another_start(model):
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


def _not_saved(dropped):
    """A checkpoint without some of the variables; `dropped(model, name, variable)` says which."""
    named = checkpoint.named_variables

    def fewer(model):
        return {n: v for n, v in named(model).items() if not dropped(model, n, v)}

    return mock.patch.object(checkpoint, "named_variables", fewer)


def _is_one_of(variables, variable):
    return any(v is variable for v in variables)


# Critics ------------------------------------------------------------------------------------------


def _clips_everything(model):
    finish = model.finish_step

    def clip_all(logs):
        result = finish(logs)
        for variable in model.critic.variables:
            variable.assign(ops.clip(variable, -model.preset.clip, model.preset.clip))
        return result

    model.finish_step = clip_all


def _with_loss(change):
    """Spoil the first player's loss: `change(model, value, real, fake)` is the new value."""

    def spoil(model):
        loss = model.players[0].loss

        def changed(real, fake):
            value, monitors = loss(real, fake)
            return change(model, value, real, fake), monitors

        model.players[0].loss = changed

    return spoil


def _one_minus(model):
    finish = model.finish_step

    def other_log(logs):
        return finish({k: 1.0 - v if k.endswith("_loss") else v for k, v in logs.items()})

    model.finish_step = other_log


# Penalties ----------------------------------------------------------------------------------------


def _mixed_by(draw):
    """The gradient penalty with another coefficient between real and fake."""

    def one_centred(critic, real, fake, seed):
        mix = draw((ops.shape(real)[0], *(1,) * (len(real.shape) - 1)), seed)
        between = fake + mix * (real - fake)
        norm = ops.sqrt(penalties.squared_gradient_norm(critic, between) + 1e-12)
        return ops.mean(ops.square(norm - 1.0))

    return mock.patch.object(penalties, "one_centred", one_centred)


def _steep_root():
    """The square root without the little distance from 0."""

    def one_centred(critic, real, fake, seed):
        mix = keras.random.uniform((ops.shape(real)[0], *(1,) * (len(real.shape) - 1)), seed=seed)
        between = fake + mix * (real - fake)
        norm = ops.sqrt(penalties.squared_gradient_norm(critic, between))
        return ops.mean(ops.square(norm - 1.0))

    return mock.patch.object(penalties, "one_centred", one_centred)


BUGS = {
    bug.name: bug
    for bug in (
        Bug(
            "frozen discriminator",
            "guard_turns",
            "D is frozen for the combined model and never thawed: on Keras 3 the order compile, "
            "freeze, compile leaves it without a single trainable weight.",
            _frozen_discriminator,
        ),
        Bug(
            "one optimizer for both",
            "guard_turns",
            "D's turn moves G's weights as well, towards fakes that are easy to recognise.",
            _trains_both,
        ),
        Bug(
            "training forgotten",
            "guard_training_mode",
            "Networks called without `training=True` use batch statistics that never move, and "
            "their dropout sleeps.",
            _forgets_training,
        ),
        Bug(
            "smoothing past one",
            "guard_targets",
            "Noise or smoothing lifts the target of real samples above 1: the loss has no lower "
            "bound and D earns by growing its logits.",
            _past_one,
        ),
        Bug(
            "one batch of data for all turns",
            "guard_fresh_batches",
            "A player with several steps sees the same data in each.",
            _one_batch_for_all,
        ),
        Bug(
            "one batch of noise for all turns",
            "guard_fresh_batches",
            "The noise is drawn once: G only ever learns what to do with these few points.",
            _one_noise_for_all,
        ),
        Bug(
            "scaled twice",
            "guard_scaling",
            "Images are scaled in the data pipeline and again in the model: real ones are nearly "
            "black for D.",
            _scales_twice,
        ),
        Bug(
            "batch size written into the code",
            "guard_sizes",
            "The last, smaller batch of an epoch meets a full batch of fakes.",
            _fixed_batch,
        ),
        Bug(
            "label ignored by G",
            "guard_labels",
            "The generator's label is multiplied by 0 on the way in: it draws what it likes, and "
            "draws it well.",
            _multiplied_away,
        ),
        Bug(
            "label ignored by D",
            "guard_labels",
            "The discriminator never sees what was ordered, so any good image will do.",
            _judged_without,
        ),
        Bug(
            "labels shuffled apart",
            "guard_labels",
            "Images are shuffled without their labels: what is learnt of a label is nothing.",
            _shuffled_apart,
        ),
        Bug(
            "average from another start",
            "guard_average",
            "The averaged generator starts from a clone with weights of its own, and follows too "
            "slowly to forget them.",
            _another_start,
        ),
        Bug(
            "optimizers not saved",
            "guard_restore",
            "After a restart Adam has forgotten what it knew.",
            patch=lambda: _not_saved(lambda model, name, v: name.startswith("optimizer/")),
        ),
        Bug(
            "seeds not saved",
            "guard_restore",
            "After a restart the noise begins anew.",
            patch=lambda: _not_saved(lambda model, name, v: _is_one_of(model.seeds, v)),
        ),
        Bug(
            "average not saved",
            "guard_restore",
            "After a restart the averaged generator is another one.",
            patch=lambda: _not_saved(
                lambda model, name, v: _is_one_of(model.ema_generator.variables, v)
            ),
        ),
        Bug(
            "clip for the moving statistics",
            "guard_clip",
            "All of the critic's variables are clipped, the moving mean and variance of its batch "
            "normalisation with them.",
            _clips_everything,
        ),
        Bug(
            "sign of the critic",
            "guard_critic",
            "The critic makes E f(x) - E f(G(z)) small, and the generator works for it instead of "
            "against it.",
            _with_loss(lambda model, value, real, fake: -value),
        ),
        Bug(
            "label 0 for the critic",
            "guard_critic",
            "The loss is the mean of label times value, with the old labels 1 and 0 instead of 1 "
            "and -1: fakes drop out, and the critic earns by raising all values alike.",
            _with_loss(
                lambda model, value, real, fake: value - ops.mean(model.critic(fake, training=True))
            ),
        ),
        Bug(
            "one minus the loss in the log",
            "guard_log",
            "What is minimised is right, and what is written down is 1 - loss: the curve of a "
            "sound training seems to run away.",
            _one_minus,
        ),
        Bug(
            "normal mixture in the penalty",
            "guard_mixture",
            "The point between real and fake is drawn from a normal distribution, so half of them "
            "lie outside.",
            patch=lambda: _mixed_by(lambda shape, seed: keras.random.normal(shape, seed=seed)),
        ),
        Bug(
            "one mixture per batch",
            "guard_mixture",
            "All samples of a batch share one coefficient.",
            patch=lambda: _mixed_by(
                lambda shape, seed: keras.random.uniform((1, *shape[1:]), seed=seed)
            ),
        ),
        Bug(
            "steep root in the penalty",
            "guard_flat_critic",
            "The derivative of the square root is infinite at 0: a flat critic gives NaN.",
            patch=_steep_root,
        ),
    )
}
