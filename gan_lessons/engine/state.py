"""Who may change what: recording the state updates of a forward pass instead of applying them.

A layer in training mode writes to itself: batch normalisation moves its statistics, dropout
advances its random seed. In a GAN that is dangerous, since each network is also called in the
other player's turn. So every forward pass of the engine runs inside a `Recorder`, which keeps the
writes, and the engine then applies those that belong to the player whose turn it is.
"""

from contextvars import ContextVar

import keras

_innermost = ContextVar("innermost_recorder", default=None)


class Recorder(keras.StatelessScope):
    """A `keras.StatelessScope` that starts from known values and knows the scope around it.

    Args:
        values: dict from `id(variable)` to the value to read instead of the variable's own.
    """

    def __init__(self, values=None):
        super().__init__()
        self.given = values or {}
        self.state_mapping.update(self.given)

    def __enter__(self):
        self._token = _innermost.set(self)
        return super().__enter__()

    def __exit__(self, *args):
        _innermost.reset(self._token)
        super().__exit__(*args)

    def updates(self, variables):
        """What was written to `variables` inside the scope, as {id: value}."""
        found = {id(v): self.state_mapping.get(id(v)) for v in variables}
        return {k: new for k, new in found.items() if new is not self.given.get(k)}


def discarded():
    """A scope whose writes are thrown away, but which reads what the scope around it reads.

    Needed wherever a network is called inside a nested differentiation or a conditional branch:
    values written there must not outlive the branch.
    """
    outer = _innermost.get()
    return Recorder(outer.state_mapping if outer is not None else None)


def apply_updates(updates, variables):
    """Write recorded `updates` ({id: value}) into those of `variables` that they name."""
    for variable in variables:
        if id(variable) in updates:
            variable.assign(updates[id(variable)])


def random_state(layers):
    """The SeedGenerator states of `layers`: variables that are state but not weights."""
    states = {}
    for layer in layers:
        weights = {id(w) for w in layer.weights}
        states.update({id(v): v for v in layer.variables if id(v) not in weights})
    return list(states.values())
