"""The VAE: its bound against NumPy, SciPy and a model whose likelihood is known, and its engine."""

import dataclasses
import math

import keras
import numpy as np
import pytest
from keras import layers, ops
from scipy import stats
from some_faces import some_faces

from gan_lessons import datasets, dcgan_faces, elbo, vae
from gan_lessons.engine import backends
from gan_lessons.engine.training import train

SMOKE = vae.PRESETS["smoke"]
FACES = np.random.default_rng(0).integers(0, 256, (32, 16, 16, 3), dtype=np.uint8)
RNG = np.random.default_rng(7)


def built(**changes):
    keras.utils.set_random_seed(0)
    return vae.build(dataclasses.replace(SMOKE, **changes))


def array(x):
    return np.array(ops.convert_to_numpy(x))


# --- the formulas ---------------------------------------------------------------------------------


def test_likelihood_is_that_of_scipy():
    x, mean = RNG.normal(size=(2, 5, 4, 4, 3)).astype("float32")
    told = array(elbo.log_likelihood(x, mean, math.log(0.3)))
    exact = stats.norm.logpdf(x, mean, 0.3).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(told, exact, rtol=1e-5)


def test_kl_is_what_sampling_finds():
    """KL(q || p) = E_q log q - log p, with 400,000 draws of q and SciPy's densities."""
    for mean, sigma in [(0.0, 1.0), (1.5, 0.4), (-0.3, 2.0)]:
        z = np.random.default_rng(1).normal(mean, sigma, 400_000)
        logs = stats.norm.logpdf(z, mean, sigma) - stats.norm.logpdf(z)
        told = float(elbo.kl_from_prior(ops.array(mean), ops.array(2 * math.log(sigma))))
        assert told == pytest.approx(logs.mean(), abs=4 * logs.std() / 400_000**0.5 + 1e-6)


def test_kl_is_one_number_for_each_dimension():
    assert elbo.kl_from_prior(np.zeros((3, 5)), np.zeros((3, 5))).shape == (3, 5)
    np.testing.assert_array_equal(array(elbo.kl_from_prior(np.zeros(4), np.zeros(4))), 0.0)


def test_gradients_pass_through_the_chance():
    """E z^3 = m^3 + 3 m s^2: its slopes by m and by log s^2 are 3 m^2 + 3 s^2 and 3 m s^2.

    The noise is the nodes of a Gauss-Hermite rule, which is exact for such a power.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    noise, weights = (
        ops.convert_to_tensor(v[:, None], "float32") for v in (nodes, weights / weights.sum())
    )
    m, log_var = np.float32([[0.7]]), np.float32([[-0.8]])
    s2 = math.exp(-0.8)

    def cube(m, log_var):
        return ops.sum(weights * elbo.reparametrise(m, log_var, noise) ** 3, keepdims=True)

    by_mean = backends.input_gradient(lambda x: cube(x, log_var), m)
    by_log_var = backends.input_gradient(lambda x: cube(m, x), log_var)
    assert array(by_mean).item() == pytest.approx(3 * 0.7**2 + 3 * s2, rel=1e-5)
    assert array(by_log_var).item() == pytest.approx(3 * 0.7 * s2, rel=1e-5)


def test_bits_are_what_a_code_for_the_levels_needs():
    """For a broad normal density the bound in bits is the entropy of the rounded levels."""
    sigma = 0.1
    levels = (np.arange(256) / 127.5) - 1
    probability = stats.norm.cdf(levels + 1 / 255, 0, sigma) - stats.norm.cdf(
        levels - 1 / 255, 0, sigma
    )
    entropy = -(probability * np.log2(np.maximum(probability, 1e-300))).sum()
    nats = -stats.norm(0, sigma).entropy()  # E log p of one number
    assert elbo.bits_per_dimension(12 * nats, 12) == pytest.approx(entropy, abs=1e-3)


# --- the bound of a model -------------------------------------------------------------------------


def by_hand(model, images, noise):
    """The loss and its two terms in float64, from nothing but the networks' answers."""
    x = images / 127.5 - 1
    real = ops.convert_to_tensor(x.astype("float32"))
    mean, log_var = (array(v).astype("float64") for v in model.encoder(real, training=True))
    z = mean + np.exp(log_var / 2) * noise if model.noisy else mean
    rebuilt = array(model.generator(ops.convert_to_tensor(z.astype("float32")), training=True))
    scale = model.scale.value
    logs = -((x - rebuilt) ** 2) / (2 * scale**2) - np.log(scale) - 0.5 * np.log(2 * np.pi)
    kl = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var)
    return logs.sum(axis=(1, 2, 3)).mean(), kl.sum(axis=1).mean()


