"""The only code of the course that depends on the backend.

`train_step` and `input_gradient`, and Keras' `Adam`, which has a faster form on TensorFlow.
"""

from importlib import import_module

import keras

_active = import_module(f"{__name__}.{keras.backend.backend()}")

train_step = _active.train_step
input_gradient = _active.input_gradient
Adam = _active.Adam
