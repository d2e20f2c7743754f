"""Drawn portraits: the same ones every time, no two alike, and what they say can be seen."""

import numpy as np
import pytest

from gan_lessons import portraits
from gan_lessons.datasets import celeba
from gan_lessons.portraits import canvas, people


@pytest.fixture(scope="module")
def many():
    pictures, attributes = portraits.draw(600, seed=5)
    columns = dict(zip(portraits.NAMES, attributes.T, strict=True))
    return pictures, attributes, columns


def test_shapes_and_names(many):
    pictures, attributes, _ = many
    assert pictures.shape == (600, 64, 64, 3) and pictures.dtype == np.uint8
    assert attributes.shape == (600, len(portraits.NAMES)) and attributes.dtype == bool
    assert set(portraits.NAMES) <= set(celeba.NAMES), "the names must be CelebA's"
    assert len(set(portraits.NAMES)) == len(portraits.NAMES) >= 12
    np.testing.assert_array_equal(portraits.describe(range(600), seed=5), attributes)
    assert portraits.draw(2, size=32)[0].shape == (2, 32, 32, 3)
    assert portraits.draw([])[0].shape == (0, 64, 64, 3)


def test_a_portrait_depends_on_its_number_and_seed_alone(many):
    pictures, attributes, _ = many
    chosen = [599, 3, 250, 3, 77]
    again, seen = portraits.draw(chosen, seed=5)
    np.testing.assert_array_equal(again, pictures[chosen])
    np.testing.assert_array_equal(seen, attributes[chosen])
    alone = portraits.draw([250], seed=5)[0]
    np.testing.assert_array_equal(alone[0], pictures[250])
    assert not np.array_equal(portraits.draw(chosen, seed=6)[0], pictures[chosen])


def test_no_two_are_alike(many):
    flat = many[0].reshape(600, -1).astype("float32")
    square = (flat**2).sum(axis=1)
    distances = square[:, None] + square - 2 * flat @ flat.T
    np.fill_diagonal(distances, np.inf)
    # Root mean square difference of the most alike two, in grey levels.
    assert np.sqrt(distances.min() / flat.shape[1]) > 10


def test_pictures_use_the_range_and_do_not_saturate(many):
    pictures = many[0]
    assert pictures.min() < 15 and pictures.max() == 255
    assert ((pictures == 0) | (pictures == 255)).mean() < 0.05
    assert 80 < pictures.mean() < 160


def test_how_often_attributes_are_there(many):
    _, _, column = many
    shares = {name: values.mean() for name, values in column.items()}
    for name, expected in {"Smiling": 0.5, "Eyeglasses": 0.3, "Wearing_Hat": 0.18}.items():
        assert abs(shares[name] - expected) < 4 * np.sqrt(expected * (1 - expected) / 600)
    assert all(0.05 < share < 0.9 for share in shares.values())


def test_attributes_that_arithmetic_uses_are_independent():
    described = portraits.describe(range(4000), seed=9)
    column = dict(zip(portraits.NAMES, described.T, strict=True))
    used = ("Smiling", "Eyeglasses", "Wearing_Hat", "Mouth_Slightly_Open", "Pale_Skin")
    together = np.corrcoef(np.array([column[name] for name in used]))
    np.fill_diagonal(together, 0)
    assert np.abs(together).max() < 4 / np.sqrt(4000)


def test_what_excludes_each_other(many):
    _, _, column = many
    colours = [column[f"{name}_Hair"] for name in ("Black", "Brown", "Blond", "Gray")]
    assert np.sum(colours, axis=0).max() == 1
    assert not np.any(colours & column["Bald"])
    for name in ("Bangs", "Wavy_Hair", "Straight_Hair", "Wearing_Hat"):
        assert not (column["Bald"] & column[name]).any()
    assert not (column["Wavy_Hair"] & column["Straight_Hair"]).any()
    assert not (column["Wearing_Lipstick"] & ~column["No_Beard"]).any()
    assert not (column["Bangs"] & column["Wearing_Hat"]).any()


