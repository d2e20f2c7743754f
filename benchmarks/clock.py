"""Timing of training steps, alone or as a callback of `fit`."""

import time


class Clock:
    """Counts training steps and times them, from the end of a warm-up on.

    The warm-up (compilation, first calls) ends after `warm_steps` steps and `warm_seconds` after
    the first step's end.
    """

    def __init__(self, seconds, warm_steps=5, warm_seconds=1.0):
        self.seconds, self.warm_steps, self.warm_seconds = seconds, warm_steps, warm_seconds
        self.seen, self.base, self.first, self.began, self.now = 0, 0, None, None, None

    def tick(self, steps=1):
        """Note that `steps` more steps are done; returns whether to go on."""
        self.seen += steps
        self.now = time.perf_counter()
        if self.first is None:
            self.first = self.now
        warm = self.seen >= self.warm_steps and self.now - self.first >= self.warm_seconds
        if self.began is None:
            if warm:
                self.began, self.base, self.work = self.now, self.seen, time.process_time()
            return True
        return self.now - self.began < self.seconds

    @property
    def milliseconds(self):
        """Milliseconds per step after the warm-up."""
        return 1000 * (self.now - self.began) / (self.seen - self.base)

    @property
    def cpu_milliseconds(self):
        """Processor time per step, all cores together: less sensitive to other programs."""
        return 1000 * (time.process_time() - self.work) / (self.seen - self.base)


def ticking(clock):
    """The clock as a Keras callback that ends `fit`."""
    import keras

    class Ticking(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.last = -1

        def on_train_batch_end(self, batch, logs=None):
            steps, self.last = batch - self.last, batch
            if not clock.tick(steps):
                self.model.stop_training = True

    return Ticking()
