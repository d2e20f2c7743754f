"""Conditional GAN: every label reaches both networks, and stays with its image on the way."""

import dataclasses
import signal

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import cgan
from gan_lessons.engine.training import train

SMOKE = cgan.PRESETS["smoke"]
RNG = np.random.default_rng(0)
LABELS = np.arange(40) % 10
# An image tells its label: the pixels of a 3 are all between 60 and 79.
IMAGES = (20 * LABELS[:, None, None, None] + RNG.integers(0, 20, (40, 28, 28, 1))).astype(np.uint8)
REAL = (IMAGES / 127.5 - 1.0).astype("float32")
WAYS = [(c, n) for c in cgan.CONDITIONS for n in cgan.NETWORKS]


def built(condition="concat", network="conv", **changes):
    keras.utils.set_random_seed(0)
    preset = dataclasses.replace(SMOKE, condition=condition, network=network, **changes)
    return cgan.build(preset)


def numpy(x):
    return ops.convert_to_numpy(ops.stop_gradient(ops.convert_to_tensor(x)))


def batch(n, labels):
    return ops.convert_to_tensor(REAL[:n]), ops.convert_to_tensor(
        np.eye(10, dtype="float32")[labels]
    )


def d_loss(model, real, fake):
    return float(numpy(model.players[0].evaluate(real, ops.convert_to_tensor(fake))[0]))


# The label is used --------------------------------------------------------------------------------


@pytest.mark.parametrize("network", cgan.NETWORKS)
@pytest.mark.parametrize("averaged", [True, False])
def test_each_label_makes_another_image_of_one_z(network, averaged):
    model = built(network=network)
    z = np.repeat(model.latent(1), 10, axis=0)
    images = model.sample(z=z, labels=np.arange(10), averaged=averaged)
    for i in range(10):
        for j in range(i):
            assert np.abs(images[i] - images[j]).max() > 1e-4, f"{i} and {j} are drawn alike"


@pytest.mark.parametrize("condition, network", WAYS)
def test_each_label_changes_what_both_players_want(condition, network):
    """One image under ten labels: ten losses of D and ten of G."""
    model = built(condition, network, r1=0.0, shift=0, mismatch=0.0)
    fake = ops.convert_to_tensor(-REAL[:1])
    of_d = [d_loss(model, batch(1, [c]), fake) for c in range(10)]
    of_g = [float(numpy(model.generator_loss(batch(1, [c]), fake))) for c in range(10)]
    for told in (of_d, of_g):
        assert np.diff(np.sort(told)).min() > 1e-7, told


def test_fakes_are_made_for_the_labels_of_the_real_batch():
    model = built()
    z = RNG.normal(size=(6, SMOKE.latent_dim)).astype("float32")
    model.noise = lambda n: ops.convert_to_tensor(z[:n])
    images, labels = batch(6, [3, 1, 4, 1, 5, 9])
    made = numpy(model.make_fakes((images, labels)))
    joined = np.concatenate([z, numpy(labels)], axis=1)
    expected = numpy(model.generator(ops.convert_to_tensor(joined), training=True))
    np.testing.assert_allclose(made, expected, atol=1e-6)


@pytest.mark.parametrize("network", cgan.NETWORKS)
def test_the_discriminator_with_concat_sees_the_label_beside_the_image(network):
    model = built("concat", network)
    for label in range(10):
        answers = [
            numpy(model.discriminator([REAL[:1], np.eye(10)[[c]]])) for c in (label, 9 - label)
        ]
        assert abs(answers[0] - answers[1]).max() > 1e-6


def test_a_projection_is_the_dot_product_of_features_and_the_vector_of_the_class():
    """logit(x, y) = a(phi(x)) + v_y . phi(x) (Miyato and Koyama 2018, eq. 3)."""
    model = built("projection")
    network = model.discriminator
    vectors = numpy(network.get_layer("class_vectors").kernel)  # (classes, features)
    phi = network.get_layer("look")(REAL[:4], training=True)
    head = next(v for v in network.trainable_variables if tuple(v.shape) == (SMOKE.dense, 1))
    labels = np.array([7, 0, 2, 7])
    expected = numpy(phi) @ numpy(head) + (vectors[labels] * numpy(phi)).sum(1, keepdims=True)
    logits = numpy(network([REAL[:4], np.eye(10, dtype="float32")[labels]], training=True))
    np.testing.assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)


def test_the_auxiliary_losses_are_those_of_the_paper():
    """D: -L_S - L_C of real and of fake. G: its side of L_S, and -L_C of fake, in NumPy."""
    model = built("auxiliary", r1=0.0, shift=0, class_weight=0.7)
    labels = np.array([2, 5, 5, 0])
    fake = -REAL[:4]
    real_answers, fake_answers = (
        numpy(model.discriminator(x, training=True)).astype("float64") for x in (REAL[:4], fake)
    )

    def crossed(answers):
        logits = answers[:, 1:]
        return np.mean(np.log(np.exp(logits).sum(1)) - logits[np.arange(4), labels])

    sources = np.mean(np.log1p(np.exp(-real_answers[:, 0])))
    sources += np.mean(np.log1p(np.exp(fake_answers[:, 0])))
    expected = sources + 0.7 * (crossed(real_answers) + crossed(fake_answers))
    assert d_loss(model, batch(4, labels), fake) == pytest.approx(expected, rel=1e-5)
    of_g = np.mean(np.log1p(np.exp(-fake_answers[:, 0]))) + 0.7 * crossed(fake_answers)
    got = float(numpy(model.generator_loss(batch(4, labels), ops.convert_to_tensor(fake))))
    assert got == pytest.approx(of_g, rel=1e-5)


