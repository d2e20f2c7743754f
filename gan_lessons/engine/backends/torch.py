"""One training step on PyTorch: gradients from `torch.autograd.grad`, never from `.backward()`."""

import torch
from keras import tree
from keras.optimizers import Adam  # noqa: F401  (on TensorFlow there is a faster one)

from gan_lessons.engine.state import Recorder, apply_updates, discarded


def input_gradient(fn, x):
    """Gradient of the sum of `fn(x)` with respect to `x`, itself differentiable.

    When `fn` treats samples independently, row i is the gradient of sample i's own output.
    """
    x = torch.as_tensor(x)
    if not x.requires_grad:
        x = x.detach().requires_grad_(True)
    with torch.enable_grad(), discarded():
        outputs = fn(x)
    if not outputs.requires_grad:  # a constant: the other backends say zero, torch would raise
        return torch.zeros_like(x)
    return torch.autograd.grad(outputs.sum(), x, create_graph=True)[0]


def train_step(model, data):
    """One turn after the other; each moves one player's variables and no others."""
    logs = {}
    for turn in model.turns(data):
        player = turn.player
        if turn.fresh_fakes:
            with torch.enable_grad(), Recorder() as fakes_scope:
                fakes = model.make_fakes(turn.real)
            apply_updates(fakes_scope.updates(model.seeds), model.seeds)

        # The loss sees copies without a history; only a maker of fakes asks for their gradient.
        inputs = tree.map_structure(lambda t: t.detach(), fakes)
        leaves = [t.requires_grad_(player.makes_fakes) for t in tree.flatten(inputs)]
        with torch.enable_grad(), Recorder() as scope:
            loss, monitors = player.evaluate(turn.real, inputs)
            scaled_loss = player.optimizer.scale_loss(loss)

        variables = player.variables
        weights = [v.value for v in variables]
        if player.makes_fakes:
            # Two roads lead from the loss to the weights: directly, and through the fakes.
            found = torch.autograd.grad(scaled_loss, weights + leaves, materialize_grads=True)
            direct, to_fakes = found[: len(weights)], found[len(weights) :]
            through = torch.autograd.grad(
                tree.flatten(fakes), weights, to_fakes, materialize_grads=True
            )
            gradients = [a + b for a, b in zip(direct, through, strict=True)]
            apply_updates(fakes_scope.updates(player.state), player.state)
        else:
            gradients = torch.autograd.grad(scaled_loss, weights, materialize_grads=True)

        with torch.no_grad():
            player.optimizer.apply(list(gradients), variables)
            own = player.state + model.seeds
            apply_updates(scope.updates(own), own)
        logs.update({f"{player.name}_loss": loss.detach(), **monitors})
    with torch.no_grad():
        return model.finish_step(logs)
