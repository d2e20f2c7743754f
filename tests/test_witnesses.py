"""Known pairs, critics alone between them, and what a clip does: against independent oracles."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import critics, metrics, wgan, witnesses

RNG = np.random.default_rng(0)
PLANE = [name for name in witnesses.PAIRS if witnesses.pair(name, 4).p.shape[1] == 2]


@pytest.mark.parametrize("name", witnesses.PAIRS)
def test_a_pair_is_drawn_from_its_seed_alone(name):
    one, same, other = (witnesses.pair(name, 50, seed) for seed in (3, 3, 4))
    assert one.p.shape == one.q.shape and one.p.dtype == one.q.dtype == np.float32
    assert np.array_equal(one.p, same.p) and np.array_equal(one.q, same.q)
    assert not np.array_equal(one.p, other.p) and not np.array_equal(one.p, one.q)
    assert one.w1 == pytest.approx(metrics.sliced_wasserstein(one.p, one.q), rel=0.8)


@pytest.mark.parametrize("name", witnesses.PAIRS)
def test_the_witness_earns_w1_with_slope_1(name):
    """On a line exactly; in the plane up to what 600 points differ from their distribution."""
    pair = witnesses.pair(name, 600)
    earned = pair.witness(pair.p).mean() - pair.witness(pair.q).mean()
    assert earned == pytest.approx(pair.w1, rel=0.06 if name in PLANE else 1e-9)
    assert earned <= pair.w1 + 1e-6  # by duality: no function of slope 1 earns more
    x = RNG.uniform(-3, 3, (500, pair.p.shape[1]))
    nearby = x + RNG.normal(0.0, 1e-3, x.shape)
    steps = np.linalg.norm(x - nearby, axis=1)
    assert (np.abs(pair.witness(x) - pair.witness(nearby)) / steps).max() <= 1 + 1e-6


def test_two_pairs_in_the_plane_and_three_on_the_line():
    assert len(PLANE) == 2 and len(witnesses.PAIRS) == 5
    shift = witnesses.pair("a shift in the plane", 600)
    assert shift.w1 == pytest.approx(np.hypot(1.5, 1.0), rel=0.08)
    ring = witnesses.pair("a ring round a heap", 600)
    # The mean of a radius of 2 minus that of a Rayleigh distribution with sigma .5.
    assert ring.w1 == pytest.approx(2.0 - 0.5 * np.sqrt(np.pi / 2), rel=0.08)


def test_an_unknown_pair_is_refused():
    with pytest.raises(ValueError, match="no pair 'two moons'.*a shift"):
        witnesses.pair("two moons")


def test_figures_of_the_exact_critic_are_perfect():
    pair = witnesses.pair("wide and narrow", 500)

    class Exact:
        def witness(self, x):
            return 3.0 + pair.witness(x)

        def w1_estimate(self, real, fake):
            return self.witness(real).mean() - self.witness(fake).mean()

    told = witnesses.figures(Exact(), pair)
    assert told["of W1"] == pytest.approx(1.0) and told["alike"] == pytest.approx(1.0)
    assert told["estimate"] == pytest.approx(told["exact W1"])


def test_a_critic_alone_measures_a_known_distance():
    pair = witnesses.pair("a heap between two", 1000)
    short = dataclasses.replace(witnesses.ALONE, steps=600, report_every=60)
    model = witnesses.learn(short, pair.p, pair.q)
    told = witnesses.figures(model, pair)
    assert told["of W1"] == pytest.approx(1.0, abs=0.1) and told["alike"] > 0.99
    assert int(model.step_counter.value) == 600
    rate = float(model.optimizer.members["critic"].learning_rate)
    assert rate < 0.3 * 20 * 1e-4, "the learning rate did not fall"


# What a clip does ---------------------------------------------------------------------------------


def deep(variant, size=0.01, depth=4):
    preset = dataclasses.replace(
        witnesses.REINS["penalty"], variant=variant, clip=size, critic=(5,) * depth, shape=(2,)
    )
    keras.utils.set_random_seed(0)
    return critics.build_critic(preset)


def test_gradients_by_depth_agree_with_the_chain_rule():
    """By hand in NumPy: through the layers above, slopes of LeakyReLU and all."""
    critic, x = deep("gp"), RNG.normal(size=(7, 2))
    dense = [layer for layer in critic.layers if isinstance(layer, keras.layers.Dense)]
    kernels = [ops.convert_to_numpy(layer.kernel).astype("float64") for layer in dense]
    outputs, slopes = [x], []
    for kernel in kernels[:-1]:  # biases start at 0
        before = outputs[-1] @ kernel
        slopes.append(np.where(before > 0, 1.0, 0.2))
        outputs.append(before * slopes[-1])
    gradient, expected = np.repeat(kernels[-1].T, 7, axis=0), []
    for kernel, slope in zip(kernels[-2::-1], slopes[::-1], strict=True):
        expected.append(np.linalg.norm(gradient, axis=1).mean())
        gradient = (gradient * slope) @ kernel.T
    np.testing.assert_allclose(witnesses.gradients_by_depth(critic, x), expected[::-1], rtol=1e-4)


def test_gradients_pass_scaling_and_waves_in_front_of_the_first_layer():
    preset = dataclasses.replace(
        wgan.TOY_PRESETS["smoke"]["grid"], frequencies=0, scale=4.0, critic=(6, 6)
    )
    critic, x = critics.build_critic(preset), RNG.normal(size=(5, 2))
    plain = critics.build_critic(dataclasses.replace(preset, scale=1.0))
    plain.set_weights(critic.get_weights())
    np.testing.assert_allclose(
        witnesses.gradients_by_depth(critic, 4.0 * x),
        witnesses.gradients_by_depth(plain, x),
        rtol=1e-5,
    )


def test_share_at_the_clip():
    critic = deep("clip", size=0.5, depth=1)
    first, last = (layer for layer in critic.layers if hasattr(layer, "kernel"))
    first.kernel.assign(np.full((2, 5), 0.5))
    last.kernel.assign(np.linspace(-0.5, 0.3, 5)[:, None])
    assert witnesses.kernels(critic).shape == (15,)
    assert witnesses.share_at(critic, 0.5) == pytest.approx(11 / 15)
    assert witnesses.share_at(critic, np.inf) == 0.0


def test_clips_explode_or_vanish_and_the_penalty_does_neither():
    rows = {name: witnesses.damage(name, 80) for name in ("clip 0.1", "clip 0.01", "penalty")}
    assert rows["clip 0.1"]["first to last"] > 50
    assert rows["clip 0.01"]["first to last"] < 1e-3
    assert 0.05 < rows["penalty"]["first to last"] < 20
    assert rows["penalty"]["at the clip"] == 0.0
    assert all(f"gradient {i + 1}" in rows["penalty"] for i in range(witnesses.DEPTH))


def test_noise_moves_the_ring_and_nothing_else():
    p, q = witnesses.noisy_ring(4000, seed=1)
    assert np.linalg.norm(p, axis=1) == pytest.approx(2.0, abs=0.3)
    assert (q - p).std() == pytest.approx(0.5, rel=0.05) and abs((q - p).mean()) < 0.02
    assert len(np.unique(np.round(np.arctan2(p[:, 1], p[:, 0]) / (np.pi / 4)) % 8)) == 8
