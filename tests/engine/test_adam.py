"""Adam against the formula of its paper, in NumPy."""

import keras
import numpy as np
import pytest

from gan_lessons.engine import backends


@pytest.mark.parametrize(
    "beta_1, beta_2, epsilon", [(0.0, 0.99, 1e-7), (0.5, 0.9, 1e-7), (0.9, 0.999, 0.1)]
)
def test_adam_follows_the_paper(beta_1, beta_2, epsilon):
    rng = np.random.default_rng(0)
    start = rng.normal(size=(3, 4))
    variable = keras.Variable(start.astype("float32"))
    adam = backends.Adam(0.01, beta_1, beta_2, epsilon=epsilon)
    adam.build([variable])
    x, m, v = start.copy(), np.zeros((3, 4)), np.zeros((3, 4))
    for t in range(1, 8):
        gradient = rng.normal(size=(3, 4))
        m = beta_1 * m + (1 - beta_1) * gradient
        v = beta_2 * v + (1 - beta_2) * gradient**2
        rate = (0.01 if t <= 4 else 0.03) * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        x = x - rate * m / (np.sqrt(v) + epsilon)
        adam.apply([keras.ops.convert_to_tensor(gradient.astype("float32"))], [variable])
        if t == 4:
            adam.learning_rate = 0.03  # a new one takes effect at once, as the annealing needs
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable.value), x, rtol=1e-4)
    assert int(adam.iterations.value) == 7


def test_amsgrad_is_that_of_keras():
    """The fused kernel does not know it, so Keras' own update must take over."""
    gradients = np.random.default_rng(0).normal(size=(5, 3)) * np.array([[9], [1], [1], [1], [1]])
    ends = []
    for kind in (backends.Adam, keras.optimizers.Adam):
        variable = keras.Variable(np.ones(3, "float32"))
        adam = kind(0.05, 0.0, 0.5, amsgrad=True)
        adam.build([variable])
        for gradient in gradients:
            adam.apply([keras.ops.convert_to_tensor(gradient.astype("float32"))], [variable])
        ends.append(keras.ops.convert_to_numpy(variable.value))
    np.testing.assert_allclose(*ends, rtol=1e-6)
