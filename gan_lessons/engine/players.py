"""A player: some networks, a loss, and an optimizer that moves nothing else."""

from gan_lessons.engine.state import random_state


def _unique(variables):
    return list({id(v): v for v in variables}.values())


class Player:
    """One side of the game.

    Args:
        name: how the player is called in logs and in `compile(optimizers={name: ...})`.
        networks: the Keras models that this player, and only this player, may change.
        loss: function `loss(real, fakes)` that returns the scalar which the player minimises, or
            a pair of that and a dict of monitors (more scalars worth watching). It must pass
            `training=` explicitly to every network that it calls.
        steps: turns per training step; each gets fresh data and fresh noise.
        makes_fakes: whether the player's networks take part in `AdversarialModel.make_fakes`, so
            that its gradient flows back through the fakes.
        monitors: the names of the monitors that the loss returns.
    """

    def __init__(self, name, networks, loss, steps=1, makes_fakes=False, monitors=()):
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(
                f"Player {name!r}: steps must be a whole number of at least 1, received {steps!r}."
            )
        self.name = name
        self.networks = list(networks)
        self.loss = loss
        self.steps = steps
        self.makes_fakes = makes_fakes
        self.monitors = tuple(monitors)
        self.optimizer = None
        for network in self.networks:
            if not network.built:
                raise ValueError(
                    f"Player {name!r}: network {network.name!r} has no weights yet. Give it an "
                    "input shape (keras.Input) or call it once before making the player."
                )

    @property
    def variables(self):
        """The trainable variables, each once, in a fixed order."""
        return _unique(v for n in self.networks for v in n.trainable_variables)

    @property
    def state(self):
        """Variables that the player's networks write themselves, such as moving averages."""
        seeds = {id(v) for v in random_state(self.networks)}
        own = (v for n in self.networks for v in n.non_trainable_variables)
        return [v for v in _unique(own) if id(v) not in seeds]

    def evaluate(self, real, fakes):
        """Loss and monitors, whatever form the player's loss function returns."""
        result = self.loss(real, fakes)
        loss, monitors = result if isinstance(result, tuple) else (result, {})
        if set(monitors) != set(self.monitors):
            raise ValueError(
                f"Player {self.name!r}: its loss returned the monitors {sorted(monitors)}, but "
                f"the player was made with monitors={sorted(self.monitors)}."
            )
        return loss, monitors
