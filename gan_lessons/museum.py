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

from gan_lessons import bugs
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


BUGS = {
    bug.name: bug
    for bug in (
        Bug(
            "frozen discriminator",
            "guard_turns",
            "D is frozen for the combined model and never thawed: on Keras 3 the order compile, "
            "freeze, compile leaves it without a single trainable weight.",
            bugs.frozen_discriminator,
        ),
        Bug(
            "one optimizer for both",
            "guard_turns",
            "D's turn moves G's weights as well, towards fakes that are easy to recognise.",
            bugs.trains_both,
        ),
        Bug(
            "training forgotten",
            "guard_training_mode",
            "Networks called without `training=True` use batch statistics that never move, and "
            "their dropout sleeps.",
            bugs.forgets_training,
        ),
        Bug(
            "smoothing past one",
            "guard_targets",
            "Noise or smoothing lifts the target of real samples above 1: the loss has no lower "
            "bound and D earns by growing its logits.",
            bugs.past_one,
        ),
        Bug(
            "one batch of data for all turns",
            "guard_fresh_batches",
            "A player with several steps sees the same data in each.",
            bugs.one_batch_for_all,
        ),
        Bug(
            "one batch of noise for all turns",
            "guard_fresh_batches",
            "The noise is drawn once: G only ever learns what to do with these few points.",
            bugs.one_noise_for_all,
        ),
        Bug(
            "scaled twice",
            "guard_scaling",
            "Images are scaled in the data pipeline and again in the model: real ones are nearly "
            "black for D.",
            bugs.scales_twice,
        ),
        Bug(
            "batch size written into the code",
            "guard_sizes",
            "The last, smaller batch of an epoch meets a full batch of fakes.",
            bugs.fixed_batch,
        ),
        Bug(
            "label ignored by G",
            "guard_labels",
            "The generator's label is multiplied by 0 on the way in: it draws what it likes, and "
            "draws it well.",
            bugs.multiplied_away,
        ),
        Bug(
            "label ignored by D",
            "guard_labels",
            "The discriminator never sees what was ordered, so any good image will do.",
            bugs.judged_without,
        ),
        Bug(
            "labels shuffled apart",
            "guard_labels",
            "Images are shuffled without their labels: what is learnt of a label is nothing.",
            bugs.shuffled_apart,
        ),
        Bug(
            "average from another start",
            "guard_average",
            "The averaged generator starts from a clone with weights of its own, and follows too "
            "slowly to forget them.",
            bugs.another_start,
        ),
        Bug(
            "optimizers not saved",
            "guard_restore",
            "After a restart Adam has forgotten what it knew.",
            patch=lambda: bugs.not_saved(lambda model, name, v: name.startswith("optimizer/")),
        ),
        Bug(
            "seeds not saved",
            "guard_restore",
            "After a restart the noise begins anew.",
            patch=lambda: bugs.not_saved(lambda model, name, v: bugs.is_one_of(model.seeds, v)),
        ),
        Bug(
            "average not saved",
            "guard_restore",
            "After a restart the averaged generator is another one.",
            patch=lambda: bugs.not_saved(
                lambda model, name, v: bugs.is_one_of(model.ema_generator.variables, v)
            ),
        ),
        Bug(
            "clip for the moving statistics",
            "guard_clip",
            "All of the critic's variables are clipped, the moving mean and variance of its batch "
            "normalisation with them.",
            bugs.clips_everything,
        ),
        Bug(
            "sign of the critic",
            "guard_critic",
            "The critic makes E f(x) - E f(G(z)) small, and the generator works for it instead of "
            "against it.",
            bugs.with_loss(lambda model, value, real, fake: -value),
        ),
        Bug(
            "label 0 for the critic",
            "guard_critic",
            "The loss is the mean of label times value, with the old labels 1 and 0 instead of 1 "
            "and -1: fakes drop out, and the critic earns by raising all values alike.",
            bugs.with_loss(
                lambda model, value, real, fake: value - ops.mean(model.critic(fake, training=True))
            ),
        ),
        Bug(
            "one minus the loss in the log",
            "guard_log",
            "What is minimised is right, and what is written down is 1 - loss: the curve of a "
            "sound training seems to run away.",
            bugs.one_minus,
        ),
        Bug(
            "one cycle for each translator",
            "guard_cycles",
            "The way back is computed from finished translations, so that nobody teaches G to "
            "leave in its pictures what F needs to come back.",
            bugs.one_cycle_each,
        ),
        Bug(
            "identity on the wrong kind",
            "guard_identity",
            "G, which turns horses into zebras, is asked to leave horses as they are.",
            bugs.identity_on_the_wrong_kind,
        ),
        Bug(
            "no image pool",
            "guard_pool",
            "The discriminators see this step's fakes alone, and forget those of yesterday.",
            bugs.no_pool,
        ),
        Bug(
            "image pool without exchange",
            "guard_pool",
            "The pool hands back the same first pictures for ever.",
            bugs.pool_without_exchange,
        ),
        Bug(
            "normal mixture in the penalty",
            "guard_mixture",
            "The point between real and fake is drawn from a normal distribution, so half of them "
            "lie outside.",
            patch=lambda: bugs.mixed_by(lambda shape, seed: keras.random.normal(shape, seed=seed)),
        ),
        Bug(
            "one mixture per batch",
            "guard_mixture",
            "All samples of a batch share one coefficient.",
            patch=lambda: bugs.mixed_by(
                lambda shape, seed: keras.random.uniform((1, *shape[1:]), seed=seed)
            ),
        ),
        Bug(
            "steep root in the penalty",
            "guard_flat_critic",
            "The derivative of the square root is infinite at 0: a flat critic gives NaN.",
            patch=bugs.steep_root,
        ),
    )
}
