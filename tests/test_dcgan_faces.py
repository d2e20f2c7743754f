"""The DCGAN of faces: its forms, its sizes, and what its discriminator gets to see."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import augment, datasets, dcgan_faces, portraits

SMOKE = dcgan_faces.PRESETS["smoke"]
FACES = np.random.default_rng(0).integers(0, 256, (32, 16, 16, 3), dtype=np.uint8)


def built(**changes):
    keras.utils.set_random_seed(0)
    return dcgan_faces.build(dataclasses.replace(SMOKE, **changes))


@pytest.mark.parametrize("channels, size", [((4,) * 3, 32), ((4,) * 4, 64), ((4,) * 5, 128)])
def test_the_number_of_blocks_is_the_size_of_the_picture(channels, size):
    assert dataclasses.replace(SMOKE, channels=channels).size == size
    generator = dcgan_faces.build_generator(8, channels, extra=0)
    discriminator = dcgan_faces.build_discriminator(channels, extra=0, dense=4)
    assert generator.output_shape == discriminator.input_shape == (None, size, size, 3)
    assert discriminator.output_shape == (None, 1)


def convolutions(network):
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    return [layer for layer in network.layers if isinstance(layer, kinds)]


@pytest.mark.parametrize("extra, in_a_block", [(1, 3), (2, 4)])
def test_a_block_has_its_convolutions_and_with_more_than_one_a_short_road(extra, in_a_block):
    channels = (4, 8)
    for network in (
        dcgan_faces.build_generator(8, channels, extra=extra),
        dcgan_faces.build_discriminator(channels, extra=extra),
    ):
        assert len(convolutions(network)) == 2 * in_a_block + 1  # one to or from the colours


def test_without_extra_convolutions_the_networks_are_those_of_the_paper():
    """Strides of 2 only: D begins with the colours themselves, G ends with them."""
    generator = dcgan_faces.build_generator(8, (4, 6, 8), kernel=5, extra=0)
    discriminator = dcgan_faces.build_discriminator((4, 6, 8), kernel=5, extra=0)
    shapes = {
        generator: [(4, 4, 8), (8, 8, 6), (16, 16, 4), (32, 32, 3)],
        discriminator: [(32, 32, 3), (16, 16, 4), (8, 8, 6), (4, 4, 8)],
    }
    for network, expected in shapes.items():
        layers = convolutions(network)
        assert {(layer.kernel_size, layer.strides) for layer in layers} == {((5, 5), (2, 2))}
        seen = [layers[0].input.shape[1:], *(layer.output.shape[1:] for layer in layers)]
        assert [tuple(shape) for shape in seen] == expected


def test_the_short_road_leads_around_the_whole_block():
    """With all long roads cut, every number of z still reaches the picture."""
    generator = dcgan_faces.build_generator(8, (4, 4), extra=1)
    for layer in convolutions(generator):
        if layer.kernel_size[0] != 2 and layer.filters != 3:
            layer.kernel.assign(np.zeros(layer.kernel.shape))
    z = np.random.default_rng(0).standard_normal((1, 8)).astype("float32")
    draw = [
        ops.convert_to_numpy(generator(ops.convert_to_tensor(x), training=False)) for x in (z, -z)
    ]
    assert np.abs(draw[0] - draw[1]).max() > 1e-3


@pytest.mark.parametrize("changes", [{}, {"extra": 0, "group": 0, "loss": "nonsaturating"}])
def test_both_players_learn(changes):
    model = built(**changes)
    before = model.get_weights()
    model.fit(FACES, batch_size=8, epochs=1, steps_per_epoch=2, verbose=0)
    after = model.get_weights()
    assert all(np.isfinite(w).all() for w in after)
    assert np.mean([not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]) > 0.7
    pictures = model.sample(3)
    assert pictures.shape == (3, 16, 16, 3) and np.abs(pictures).max() <= 1.0
    assert dcgan_faces.draw(pictures).dtype == np.uint8


def test_both_optimizers_have_the_settings_of_the_preset():
    model = built(betas=(0.5, 0.9), learning_rate=1e-4)
    for player in model.players:
        adam = player.optimizer
        assert (adam.beta_1, adam.beta_2) == (0.5, 0.9)
        assert float(adam.learning_rate) == pytest.approx(1e-4)


def test_d_sees_what_the_preset_says():
    """Augmentation is on for real and fake, in both players' turns, with the preset's strengths."""
    model, seen = built(shift=3, colour=0.2, cutout=0.1), []
    model.seen = lambda images: seen.append(images) or images
    real = ops.convert_to_tensor(FACES[:8] / np.float32(127.5) - 1)
    model.discriminator_loss(real, -real)
    model.generator_loss(real, -real)
    signs = [float(ops.convert_to_numpy(ops.mean(x * real))) > 0 for x in seen]
    assert sorted(signs) == [False, False, True, True]
    fresh = built(shift=3, colour=0.2, cutout=0.1)
    expected = augment.augment(real, keras.random.SeedGenerator(0), True, 3, 0.2, 0.1)
    fresh.noise_seed = keras.random.SeedGenerator(0)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(fresh.seen(real)), ops.convert_to_numpy(expected)
    )


def test_numbers_of_16_bits_compute_and_numbers_of_32_bits_are_kept():
    model = built(precision="mixed_bfloat16")
    assert keras.config.dtype_policy().name == "float32", "the policy leaked"
    assert {keras.backend.standardize_dtype(w.dtype) for w in model.generator.weights} == {
        "float32"
    }
    computing = {layer.compute_dtype for layer in convolutions(model.generator)}
    assert computing == {"bfloat16"}
    model.fit(FACES, batch_size=8, epochs=1, steps_per_epoch=2, verbose=0)
    exact = built()
    for mine, other in ((exact.generator, model.generator),):
        mine.set_weights(other.get_weights())
    z = model.latent(4)
    rough = model.sample(z=z, averaged=False)
    assert rough.dtype == np.float32
    np.testing.assert_allclose(rough, exact.sample(z=z, averaged=False), atol=0.05)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"precision": "float8"}, "received 'float8'"),
        ({"group": 3}, r"batch_size \(8\) must be a multiple of group \(3\)"),
        ({"loss": "magic"}, "received 'magic'"),
    ],
)
def test_bad_settings(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMOKE, **change)


def test_pictures_are_shrunk_to_the_size_of_the_networks():
    data = datasets.Dataset("celeba", "a test", np.zeros((3, 64, 64, 3), np.uint8))
    assert SMOKE.training_data(data).shape == (3, 16, 16, 3)
    assert dcgan_faces.PRESETS["full"].training_data(data) is data.x_train


def test_it_is_measured_against_the_pictures_of_its_preset(monkeypatch):
    data = datasets.Dataset("celeba", "a test", portraits.draw(20, seed=5)[0])
    monkeypatch.setattr(datasets, "load", lambda *_, **__: data)
    score = dcgan_faces.evaluate(built(), SMOKE, n=12)
    assert (score.samples, score.real) == (12, 12) and "a test" in str(score)
    assert score.distance > score.floor
