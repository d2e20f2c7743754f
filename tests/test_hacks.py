"""Each hack of lesson 04 is what it is called, and can be switched off alone."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import layers, ops

from gan_lessons import hacks

SMOKE = hacks.PRESETS["smoke"]
DATA = np.random.default_rng(0).integers(0, 256, (64, 28, 28, 1), dtype=np.uint8)


def built(**changes):
    keras.utils.set_random_seed(0)
    return hacks.build(dataclasses.replace(SMOKE, **changes))


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.mark.parametrize("name", hacks.ABLATIONS)
def test_every_row_of_the_table_trains_and_differs_from_the_first(name):
    changes = hacks.ABLATIONS[name]
    models = [built(), built(**changes)]
    for model in models:
        model.fit(DATA, batch_size=16, epochs=1, steps_per_epoch=3, verbose=0)
    one, other = (model.sample(4) for model in models)
    assert other.shape == (4, 28, 28, 1) and np.isfinite(other).all()
    assert np.array_equal(one, other) == (changes == {})


def test_images_lie_in_the_range_of_the_generators_end():
    images = ops.convert_to_tensor(DATA)
    for tanh, low in ((True, -1.0), (False, 0.0)):
        model = built(tanh=tanh)
        seen = numpy(model.prepare(images))
        assert (seen.min(), seen.max()) == (low, 1.0)
        made = numpy(model.generator(model.noise(8), training=True))
        assert low <= made.min() and made.max() <= 1.0
        assert model.generator.layers[-1].activation.__name__ == ("tanh" if tanh else "sigmoid")
        # What leaves the model is the same range in both.
        assert model.sample(8).min() < -0.01


def test_both_kinds_of_z_have_mean_0_and_spread_1_in_training_and_in_samples():
    for normal, largest in ((True, 3.0), (False, 3.0**0.5)):
        model = built(normal_z=normal)
        for z in (numpy(model.noise(2000)), model.latent(2000)):
            assert abs(z.mean()) < 0.02 and z.std() == pytest.approx(1.0, abs=0.02)
            assert (abs(z).max() > 3.0) if normal else (abs(z).max() <= largest + 1e-6)


def test_split_batches_have_statistics_of_their_own():
    real, fake = (ops.convert_to_tensor(x) for x in (DATA[:16] / 127.5 - 1.0, DATA[16:32] * 0.001))
    real, fake = ops.cast(real, "float32"), ops.cast(fake, "float32")
    other = fake + 0.5
    for split in (True, False):
        model = built(split=split)
        scores = []
        for fakes in (fake, other):
            _, monitors = model.discriminator_loss(real, fakes)
            scores.append(float(numpy(monitors["real_score"])))
        # Only in a common batch does D's opinion of real images depend on the fakes beside them.
        assert (scores[0] == scores[1]) == split


def test_layers_of_the_discriminator():
    def kinds(**changes):
        return [type(layer) for layer in built(**changes).discriminator.layers]

    assert layers.LeakyReLU in kinds() and layers.ReLU not in kinds()
    assert layers.ReLU in kinds(leaky=False) and layers.LeakyReLU not in kinds(leaky=False)
    assert layers.MaxPooling2D not in kinds() and layers.MaxPooling2D in kinds(strides=False)
    shapes = [built(strides=s).discriminator.layers[-2].output.shape for s in (True, False)]
    assert shapes[0] == shapes[1]


def test_targets_are_smoothed_noisy_and_swapped_and_never_leave_0_to_1():
    logits = ops.zeros((20_000, 1))
    model = built()
    assert model.targets(logits, 0.9) == 0.9 and model.targets(logits, 0.0) == 0.0
    model = built(label_noise=0.2)
    for target, mean in ((0.9, 0.8), (1.0, 0.9), (0.0, 0.1)):
        got = numpy(model.targets(logits, target))
        assert got.mean() == pytest.approx(mean, abs=0.005)
        assert got.min() >= 0 and got.max() <= 1 and np.ptp(got) == pytest.approx(0.2, abs=0.01)
    model = built(flips=0.05)
    got = numpy(model.targets(logits, 1.0))
    assert set(np.unique(got)) == {0.0, 1.0} and got.mean() == pytest.approx(0.95, abs=0.01)


def test_the_table_changes_one_thing_in_each_row():
    assert all(len(changes) == 1 for name, changes in hacks.ABLATIONS.items() if changes)
    for changes in hacks.ABLATIONS.values():
        for name, value in changes.items():
            assert getattr(hacks.PRESETS["quick"], name) != value


def test_the_optimizers_get_their_beta():
    for beta in (0.5, 0.9):
        assert {p.optimizer.beta_1 for p in built(beta_1=beta).players} == {beta}
