"""CycleGAN: two piles that need not match, one forward for all terms, a pool that is kept."""

import dataclasses
import signal

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import cyclegan, datasets, translation
from gan_lessons.engine.training import train

SMOKE = cyclegan.PRESETS["smoke"]
RNG = np.random.default_rng(0)
PILES = {k: RNG.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8) for k, n in (("x", 9), ("y", 5))}


def built(**changes):
    keras.utils.set_random_seed(0)
    return cyclegan.build(dataclasses.replace(SMOKE, **changes))


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(ops.convert_to_tensor(x)))


def prepared(model, n, m):
    return model.prepare(
        {"x": ops.convert_to_tensor(PILES["x"][:n]), "y": ops.convert_to_tensor(PILES["y"][:m])}
    )


# What is computed ---------------------------------------------------------------------------------


def test_the_terms_are_those_of_the_paper():
    weights = dict(forward=7.0, backward=11.0, same=3.0, adversarial=2.0)
    model = built(**weights, same_batch=2)
    real = prepared(model, 4, 3)
    x, y = real["x"], real["y"]
    g, f = (lambda p, n=n: n(p, training=True) for n in (model.G, model.F))
    dx, dy = (lambda p, n=n: numpy(n(p, training=True)) for n in (model.Dx, model.Dy))
    fakes = model.make_fakes(real)
    np.testing.assert_allclose(numpy(fakes["y"]), numpy(g(x)), atol=1e-5)
    np.testing.assert_allclose(numpy(fakes["x"]), numpy(f(y)), atol=1e-5)

    def away(a, b):
        return np.abs(numpy(a) - numpy(b)).mean()

    adversarial = ((dy(g(x)) - 1) ** 2).mean() + ((dx(f(y)) - 1) ** 2).mean()
    forward, backward = away(f(g(x)), x), away(g(f(y)), y)
    same = away(g(y[:2]), y[:2]) + away(f(x[:2]), x[:2])
    loss, told = model.translators_loss(real, fakes)
    expected = 2 * adversarial + 7 * forward + 11 * backward + 3 * same
    assert float(numpy(loss)) == pytest.approx(expected, rel=1e-4)
    assert float(numpy(told["cycle"])) == pytest.approx(forward + backward, rel=1e-4)
    assert float(numpy(told["same"])) == pytest.approx(same, rel=1e-4)


def test_the_discriminators_want_one_for_real_and_zero_for_fake():
    model = built(pool=0)
    real = prepared(model, 4, 3)
    fakes = model.make_fakes(real)
    expected = 0.0
    for kind, network in (("x", model.Dx), ("y", model.Dy)):
        told = [numpy(network(p[kind], training=True)) for p in (real, fakes)]
        expected += ((told[0] - 1) ** 2).mean() / 2 + (told[1] ** 2).mean() / 2
    loss, _ = model.discriminators_loss(real, fakes)
    assert float(numpy(loss)) == pytest.approx(expected, rel=1e-4)


def test_without_the_identity_nothing_is_computed_for_it():
    model = built(same=0.0)
    assert set(model.make_fakes(prepared(model, 2, 2))) == {"x", "y"}


def test_each_translator_runs_twice_in_a_step_and_no_more():
    """The translation with the identity beside it, and the way back: all terms share them."""
    calls, model = [], built()
    for name in ("G", "F"):
        network = model.networks[name]

        def spied(*arguments, name=name, call=network.call, **settings):
            calls.append(name)
            return call(*arguments, **settings)

        network.call = spied
    model.run_eagerly = True
    data = {k: v[:2] for k, v in PILES.items()}
    model.fit(data, batch_size=2, epochs=1, steps_per_epoch=1, verbose=0)
    assert sorted(calls) == ["F", "F", "G", "G"]


