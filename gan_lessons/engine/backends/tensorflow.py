"""One training step on TensorFlow: gradients from `tf.GradientTape`."""

import tensorflow as tf
from keras import tree

from gan_lessons.engine.state import Recorder, apply_updates, discarded


def input_gradient(fn, x):
    """Gradient of the sum of `fn(x)` with respect to `x`, itself differentiable.

    When `fn` treats samples independently, row i is the gradient of sample i's own output.
    """
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape, discarded():
        tape.watch(x)
        outputs = fn(x)
    return tape.gradient(outputs, x, unconnected_gradients="zero")


def train_step(model, data):
    """One turn after the other; each moves one player's variables and no others."""
    logs = {}
    for turn in model.turns(data):
        player = turn.player
        if turn.fresh_fakes:
            with tf.GradientTape(persistent=True) as fakes_tape, Recorder() as fakes_scope:
                fakes = model.make_fakes(turn.real)
            apply_updates(fakes_scope.updates(model.seeds), model.seeds)

        with tf.GradientTape() as tape, Recorder() as scope:
            tape.watch(fakes)
            loss, monitors = player.evaluate(turn.real, fakes)
            scaled_loss = player.optimizer.scale_loss(loss)

        variables = player.variables
        weights = [v.value for v in variables]
        if player.makes_fakes:
            # Two roads lead from the loss to the weights: directly, and through the fakes.
            direct, to_fakes = tape.gradient(scaled_loss, [weights, fakes])
            to_fakes = tree.map_structure(_gradient_or_zero, to_fakes, fakes)
            through = fakes_tape.gradient(fakes, weights, to_fakes)
            apply_updates(fakes_scope.updates(player.state), player.state)
        else:
            direct, through = tape.gradient(scaled_loss, weights), [None] * len(weights)
        gradients = list(map(_total, direct, through, weights))

        player.optimizer.apply(gradients, variables)
        own = player.state + model.seeds
        apply_updates(scope.updates(own), own)
        logs.update({f"{player.name}_loss": loss, **monitors})
    return model.finish_step(logs)


def _gradient_or_zero(gradient, x):
    return tf.zeros_like(x) if gradient is None else gradient


def _total(direct, through, weight):
    """The sum over both roads; None stands for a road that does not exist, and costs nothing."""
    roads = [gradient for gradient in (direct, through) if gradient is not None]
    return tf.add_n(roads) if roads else tf.zeros_like(weight)