def answering(model):
    """The model, its encoder's variance head no longer at 0."""
    head = model.encoder.get_layer("log_var")
    head.kernel.assign(0.3 * RNG.normal(size=head.kernel.shape))
    model.scale.moved.assign(-0.7)  # a scale of .24
    return model


@pytest.mark.parametrize("beta", [1.0, 3.5])
def test_the_loss_is_the_elbo_of_numpy(beta):
    model = answering(built(beta=beta))
    noise = RNG.normal(size=(8, SMOKE.latent_dim)).astype("float32")
    real = model.prepare(ops.convert_to_tensor(FACES[:8]))
    loss, told = model.negative_elbo(real, ops.convert_to_tensor(noise))
    reconstruction, kl = by_hand(model, FACES[:8], noise)
    assert kl > 0.1 and model.scale.value == pytest.approx(4.0 * math.exp(-2.8))
    assert float(array(loss)) == pytest.approx(beta * kl - reconstruction, rel=1e-4)
    assert float(array(told["reconstruction"])) == pytest.approx(reconstruction, rel=1e-4)
    assert float(array(told["kl"])) == pytest.approx(kl, rel=1e-4)


def test_an_autoencoder_is_beta_0_without_noise():
    model = answering(built(variant="autoencoder", beta=5.0))
    real, noise = model.prepare(ops.convert_to_tensor(FACES[:8])), model.noise(8)
    loss, _ = model.negative_elbo(real, noise)
    again, _ = model.negative_elbo(real, 9.0 * noise)
    reconstruction, _ = by_hand(model, FACES[:8], None)
    assert float(array(loss)) == float(array(again)) == pytest.approx(-reconstruction, rel=1e-4)
    with pytest.raises(ValueError, match="no ELBO"):
        model.elbo(FACES)


def test_a_fixed_scale_stays_and_a_learned_one_finds_the_error():
    fixed = built(scale=0.2)
    fixed.fit(FACES, batch_size=8, epochs=1, steps_per_epoch=3, verbose=0)
    assert fixed.scale.value == pytest.approx(0.2)
    assert not any(v is fixed.scale.moved for v in fixed.players[0].variables)
    learned = elbo.Scale()
    x = RNG.normal(0, 0.07, size=(50, 30)).astype("float32")
    adam = keras.optimizers.Adam(0.01)
    adam.build([learned.moved])
    for _ in range(400):

        def total(moved):
            log = learned.start + learned.speed * moved
            return ops.reshape(-ops.mean(elbo.log_likelihood(x, 0.0 * x, log)), (1,))

        slope = backends.input_gradient(total, ops.convert_to_tensor(learned.moved))
        adam.apply([ops.stop_gradient(slope)], [learned.moved])
    assert learned.value == pytest.approx(np.sqrt(np.mean(x**2)), rel=0.02)


# --- a VAE whose optimum is known -----------------------------------------------------------------


def principal_components(x, latent):
    """Probabilistic PCA's best parameters and its log likelihood (Tipping and Bishop 1999)."""
    n, d = x.shape
    mean = x.mean(axis=0)
    covariance = (x - mean).T @ (x - mean) / n
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = values[::-1], vectors[:, ::-1]
    noise = values[latent:].mean()
    weights = vectors[:, :latent] * np.sqrt(values[:latent] - noise)  # (d, latent)
    best = stats.multivariate_normal(mean, weights @ weights.T + noise * np.eye(d))
    return mean, weights, noise, best.logpdf(x).mean()