@pytest.mark.parametrize("same", [0.0, 5.0])
def test_piles_and_batches_of_different_sizes_train(same):
    model = built(same=same, batch_size=7)
    model.fit(PILES, batch_size=7, epochs=1, steps_per_epoch=3, verbose=0)
    assert int(model.step_counter.value) == 3
    assert all(np.isfinite(numpy(v.value)).all() for v in model.variables)
    filled = [int(pool.filled) for pool in model.pools]
    assert filled == [min(50, 3 * 5), min(50, 3 * 7)]  # translations of y go to Dx's pool


def test_the_pool_fills_with_translations_in_the_discriminators_turn():
    model = built()
    before = [numpy(pool.kept).copy() for pool in model.pools]
    assert not any(kept.any() for kept in before)
    model.fit(PILES, batch_size=2, epochs=1, steps_per_epoch=4, verbose=0)
    for pool in model.pools:
        kept = numpy(pool.kept)
        assert int(pool.filled) == 8 and kept[:8].std(axis=(1, 2, 3)).min() > 0
        assert not kept[8:].any() and np.abs(kept).max() <= 1.0


class Interrupt(keras.callbacks.Callback):
    """Presses Ctrl-C in the middle of the second report."""

    done = 0

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        if self.done == 7:
            signal.raise_signal(signal.SIGINT)


@pytest.fixture
def without_data(monkeypatch):
    some = {k: pile[:3] for k, pile in PILES.items()}

    def data(self):
        return datasets.Dataset(
            "piles",
            "a test",
            **{f"{k}_{part}": pile for k, pile in some.items() for part in ("train", "test")},
            info={"kinds": ("a", "b")},
        )

    monkeypatch.setattr(cyclegan.CycleGAN, "data", property(data))


def test_interrupted_and_resumed_it_ends_like_one_that_was_left_alone(tmp_path, without_data):
    preset = dataclasses.replace(SMOKE, steps=12, report_every=5, pool=6)
    setting = dict(data=PILES, seed=4, verbose=False)
    whole = train(cyclegan, preset, out=tmp_path / "whole", **setting)
    stopped = train(cyclegan, preset, out=tmp_path / "run", callbacks=[Interrupt()], **setting)
    assert stopped.model.interrupted and 5 < int(stopped.model.step_counter.value) < 12
    resumed = train(cyclegan, preset, out=tmp_path / "run", resume=True, **setting)
    for a, b in zip(whole.model.variables, resumed.model.variables, strict=True):
        np.testing.assert_array_equal(numpy(a.value), numpy(b.value), err_msg=a.path)
    for key in set(whole.history) - {"seconds"}:  # threads may add up a mean in another order
        np.testing.assert_allclose(whole.history[key], resumed.history[key], 1e-6, err_msg=key)


# What a user gets ---------------------------------------------------------------------------------


def test_translations_go_in_both_directions_whatever_form_the_pictures_have():
    model = built()
    x = PILES["x"]
    for to, network in (("y", model.G), ("x", model.F)):
        ours = model.translate(x, to, batch_size=4)
        expected = numpy(model.averaged(network)(model.prepare(x), training=False))
        np.testing.assert_allclose(ours, expected, atol=1e-5)
        np.testing.assert_allclose(model.translate(x / 127.5 - 1.0, to), ours, atol=1e-5)
    assert ours.dtype == np.float32 and ours.shape == x.shape


def test_a_strip_shows_picture_translation_and_return(without_data):
    model = built()
    rows = model.gallery(64)
    assert rows.shape == (3, 6, 32, 32, 3)
    x = PILES["x"][:3]
    np.testing.assert_allclose(rows[:, 0], x / 127.5 - 1.0, atol=1e-6)
    np.testing.assert_allclose(rows[:, 1], model.translate(x), atol=1e-5)
    np.testing.assert_allclose(rows[:, 2], model.translate(model.translate(x), "x"), atol=1e-4)
    assert cyclegan.draw(rows).shape == (3 * 34 - 2, 6 * 34 - 2, 3)


