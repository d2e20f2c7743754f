"""The witness of horses and zebras: right about what it has never seen, at every size."""

import numpy as np
import pytest

from gan_lessons import pretrained
from gan_lessons.datasets import horses
from gan_lessons.metrics import domains
from gan_lessons.pretrained import build_horse_zebra_classifier as build


def test_it_names_at_least_99_of_100_held_out_pictures():
    assert build.held_out_accuracy(300) >= 0.99


def test_it_needs_the_stripes_and_is_not_put_off_by_noise_or_mirrors():
    scenes = horses.scenes(60, 77)
    rng = np.random.default_rng(0)
    for kind in horses.ANIMALS:
        x = horses.draw(scenes, kind) / 127.5 - 1.0
        for changed in (x[:, :, ::-1], np.clip(x + 0.1 * rng.normal(size=x.shape), -1, 1)):
            assert (domains.is_zebra(changed) == (kind == "zebra")).mean() >= 0.95


@pytest.mark.parametrize("size", [32, 128])
def test_pictures_of_other_sizes_are_made_to_fit(size):
    scenes = horses.scenes(60, 78)
    for kind in horses.ANIMALS:
        told = domains.is_zebra(horses.draw(scenes, kind, size))
        assert (told == (kind == "zebra")).mean() >= (0.95 if size > 64 else 0.8)


def test_what_does_not_fit_is_refused():
    for shape in ((1, 48, 48, 3), (1, 64, 32, 3)):
        with pytest.raises(ValueError, match="squares whose side fits 64"):
            domains.is_zebra(np.zeros(shape, "uint8"))


def test_the_card_states_the_accuracy():
    card = pretrained.card(domains.NAME)
    assert "accuracy" in card and "not measured" not in card


def test_the_recipe_learns_within_few_pictures(capsys):
    model = build.train(n=640, epochs=3)
    x, y = build.pictures(100, 103)
    told = np.asarray(model(x.astype("float32") / 127.5 - 1.0))[:, 0] > 0
    assert (told == (y == 1)).mean() > 0.8
