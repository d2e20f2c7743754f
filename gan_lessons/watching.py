"""What a training on the line looks like: D's answer, the fakes' density, the value (lesson 02)."""

import math

import keras
import numpy as np
from keras import ops

from gan_lessons.engine import losses
from gan_lessons.probability import quantiles

GRID = np.linspace(-6.0, 6.0, 601)  # where densities and answers are drawn and compared
LOWEST = -math.log(4.0)  # the value of the game when the fakes are as good as real


def answers(discriminator, x=GRID):
    """D(x) at every place of an array: same shape."""
    logits = discriminator(np.reshape(x, (-1, 1)).astype("float32"), training=False)
    return np.reshape(ops.convert_to_numpy(ops.sigmoid(logits)), np.shape(x)).astype("float64")


def density(model, x=GRID, n=40_000, averaged=True):
    """The density of what a model makes, in cells round the places of an even grid.

    Not from random samples: from `n` evenly spread latent points, so there is hardly any noise.
    """
    made = model.sample(z=quantiles(n), averaged=averaged, batch_size=n)[:, 0]
    dx = x[1] - x[0]
    edges = np.append(x - dx / 2, x[-1] + dx / 2)
    return np.histogram(made, edges)[0] / (n * dx)


def answer_error(answer, p, q, dx):
    """Mean of |D - p / (p + q)| over real and fake data, half of each.

    Args:
        answer, p, q: D and the two densities on a grid with the spacing `dx`.
    """
    both = p + q
    best = np.divide(p, both, out=np.full_like(both, 0.5), where=both > 0)
    return float(np.sum(np.abs(answer - best) * both / 2) * dx)


def value(discriminator, real, fake):
    """V = mean log D(real) + mean log(1 - D(fake)), from samples (n, 1)."""
    logits = [discriminator(ops.convert_to_tensor(x), training=False) for x in (real, fake)]
    return -float(ops.convert_to_numpy(losses.discriminator_nonsaturating(*logits)))


def look_at_line(model, arrows=17):
    """D and the fakes' density on `GRID`, and where the `quantiles(arrows)` are sent."""
    return {
        "answers": answers(model.discriminator),
        "density": density(model, averaged=False),
        "arrows": model.sample(z=quantiles(arrows), averaged=False)[:, 0],
    }


class Film(keras.callbacks.Callback):
    """Keeps what there is to see at moments of a training, most of them early.

    Args:
        preset: of the training. count: of moments, the start and the end among them; fewer if they
            fall together.
        look: function of the model; returns a dict.

    Attributes:
        shots: the dicts, each with its "step" added.
    """

    def __init__(self, preset, count=14, look=look_at_line):
        super().__init__()
        moments = (np.arange(count) / (count - 1)) ** 2 * preset.steps
        every = preset.report_every
        self.moments = {int(-(-m // every) * every) for m in moments}
        self.look, self.shots = look, []

    def on_train_begin(self, logs=None):
        self.shoot()

    def on_epoch_end(self, epoch, logs=None):
        if int(self.model.step_counter.value) in self.moments:
            self.shoot()

    def shoot(self):
        """Keep what there is to see now."""
        self.shots.append({"step": int(self.model.step_counter.value), **self.look(self.model)})
