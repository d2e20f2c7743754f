"""The GAN for a thousand modes: its remedies, and that it is a DCGAN otherwise."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import stacked

SMOKE = stacked.PRESETS["smoke"]
DATA = np.random.default_rng(0).integers(0, 256, (64, 28, 28, 3), dtype=np.uint8)
STEEP = dataclasses.replace(SMOKE, r1_every=1)


def built(preset, **changes):
    keras.utils.set_random_seed(0)
    return stacked.build(dataclasses.replace(preset, **changes))


def d_loss(model, real, fake):
    return float(ops.convert_to_numpy(model.players[0].evaluate(real, fake)[0]))


@pytest.mark.parametrize(
    "preset",
    [SMOKE, stacked.uncured(SMOKE), dataclasses.replace(SMOKE, pack=2, shift=1)],
    ids=["cured", "uncured", "packed"],
)
def test_it_trains_both_players_and_makes_three_colours(preset):
    model = built(preset)
    before = model.get_weights()
    model.fit(DATA, batch_size=16, epochs=1, steps_per_epoch=4, verbose=0)
    after = model.get_weights()
    assert all(np.isfinite(w).all() for w in after)
    assert np.mean([not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]) > 0.7
    assert model.sample(5).shape == (5, 28, 28, 3)
    assert model.discriminator.input_shape[-1] == 3 * preset.pack


def test_uncured_has_no_remedy_left():
    preset = stacked.uncured(dataclasses.replace(SMOKE, pack=2))
    assert (preset.loss, preset.r1, preset.r2, preset.pack) == ("nonsaturating", 0.0, 0.0, 1)
    assert preset.average is None and preset.steps == SMOKE.steps
    model = built(preset)
    kinds = [type(layer).__name__ for layer in model.discriminator.layers]
    assert kinds.count("Conv2D") == 3 and kinds.count("Dense") == 1, "D as it was in 2016"
    assert model.discriminator.count_params() < built(SMOKE).discriminator.count_params()
    assert model.generator.count_params() > built(SMOKE).generator.count_params()


def test_each_penalty_adds_what_its_gamma_says():
    """The loss is linear in both gammas: R1 looks at real images, R2 at fakes."""
    real = ops.cast(DATA[:8] / 127.5 - 1.0, "float32")
    fake = ops.cast(-0.5 * DATA[8:16] / 127.5, "float32")

    def loss(r1, r2, *images):
        return d_loss(built(STEEP, r1=r1, r2=r2), *images)

    base, one, two = (loss(g, 0.0, real, fake) for g in (0.0, 1.0, 2.0))
    assert one > base and two - base == pytest.approx(2 * (one - base), rel=1e-3)
    # What R2 asks of the fakes, R1 asks of the same images when they are called real.
    swapped = loss(1.0, 0.0, fake, real) - loss(0.0, 0.0, fake, real)
    assert loss(0.0, 1.0, real, fake) - base == pytest.approx(swapped, rel=1e-3)


def test_pairs_are_compared_and_not_judged_alone():
    """Raising all logits by one number changes nothing where real is compared with fake."""
    real = ops.cast(DATA[:8] / 127.5 - 1.0, "float32")
    fake = ops.cast(-DATA[8:16] / 127.5, "float32")
    for loss, same in (("relativistic", True), ("nonsaturating", False)):
        model = built(SMOKE, loss=loss, r1=0.0, r2=0.0)
        before = d_loss(model, real, fake)
        bias = model.discriminator.layers[-1].bias
        bias.assign(bias + 3.0)
        assert (d_loss(model, real, fake) == pytest.approx(before, abs=1e-4)) == same


@pytest.mark.parametrize(
    "change, message",
    [
        ({"loss": "magic"}, "received 'magic'"),
        ({"pack": 3}, r"batch_size \(16\) must be a multiple of pack \(3\)"),
    ],
)
def test_bad_settings(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMOKE, **change)


def test_it_is_measured_by_its_modes():
    model = built(SMOKE)
    score = stacked.evaluate(model, SMOKE, n=200)
    assert score.samples == 200 and 1 <= score.modes <= 200
