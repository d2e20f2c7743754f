"""The speed benchmark: it counts and times the right things, and only loops that train."""

import itertools
import json
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def modules(monkeypatch):
    """The scripts' modules, imported the way the scripts import each other."""
    names = ("networks", "loops", "speed", "clock", "lesson_loops")
    monkeypatch.syspath_prepend(str(FOLDER))
    yield [__import__(name) for name in names]
    for name in names:
        sys.modules.pop(name, None)


def products_of_convolution(size, kernel, stride, channels_in, channels_out):
    """Multiply-adds of a "same" convolution, counted one position and one tap at a time."""
    positions = itertools.product(range(0, size, stride), repeat=2)
    taps = list(itertools.product(range(kernel), repeat=2))
    return sum(len(taps) for _ in positions) * channels_in * channels_out


def test_arithmetic_of_a_layer_is_counted_as_its_definition_says(modules):
    networks = modules[0]
    down = keras.Sequential([keras.Input((9, 9, 3)), keras.layers.Conv2D(5, 4, 2, "same")])
    up = keras.Sequential([keras.Input((5, 5, 5)), keras.layers.Conv2DTranspose(3, 4, 2, "same")])
    dense = keras.Sequential([keras.Input((7,)), keras.layers.Dense(11)])
    expected = 2 * products_of_convolution(9, 4, 2, 3, 5)
    assert networks.layer_flops(down.layers[0]) == expected
    # A transposed convolution does the arithmetic of the convolution that it reverses.
    assert networks.layer_flops(up.layers[0]) == expected
    assert networks.layer_flops(dense.layers[0]) == 2 * 7 * 11
    assert networks.layer_flops(keras.layers.ReLU()) == 0


def test_a_step_needs_the_passes_of_both_turns(modules):
    networks = modules[0]
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(5)])
    discriminator = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(6), keras.layers.Dense(1)]
    )
    g1, g2, d1, d2 = 2 * 3 * 4, 2 * 4 * 5, 2 * 5 * 6, 2 * 6
    own = 2 * (d1 + d2) + 2 * (d1 + d2) + 2 * d2  # real and fake: forward, weights, inputs
    forth = (g1 + g2) + (d1 + d2)  # the generator's turn: forward
    back = (d1 + d2) + (g1 + g2) + g2  # through all of D, weights of G, inputs inside G
    assert networks.step_flops(generator, discriminator) == own + forth + back


def test_the_clock_leaves_out_the_warm_up(modules, monkeypatch):
    clock_module = modules[3]
    now = iter([100.0, 100.5, 101.5, 101.75, 102.0, 102.25, 102.5])  # the first steps are slow
    monkeypatch.setattr(clock_module.time, "perf_counter", lambda: next(now))
    clock = clock_module.Clock(seconds=1.0, warm_steps=2, warm_seconds=1.0)
    ticks = [clock.tick() for _ in range(7)]
    assert ticks == [True] * 6 + [False]
    assert clock.milliseconds == 250.0


@pytest.mark.parametrize("loop", ["engine", "classic", "plain"])
def test_every_loop_trains_both_networks(modules, loop):
    if loop != "engine" and keras.config.backend() != "tensorflow":
        pytest.skip("a TensorFlow loop")
    images = np.random.default_rng(0).integers(0, 256, (64, 28, 28, 1), dtype="uint8")
    result = modules[1].measure(loop, "mlp32", images, seconds=0.05, warm_seconds=0.0)
    assert result["steps"] >= 1
    assert 0 < result["moved"]["discriminator"] < 1
    assert 0 < result["moved"]["generator"] < 1
    assert result["images_per_second"] == pytest.approx(32_000 / result["milliseconds"])


@pytest.mark.parametrize("loop", ["engine", "eager"])
@pytest.mark.parametrize("case, batches", [("cgan64", 1), ("wgan64", 5)])
def test_the_loops_of_later_lessons_train_both_networks(modules, loop, case, batches):
    if loop != "engine" and keras.config.backend() != "tensorflow":
        pytest.skip("a TensorFlow loop")
    images = np.random.default_rng(0).integers(0, 256, (400, 28, 28, 1), dtype="uint8")
    result = modules[1].measure(loop, case, images, seconds=0.05, warm_seconds=0.0)
    assert all(0 < result["moved"][name] < 1 for name in ("generator", "discriminator"))
    expected = 64_000 * batches / result["milliseconds"]
    assert result["images_per_second"] == pytest.approx(expected)


