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


def test_a_dict_of_arrays_is_shuffled_each_on_its_own():
    """Two piles of different lengths, which do not belong together."""
    stream = Batches({"a": np.arange(20), "b": np.arange(100, 112)}, 4, seed=1)
    assert stream.batches_per_pass == 5  # of the longer one
    taken_apart = [stream[i][0] for i in range(15)]
    assert all(set(batch) == {"a", "b"} for batch in taken_apart)
    a, b = (np.concatenate([batch[k] for batch in taken_apart]) for k in "ab")
    for start in range(0, 60, 20):
        assert sorted(a[start : start + 20]) == list(range(20))
    for start in range(0, 60, 12):  # the shorter one begins its next pass meanwhile
        assert sorted(b[start : start + 12]) == list(range(100, 112))
    assert not np.array_equal(a[:12], b[:12] - 100)
    later = Batches({"a": np.arange(20), "b": np.arange(100, 112)}, 4, seed=1, start=7)
    for key in "ab":
        np.testing.assert_array_equal(later[0][0][key], taken_apart[7][key])


def test_a_pile_with_less_than_a_batch_gives_all_that_it_has():
    stream = Batches({"few": np.arange(3), "many": np.arange(10)}, 8)
    batch = stream[1][0]
    assert sorted(batch["few"]) == [0, 1, 2] and len(set(batch["many"])) == 8
    with pytest.raises(ValueError, match="batch size of 11 for 10 samples"):
        Batches({"few": np.arange(3), "many": np.arange(10)}, 11)
    with pytest.raises(ValueError, match=r"lengths \[0\]"):
        Batches({"few": np.arange(0), "many": np.arange(10)}, 4)


def test_what_belongs_together_stays_so_inside_a_dict():
    pair = np.arange(9), 10 * np.arange(9)
    batch = Batches({"pair": pair, "other": np.arange(5)}, 4)[0][0]
    np.testing.assert_array_equal(batch["pair"][1], 10 * batch["pair"][0])
