"""Batches in an order that depends on the seed and the position alone."""

import keras
import numpy as np


class Batches(keras.utils.PyDataset):
    """An endless stream of shuffled batches from an array.

    Pass number p over the data visits every sample once, in an order that is a function of
    (seed, p) alone, so that training can stop and go on anywhere. What does not fill a batch at
    the end of a pass is left out of that pass, and other samples are left out of the next.

    Args:
        x: array, samples first (or a tuple of arrays of one length). Kept as it is, uint8 included.
        batch_size: samples per batch; at most `len(x)`.
        seed: whole number.
        start: number of batches to skip: where an interrupted run goes on.

    Raises:
        ValueError: there are no samples, lengths differ, or a batch is larger than the data.
    """

    def __init__(self, x, batch_size, seed=0, start=0):
        super().__init__()
        self.arrays = tuple(x) if isinstance(x, (tuple, list)) else (np.asarray(x),)
        lengths = {len(a) for a in self.arrays}
        if len(lengths) != 1:
            raise ValueError(
                f"Arrays of one length are needed, received lengths {sorted(lengths)}."
            )
        self.size = lengths.pop()
        if not 1 <= batch_size <= self.size:
            raise ValueError(
                f"Received a batch size of {batch_size} for {self.size} samples: choose one "
                f"between 1 and {self.size}."
            )
        self.single = not isinstance(x, (tuple, list))
        self.batch_size, self.seed, self.start = batch_size, seed, start
        self.batches_per_pass = self.size // batch_size
        self._order = (None, None)

    @property
    def num_batches(self):
        return None  # endless

    def order(self, number):
        """The order of the samples in pass `number`."""
        if self._order[0] != number:
            rng = np.random.default_rng([self.seed, number])
            self._order = (number, rng.permutation(self.size))
        return self._order[1]

    def __getitem__(self, index):
        number, position = divmod(self.start + index, self.batches_per_pass)
        chosen = self.order(number)[position * self.batch_size :][: self.batch_size]
        batch = tuple(a[chosen] for a in self.arrays)
        return (batch[0] if self.single else batch,)
