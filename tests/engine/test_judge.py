"""`judge`: real and fake in one call give what two calls would."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from gan_lessons.engine.model import has_batch_normalization, judge

RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(6, 5)).astype("float32")
FAKE = RNG.normal(2.0, 3.0, size=(6, 5)).astype("float32")


def discriminator(*inside):
    return keras.Sequential([keras.Input((5,)), layers.Dense(7), *inside, layers.Dense(1)])


@pytest.mark.parametrize("inside", [[], [layers.BatchNormalization()]], ids=["plain", "batch norm"])
def test_logits_are_those_of_two_calls(inside):
    network = discriminator(layers.LeakyReLU(0.2), *inside)
    for mine, x in zip(judge(network, REAL, FAKE), (REAL, FAKE), strict=True):
        expected = ops.convert_to_numpy(network(x, training=True))
        assert expected.shape == (6, 1)
        np.testing.assert_allclose(ops.convert_to_numpy(mine), expected, rtol=1e-5, atol=1e-6)


def test_a_batch_normalisation_is_found_wherever_it_stands():
    inner = keras.Sequential([keras.Input((7,)), layers.BatchNormalization(), layers.ReLU()])
    assert has_batch_normalization(discriminator(inner))
    assert not has_batch_normalization(discriminator(layers.LayerNormalization()))


def test_dropout_is_on():
    network = discriminator(layers.Dropout(0.5, seed=1))
    real, again = judge(network, REAL, REAL)
    assert not np.allclose(ops.convert_to_numpy(real), ops.convert_to_numpy(again))