def linear_vae(d, latent, **settings):
    """Encoder and decoder of one matrix each; q has the same variances for every x."""
    x, z = keras.Input((d,)), keras.Input((latent,))
    answers = layers.Dense(latent, name="mean")(x)
    variances = layers.Dense(latent, kernel_initializer="zeros", name="log_var")(0.0 * x)
    encoder = keras.Model(x, [answers, variances], name="encoder")
    decoder = keras.Model(z, layers.Dense(d, name="out")(z), name="generator")
    return vae.VAE(encoder, decoder, **settings)


def mixed_points(n=400):
    mixing = np.random.default_rng(3).normal(size=(5, 2)) * [2.0, 0.7]
    rng = np.random.default_rng(4)
    points = rng.normal(size=(n, 2)) @ mixing.T + 0.3 * rng.normal(size=(n, 5)) + [1, 0, -2, 0, 3]
    return points.astype("float32")


def test_the_bound_of_a_linear_vae_touches_the_likelihood_at_the_optimum_of_pca():
    """With the exact posterior as q the ELBO is log p(x); with any other it is less."""
    x = mixed_points()
    mean, weights, noise, best = principal_components(x.astype("float64"), 2)
    model = linear_vae(5, 2, scale=math.sqrt(noise))
    precision = weights.T @ weights + noise * np.eye(2)  # diagonal: the components are at angles
    inverse = np.linalg.inv(precision)
    to_z = weights @ inverse  # (d, latent)
    log_var = np.log(noise * np.diag(inverse))
    model.encoder.get_layer("mean").set_weights([to_z, -mean @ to_z])
    model.encoder.get_layer("log_var").set_weights([np.zeros((5, 2)), log_var])
    model.generator.get_layer("out").set_weights([weights.T, mean])
    draws = [model.elbo(x, seed=seed) for seed in range(40)]
    found = np.mean([draw.value for draw in draws])
    assert found == pytest.approx(best, abs=0.01)
    assert draws[0].dimensions == 5 and draws[0].in_use == 2 and draws[0].n == 400

    model.encoder.get_layer("log_var").set_weights([np.zeros((5, 2)), log_var + 1.0])
    wider = np.mean([model.elbo(x, seed=seed).value for seed in range(40)])
    # KL(q || posterior) of a variance e times too large: (e - 2) / 2 for each dimension.
    assert best - wider == pytest.approx(math.e - 2, abs=0.03)


@pytest.mark.slow
def test_training_a_linear_vae_reaches_the_likelihood_of_pca():
    x = mixed_points() / 8  # as widely spread as pictures
    best = principal_components(x.astype("float64"), 2)[-1]
    keras.utils.set_random_seed(0)
    model = linear_vae(5, 2)
    compiled = keras.config.backend() != "torch"  # there steps are taken as they are, see engine
    model.compile({"vae": backends.Adam(0.01)}, jit_compile=compiled)
    for rate in (0.01, 0.003, 0.001):
        model.players[0].optimizer.learning_rate = rate
        model.fit(x, batch_size=100, epochs=1, steps_per_epoch=500, verbose=0)
    found = np.mean([model.elbo(x, seed=seed).value for seed in range(40)])
    # Minibatches and single draws leave a little; without a code it would be 7 nats less.
    assert best - 0.3 < found < best + 0.02


# --- on the engine --------------------------------------------------------------------------------


def test_there_is_one_player_and_it_owns_everything():
    model = built()
    (player,) = model.players
    assert player.networks == [model.encoder, model.generator, model.scale]
    before = [array(v).copy() for v in player.variables]
    model.fit(FACES, batch_size=8, epochs=1, steps_per_epoch=2, verbose=0)
    moved = [not np.array_equal(a, array(v)) for a, v in zip(before, player.variables, strict=True)]
    assert all(moved)


