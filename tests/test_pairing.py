"""Pairings: maps that fool everybody, permuted zebras, pairs given away, horses turned round."""

import dataclasses

import numpy as np
import pytest
from some_horses import some_horses

from gan_lessons import cyclegan, cyclegan_lab, metrics, pairing
from gan_lessons.datasets import horses

SMOKE = cyclegan.PRESETS["smoke"]


@pytest.fixture(scope="module")
def data():
    return some_horses()


# On a line ----------------------------------------------------------------------------------------


def test_maps_on_a_line_have_the_distances_that_paper_and_pencil_give():
    n = 700
    true, mirrored, lot, folded, same = pairing.line_maps(n)
    for one in (true, mirrored, lot):
        assert one.seen == pytest.approx(0, abs=1e-12) and one.cycle == 0
    assert true.error == pytest.approx(0) and mirrored.error == pytest.approx(1 / 2, abs=1e-3)
    assert lot.error == pytest.approx(1 / 3, abs=0.05)  # of two places drawn at random
    assert folded.seen < 0.01  # its answers cover all of (2, 3)
    assert folded.cycle == pytest.approx(12 / 49, abs=1e-3)  # mean of |k - 3| / 7, k = 0 to 6
    assert same.cycle == pytest.approx(1 / 4, abs=1e-3)
    assert same.seen == pytest.approx(1 / 4, abs=1e-3)
    assert true.thrown == pytest.approx(1 / n) == mirrored.thrown
    assert lot.thrown > 100 / n
    with pytest.raises(ValueError, match="multiple of 7"):
        pairing.line_maps(10)


# Zebras in another order --------------------------------------------------------------------------


def test_a_permutation_keeps_all_pictures_and_none_in_its_place():
    pictures = np.arange(40)
    for seed in range(20):
        moved = pairing.permuted(pictures, seed)
        assert sorted(moved) == list(range(40)) and not (moved == pictures).any()
    with pytest.raises(ValueError, match="at least two"):
        pairing.permuted(pictures[:1])


def test_a_permutation_fools_everybody_and_is_far_from_the_truth(data):
    judge = cyclegan.build(SMOKE).Dy
    truth, other, mirrored, copies = pairing.claims(data, judge)
    assert truth.partner.error == 0 and truth.partner.ssim == pytest.approx(1.0)
    assert other.judged == pytest.approx(truth.judged, abs=1e-5)  # the same pictures
    assert other.fooled == truth.fooled == pytest.approx(mirrored.fooled, abs=0.1)
    assert min(other.partner.error, mirrored.partner.error) > copies.partner.error / 2 > 0.01
    assert other.partner.ssim < 0.6


def test_the_way_back_tells_a_permutation_and_does_not_tell_a_copy(data):
    truth, other, mirrored, copies = pairing.claims(data)
    assert truth.returned == copies.returned == 0 < min(other.returned, mirrored.returned)
    # The horse that comes back is the one whose zebra was shown.
    owner = [
        np.flatnonzero((data.info["truth"][0] == p).all(axis=(1, 2, 3)))[0] for p in other.pictures
    ]
    expected = metrics.similarity(data.x_test[owner], data.x_test).error
    assert other.returned == pytest.approx(expected)
    told = pairing.claims_table([truth, other, mirrored, copies]).splitlines()
    assert truth.judged is None and "Dy" not in told[0]
    assert len(told) == 5 and len({len(line) for line in told}) == 1


# With pairs, and turned ---------------------------------------------------------------------------


def test_pairs_teach_a_translator_to_come_closer():
    preset = dataclasses.replace(SMOKE, channels=8, batch_size=8)
    few, more = (pairing.learn_with_pairs(preset, 16, steps) for steps in (2, 60))
    scene = horses.scenes(16, seed=5)
    x, y = (horses.draw(scene, kind, 32) for kind in horses.ANIMALS)
    errors = [metrics.similarity(cyclegan_lab.applied(net, x), y).error for net in (few, more)]
    assert errors[1] < 0.8 * errors[0]
