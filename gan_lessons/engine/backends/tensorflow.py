"""One training step on TensorFlow: gradients from `tf.GradientTape`."""

import keras
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


class Adam(keras.optimizers.Adam):
    """Keras' Adam with its update as one fused kernel per variable instead of a dozen small ones.

    The formula is the same (Kingma and Ba 2015, the form before section 2.1); only rounding
    differs. For a dense network of a million weights the update is most of a step's work.
    """

    def update_step(self, gradient, variable, learning_rate):
        """Move one variable; called by Keras."""
        if self.amsgrad or isinstance(gradient, tf.IndexedSlices):
            return super().update_step(gradient, variable, learning_rate)
        step = tf.cast(self.iterations.value + 1, variable.dtype)
        index = self._get_variable_index(variable)
        return tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,  # Keras hands over the tf.Variable inside its own
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


def _gradient_or_zero(gradient, x):
    return tf.zeros_like(x) if gradient is None else gradient


def _total(direct, through, weight):
    """The sum over both roads; None stands for a road that does not exist, and costs nothing."""
    roads = [gradient for gradient in (direct, through) if gradient is not None]
    return tf.add_n(roads) if roads else tf.zeros_like(weight)
