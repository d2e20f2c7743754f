"""What a discriminator cannot see: permuted zebras are zebras, and no translations."""

import dataclasses

import numpy as np
import pytest
from keras import ops

from gan_lessons import cyclegan, cyclegan_lab, datasets, plots
from gan_lessons.datasets import horses

SMOKE = cyclegan.PRESETS["smoke"]


@pytest.fixture(scope="module")
def data():
    scenes = horses.scenes(12, 50), horses.scenes(12, 51)
    x, y = (horses.draw(s, k, 32) for s, k in zip(scenes, horses.ANIMALS, strict=True))
    truth = tuple(horses.draw(s, k, 32) for s, k in zip(scenes, horses.ANIMALS[::-1], strict=True))
    info = {"kinds": horses.ANIMALS, "truth": truth}
    return datasets.Dataset("horses", "a test", x, y, x, y, info)


def test_a_permutation_keeps_all_pictures_and_none_in_its_place():
    pictures = np.arange(40)
    for seed in range(20):
        moved = cyclegan_lab.permuted(pictures, seed)
        assert sorted(moved) == list(range(40)) and not (moved == pictures).any()
    with pytest.raises(ValueError, match="at least two"):
        cyclegan_lab.permuted(pictures[:1])


def test_a_permutation_fools_everybody_and_is_far_from_the_truth(data):
    model = cyclegan.build(SMOKE)
    truth, other, mirrored, copies = cyclegan_lab.claims(model, data)
    assert truth.partner.error == 0 and truth.partner.ssim == pytest.approx(1.0)
    assert other.judged == pytest.approx(truth.judged, abs=1e-5)  # the same pictures
    assert other.fooled == truth.fooled == pytest.approx(mirrored.fooled, abs=0.1)
    assert min(other.partner.error, mirrored.partner.error) > copies.partner.error / 2 > 0.01
    assert other.partner.ssim < 0.6


def test_verdicts_are_one_for_each_patch(data):
    model = cyclegan.build(SMOKE)
    told = cyclegan_lab.verdicts(model.Dy, data.y_test[:3])
    direct = model.Dy(data.y_test[:3] / np.float32(127.5) - 1, training=False)
    np.testing.assert_allclose(told, ops.convert_to_numpy(direct)[..., 0], atol=1e-5)
    figure = plots.show_patches(data.y_test[0], told[0], 34)
    assert "34 x 34" in figure.axes[0].get_title()
    assert f"{told[0].size} answers" in figure.axes[1].get_title()


def test_a_mask_says_where_a_picture_is_painted_over(data):
    model = cyclegan.build(SMOKE)
    x = data.x_test[:4] / np.float32(127.5) - 1
    for to in "yx":
        masks, made = cyclegan_lab.masks(model, x, to), model.translate(x, to)
        assert masks.shape == (4, 32, 32) and masks.min() >= 0 and masks.max() <= 1
        # made = x + mask (painting - x), and a painting lies within [-1, 1]
        assert (np.abs(made - x).max(axis=-1) <= 2 * masks + 1e-4).all()
    assert len(plots.show_masks(x, masks, made).axes) == 3
    with pytest.raises(ValueError, match="no mask"):
        cyclegan_lab.masks(cyclegan.build(dataclasses.replace(SMOKE, brush=False)), x)


@pytest.mark.parametrize("columns", [6, 8])
def test_a_strip_has_a_title_over_every_column(columns):
    figure = plots.show_strip(np.zeros((3, columns, 8, 8, 3), "float32"), ("horse", "zebra"))
    titles = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert len(titles) == columns and titles[:3] == ["horse", "as a zebra", "and back"]
    assert titles[columns // 2] == "zebra" and ("hidden truth" in titles) == (columns == 8)