def test_the_ablation_takes_out_one_thing_at_a_time():
    whole = dataclasses.asdict(cyclegan.PRESETS["quick"])
    found = {
        way: {k for k, v in dataclasses.asdict(preset).items() if v != whole[k]}
        for way, preset in cyclegan.ways("quick").items()
    }
    assert found == {
        "whole": set(),
        "without cycles": {"forward", "backward"},
        "without forward cycle": {"forward"},
        "without backward cycle": {"backward"},
        "without identity": {"same"},
        "adversarial alone": {"forward", "backward", "same"},
        "without pool": {"pool"},
        "without brush": {"brush", "forward", "backward", "same"},
        "normalised judges": {"judge_norm"},
    }


def test_the_full_preset_is_that_of_the_paper():
    p = cyclegan.PRESETS["full"]
    assert (p.size, p.blocks, p.channels, p.batch_size, p.pool) == (256, 9, 64, 1, 50)
    assert (p.forward, p.backward, p.same, p.learning_rate, p.hold) == (10, 10, 5, 2e-4, 0.5)
    assert p.judge == (64, 128, 256, 512) and p.kernel == 7 and not p.brush
    assert p.judge_norm and p.beta_2 == 0.999


def test_your_own_pictures_are_a_data_set_by_their_path():
    assert cyclegan.preset_for("quick").dataset == "horse2zebra"
    assert cyclegan.preset_for("quick", "coloured_digits").size == 28
    own = cyclegan.preset_for("quick", "some/folder")
    assert (own.dataset, own.source) == ("some/folder", "auto")


@pytest.mark.parametrize(
    "change, message", [({"size": 30}, "multiple of 4"), ({"pool": 1}, "at least batch_size .2.")]
)
def test_settings_that_make_no_sense(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMOKE, **change)


# How it is scored ---------------------------------------------------------------------------------


class Known:
    """A translator that is known: it darkens towards y by 51, and brightens towards x."""

    @staticmethod
    def translate(images, to, averaged=True):
        images = np.asarray(images)
        if images.dtype == np.uint8:
            images = images / np.float32(127.5) - 1
        return images + (-0.4 if to == "y" else 0.4)


def known_data(**info):
    x, y = (RNG.integers(60, 200, (6, 16, 16, 3), dtype=np.uint8) for _ in range(2))
    return datasets.Dataset("known", "a test", x, y, x, y, {"kinds": ("light", "dark"), **info})


def test_a_score_is_the_distance_to_the_hidden_partners_and_of_the_way_back():
    data = known_data()
    truth = data.x_test - np.uint8(51), data.y_test + np.uint8(51)
    data.info["truth"] = truth
    found = translation.score(Known, data)
    assert found.there.kinds == ("light", "dark") and found.back.kinds == ("dark", "light")
    assert found.ssim == pytest.approx(1.0, abs=1e-6) and found.error < 1e-6
    assert found.there.copy.error == pytest.approx(0.2, abs=1e-6)
    assert found.there.returned < 0.003
    swapped = known_data(truth=(truth[1], truth[0]))
    assert translation.score(Known, swapped).error > 0.1
    assert translation.score(Known, data, n=2).there.n == 2
    assert "light to dark (n = 6): SSIM 1.000" in str(found)


def test_what_has_no_known_partners_is_only_sent_there_and_back():
    found = translation.score(Known, known_data())
    assert found.there.partner is None and found.there.fooled is None and found.there.kept is None
    assert str(found.there).startswith("light to dark (n = 6): there and back")


def test_numbers_of_16_bits_are_for_the_layers_alone():
    model = built(precision="mixed_bfloat16")
    for network in model.networks.values():
        assert {w.dtype for w in network.weights} == {"float32"}
        assert network.output.dtype == "float32"
        inner = {x.compute_dtype for x in network.layers if isinstance(x, keras.layers.Conv2D)}
        assert inner == {"bfloat16"}
    fine = built()
    for name in model.networks:
        fine.networks[name].set_weights(model.networks[name].get_weights())
    x = PILES["x"][:3]
    coarse, exact = (one.translate(x, averaged=False) for one in (model, fine))
    assert 0 < np.abs(coarse - exact).max() < 0.1
