"""Procedural horses and zebras: the same scene, the same light, another animal."""

import colorsys
import dataclasses

import numpy as np
import pytest

from gan_lessons import datasets, metrics
from gan_lessons.datasets import horses


def test_a_picture_depends_on_its_seed_and_number_alone():
    few, many = horses.scenes(3, 5), horses.scenes(40, 5)
    a, b = horses.draw(few, "horse"), horses.draw(many, "horse")
    np.testing.assert_array_equal(a, b[:3])
    np.testing.assert_array_equal(horses.draw(many.part(33, 35), "horse"), b[33:35])
    assert a.shape == (3, 64, 64, 3) and a.dtype == np.uint8
    other = horses.draw(horses.scenes(3, 6), "horse")
    assert all(np.abs(a.astype(int) - o).mean() > 5 for o in other[:, None])


def test_partners_differ_where_the_animal_is_and_nowhere_else():
    scenes = horses.scenes(30, 8)
    horse, zebra = (horses.draw(scenes, kind).astype(int) for kind in horses.ANIMALS)
    far = np.abs(horse - zebra).max(axis=-1) > 12
    share = far.mean(axis=(1, 2))
    assert (share > 0.08).all() and (share < 0.5).all()
    assert not far[:, :3].any(), "the sky changed"
    assert not np.abs(horse - zebra)[:, :3].any()


def test_copying_is_far_from_the_truth():
    """What doing nothing scores: it leaves room below a good translation."""
    scenes = horses.scenes(60, 9)
    found = metrics.similarity(horses.draw(scenes, "horse"), horses.draw(scenes, "zebra"))
    assert 0.55 < found.ssim < 0.65 and 0.06 < found.error < 0.1


@pytest.mark.parametrize("animal", horses.ANIMALS)
def test_the_mirror_image_is_a_picture_of_the_same_kind(animal):
    """Else a discriminator could find a translator out who mirrors everything (lesson 09)."""
    scenes = horses.scenes(12, seed=3)
    facing, across = 0.999 - scenes.facing, 1 - scenes.across
    other = dataclasses.replace(scenes, facing=facing, across=across)
    mirrored = horses.draw(scenes, animal)[:, :, ::-1].astype(int)
    assert np.abs(horses.draw(other, animal) - mirrored).max() <= 1  # rounded once more


def test_stripes_go_with_the_body():
    """Moved, turned round or made larger, a zebra takes its stripes along."""
    scene = horses.scenes(1, 3)
    still = {f.name: np.full(1, 0.5, "float32") for f in dataclasses.fields(scene)}
    left, right = (
        horses.draw(horses.Scene(**{**still, "facing": np.full(1, value, "float32")}), "zebra")
        for value in (0.2, 0.8)
    )
    dark = [picture[0].max(axis=-1) < 70 for picture in (left[:, :, ::-1], right)]
    animal = np.s_[20:60]
    assert (dark[0][animal] == dark[1][animal]).mean() > 0.97
    assert dark[0][animal].mean() > 0.08


def test_the_bars_of_a_horse_lie_where_its_zebra_has_stripes():
    """What ties the two: darker than the coat where the zebra is black, however the stripes lie."""
    scene = horses.scenes(25, 12)
    horse, zebra = (horses.draw(scene, kind).astype(int) for kind in horses.ANIMALS)
    shifts = dataclasses.replace(scene, stripes=(scene.stripes + 0.5) % 1)
    other = horses.draw(shifts, "zebra").astype(int).max(axis=-1)
    bright = zebra.max(axis=-1)
    ours = (bright < 80) & (other > 140)  # a stripe of this animal, and none of the other's
    theirs = (bright > 140) & (other < 80)
    for i in range(25):
        coat = horse[i].sum(axis=-1)
        assert coat[ours[i]].mean() < 0.95 * coat[theirs[i]].mean()
    assert len(np.unique(np.round(scene.stripes, 3))) > 20


def test_a_horse_is_brown_on_grass_and_grey_on_straw_and_a_zebra_shows_which():
    scene = horses.scenes(40, 4)
    for dry, brown in ((0.1, True), (0.9, False)):
        scenes = dataclasses.replace(scene, dry=np.full(40, dry, "float32"))
        horse, zebra = (horses.draw(scenes, kind) for kind in horses.ANIMALS)
        where = np.abs(horse.astype(int) - zebra).max(axis=-1) > 60
        coats = np.array([np.median(h[w], axis=0) for h, w in zip(horse, where, strict=True)]) / 255
        strong = np.array([colorsys.rgb_to_hsv(*coat)[1] for coat in coats])
        assert (strong > 0.45).all() if brown else (strong < 0.35).all()
        ground = zebra[:, -4:].reshape(-1, 3).mean(axis=0)
        assert (ground[1] > ground[0]) == brown, "the zebra's picture does not tell the coat"


@pytest.mark.parametrize("size", [32, 128])
def test_another_size_is_the_same_picture(size):
    scenes = horses.scenes(4, 2)
    base, other = horses.draw(scenes, "zebra"), horses.draw(scenes, "zebra", size)
    assert other.shape == (4, size, size, 3)
    low = min(size, 64)
    small = [
        p.reshape(4, low, p.shape[1] // low, low, -1, 3).mean(axis=(2, 4)) for p in (base, other)
    ]
    assert np.abs(small[0] - small[1]).mean() < 6


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match="'cow'; expected one of horse, zebra"):
        horses.draw(horses.scenes(1, 0), "cow")
    with pytest.raises(ValueError, match="size is 8"):
        horses.draw(horses.scenes(1, 0), "horse", 8)


def test_the_two_piles_show_different_scenes_and_the_test_pictures_have_partners(monkeypatch):
    monkeypatch.setattr(datasets.piles, "DRAWN", 12)
    monkeypatch.setattr(datasets.piles, "HELD_OUT", 5)
    datasets.piles.drawn.cache_clear()
    data = datasets.load("horse2zebra", source="bundled", size=32, verbose=False)
    datasets.piles.drawn.cache_clear()
    assert data.info["kinds"] == ("horse", "zebra") and "procedural" in data.source
    assert data.x_train.shape == data.y_train.shape == (12, 32, 32, 3)
    skies = [p[:, :3].reshape(len(p), -1) for p in (data.x_train, data.y_train, data.x_test)]
    for i, a in enumerate(skies):
        for b in skies[:i]:
            assert not (a[:, None] == b[None]).all(axis=-1).any(), "one scene in two piles"
    for test, truth in zip((data.x_test, data.y_test), data.info["truth"], strict=True):
        np.testing.assert_array_equal(test[:, :3], truth[:, :3])
        assert (np.abs(test.astype(int) - truth).mean(axis=(1, 2, 3)) > 5).all()