@pytest.mark.parametrize("loop", ["engine", "plain"])
def test_the_loops_of_a_cyclegan_train_all_four_networks(modules, loop):
    if loop != "engine" and keras.config.backend() != "tensorflow":
        pytest.skip("a TensorFlow loop")
    lesson_loops, networks = modules[4], modules[0]
    images = np.random.default_rng(0).integers(0, 256, (24, 28, 28, 1), dtype="uint8")
    translators, judges = networks.build(networks.CASES["cycle4"])
    before = [w.numpy() if hasattr(w, "numpy") else np.array(w) for w in judges.trainable_weights]
    clock = modules[3].Clock(0.0, warm_steps=1, warm_seconds=0.0)
    modules[1].LOOPS[loop](networks.CASES["cycle4"], translators, judges, images, clock)
    for old, new in zip(before, judges.trainable_weights, strict=True):
        assert np.abs(old - keras.ops.convert_to_numpy(new)).max() > 0
    model = lesson_loops.engine_model(networks.CASES["cycle4"], translators, judges)
    p = model.preset
    assert (p.adversarial, p.forward, p.backward, p.same, p.pool) == (1, 10, 10, 5, 0)
    assert model.G is translators.parts[0] and model.Dy is judges.parts[1]


def test_the_penalty_of_the_eager_loop_is_that_of_the_engine(modules):
    """Same setting on both sides of the comparison."""
    lesson_loops, networks = modules[4], modules[0]
    case = networks.CASES["wgan64"]
    model = lesson_loops.engine_model(case, *networks.build(case))
    assert model.preset.penalty == lesson_loops.PENALTY == 10.0
    assert model.players[0].steps == case.real_batches == 5
    assert (model.preset.variant, model.preset.penalty_every, model.preset.shift) == ("gp", 1, 0)
    assert model.average is None


def test_a_loop_that_trains_one_network_only_is_refused(modules, monkeypatch):
    loops = modules[1]

    def half(case, generator, discriminator, images, clock):
        for weight in generator.trainable_weights:
            weight.assign(weight + 1.0)
        while clock.tick():
            pass

    monkeypatch.setitem(loops.LOOPS, "half", half)
    with pytest.raises(RuntimeError, match=r"half, mlp32: the discriminator moved by 0\.0"):
        loops.measure("half", "mlp32", np.zeros((1, 28, 28, 1), "uint8"), 0.0, warm_seconds=0.0)


def test_ratios_are_of_the_best_rounds_and_shares_of_the_best_peak(modules):
    speed = modules[2]

    def one_round(engine, classic, peak):
        return {
            ("peak", ""): {"gflops": peak},
            ("engine", "mlp32"): {"images_per_second": engine, "flops_per_image": 5e7},
            ("classic", "mlp32"): {"images_per_second": classic, "flops_per_image": 5e7},
        }

    rounds = [one_round(800.0, 100.0, 80.0), one_round(1000.0, 50.0, 100.0)]
    summary = speed.summarise(rounds, {"mlp32": {"classic": 10.5, "plain": 1.4}})
    row = summary["cases"]["mlp32"]
    assert row["ratio"] == {"classic": 10.0}
    assert row["ratio_range"] == {"classic": [8.0, 20.0]}
    assert row["reached"] == {"classic": False}
    assert row["share_of_peak"] == pytest.approx(0.5)
    assert "10.00x (8.0-20.0; 10.5x NOT reached) | - | - | 50%" in speed.table(summary)


def test_the_parts_of_a_step_add_up_to_the_step(modules):
    parts = {
        "step under fit": 100.0,
        "step alone": 90.0,
        "products": 60.0,
        "normalisation and activations": 15.0,
        "optimizers": 5.0,
        "gflops by layer": {},
    }
    shares = modules[2].explain(parts, at_peak=50.0)["shares"]
    assert list(shares.values()) == pytest.approx([0.5, 0.1, 0.15, 0.05, 0.1, 0.1])
    assert sum(shares.values()) == pytest.approx(1.0)


def test_the_loops_of_learners_run_without_the_settings_of_the_course(modules, monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    speed = modules[2]
    assert "TF_ENABLE_ONEDNN_OPTS" not in speed.environment("classic")
    assert speed.environment("plain")["KERAS_BACKEND"] == "tensorflow"
    assert speed.environment("engine_jax")["KERAS_BACKEND"] == "jax"


def test_the_machine_is_described_without_its_name(modules):
    import platform

    told = modules[2].machine()
    assert told["cores"] >= 1
    assert told["processor"]
    assert platform.node() not in json.dumps(told)
