"""Batches in an order that depends on the seed and the position alone."""

import keras
import numpy as np
from keras import tree


class Batches(keras.utils.PyDataset):
    """An endless stream of shuffled batches from arrays.

    Pass number p over the data visits every sample once, in an order that is a function of
    (seed, p) alone, so that training can stop and go on anywhere. What does not fill a batch at
    the end of a pass is left out of that pass, and other samples are left out of the next.

    Args:
        x: array, samples first. Or a tuple of arrays of one length whose rows belong together. Or
            a dict of these that do not belong together: each has its own length, its own order and
            its own passes, and a batch is a dict with a part of each. Kept as it is, uint8
            included.
        batch_size: samples per batch; at most the number of them. Of a dict, the longest entry
            counts; those that have fewer give all that they have.
        seed: whole number.
        start: number of batches to skip: where an interrupted run goes on.

    Raises:
        ValueError: there are no samples, lengths differ, or a batch is larger than the data.
    """

    def __init__(self, x, batch_size, seed=0, start=0):
        super().__init__()
        self.x, self.batch_size, self.start = x, batch_size, start
        if isinstance(x, dict):
            most = longest(x)
            self.shuffled = {
                key: _Shuffled(part, min(batch_size, longest(part)), (seed, number))
                for number, (key, part) in enumerate(sorted(x.items()))
            }
        else:
            most = longest(x)
            self.shuffled = _Shuffled(x, batch_size, (seed,))
        if not 1 <= batch_size <= most:
            raise ValueError(
                f"Received a batch size of {batch_size} for {most} samples: choose one "
                f"between 1 and {most}."
            )
        streams = self.shuffled.values() if isinstance(x, dict) else [self.shuffled]
        self.batches_per_pass = max(stream.batches_per_pass for stream in streams)

    @property
    def num_batches(self):
        return None  # endless

    def order(self, number):
        """The order of the samples in pass `number`; of a dict, that of each entry."""
        if isinstance(self.x, dict):
            return {key: stream.order(number) for key, stream in self.shuffled.items()}
        return self.shuffled.order(number)

    def __getitem__(self, index):
        index += self.start
        if isinstance(self.x, dict):
            return ({key: stream[index] for key, stream in self.shuffled.items()},)
        return (self.shuffled[index],)


def longest(x):
    """How many samples there are: of a dict, in its longest entry."""
    return max((len(array) for array in tree.flatten(x)), default=0)


class _Shuffled:
    """Arrays that belong together, in an order of their own."""

    def __init__(self, x, batch_size, seed):
        lengths = {len(array) for array in tree.flatten(x)}
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError(
                f"Arrays of one length are needed, received lengths {sorted(lengths)}."
            )
        self.x, self.batch_size, self.seed = x, batch_size, seed
        self.size = lengths.pop()
        self.batches_per_pass = max(1, self.size // batch_size) if batch_size > 0 else 0
        self._order = (None, None)

    def order(self, number):
        if self._order[0] != number:
            seed, *which = self.seed
            rng = np.random.default_rng([seed, number, *which])
            self._order = (number, rng.permutation(self.size))
        return self._order[1]

    def __getitem__(self, index):
        number, position = divmod(index, self.batches_per_pass)
        chosen = self.order(number)[position * self.batch_size :][: self.batch_size]
        return tree.map_structure(lambda array: array[chosen], self.x)
