"""WGAN: what is clipped and what is not, who gets what in which turn, what the critic measures."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import critics, earth_mover, metrics, wgan
from gan_lessons.engine.training import train

SMOKE = wgan.PRESETS["smoke"]
LINE = dataclasses.replace(
    wgan.TOY_PRESETS["quick"]["ring"], shape=(1,), critic=(64, 64), pace=20.0, frequencies=0
)
RNG = np.random.default_rng(0)
DATA = RNG.integers(0, 256, (40, 28, 28, 1), dtype=np.uint8)
WAYS = [(v, n) for v in wgan.VARIANTS for n in wgan.NETWORKS]


def built(**changes):
    keras.utils.set_random_seed(0)
    return wgan.build(dataclasses.replace(SMOKE, **changes))


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(ops.convert_to_tensor(x)))


def weights(network):
    return [numpy(v.value) for v in network.trainable_variables]


def step(model, times=1):
    size = 4 * model.batches_per_step
    for i in range(times):
        part = DATA[i * size : (i + 1) * size]
        model.fit((p for p in [(part,)]), steps_per_epoch=1, epochs=1, shuffle=False, verbose=0)


# Clipping -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("network", wgan.NETWORKS)
def test_a_clipped_step_is_the_free_step_cut_off_at_the_clip(network):
    """Against the same step with a clip so wide that it never acts, cut off in NumPy."""
    setting = dict(variant="clip", network=network, n_critic=1, pace=200.0)
    held, free = built(**setting, clip=0.01), built(**setting, clip=1e9)
    free.critic.set_weights(held.critic.get_weights())
    assert all(np.abs(w).max() <= np.float32(0.01) for w in weights(held.critic))
    step(held), step(free)
    for a, b in zip(weights(held.critic), weights(free.critic), strict=True):
        np.testing.assert_allclose(a, np.clip(b, -0.01, 0.01), atol=1e-7)
        assert (np.abs(b) > 0.01).any(), "nothing was there to be clipped"


def test_only_the_critics_own_weights_are_clipped():
    model = built(variant="clip", pace=40.0)
    for variable in model.generator.variables:  # the moving statistics of its batch norm as well
        if "seed" not in variable.path:
            variable.assign(np.full(variable.shape, 0.5))
    step(model, times=3)
    assert max(np.abs(w).max() for w in weights(model.critic)) == np.float32(0.01)
    for twin in (model.generator, model.ema_generator):
        assert all(np.abs(numpy(v.value)).max() > 0.1 for v in twin.weights)
    slots = [numpy(v.value) for v in model.optimizer.members["critic"].variables]
    assert any(np.abs(s).max() > 0.01 for s in slots)


def test_a_clip_leaves_moving_statistics_alone():
    """A critic should have none; where one has, its statistics are no weights to be clipped."""
    preset = dataclasses.replace(SMOKE, variant="clip", pace=40.0)
    plain = critics.build_critic(preset)
    x = keras.layers.BatchNormalization(name="statistics")(plain.layers[-2].output)
    with_norm = keras.Model(plain.inputs, plain.layers[-1](x), name="critic")
    model = critics.compiled(wgan.WGAN(wgan.build_generator(preset), with_norm, preset))
    step(model, times=2)
    norm = model.critic.get_layer("statistics")
    assert numpy(norm.moving_variance).max() > 0.5 and numpy(norm.gamma).max() > 0.5
    kernels = [layer.kernel for layer in model.critic.layers if hasattr(layer, "kernel")]
    assert max(np.abs(numpy(kernel)).max() for kernel in kernels) <= np.float32(0.01)


def test_with_a_penalty_nothing_is_clipped():
    model = built(variant="gp")
    assert max(np.abs(w).max() for w in weights(model.critic)) > 0.1
    assert all(v.constraint is None for v in model.critic.trainable_variables)


@pytest.mark.parametrize("variant, network", WAYS)
def test_a_sample_is_judged_on_its_own(variant, network):
    """No batch norm: who stands beside it in the batch does not matter."""
    model = built(variant=variant, network=network)
    x = (DATA[:6] / 127.5 - 1).astype("float32")
    together = numpy(model.critic(x, training=True))
    alone = np.concatenate([numpy(model.critic(x[i : i + 1], training=True)) for i in range(6)])
    np.testing.assert_allclose(together, alone, rtol=1e-3, atol=1e-6 * np.abs(together).max())
    assert np.ptp(together) > 0


# Turns --------------------------------------------------------------------------------------------


def test_the_critic_has_n_critic_turns_with_fresh_data_and_fresh_fakes():
    model = built(n_critic=4)
    seen = {"critic": [], "generator": []}
    for player in model.players:

        def spied(real, fakes, loss=player.loss, name=player.name):
            seen[name].append((numpy(real), numpy(fakes)))
            return loss(real, fakes)

        player.loss = spied
    model.run_eagerly = True
    model.fit(DATA, batch_size=5, epochs=1, steps_per_epoch=1, verbose=0)
    assert [len(seen["critic"]), len(seen["generator"])] == [4, 1]
    for kind in (0, 1):
        samples = np.concatenate([turn[kind] for turn in seen["critic"]]).reshape(20, -1)
        assert len(np.unique(samples, axis=0)) == 20, "two turns of the critic share a sample"
    iterations = {n: int(numpy(o.iterations)) for n, o in model.optimizer.members.items()}
    assert iterations == {"critic": 4, "generator": 1}


def test_each_variant_has_the_optimizers_of_its_paper():
    clip, gp = built(variant="clip"), built(variant="gp")
    for name in ("critic", "generator"):
        one, two = clip.optimizer.members[name], gp.optimizer.members[name]
        assert isinstance(one, keras.optimizers.RMSprop) and one.momentum == 0.0
        assert float(numpy(one.learning_rate)) == pytest.approx(5e-5)
        assert isinstance(two, keras.optimizers.Adam) and (two.beta_1, two.beta_2) == (0.0, 0.9)
        assert float(numpy(two.learning_rate)) == pytest.approx(1e-4)


def test_the_steps_of_a_clipped_critic_do_not_drown_in_epsilon():
    """RMSprop moves by the rate whatever the size of the gradient; here it is below 1e-4."""
    model = built(variant="clip", n_critic=1)
    before = weights(model.critic)
    step(model)
    moves = [np.abs(a - b).max() for a, b in zip(before, weights(model.critic), strict=True)]
    # The mean square starts at 0, so that the first step is 1 / sqrt(1 - .9) rates long.
    np.testing.assert_allclose(moves, 5e-5 / np.sqrt(0.1), rtol=0.05)


# What the critic says -----------------------------------------------------------------------------


def loss_with(model, critic, real, fake):
    object.__setattr__(model, "critic", critic)  # torch takes modules only
    model.noise_seed.state.assign(np.zeros(2))
    loss, monitors = model.players[0].evaluate(*map(ops.convert_to_tensor, (real, fake)))
    return float(numpy(loss)), {k: float(numpy(v)) for k, v in monitors.items()}


@pytest.mark.parametrize("variant", wgan.VARIANTS)
def test_adding_a_constant_to_the_critic_changes_nothing(variant):
    model = built(variant=variant)
    critic = model.critic
    real, fake = ((x / 127.5 - 1).astype("float32") for x in (DATA[:8], DATA[8:16]))
    plain = loss_with(model, critic, real, fake)
    raised = loss_with(model, lambda x, training: critic(x, training=training) + 5.0, real, fake)
    assert raised[0] == pytest.approx(plain[0], abs=1e-4)
    for name in plain[1]:
        assert raised[1][name] == pytest.approx(plain[1][name], abs=1e-4)


def test_the_estimate_is_positive_where_real_is_valued_above_fake():
    """Real at 3, fake at 1, f(x) = 2x: E f(real) - E f(fake) is 4, and |slope - 1| is 1."""
    real, fake = np.full((8, 1), 3.0, "float32"), np.full((8, 1), 1.0, "float32")
    for variant, penalty in (("clip", 0.0), ("gp", 10.0)):
        preset = dataclasses.replace(LINE, variant=variant, penalty=10.0)
        loss, monitors = loss_with(
            critics.alone(preset, fake), lambda x, training: 2.0 * x, real, fake
        )
        assert monitors["w1_estimate"] == pytest.approx(4.0)
        assert loss == pytest.approx(penalty - 4.0, rel=1e-4)
        assert monitors.get("penalty", 1.0) == pytest.approx(1.0, rel=1e-4)


def test_a_penalty_now_and_then_is_the_same_on_average():
    plain, lazy = built(), built(penalty_every=2)
    lazy.critic.set_weights(plain.critic.get_weights())
    real, fake = ((x / 127.5 - 1).astype("float32") for x in (DATA[:8], DATA[8:16]))
    every = loss_with(plain, plain.critic, real, fake)[1]["penalty"]
    found = []
    for step_number in range(3):
        lazy.step_counter.assign(step_number)
        found.append(loss_with(lazy, lazy.critic, real, fake)[1]["penalty"])
    assert every > 0 and found == pytest.approx([2 * every, 0.0, 2 * every], rel=1e-4)


def test_both_players_show_the_critic_shifted_images():
    """A critic that only sees the left edge: black comes in there, in images that are white."""
    model = built(shift=2, variant="clip")
    white = ops.ones((200, 28, 28, 1))

    def edge(x, training):
        return ops.mean(x[:, :, 0, 0], axis=1, keepdims=True)

    _, told = loss_with(model, edge, white, 0.0 * white)
    # Two moves of five to the right; and a fifth of the rows, at most, moved up or down.
    assert 0.05 < told["w1_estimate"] < 0.9
    assert -0.9 < float(numpy(model.generator_loss(None, white))) < 0.0
    still = built(shift=0, variant="clip")
    assert loss_with(still, edge, white, 0.0 * white)[1]["w1_estimate"] == pytest.approx(1.0)


def test_the_generator_climbs_where_the_critic_rises():
    model = built()
    fake = ops.convert_to_tensor(RNG.normal(size=(8, 28, 28, 1)).astype("float32"))
    expected = -numpy(model.critic(fake, training=True)).mean()
    assert float(numpy(model.generator_loss(None, fake))) == pytest.approx(expected, rel=1e-5)


def learned(preset, p, q, steps, seed=0, start=None):
    keras.utils.set_random_seed(seed)
    model = critics.alone(preset, q, seed=seed)
    if start is not None:
        (player,) = model.players
        player.variables[0].assign([[start]])
    model.fit(p, batch_size=256, epochs=1, steps_per_epoch=steps, verbose=0)
    return model


def column(values):
    return np.asarray(values, "float32")[:, None]


@pytest.mark.parametrize("penalty", [2.0, 10.0])
def test_a_line_between_two_heaps_gets_the_slope_that_the_penalty_allows(penalty):
    """f(x) = s x earns s d for heaps d apart and pays lambda (|s| - 1)^2: s = 1 + d / (2 lambda).

    From a slope above 0: the two-sided penalty has a second valley below it.
    """
    d = 3.0
    preset = dataclasses.replace(LINE, critic=(), penalty=penalty)
    q = column(np.zeros(300))
    model = learned(preset, q + np.float32(d), q, steps=1500, start=0.5)
    assert model.w1_estimate(q + np.float32(d), q) == pytest.approx(
        d * (1 + d / (2 * penalty)), rel=0.01
    )


def test_a_clipped_line_gets_the_slope_of_the_clip_and_no_other():
    preset = dataclasses.replace(LINE, critic=(), variant="clip", clip=0.2)
    q = column(RNG.normal(size=300))
    model = learned(preset, q + 3.0, q, steps=400)
    assert model.w1_estimate(q + 3.0, q) == pytest.approx(0.2 * 3.0, rel=1e-4)


def test_the_critic_learns_a_known_distance_and_its_witness():
    """Two heaps against one between them: the witness is a V, which no line can be.

    It must be flat at its foot, so the penalty is one-sided: the other can hold it in a line.
    """
    rng = np.random.default_rng(1)
    p = rng.choice([-2.0, 2.0], size=2000) + 0.3 * rng.normal(size=2000)
    q = 0.5 * rng.normal(size=2000)
    preset = dataclasses.replace(LINE, one_sided=True, penalty=30.0)
    model = learned(preset, column(p), column(q), steps=800)
    w1 = metrics.wasserstein_1d(p, q)
    assert model.w1_estimate(column(p), column(q)) == pytest.approx(w1 * (1 + w1 / 60), rel=0.06)
    x = np.linspace(-2.5, 2.5, 200)
    exact, mine = earth_mover.witness(x, p, q), model.witness(column(x))
    assert np.corrcoef(exact, mine)[0, 1] > 0.98
    # The distance from a sample to itself.
    assert model.w1_estimate(column(p), column(p)) == 0.0


def test_a_witness_comes_in_parts_of_any_size():
    model = built()
    whole = model.witness(DATA[:7])
    assert whole.shape == (7,)
    np.testing.assert_allclose(model.witness(DATA[:7], batch_size=3), whole, rtol=1e-4, atol=1e-6)
    expected = numpy(model.critic((DATA[:7] / 127.5 - 1).astype("float32"), training=False))[:, 0]
    np.testing.assert_allclose(whole, expected, rtol=1e-4, atol=1e-6)


def test_fakes_of_a_critic_alone_are_drawn_anew_from_q():
    q = np.arange(50, dtype="float32")[:, None]
    model = critics.alone(LINE, q)
    real = ops.zeros((200, 1))
    one, two = numpy(model.make_fakes(real)), numpy(model.make_fakes(real))
    assert one.shape == (200, 1) and set(one.ravel()) <= set(q.ravel())
    assert len(set(one.ravel())) > 40 and not np.array_equal(one, two)


# As a lesson --------------------------------------------------------------------------------------


def test_points_are_scored_by_their_exact_distance():
    preset = wgan.preset_for("smoke", "ring")
    trained = train(wgan, preset, verbose=False)
    assert {"w1_estimate", "penalty", "critic_loss", "generator_loss"} <= set(trained.history)
    score = wgan.evaluate(trained.model, preset, n=300, seed=2)
    samples = trained.model.sample(300, seed=2)
    ring = wgan.datasets.gaussians.ring(300, 101)
    assert score.w1 == pytest.approx(metrics.exact_wasserstein(ring, samples), rel=1e-9)
    other = wgan.datasets.gaussians.ring(300, 102)
    assert score.floor == pytest.approx(metrics.exact_wasserstein(ring, other), rel=1e-9)
    assert "W1" in str(score) and "of 8 modes" in str(score) and "n = 300" in str(score)


def test_there_is_a_preset_for_each_data_set():
    for name in ("smoke", "quick", "full"):
        assert wgan.preset_for(name).dataset == wgan.preset_for(name, "mnist").dataset == "mnist"
        assert wgan.preset_for(name, "grid").dataset == "grid"
        assert wgan.preset_for(name, "ring").n_critic >= 2


@pytest.mark.parametrize(
    "change, message",
    [
        ({"variant": "magic"}, "variant must be one of .*received 'magic'"),
        ({"network": "magic"}, "network must be one of .*received 'magic'"),
        ({"clip": 0.0}, "clip must be above 0, received 0.0"),
        ({"clip": -0.1}, "received -0.1"),
        ({"clip": float("nan")}, "received nan"),
        ({"n_critic": 0}, "n_critic must be a whole number >= 1, received 0"),
        ({"n_critic": -5}, "received -5"),
        ({"n_critic": 2.5}, "received 2.5"),
        ({"penalty": -1.0}, "penalty must be 0 or more, received -1.0"),
    ],
)
def test_settings_that_make_no_sense(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMOKE, **change)
