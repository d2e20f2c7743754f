"""How a label gets into the networks of a conditional GAN (lesson 08).

Into the generator beside z; into the discriminator in one of three ways: "concat", beside the image
(Mirza and Osindero 2014); "projection", as a vector that the image's features should agree with
(Miyato and Koyama 2018); "auxiliary", not at all, but it has to be guessed (Odena et al. 2017).
"""

import keras
import numpy as np
from keras import layers, ops

from gan_lessons import dcgan

CONDITIONS = ("concat", "projection", "auxiliary")
NETWORKS = ("conv", "dense")


def one_hot(labels, classes):
    """Labels as rows of 0 and 1: whole numbers (n,) to float32 (n, classes).

    Rows (n, classes) of shares that sum to 1, mixtures of labels, pass as they are.

    Raises:
        ValueError: a label is not a whole number from 0 to classes - 1, or a mixture is none.
    """
    labels = np.asarray(labels)
    if labels.ndim == 2:
        if labels.shape[1] != classes or not np.allclose(labels.sum(axis=1), 1.0, atol=1e-5):
            raise ValueError(
                f"A mixture of labels needs {classes} shares that sum to 1, received "
                f"{labels.shape[1]} with sums from {labels.sum(1).min()} to {labels.sum(1).max()}."
            )
        return labels.astype("float32")
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"Labels must be whole numbers, one per sample, received {labels.dtype} of shape "
            f"{labels.shape}."
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"Labels must lie between 0 and {classes - 1}, received labels from {labels.min()} to "
            f"{labels.max()}."
        )
    return np.eye(classes, dtype="float32")[labels]


def build_generator(preset):
    """z and label side by side, (batch, latent_dim + classes), to images (batch, 28, 28, 1)."""
    width = preset.latent_dim + preset.classes
    if preset.network == "conv":
        return dcgan.build_generator(width, preset.channels, preset.kernel, preset.hidden)
    both = keras.Input((width,))
    of_z, of_label, joint = preset.dense_generator
    z = layers.Dense(of_z, "relu")(both[:, : preset.latent_dim])
    label = layers.Dense(of_label, "relu")(both[:, preset.latent_dim :])
    x = layers.Dense(joint, "relu")(layers.Concatenate()([z, label]))
    x = layers.Reshape(dcgan.IMAGE_SHAPE)(layers.Dense(28 * 28, "tanh")(x))
    return keras.Model(both, x, name="generator")


def build_discriminator(preset):
    """[images (batch, 28, 28, 1), labels (batch, classes)] to logits (batch, 1).

    With "auxiliary" it sees the images alone and answers (batch, 1 + classes): the logit of "real",
    and one for each class.
    """
    image, label = keras.Input(dcgan.IMAGE_SHAPE), keras.Input((preset.classes,))
    told = label if preset.condition == "concat" else None
    look = _look_conv if preset.network == "conv" else _look_dense
    seen = look(preset, image, told)  # (batch, features)
    logit = layers.Dense(1)(seen)
    if preset.condition == "auxiliary":
        answers = layers.Concatenate()([logit, layers.Dense(preset.classes)(seen)])
        return keras.Model(image, answers, name="discriminator")
    if preset.condition == "projection":
        # The kernel's rows are vectors, one for each class: how well does the image agree with its?
        vector = layers.Dense(seen.shape[-1], use_bias=False, name="class_vectors")(label)
        logit = logit + ops.sum(vector * seen, axis=-1, keepdims=True)
    return keras.Model([image, label], logit, name="discriminator")


def _look_conv(preset, image, label):
    """The DCGAN's discriminator up to its last hidden layer; a label comes as planes of 0 or 1."""
    colours = 1
    if label is not None:
        planes = ops.reshape(label, (-1, 1, 1, preset.classes)) * ops.ones_like(image)
        image = layers.Concatenate()([image, planes])  # (batch, 28, 28, 1 + classes)
        colours += preset.classes
    whole = dcgan.build_discriminator(preset.channels, preset.kernel, preset.dense, colours)
    return keras.Model(whole.inputs[0], whole.layers[-2].output, name="look")(image)


def _look_dense(preset, image, label):
    """Image and label through a layer each, then through one together. (The paper has maxout.)"""
    of_image, of_label, joint = preset.dense_discriminator
    x = layers.LeakyReLU(0.2)(layers.Dense(of_image)(layers.Flatten()(image)))
    if label is not None:
        told = layers.LeakyReLU(0.2)(layers.Dense(of_label)(label))
        x = layers.Concatenate()([x, told])
    return layers.LeakyReLU(0.2)(layers.Dense(joint)(x))
