"""Adam against the formula of its paper, in NumPy."""

import keras
import numpy as np
import pytest

from gan_lessons.engine import backends


@pytest.mark.parametrize("beta_1", [0.0, 0.5])
def test_adam_follows_the_paper(beta_1):
    rng = np.random.default_rng(0)
    start = rng.normal(size=(3, 4))
    variable = keras.Variable(start.astype("float32"))
    adam = backends.Adam(0.01, beta_1, 0.99, epsilon=1e-7)
    adam.build([variable])
    x, m, v = start.copy(), np.zeros((3, 4)), np.zeros((3, 4))
    for t in range(1, 8):
        gradient = rng.normal(size=(3, 4))
        m = beta_1 * m + (1 - beta_1) * gradient
        v = 0.99 * v + 0.01 * gradient**2
        rate = 0.01 * np.sqrt(1 - 0.99**t) / (1 - beta_1**t)
        x = x - rate * m / (np.sqrt(v) + 1e-7)
        adam.apply([keras.ops.convert_to_tensor(gradient.astype("float32"))], [variable])
        if t == 4:
            adam.learning_rate = 0.01  # set again, as the annealing does
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable.value), x, rtol=1e-4)
    assert int(adam.iterations.value) == 7
