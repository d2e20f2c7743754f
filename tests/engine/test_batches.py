"""The order of the batches: complete, shuffled, and a function of seed and position alone."""

import numpy as np
import pytest

from gan_lessons.engine.batches import Batches

X = np.arange(23)


def taken(batches, count):
    return [batches[i][0] for i in range(count)]


def test_a_pass_visits_every_sample_at_most_once_and_leaves_out_only_the_rest():
    batches = taken(Batches(X, 5), 4)
    assert all(b.shape == (5,) for b in taken(Batches(X, 5), 9))
    assert len(set(np.concatenate(batches))) == 20


def test_different_samples_are_left_out_of_different_passes():
    stream = Batches(X, 5)
    left_out = [
        frozenset(X) - set(np.concatenate([stream[4 * p + i][0] for i in range(4)]))
        for p in range(80)
    ]
    assert len(set(left_out)) > 40
    assert set().union(*left_out) == set(X)


def test_order_depends_on_seed_and_pass():
    first, again, other = (np.concatenate(taken(Batches(X, 5, seed=s), 4)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    stream = Batches(X, 5, seed=1)
    assert not np.array_equal(np.concatenate([stream[i][0] for i in range(4, 8)]), first)
    # nor is pass 1 of one seed pass 0 of the next
    assert not np.array_equal(np.concatenate([stream[i][0] for i in range(4, 8)]), other)


def test_start_goes_on_where_another_stream_stopped():
    whole = taken(Batches(X, 5, seed=3), 11)
    rest = taken(Batches(X, 5, seed=3, start=6), 5)
    for a, b in zip(whole[6:], rest, strict=True):
        np.testing.assert_array_equal(a, b)


def test_arrays_stay_together_and_keep_their_type():
    images, labels = np.arange(23, dtype=np.uint8), 10 * np.arange(23)
    ((x, y),) = Batches((images, labels), 4)[3]
    assert x.dtype == np.uint8
    np.testing.assert_array_equal(y, 10 * x.astype(int))


@pytest.mark.parametrize(
    "x, size, message",
    [
        (X, 0, "batch size of 0 for 23 samples"),
        (X, 24, "between 1 and 23"),
        ((X, X[:5]), 4, r"lengths \[5, 23\]"),
    ],
)
def test_what_cannot_be_batched_is_refused(x, size, message):
    with pytest.raises(ValueError, match=message):
        Batches(x, size)
