"""Critics: networks that learn how far two distributions are apart, and where (lesson 10).

A critic is a function whose slope is kept in check, in one of two ways: "clip" holds every weight
within a small range (Arjovsky et al. 2017, algorithm 1), "gp" asks for a gradient of length 1
between real and fake (Gulrajani et al. 2017, algorithm 1). `wgan` sets one against a generator;
`alone` sets one between two samples that stay.
"""

import keras
import numpy as np
from keras import layers, ops

from gan_lessons.engine import backends, losses, penalties
from gan_lessons.engine.model import AdversarialModel, judge
from gan_lessons.engine.players import Player
from gan_lessons.layers import fourier_features, random_shift


@keras.saving.register_keras_serializable("gan_lessons")
class Clip(keras.constraints.Constraint):
    """Every weight within [-size, size]: what Keras does to a variable after each of its steps.

    It hangs on kernels and biases one by one, so it can never touch anything else, such as the
    moving statistics of a batch normalisation.
    """

    def __init__(self, size):
        self.size = size

    def __call__(self, weight):
        return ops.clip(weight, -self.size, self.size)

    def get_config(self):
        return {"size": self.size}


def clipped(size, weights=("kernel", "bias")):
    """What a Keras layer has to be told so that these weights stay within [-size, size]."""
    return {f"{name}_constraint": Clip(size) for name in weights}


def within_its_clip(network):
    """The network, its weights clipped from the start, not from the first step on."""
    for variable in network.trainable_variables:
        if getattr(variable, "constraint", None) is not None:
            variable.assign(variable.constraint(variable.value))
    return network


def build_critic(preset):
    """Samples (batch, *shape) to numbers of any size (batch, 1): no probability, no sigmoid.

    No batch normalisation: the penalty is on the slope at each sample, which would depend on
    its neighbours. No last bias: raising all answers by one number changes nothing.
    """
    held = clipped(preset.clip) if preset.variant == "clip" else {}
    inputs = keras.Input(preset.shape)
    x = inputs
    if preset.network == "conv":
        for width in preset.channels:
            x = layers.Conv2D(width, preset.kernel, 2, "same", **held)(x)
            x = layers.LeakyReLU(0.2)(x)
        widths = (preset.dense,)
        x = layers.Flatten()(x)
    else:
        x = layers.Flatten()(layers.Rescaling(1.0 / preset.scale)(x))
        x = fourier_features(x, preset.frequencies)
        widths = preset.critic
    for width in widths:
        x = layers.LeakyReLU(0.2)(layers.Dense(width, **held)(x))
    return within_its_clip(
        keras.Model(inputs, layers.Dense(1, use_bias=False, **held)(x), name="critic")
    )


class Critical(AdversarialModel):
    """What all models with a critic share: its loss, and its estimate of W1."""

    def set_critic(self, critic, preset, steps):
        """Keep the critic and return it as a player that takes `steps` turns in a row."""
        self.critic, self.preset = critic, preset
        monitors = ("w1_estimate", "penalty") if preset.variant == "gp" else ("w1_estimate",)
        return Player("critic", [critic], self.critic_loss, steps=steps, monitors=monitors)

    def critic_loss(self, real, fake):
        """E f(G(z)) - E f(x), minus the estimate of W1; with "gp" plus the gradient penalty."""
        real, fake = self.shifted(real), self.shifted(fake)
        real_values, fake_values = judge(self.critic, real, fake)
        loss = losses.discriminator_wasserstein(real_values, fake_values)
        monitors = {"w1_estimate": -loss}
        if self.preset.variant == "gp":
            steepness = penalties.at_most_one if self.preset.one_sided else penalties.one_centred
            penalty = penalties.lazily(
                self.step_counter,
                self.preset.penalty_every,
                lambda: steepness(self.critic, real, fake, self.noise_seed),
            )
            loss = loss + self.preset.penalty * penalty
            monitors["penalty"] = penalty
        return loss, monitors

    def shifted(self, x):
        """Images moved by a few pixels at random, where the preset says so."""
        return random_shift(x, self.preset.shift, self.noise_seed)

    def witness(self, x, batch_size=1000):
        """The critic's values of samples (n, ...): float32 (n,). Only differences mean anything."""
        parts = (ops.convert_to_tensor(x[i : i + batch_size]) for i in range(0, len(x), batch_size))
        values = [self.critic(self.prepare(part), training=False) for part in parts]
        return np.concatenate([ops.convert_to_numpy(ops.stop_gradient(v))[:, 0] for v in values])

    def w1_estimate(self, real, fake):
        """E f(real) - E f(fake), in units of the data: at most W1 if no slope of f is above 1.

        With "clip" the slope has an unknown bound K instead of 1, and this is at most K W1. With
        "gp" the penalty gives way a little: a slope s earns s W1 and costs lambda (s - 1)^2, which
        is best at s = 1 + W1 / (2 lambda). So lambda must be large beside W1.
        """
        means = [np.mean(self.witness(x).astype("float64")) for x in (real, fake)]
        return float(means[0] - means[1])


class CriticAlone(Critical):
    """A critic between two samples that stay: it learns W1, and the function that witnesses it.

    Train it with `fit(p, batch_size=...)`.

    Args:
        q: array (m, *shape), the sample that stands for the fakes. Each turn draws from it anew,
            so that no point of p always meets the same point of q.
    """

    def __init__(self, critic, preset, q, **kwargs):
        super().__init__(latent_dim=1, **kwargs)
        self.q = np.asarray(q, "float32")
        self.set_players(self.set_critic(critic, preset, 1))

    def make_fakes(self, real):
        """As many samples of q as there are real ones."""
        n = ops.shape(real)[0]
        chosen = keras.random.randint((n,), 0, len(self.q), seed=self.noise_seed)
        return ops.take(ops.convert_to_tensor(self.q), chosen, axis=0)


def alone(preset, q, seed=0):
    """A compiled `CriticAlone` with the preset's critic."""
    return compiled(CriticAlone(build_critic(preset), preset, q, seed=seed))


def compiled(model):
    """The model with the optimizers of its preset's variant, one for each player.

    No momentum: with one, clipped critics became unstable (Arjovsky et al. 2017, section 4), and
    Gulrajani et al. kept it at 0.
    """
    preset = model.preset
    # Behind a clipped critic gradients can be far below 1e-4. Keras adds epsilon before it takes
    # the root: its default of 1e-7 would swallow them.
    new, usual = {
        "clip": (lambda rate: keras.optimizers.RMSprop(rate, epsilon=1e-16), 5e-5),
        "gp": (lambda rate: backends.Adam(rate, 0.0, 0.9), 1e-4),
    }[preset.variant]
    return model.set_up(preset, lambda player: new(preset.pace * usual))
