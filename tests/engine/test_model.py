"""The model as a Keras user meets it: compile, fit, sample, save, and the errors."""

import keras
import numpy as np
import pytest
from keras import layers

from gan_lessons import dcgan
from gan_lessons.engine import checkpoint
from gan_lessons.engine.model import AdversarialModel
from gan_lessons.engine.players import Player

DATA = np.random.default_rng(0).integers(0, 256, (50, 28, 28, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def model():
    return dcgan.build(dcgan.PRESETS["smoke"])


def adams(*names):
    return {name: keras.optimizers.Adam() for name in names}


def test_fit_is_keras_fit(model):
    seen = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(dict(logs)))
    history = model.fit(DATA, batch_size=16, epochs=2, verbose=0, callbacks=[watch])
    expected = {"discriminator_loss", "generator_loss", "real_score", "fake_score"}
    assert set(history.history) == expected == set(seen[0])
    assert int(model.step_counter.value) == 2 * 3  # 50 // 16 batches a pass


def test_a_report_is_the_mean_over_its_steps():
    keras.utils.set_random_seed(0)
    one, many = (dcgan.build(dcgan.PRESETS["smoke"]) for _ in range(2))
    for a, b in zip(one.players, many.players, strict=True):
        for n, m in zip(a.networks, b.networks, strict=True):
            m.set_weights(n.get_weights())
    many.ema_generator.set_weights(many.generator.get_weights())
    steps = one.fit(DATA, batch_size=16, epochs=4, steps_per_epoch=1, verbose=0).history
    mean = many.fit(DATA, batch_size=16, epochs=1, steps_per_epoch=4, verbose=0).history
    for name, values in steps.items():
        assert mean[name][0] == pytest.approx(np.mean(values), rel=1e-4)


def test_samples_depend_on_their_seed_alone(model):
    np.testing.assert_array_equal(model.sample(5, seed=3), model.sample(5, seed=3))
    assert not np.array_equal(model.sample(5, seed=3), model.sample(5, seed=4))
    np.testing.assert_allclose(model.sample(7, seed=3)[:5], model.sample(5, seed=3), atol=1e-5)
    np.testing.assert_array_equal(model.sample(z=model.latent(5, 3)), model.sample(5, seed=3))
    assert model.sample(2).dtype == np.float32 and model.sample(2).shape == (2, 28, 28, 1)


def test_samples_come_from_the_average_in_inference_unless_told_otherwise():
    """Every network that `sample` may use gives its own image, training mode another one still."""
    model = dcgan.build(dcgan.PRESETS["smoke"])
    model.fit(DATA, batch_size=16, epochs=1, verbose=0)
    z = model.latent(5, seed=0)  # in parts of 4: the last one is a single point
    for averaged, network in ((True, model.ema_generator), (False, model.generator)):
        wanted = keras.ops.convert_to_numpy(network(z, training=False))
        found = model.sample(z=z, averaged=averaged, batch_size=4)
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    default, last = model.sample(z=z), model.sample(z=z, averaged=False)
    assert np.abs(default - last).max() > 1e-3
    np.testing.assert_allclose(default, model.sample(z=z, averaged=True), atol=1e-6)


def test_latent_points_are_standard_normal(model):
    z = model.latent(20_000, seed=0)
    assert z.shape == (20_000, model.latent_dim)
    assert np.abs(z.mean()) < 0.005 and np.abs(z.std() - 1) < 0.005


@pytest.mark.parametrize(
    "optimizers, message",
    [
        ({}, r"for each of \['discriminator', 'generator'\], received \[\]"),
        (adams("generator"), r"received \['generator'\]"),
        (adams("discriminator", "generator", "critic"), "critic"),
        ("adam", "received str"),
        (dict.fromkeys(["discriminator", "generator"], keras.optimizers.Adam()), "of its own"),
    ],
)
def test_every_player_needs_one_optimizer(model, optimizers, message):
    with pytest.raises(ValueError, match=message):
        model.compile(optimizers)


def test_a_checkpoint_of_another_model_changes_nothing(model, tmp_path):
    other = dcgan.DCGAN(dcgan.build_generator(8, (4, 4)), dcgan.build_discriminator((4, 4)))
    other.compile(adams("discriminator", "generator"))
    other.save(tmp_path / "other.npz")
    before = model.generator.get_weights()
    with pytest.raises(checkpoint.CheckpointError, match="other.npz"):
        model.restore(tmp_path / "other.npz")
    for a, b in zip(before, model.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"<html>Please log in</html>"])
def test_what_is_no_checkpoint_is_refused(model, tmp_path, content):
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(checkpoint.CheckpointError, match="bad.npz"):
        model.restore(tmp_path / "bad.npz")


def test_save_wants_npz_and_says_how_to_keep_a_generator(model, tmp_path):
    with pytest.raises(ValueError, match=r"ema_generator\.save"):
        model.save(tmp_path / "model.keras")
    model.ema_generator.save(tmp_path / "generator.keras")
    again = keras.models.load_model(tmp_path / "generator.keras")
    z = model.latent(3)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(again(z)), model.sample(z=z), atol=1e-5)


