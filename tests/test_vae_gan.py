"""The VAE-GAN: what each of its three players wants, and that nobody moves anybody else."""

import dataclasses
import math

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from gan_lessons import dcgan_faces, vae_gan
from gan_lessons.engine.training import train

SMOKE = vae_gan.PRESETS["smoke"]
FACES = np.random.default_rng(0).integers(0, 256, (32, 16, 16, 3), dtype=np.uint8)
RNG = np.random.default_rng(7)
PLAIN = {"r1": 0.0, "r2": 0.0, "shift": 0, "flip": False}  # nothing is left to chance but z


def built(**changes):
    keras.utils.set_random_seed(0)
    return vae_gan.build(dataclasses.replace(SMOKE, **changes))


def array(x):
    return np.array(ops.convert_to_numpy(x))


def batch_of(model, n=8):
    """Real pictures and the fakes of one turn."""
    model.encoder.get_layer("log_var").bias.assign(0.3 * RNG.normal(size=SMOKE.latent_dim))
    real = model.prepare(ops.convert_to_tensor(FACES[:n]))
    return real, model.make_fakes(real)


def test_three_players_own_three_networks():
    model = built()
    names = {p.name: [n.name for n in p.networks] for p in model.players}
    assert names == {
        "discriminator": ["discriminator"],
        "encoder": ["encoder", "scale"],
        "generator": ["generator"],
    }
    owned = [id(v) for p in model.players for v in p.variables]
    assert len(owned) == len(set(owned)) == len(model.trainable_variables)


def test_fakes_are_reconstructions_and_samples_of_their_own_codes():
    model = built()
    real, (rebuilt, drawn, mean, log_var) = batch_of(model)
    assert rebuilt.shape == drawn.shape == real.shape
    answers = model.encoder(real, training=True)
    for told, answer in zip((mean, log_var), answers, strict=True):
        np.testing.assert_allclose(array(told), array(answer), atol=1e-6)
    # With no spread at all the reconstructions are those of the means, the samples are others.
    model.encoder.get_layer("log_var").bias.assign(np.full(SMOKE.latent_dim, -60.0))
    noise = [ops.convert_to_tensor(RNG.normal(size=(8, 8)).astype("float32")) for _ in range(2)]
    given = iter(noise)
    model.noise = lambda n: next(given)
    rebuilt, drawn, mean, _ = model.make_fakes(real)
    both = model.generator(ops.concatenate([mean, noise[1]]), training=True)
    np.testing.assert_allclose(array(rebuilt), array(both[:8]), atol=1e-5)
    np.testing.assert_allclose(array(drawn), array(both[8:]), atol=1e-5)


def test_the_discriminator_meets_reconstructions_and_samples():
    model = built(**PLAIN)
    _, fakes = batch_of(model, 7)
    mixed = array(model.half_and_half(fakes))
    np.testing.assert_array_equal(mixed[:3], array(fakes[0])[:3])
    np.testing.assert_array_equal(mixed[3:], array(fakes[1])[3:])


def test_the_game_is_that_of_the_dcgan():
    model = built(**PLAIN, loss="nonsaturating", group=0)
    real, fakes = batch_of(model)
    mixed = model.half_and_half(fakes)
    loss, _ = model.discriminator_loss(real, fakes)
    logits = [array(model.discriminator(x, training=True)).astype("float64") for x in (real, mixed)]
    by_hand = np.log1p(np.exp(-logits[0])).mean() + np.log1p(np.exp(logits[1])).mean()
    assert float(array(loss)) == pytest.approx(by_hand, rel=1e-4)


def seen_by_hand(model, real, rebuilt):
    """Log-likelihood of the discriminator's hidden pictures, with SciPy."""
    told = [array(model.eye(x, training=True)).astype("float64") for x in (real, rebuilt)]
    assert told[0].shape == (8, SMOKE.look, SMOKE.look, SMOKE.channels[-1])
    return stats.norm.logpdf(*told, model.scale.value).sum(axis=(1, 2, 3)).mean(), told[0][0].size


