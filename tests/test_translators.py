"""The networks of translation: shapes, mirrors at the edges, and the patch that a judge sees."""

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import translators
from gan_lessons.engine import backends

RNG = np.random.default_rng(0)


def seen_by(steps, place, padding):
    """The pixels that one output depends on, tried out: a row of convolutions full of ones."""
    x = ops.convert_to_tensor(np.zeros((1, 120, 1), "float32"))

    def answer(x):
        for kernel, stride in steps:
            x = ops.conv(x, ops.ones((kernel, 1, 1)), stride, padding)
        return x[:, place]

    return np.flatnonzero(ops.convert_to_numpy(backends.input_gradient(answer, x))[0, :, 0])


@pytest.mark.parametrize(
    "steps",
    [
        [(3, 1)],
        [(3, 1), (3, 1)],
        [(4, 2), (4, 1)],
        [(4, 2), (4, 2), (4, 1), (4, 1)],
        [(5, 3), (2, 2)],
    ],
)
def test_the_receptive_field_is_what_an_output_depends_on(steps):
    seen = seen_by(steps, 4, "valid")
    assert translators.receptive_field(steps) == seen.max() - seen.min() + 1
    seen = seen_by(steps, 10, "same")  # far from both edges
    assert translators.patch(steps, 10) == (seen.min(), seen.max())


def test_the_judge_of_the_paper_sees_patches_of_70_pixels():
    judge = translators.build_judge((256, 256, 3))
    assert translators.receptive_field(judge) == 70
    assert judge.output_shape == (None, 32, 32, 1)


def test_the_judge_of_the_quick_preset_sees_half_a_picture():
    judge = translators.build_judge((64, 64, 3), (32, 64, 128))
    assert translators.receptive_field(judge) == 34
    assert judge.output_shape == (None, 16, 16, 1)


@pytest.mark.parametrize("normalised", [False, True])
def test_a_judge_looks_beyond_its_patch_only_where_it_is_normalised(normalised):
    judge = translators.build_judge((64, 64, 3), (8, 8, 8), normalised)
    place = (2, 13)  # of the map of 16 x 16
    x = ops.convert_to_tensor(RNG.uniform(-1, 1, (1, 64, 64, 3)).astype("float32"))
    said = backends.input_gradient(lambda x: judge(x, training=True)[:, *place, 0], x)
    touched = np.abs(ops.convert_to_numpy(said)[0]).sum(axis=2) > 0
    (top, bottom), (left, right) = (translators.patch(judge, at) for at in place)
    own = np.zeros((64, 64), bool)
    own[max(top, 0) : bottom + 1, max(left, 0) : right + 1] = True
    assert touched[own].all()
    assert touched[~own].any() == normalised


@pytest.mark.parametrize("brush", [False, True])
def test_a_translator_keeps_shape_and_range_and_can_be_copied(brush):
    network = translators.build_translator((24, 16, 3), 4, 2, kernel=5, brush=brush)
    x = ops.convert_to_tensor(RNG.uniform(-1, 1, (2, 24, 16, 3)).astype("float32"))
    y = ops.convert_to_numpy(network(x, training=True))
    assert y.shape == (2, 24, 16, 3) and np.abs(y).max() <= 1.0
    np.testing.assert_array_equal(y, ops.convert_to_numpy(network(x, training=False)))
    twin = keras.models.clone_model(network)
    twin.set_weights(network.get_weights())
    np.testing.assert_array_equal(ops.convert_to_numpy(twin(x, training=True)), y)


def test_the_translator_of_the_paper_has_its_size():
    """c7s1-64, d128, d256, nine R256, u128, u64, c7s1-3; scales and shifts of ours come on top."""
    network = translators.build_translator((256, 256, 3))
    kernels = sum(np.prod(w.shape) for w in network.trainable_weights if w.ndim == 4)
    down = 7 * 7 * 3 * 64 + 9 * 64 * 128 + 9 * 128 * 256
    blocks = 9 * 2 * 9 * 256 * 256
    up = 16 * 256 * 128 + 16 * 128 * 64 + 7 * 7 * 64 * 3
    assert kernels == down + blocks + up
    assert 11.3e6 < network.count_params() < 11.9e6


def test_a_brush_without_paint_leaves_the_picture_alone():
    network = translators.build_translator((16, 16, 3), 4, 1, brush=True)
    mask = network.get_layer("mask")
    mask.set_weights([np.zeros_like(w) for w in mask.get_weights()])
    x = RNG.uniform(-1, 1, (2, 16, 16, 3)).astype("float32")
    half = ops.convert_to_numpy(network(ops.convert_to_tensor(x)))
    mask.set_weights([mask.get_weights()[0], np.array([-50.0], "float32")])
    np.testing.assert_allclose(
        ops.convert_to_numpy(network(ops.convert_to_tensor(x))), x, atol=1e-6
    )
    assert np.abs(half - x).max() > 0.05


def test_no_frame_is_drawn_around_a_flat_picture():
    """Zeros beyond the edge would make the border differ from the middle."""
    network = translators.build_translator((32, 32, 3), 4, 1)
    stem = keras.Model(network.input, network.layers[2].output)  # mirror, then convolution
    y = ops.convert_to_numpy(stem(0.7 * ops.ones((1, 32, 32, 3))))
    np.testing.assert_allclose(y, np.broadcast_to(y[:, 16:17, 16:17], y.shape), atol=1e-5)
