"""One training step on JAX: a pure function from the old values of all variables to the new.

Keras hands over the values as four lists. Here they live in one dict, `values`, from
`id(variable)` to array, and a `Recorder` makes every layer read from it and write to itself.
"""

import jax
from keras import tree
from keras.optimizers import Adam  # noqa: F401  (on TensorFlow there is a faster one)

from gan_lessons.engine.state import Recorder, discarded


def input_gradient(fn, x):
    """Gradient of the sum of `fn(x)` with respect to `x`, itself differentiable.

    When `fn` treats samples independently, row i is the gradient of sample i's own output.
    """

    def total(x):
        with discarded():
            return fn(x).sum()

    return jax.grad(total)(jax.numpy.asarray(x))


def train_step(model, state, data):
    """One turn after the other; each moves one player's variables and no others."""
    groups = (
        model.trainable_variables,
        model.non_trainable_variables,
        model.optimizer.variables,
        model.metrics_variables,
    )
    values = {
        id(variable): value
        for group, new in zip(groups, state, strict=True)
        for variable, value in zip(group, new, strict=True)
    }

    def read(variables):
        return {id(v): values[id(v)] for v in variables}

    logs = {}
    for turn in model.turns(data):
        player, real = turn.player, turn.real
        if turn.fresh_fakes:
            makers = [p for p in model.players if p.makes_fakes]

            now = dict(values)

            def make_fakes(weights, real=real, makers=makers, now=now):
                with Recorder({**now, **weights}) as scope:
                    fakes = model.make_fakes(real)
                return fakes, scope.updates([v for p in makers for v in p.state] + model.seeds)

            weights = read([v for p in makers for v in p.variables])
            fakes, pull_back, fakes_state = jax.vjp(make_fakes, weights, has_aux=True)
            values.update({id(v): fakes_state[id(v)] for v in model.seeds if id(v) in fakes_state})

        now = dict(values)

        def evaluate(weights, fakes, player=player, real=real, now=now):
            with Recorder({**now, **weights}) as scope:
                loss, monitors = player.evaluate(real, fakes)
                scaled_loss = player.optimizer.scale_loss(loss)
            return scaled_loss, (loss, monitors, scope.updates(player.state + model.seeds))

        weights = read(player.variables)
        gradients_of = jax.grad(evaluate, argnums=(0, 1), has_aux=True)
        (gradients, to_fakes), (loss, monitors, new_state) = gradients_of(weights, fakes)
        if player.makes_fakes:
            # Two roads lead from the loss to the weights: directly, and through the fakes.
            through = pull_back(to_fakes)[0]
            gradients = {
                k: tree.map_structure(jax.numpy.add, g, through[k]) for k, g in gradients.items()
            }
            values.update({id(v): fakes_state[id(v)] for v in player.state if id(v) in fakes_state})
        values.update(new_state)

        optimizer, keys = player.optimizer, [id(v) for v in player.variables]
        moved, moments = optimizer.stateless_apply(
            [values[id(v)] for v in optimizer.variables],
            [gradients[k] for k in keys],
            [values[k] for k in keys],
        )
        values.update(zip(keys, moved, strict=True))
        values.update(zip(map(id, optimizer.variables), moments, strict=True))
        logs.update({f"{player.name}_loss": loss, **monitors})

    with Recorder(values) as scope:
        logs = model.finish_step(logs)
    values.update(scope.state_mapping)
    return logs, tuple([values[id(v)] for v in group] for group in groups)