def test_training_lowers_the_loss_and_the_history_tells_both_terms():
    image = some_faces(4)[:, ::4, ::4]
    trained = train(
        vae, SMOKE, data=np.repeat(image, 8, axis=0), steps=60, report_every=20, verbose=False
    )
    told = trained.history
    assert told["vae_loss"][-1] < told["vae_loss"][0] - 100
    np.testing.assert_allclose(told["vae_loss"], told["kl"] - told["reconstruction"], rtol=1e-3)
    assert told["rms_error"][-1] < told["rms_error"][0]


def test_two_runs_of_one_seed_are_the_same():
    first, second = (
        train(vae, SMOKE, data=FACES, steps=6, report_every=3, seed=5, verbose=False)
        for _ in range(2)
    )
    for a, b in zip(first.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(first.history["kl"], second.history["kl"])


def test_a_saved_model_encodes_and_reconstructs_the_same(tmp_path):
    model = built()
    model.fit(FACES, batch_size=8, epochs=1, steps_per_epoch=3, verbose=0)
    model.save(tmp_path / "a.npz")
    other = vae.build(SMOKE, seed=3)
    other.restore(tmp_path / "a.npz")
    for a, b in zip(model.encode(FACES), other.encode(FACES), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model.reconstruct(FACES), other.reconstruct(FACES))
    assert model.elbo(FACES, seed=2) == other.elbo(FACES, seed=2)
    assert other.scale.value == model.scale.value != 4.0


def test_encode_and_reconstruct_use_the_averages_and_are_steady():
    model = built()
    model.fit(FACES, batch_size=8, epochs=1, steps_per_epoch=3, verbose=0)
    mean, log_var = model.encode(FACES)
    assert mean.shape == log_var.shape == (32, SMOKE.latent_dim)
    parts = model.encode(FACES, batch_size=5)
    np.testing.assert_allclose(parts[0], mean, atol=1e-5)
    x = ops.convert_to_tensor((FACES / 127.5 - 1).astype("float32"))
    twin = model.averaged(model.encoder)
    assert twin is not model.encoder
    np.testing.assert_allclose(array(twin(x, training=False)[0]), mean, atol=1e-5)
    z = ops.convert_to_tensor(mean)
    again = array(model.ema_generator(z, training=False))
    np.testing.assert_allclose(model.reconstruct(FACES), again, atol=1e-5)


@pytest.mark.parametrize("preset", ["quick", "full"])
def test_the_decoder_is_the_generator_of_the_dcgan(preset):
    ours, theirs = vae.PRESETS[preset], dcgan_faces.PRESETS[preset]
    form = ("latent_dim", "channels", "kernel", "extra", "batch_size", "dataset", "source")
    assert [getattr(ours, k) for k in form] == [getattr(theirs, k) for k in form]
    assert ours.size == theirs.size == 64


@pytest.mark.parametrize(
    "change, message",
    [
        ({"variant": "vqvae"}, "received 'vqvae'"),
        ({"beta": -1.0}, "beta must not be below 0"),
        ({"scale": float("nan")}, "scale must not be below 0"),
    ],
)
def test_bad_settings(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMOKE, **change)


@pytest.mark.parametrize("variant", vae.VARIANTS)
def test_it_is_measured_with_and_without_a_bound(variant, monkeypatch):
    data = datasets.Dataset("celeba", "a test", some_faces(20))
    monkeypatch.setattr(datasets, "load", lambda *_, **__: data)
    model = built(variant=variant)
    score = vae.evaluate(model, SMOKE, n=12)
    pictures = SMOKE.training_data(data)[:12]
    error = model.reconstruct(pictures) - (pictures / 127.5 - 1)
    assert score.rms_error == pytest.approx(np.sqrt((error**2).mean()), rel=1e-5)
    assert (score.elbo is not None) == (variant == "vae") == ("ELBO" in str(score))
    assert "a test" in str(score) and score.distance.samples == 12