def test_the_encoder_raises_an_elbo_on_what_the_discriminator_sees():
    model = built(**PLAIN, beta=2.0)
    real, fakes = batch_of(model)
    mean, log_var = (array(x).astype("float64") for x in fakes[2:])
    kl = (0.5 * (mean**2 + np.exp(log_var) - 1 - log_var)).sum(axis=1).mean()
    likeness, _ = seen_by_hand(model, real, fakes[0])
    loss, told = model.encoder_loss(real, fakes)
    assert kl > 0.01
    assert float(array(loss)) == pytest.approx(2.0 * kl - likeness, rel=1e-4)
    assert float(array(told["kl"])) == pytest.approx(kl, rel=1e-4)


def test_the_decoder_fools_the_discriminator_and_keeps_the_likeness():
    model = built(**PLAIN, loss="nonsaturating", group=0, gamma=3.0)
    real, fakes = batch_of(model)
    logits = array(model.discriminator(model.half_and_half(fakes), training=True))
    fooling = np.log1p(np.exp(-logits.astype("float64"))).mean()
    likeness, units = seen_by_hand(model, real, fakes[0])
    loss = float(array(model.generator_loss(real, fakes)))
    assert loss == pytest.approx(fooling - 3.0 * likeness / units, rel=1e-4)


def test_the_eye_follows_the_discriminator():
    model = built()
    x = ops.convert_to_tensor(RNG.normal(size=(2, 16, 16, 3)).astype("float32"))
    before = array(model.eye(x, training=False)).copy()
    for weight in model.discriminator.trainable_variables:
        weight.assign(1.5 * weight)
    assert np.abs(array(model.eye(x, training=False)) - before).max() > 1e-3
    head = [v for layer in model.discriminator.layers[-2:] for v in layer.variables]
    assert not {id(v) for v in head} & {id(v) for v in model.eye.variables}


@pytest.mark.parametrize("look, channels", [(16, 32), (8, 64), (4, 64)])
def test_the_eye_looks_at_the_last_picture_of_its_height(look, channels):
    discriminator = dcgan_faces.build_discriminator((16, 32, 64), extra=1, dense=4)
    eye = vae_gan.eye_of(discriminator, look)
    assert eye.output_shape == (None, look, look, channels)
    source = eye.get_layer(f"picture_{look}")._inbound_nodes[0].parent_nodes[0].operation
    assert source.name.startswith("rescaling")  # the end of a block with a short road


def test_two_runs_of_one_seed_are_the_same_and_a_saved_one_is_restored(tmp_path):
    first, second = (
        train(vae_gan, SMOKE, data=FACES, steps=4, report_every=2, seed=5, verbose=False).model
        for _ in range(2)
    )
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    for network in (first.encoder, first.generator):  # both have an average, and it follows
        twin = first.averaged(network)
        assert twin is not network
        gaps = [
            np.abs(a - b).max()
            for a, b in zip(network.get_weights(), twin.get_weights(), strict=True)
        ]
        assert 0 < max(gaps) < 1
    first.save(tmp_path / "a.npz")
    other = vae_gan.build(SMOKE, seed=3)
    other.restore(tmp_path / "a.npz")
    np.testing.assert_array_equal(first.reconstruct(FACES), other.reconstruct(FACES))
    np.testing.assert_array_equal(first.sample(4), other.sample(4))


def test_the_game_of_the_preset_is_that_of_the_dcgan():
    for name, faces in dcgan_faces.PRESETS.items():
        ours = vae_gan.PRESETS[name]
        for field in dataclasses.fields(faces):
            assert getattr(ours, field.name) == getattr(faces, field.name)
    with pytest.raises(ValueError, match="look must be one of"):
        dataclasses.replace(SMOKE, look=16)


def test_numbers_of_16_bits_leave_the_bound_in_32():
    model = built(precision="mixed_bfloat16")
    real, fakes = batch_of(model)
    loss, told = model.encoder_loss(real, fakes)
    kinds = {keras.backend.standardize_dtype(x.dtype) for x in (loss, *told.values(), *fakes)}
    assert kinds == {"float32"} and math.isfinite(float(array(loss)))
