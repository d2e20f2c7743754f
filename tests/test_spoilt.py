"""Lesson 11's defects are what they are called, and the comparison counts in spreads."""

import numpy as np
import pytest
from scipy import ndimage

from gan_lessons import spoilt

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def parts():
    return spoilt.split(seed=3, n=150)


def rows(images):
    return {image.tobytes() for image in images}


def images_of(name, parts):
    return spoilt.DEFECTS[name](parts, np.random.default_rng(0))


def test_the_parts_share_no_digit(parts):
    assert [len(x) for x in (parts.train, parts.held_out, parts.fakes)] == [150, 300, 150]
    together = np.concatenate([parts.train, parts.held_out, parts.fakes])
    assert len(rows(together)) == 600
    assert rows(parts.fakes) != rows(spoilt.split(seed=4, n=150).fakes)
    assert rows(parts.fakes) == rows(spoilt.split(seed=3, n=150).fakes)


@pytest.mark.parametrize("name", spoilt.DEFECTS)
def test_a_defect_gives_as_many_digits_of_the_same_form(name, parts):
    images = images_of(name, parts)
    assert images.shape == parts.fakes.shape and images.dtype == np.uint8


def test_blur_keeps_the_ink_and_takes_the_edges(parts):
    images = images_of("blur", parts)
    inside = parts.fakes[:, 4:-4, 4:-4]
    assert images[:, 4:-4, 4:-4].mean() == pytest.approx(inside.mean(), rel=0.05)
    edges = [np.square(np.diff(x.astype(float), axis=2)).mean() for x in (images, parts.fakes)]
    assert edges[0] < 0.5 * edges[1]
    # No digit runs into another: an image alone gives the same.
    alone = ndimage.gaussian_filter(parts.fakes[5, ..., 0], sigma=1)
    np.testing.assert_array_equal(images[5, ..., 0], alone)


def test_noise_has_a_tenth_of_the_range(parts):
    grey = np.full_like(parts.fakes, 128)  # where nothing is cut off
    images = spoilt.noisy(spoilt.Parts(grey, grey, grey, parts.labels), RNG)
    assert (images.astype(float) - 128).std() == pytest.approx(25.5, rel=0.02)


def test_dropped_kinds_are_gone_and_the_others_are_real(parts):
    label_of = {x.tobytes(): y for x, y in zip(parts.fakes, parts.labels, strict=True)}
    seen = {label_of[x.tobytes()] for x in images_of("dropped kinds", parts)}
    assert seen == {0, 1, 2, 3, 5, 6, 8}


def test_few_of_each_kind_has_all_kinds(parts):
    images = images_of("few of each kind", parts)
    label_of = {x.tobytes(): y for x, y in zip(parts.fakes, parts.labels, strict=True)}
    assert len(rows(images)) <= 100
    assert {label_of[x.tobytes()] for x in images} == set(range(10))


def test_memorised_digits_are_training_digits(parts):
    images = images_of("memorised", parts)
    assert rows(images) <= rows(parts.train) and len(rows(images)) == len(images)


def test_shift_counts_in_spreads_of_the_perfect_generator():
    comparison = spoilt.Comparison(
        ["a", "b", "c", "d"],
        {
            "none": np.array([[1.0, 10.0, 5.0, 5.0], [3.0, 10.0, 5.0, 5.0]]),
            "bad": np.array([[8.0, 10.0, 6.0, 5.0], [10.0, 10.0, 6.0, 5.0]]),
        },
    )
    # a: from 2 to 9, and the standard deviation of (1, 3) is sqrt(2). c: no spread, but it moved.
    expected = [7 / np.sqrt(2), 0.0, np.inf, 0.0]
    np.testing.assert_allclose(comparison.shift("bad"), expected)


def test_compare_finds_copies_only_where_there_are_some():
    chosen = {name: spoilt.DEFECTS[name] for name in ("memorised", "noise")}
    comparison = spoilt.compare(seeds=2, defects=chosen, n=150)
    column = comparison.measures.index("closer to training")
    assert not any("error" in name for name in comparison.measures)
    assert comparison.values["memorised"].shape == (2, len(comparison.measures))
    assert (comparison.values["memorised"][:, column] == 1.0).all()
    assert (abs(comparison.values["none"][:, column] - 0.5) < 0.12).all()
    rfd = comparison.measures.index("rFD")
    assert (comparison.values["noise"][:, rfd] > comparison.values["none"][:, rfd]).all()


def test_a_stored_table_gives_the_same_comparison(parts):
    rows = [
        spoilt.one_split(seed, {"noise": spoilt.noisy, "blur": spoilt.blurred}, n=60)
        for seed in range(2)
    ]
    full = dict.fromkeys(spoilt.DEFECTS, rows[0]["none"])  # a table has every defect
    runs = [
        {
            "seed": seed,
            **{f"{d}: {m}": v for d, found in {**full, **row}.items() for m, v in found.items()},
            "correlation: D, whole training": 0.5,
        }
        for seed, row in enumerate(rows)
    ]
    here, stored = spoilt.gather(rows), spoilt.from_table({"runs": runs})
    assert stored.measures == here.measures and "kernel distance" in here.measures
    for name in ("none", "noise", "blur"):
        np.testing.assert_array_equal(stored.values[name], here.values[name])
    assert set(stored.values) == {"none", *spoilt.DEFECTS}


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: spoilt.split(0, n=3000), "from 1 to 2,500"),
        (lambda: spoilt.compare(seeds=1), "2 splits at least"),
        (lambda: spoilt.gather([{"none": {}}]), "There is 1 split"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