def test_real_images_under_wrong_labels_are_refused_and_each_wrong_label_has_its_turn():
    """The loss grows by the weight times -E log(1 - D), of other labels than the right one."""
    model = built(r1=0.0, shift=0, mismatch=0.3)
    images, labels = batch(8, LABELS[:8])
    asked, judge = [], model.discriminator

    def spied(told, training):
        asked.append([numpy(part) for part in told])
        return judge(told, training=training)

    object.__setattr__(model, "discriminator", spied)
    losses = [float(numpy(model.mismatch_loss([images, labels]))) for _ in range(40)]
    for loss, (seen, told) in zip(losses, asked, strict=True):
        np.testing.assert_array_equal(seen, REAL[:8])
        np.testing.assert_array_equal(np.sort(told, axis=1)[:, -2:], [[0.0, 1.0]] * 8)
        logits = numpy(judge([seen, told], training=True)).astype("float64")
        assert loss == pytest.approx(0.3 * np.mean(np.log1p(np.exp(logits))), rel=1e-5)
    turns = (np.array([told.argmax(axis=1) for _, told in asked]) - LABELS[:8]) % 10
    assert set(turns.ravel()) == set(range(1, 10)), "a label is left out, or the right one is used"
    assert np.abs(np.bincount(turns.ravel())[1:] - 320 / 9).max() < 30
    assert any(len(set(row)) > 3 for row in turns), "all of a batch get the same"


@pytest.mark.parametrize(
    "condition, weight", [("concat", 0.3), ("projection", 0), ("auxiliary", 0)]
)
def test_only_the_discriminator_with_concat_is_shown_wrong_labels(condition, weight):
    fake = -REAL[:4]
    without, told = (
        d_loss(built(condition, r1=0.0, shift=0, mismatch=m), batch(4, LABELS[:4]), fake)
        for m in (0.0, 0.3)
    )
    assert (told - without > 1e-3) == bool(weight)


@pytest.mark.parametrize("condition", cgan.CONDITIONS)
def test_r1_is_about_the_pixels_of_the_logit_real_alone(condition):
    """Against finite differences, pixel by pixel; neither label nor class logits come in."""
    losses = []
    for r1 in (0.0, 2.0):
        model = built(condition, r1=r1, r1_every=1, shift=0)
        losses.append(d_loss(model, batch(1, [4]), -REAL[:1]))
    moves = 1e-2 * np.eye(784, dtype="float32").reshape(784, 28, 28, 1)
    label = np.eye(10, dtype="float32")[np.full(784, 4)]

    def logits(x):
        told = x if condition == "auxiliary" else [x, label]
        return numpy(model.discriminator(told, training=True))[:, 0].astype("float64")

    slopes = (logits(REAL[:1] + moves) - logits(REAL[:1] - moves)) / 2e-2
    assert losses[1] - losses[0] == pytest.approx((slopes**2).sum(), rel=0.02)


# Images and labels travel together ----------------------------------------------------------------