CHANGES = {
    # attribute: what to set for it to be there, for it to be absent
    "Smiling": ({"smile": 0.8}, {"smile": 0.0}),
    "Eyeglasses": ({"glasses": True}, {"glasses": False}),
    "Wearing_Hat": ({"hat": True}, {"hat": False}),
    "Mouth_Slightly_Open": ({"gap": 0.8}, {"gap": 0.0}),
    "Rosy_Cheeks": ({"blush": 0.9}, {"blush": 0.0}),
    "No_Beard": ({"beard": people.CLEAN}, {"beard": people.FULL}),
    "Bangs": ({"bangs": True}, {"bangs": False}),
    "Wavy_Hair": ({"wavy": True}, {"wavy": False}),
}


def drawn(**changes):
    """The same eight haired, hatless people, with some of their numbers changed."""
    crowd = people.cast(2, range(60))
    crowd = people.these(crowd, np.flatnonzero(((crowd.style == people.LONG) & ~crowd.hat).ravel()))
    crowd = people.these(crowd, np.arange(8))
    for name, value in changes.items():
        old = getattr(crowd, name)
        setattr(crowd, name, np.full(old.shape, value).astype(old.dtype))
    sheet = canvas.Canvas(64, crowd)
    portraits.paint(sheet, crowd)
    return sheet.pictures().astype(int)


@pytest.mark.parametrize("name", CHANGES)
def test_an_attribute_can_be_seen(name):
    """In every portrait it changes a good number of pixels, by more than a shade."""
    there, absent = CHANGES[name]
    changed = np.abs(drawn(**there) - drawn(**absent)).max(axis=3) > 20
    assert (changed.sum(axis=(1, 2)) >= 12).all(), changed.sum(axis=(1, 2))


def test_a_smile_changes_the_face_and_not_the_wall():
    changed = np.abs(drawn(smile=0.8) - drawn(smile=0.0)).max(axis=3)
    assert changed[:, :16].max() == 0 and changed[:, :, :8].max() == 0
    assert changed[:, 32:56, 16:48].max() > 60


def test_hair_has_the_colour_that_it_is_said_to_have(many):
    pictures, _, column = many
    bare = ~column["Wearing_Hat"]
    top = pictures[:, 8:20, 22:42].astype(float)
    mean = {
        name: top[bare & column[f"{name}_Hair"]].mean(axis=(0, 1, 2))
        for name in ("Black", "Brown", "Blond", "Gray")
    }
    light = {name: colour.mean() for name, colour in mean.items()}
    assert light["Black"] < light["Brown"] - 10 and light["Brown"] < light["Gray"] - 25
    assert mean["Blond"][0] - mean["Blond"][2] > 30 > abs(mean["Gray"][0] - mean["Gray"][2])


def test_a_canvas_covers_half_a_pixel_at_an_edge():
    crowd = people.cast(0, [0])
    sheet = canvas.Canvas(8, crowd)
    cover = sheet.cover(sheet.pixel * np.array([-2, -0.25, 0, 0.25, 2], "float32"))
    np.testing.assert_allclose(cover.ravel(), [1, 0.75, 0.5, 0.25, 0], atol=1e-6)


def test_a_window_shares_its_sheet_with_the_canvas():
    crowd = people.cast(0, range(2))
    sheet = canvas.Canvas(16, crowd)
    part = sheet.window(-0.5, 0.5, 0, 2)
    part.paint(np.float32(100), np.ones((2, 1, 1), "float32"))
    assert sheet.sheet[:, :, :16].max() == 0 and sheet.sheet[:, :, -1, 16].min() == 100
    assert (sheet.sheet[:, :, 16:, 8:24] == 100).all()
    assert np.abs(part.x).max() < 0.6 and part.y.min() > 0
