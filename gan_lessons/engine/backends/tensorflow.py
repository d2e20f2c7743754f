"""One training step on TensorFlow: gradients from `tf.GradientTape`."""

import tensorflow as tf

from gan_lessons.engine.state import Recorder, apply_updates, discarded

ZERO = tf.UnconnectedGradients.ZERO


def input_gradient(fn, x):
    """Gradient of the sum of `fn(x)` with respect to `x`, itself differentiable.

    When `fn` treats samples independently, row i is the gradient of sample i's own output.
    """
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape, discarded():
        tape.watch(x)
        outputs = fn(x)
    return tape.gradient(outputs, x, unconnected_gradients=ZERO)


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
            direct, to_fakes = tape.gradient(
                scaled_loss, [weights, fakes], unconnected_gradients=ZERO
            )
            through = fakes_tape.gradient(fakes, weights, to_fakes, ZERO)
            gradients = [a + b for a, b in zip(direct, through, strict=True)]
            apply_updates(fakes_scope.updates(player.state), player.state)
        else:
            gradients = tape.gradient(scaled_loss, weights, unconnected_gradients=ZERO)

        player.optimizer.apply(gradients, variables)
        own = player.state + model.seeds
        apply_updates(scope.updates(own), own)
        logs.update({f"{player.name}_loss": loss, **monitors})
    return model.finish_step(logs)