def test_saving_leaves_no_half_file_behind(model, tmp_path, monkeypatch):
    model.save(tmp_path / "a.npz")
    before = (tmp_path / "a.npz").read_bytes()

    def breaks(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", breaks)
    with pytest.raises(OSError, match="disk full"):
        model.save(tmp_path / "a.npz")
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]
    assert (tmp_path / "a.npz").read_bytes() == before


def test_shared_fakes_come_with_the_real_batch_that_they_were_made_for():
    model = dcgan.build(dcgan.PRESETS["smoke"])
    model.players[0].steps = 3
    data = keras.ops.convert_to_tensor(np.arange(6, dtype="float32").reshape(6, 1))  # 3 batches
    turns = [
        (turn.player.name[0], keras.ops.convert_to_numpy(turn.real).ravel(), turn.fresh_fakes)
        for turn in model.turns(data)
    ]
    names, reals, fresh = zip(*turns, strict=True)
    assert names == ("d", "d", "d", "g") and fresh == (True, True, True, False)
    np.testing.assert_array_equal(reals, [[0, 1], [2, 3], [4, 5], [4, 5]])


def test_fakes_that_are_not_shared_are_made_anew_for_every_turn():
    model = dcgan.build(dcgan.PRESETS["smoke"])
    model.share_fakes = False
    data = keras.ops.zeros((2, 28, 28, 1))
    assert [turn.fresh_fakes for turn in model.turns(data)] == [True, True]


def test_noise_in_training_is_standard_normal_and_never_the_same(model):
    z, again = (keras.ops.convert_to_numpy(model.noise(20_000)) for _ in range(2))
    assert z.shape == (20_000, model.latent_dim) and not np.array_equal(z, again)
    assert abs(z.mean()) < 0.005 and abs(z.std() - 1) < 0.005
    assert abs((z**4).mean() - 3) < 0.1  # a flat or a binary one would have 1.8 or 1


def test_bytes_become_numbers_from_minus_one_to_one(model):
    batch = keras.ops.convert_to_tensor(np.array([[0, 51, 255]], "uint8"))
    prepared = keras.ops.convert_to_numpy(model.prepare(batch))
    np.testing.assert_allclose(prepared, [[-1.0, -0.6, 1.0]], atol=1e-6)
    points = keras.ops.convert_to_tensor(np.array([[3.0, -2.0]], "float32"))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(model.prepare(points)), [[3, -2]])


def test_the_average_follows_its_formula():
    """mean + (1 - decay) (weight - mean), where the decay grows from 1/10 up to `average`."""
    model = dcgan.build(dcgan.PRESETS["smoke"])
    model.average = 0.3  # reached at the third step, (1 + 3) / (10 + 3) = .31
    weights, means = model.generator.weights, model.ema_generator.weights
    wanted = keras.ops.convert_to_numpy(means[0])
    np.testing.assert_array_equal(wanted, keras.ops.convert_to_numpy(weights[0]))  # it starts there
    for step in range(6):
        value = np.full(wanted.shape, float(step + 1), "float32")
        weights[0].assign(value)
        decay = min(0.3, (1 + step) / (10 + step))
        wanted = decay * wanted + (1 - decay) * value
        model.finish_step({})
    np.testing.assert_allclose(keras.ops.convert_to_numpy(means[0]), wanted, rtol=1e-5)


def test_the_order_of_the_data_depends_on_the_seed_of_fit():
    """Two trainings that differ in it alone see other batches."""
    ends = []
    for seed in (0, 0, 1):
        keras.utils.set_random_seed(0)
        model = dcgan.build(dcgan.PRESETS["smoke"])
        model.fit(DATA, batch_size=16, epochs=1, steps_per_epoch=1, seed=seed, verbose=0)
        ends.append(model.discriminator.get_weights()[0])
    np.testing.assert_array_equal(ends[0], ends[1])
    assert not np.array_equal(ends[0], ends[2])


def test_players_are_checked():
    network = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    with pytest.raises(ValueError, match="steps must be a whole number of at least 1, received 0"):
        Player("critic", [network], None, steps=0)
    with pytest.raises(ValueError, match="has no weights yet"):
        Player("critic", [keras.Sequential([layers.Dense(1)])], None)
    with pytest.raises(ValueError, match="different names"):
        AdversarialModel(2).set_players(Player("a", [network], None), Player("a", [network], None))
    with pytest.raises(ValueError, match=r"\[0, 1\), received 1.5"):
        AdversarialModel(2, average=1.5)


def test_a_monitor_that_was_not_announced_is_refused():
    network = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    player = Player("a", [network], lambda real, fakes: (0.0, {"speed": 1.0}))
    with pytest.raises(ValueError, match=r"\['speed'\].*monitors=\[\]"):
        player.evaluate(None, None)