def test_a_label_stays_with_its_image_in_every_turn():
    model = built()
    seen = []
    for player in model.players:

        def spied(real, fakes, loss=player.loss):
            seen.append([numpy(part) for part in real])
            return loss(real, fakes)

        player.loss = spied
    model.run_eagerly = True
    before = IMAGES.copy(), LABELS.copy()
    model.fit((IMAGES, LABELS), batch_size=8, epochs=1, steps_per_epoch=3, verbose=0)
    assert len(seen) == 6
    for images, told in seen:
        assert images.shape == (8, 28, 28, 1) and told.shape == (8, 10)
        pixels = np.rint((images + 1) * 127.5)
        np.testing.assert_array_equal(pixels.max(axis=(1, 2, 3)) // 20, told.argmax(axis=1))
        np.testing.assert_array_equal(np.sort(told, axis=1)[:, -2:], [[0.0, 1.0]] * 8)
    for old, new in zip(before, (IMAGES, LABELS), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("kind", ["uint8", "int32", "int64"])
def test_labels_of_any_whole_type_are_labels_and_no_pixels(kind):
    images, told = built().prepare((IMAGES[:10], LABELS[:10].astype(kind)))
    np.testing.assert_array_equal(numpy(told), np.eye(10))
    assert numpy(images).min() >= -1.0 and numpy(images).max() <= 1.0


class Interrupt(keras.callbacks.Callback):
    """Presses Ctrl-C in the middle of the second report."""

    done = 0

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        if self.done == 13:
            signal.raise_signal(signal.SIGINT)


def test_interrupted_and_resumed_it_ends_like_one_that_was_left_alone(tmp_path):
    preset = dataclasses.replace(SMOKE, steps=20, report_every=10)
    setting = dict(data=(IMAGES, LABELS), seed=4, verbose=False)
    whole = train(cgan, preset, out=tmp_path / "whole", **setting)
    stopped = train(cgan, preset, out=tmp_path / "run", callbacks=[Interrupt()], **setting)
    assert stopped.model.interrupted and 10 < int(stopped.model.step_counter.value) < 20
    resumed = train(cgan, preset, out=tmp_path / "run", resume=True, **setting)
    for a, b in zip(whole.model.variables, resumed.model.variables, strict=True):
        np.testing.assert_array_equal(numpy(a.value), numpy(b.value), err_msg=a.path)
    for key in set(whole.history) - {"seconds"}:
        np.testing.assert_array_equal(whole.history[key], resumed.history[key], err_msg=key)


# Digits on demand ---------------------------------------------------------------------------------


def test_samples_come_in_the_order_of_their_labels():
    model = built()
    z = model.latent(4, seed=3)
    images = model.sample(z=z, labels=[7, 7, 0, 2])
    assert images.shape == (4, 28, 28, 1) and images.dtype == np.float32
    for i, label in enumerate([7, 7, 0, 2]):
        np.testing.assert_allclose(
            model.sample(z=z[i : i + 1], labels=[label])[0], images[i], atol=1e-5
        )
    phone = model.sample(seed=3, labels=[7, 7, 0, 2])
    np.testing.assert_array_equal(phone, images)
    np.testing.assert_array_equal(model.sample(4, seed=3, labels=[7, 7, 0, 2]), images)
    mixed = model.sample(z=z, labels=np.eye(10)[[7, 7, 0, 2]])
    np.testing.assert_array_equal(mixed, images)


def test_without_labels_the_mix_is_even():
    model = built()
    assert np.bincount(model.even_mix(200)).tolist() == [20] * 10
    z = model.latent(23, seed=1)
    expected = model.sample(z=z, labels=np.arange(23) % 10)
    np.testing.assert_array_equal(model.sample(23, seed=1), expected)


def test_a_gallery_has_one_z_along_a_row_and_one_label_down_a_column():
    model = built()
    gallery = model.gallery(21, seed=2)  # three rows
    assert gallery.shape == (30, 28, 28, 1)
    z = model.latent(3, seed=2)
    for row in range(3):
        for column in (0, 4, 9):
            alone = model.sample(z=z[row : row + 1], labels=[column])[0]
            np.testing.assert_allclose(gallery[10 * row + column], alone, atol=1e-5)
    picture = cgan.draw(gallery)
    np.testing.assert_array_equal(picture[:56:2, :56:2], np.rint((gallery[0, ..., 0] + 1) * 127.5))
    assert picture.shape == (2 * (3 * 30 - 2), 2 * (10 * 30 - 2))


def test_the_score_is_asked_for_the_labels_that_were_sampled(monkeypatch):
    model, asked = built(), []
    monkeypatch.setattr(cgan.metrics, "conditional_score", lambda *pair: asked.append(pair))
    cgan.evaluate(model, SMOKE, n=30, seed=5)
    ((images, labels),) = asked
    np.testing.assert_array_equal(images, model.sample(30, seed=5, labels=labels))


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "labels, message",
    [
        ([3, 12], "between 0 and 9, received labels from 3 to 12"),
        ([-1, 3], "received labels from -1 to 3"),
        ([0.5, 3.0], "whole numbers, one per sample, received float64"),
        (np.full((2, 10), 0.3), "10 shares that sum to 1, received 10"),
        (np.full((2, 4), 0.25), "received 4 with sums"),
        ([1, 2, 3], "3 labels for 2 samples"),
    ],
)
def test_samples_of_labels_that_make_no_sense(labels, message):
    with pytest.raises(ValueError, match=message):
        built().sample(2, labels=labels)


@pytest.mark.parametrize(
    "data, message",
    [
        (IMAGES, r"\(images, labels\), received one array \(40, 28, 28, 1\)"),
        ((IMAGES, LABELS[:39]), "40 images and 39 labels"),
        ((IMAGES, LABELS + 1), "between 0 and 9, received labels from 1 to 10"),
    ],
)
def test_training_data_that_make_no_sense(data, message):
    with pytest.raises(ValueError, match=message):
        built().fit(data, batch_size=8, epochs=1, steps_per_epoch=1, verbose=0)


@pytest.mark.parametrize("change", [{"condition": "magic"}, {"network": "magic"}])
def test_settings_that_do_not_exist(change):
    with pytest.raises(ValueError, match="received 'magic'"):
        dataclasses.replace(SMOKE, **change)


def test_the_preset_trains_on_images_and_labels_of_its_data_set():
    from gan_lessons import datasets

    loaded = datasets.load("mnist", source="bundled", verbose=False)
    images, labels = SMOKE.training_data(loaded)
    assert images is loaded.x_train and labels is loaded.y_train
