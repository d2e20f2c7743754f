"""Keras callbacks of the course: learning rate, history, progress, pictures, checkpoints.

They all count in training steps. An epoch of `fit` is here a *report*: a fixed number of steps,
after which losses are written down. Everything that must be the same after an interruption is a
function of the step alone.
"""

import csv
import math
import signal
import sys
import time
from pathlib import Path

import keras
import numpy as np

from gan_lessons.engine import checkpoint
from gan_lessons.files import written_aside


def is_finite(logs):
    """Whether all the numbers in `logs` are finite."""
    return all(math.isfinite(float(value)) for value in (logs or {}).values())


class Budget(keras.callbacks.Callback):
    """How much of the training is done, and the end of it: after `steps`, or after `minutes`.

    Args:
        steps: total number of steps, or None where only time counts.
        report_every: steps per report.
        minutes: total wall time, or None. `elapsed` seconds of it are already used.
    """

    def __init__(self, steps, report_every, minutes=None, elapsed=0.0):
        super().__init__()
        self.steps, self.report_every, self.minutes = steps, report_every, minutes
        self.used_before = elapsed
        self.step = 0
        self.began = time.monotonic()

    @property
    def elapsed(self):
        """Seconds of training, earlier parts of an interrupted run included."""
        return self.used_before + time.monotonic() - self.began

    def fraction(self, step):
        """The share of the training that is done at `step`, in [0, 1]."""
        by_steps = step / self.steps if self.steps else 0.0
        by_time = self.elapsed / (60.0 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(by_steps, by_time))

    def on_train_begin(self, logs=None):
        self.began = time.monotonic()

    def on_epoch_begin(self, epoch, logs=None):
        self.start_of_epoch = int(self.model.step_counter.value)

    def on_train_batch_end(self, batch, logs=None):
        self.step = self.start_of_epoch + batch + 1
        if self.fraction(self.step) >= 1.0:
            self.model.stop_training = True


class Anneal(keras.callbacks.Callback):
    """Hold every player's learning rate, then let it fall in a straight line to (almost) zero.

    Args:
        budget: the run's `Budget`.
        hold: share of the training at the full rate.
        final: what is left of the rate at the end.
    """

    def __init__(self, budget, hold=0.6, final=0.02):
        super().__init__()
        self.budget, self.hold, self.final = budget, hold, final
        self.rates = None

    def factor(self, fraction):
        """Multiplier of the learning rate when `fraction` of the training is done."""
        if fraction <= self.hold:
            return 1.0
        return 1.0 - (1.0 - self.final) * (fraction - self.hold) / (1.0 - self.hold)

    def on_epoch_begin(self, epoch, logs=None):
        if self.rates is None:
            self.rates = dict(self.model.base_learning_rates)
        factor = self.factor(self.budget.fraction(epoch * self.budget.report_every))
        for player in self.model.players:
            player.optimizer.learning_rate = self.rates[player.name] * factor


class HistoryLog(keras.callbacks.Callback):
    """The losses of every report, in `rows`, and in a CSV file where a path is given."""

    def __init__(self, budget, path=None):
        super().__init__()
        self.budget, self.path = budget, Path(path) if path else None
        self.rows = []

    def resume(self, step):
        """Read back the rows of an interrupted run, up to `step`."""
        if self.path and self.path.exists():
            with open(self.path, newline="", encoding="utf-8") as file:
                rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
            self.rows = [{**row, "step": int(row["step"])} for row in rows if row["step"] <= step]

    def on_epoch_end(self, epoch, logs=None):
        if getattr(self.model, "interrupted", False):
            return
        row = {"step": int(self.model.step_counter.value), "seconds": round(self.budget.elapsed, 2)}
        self.rows.append({**row, **{k: float(v) for k, v in logs.items()}})
        if self.path:
            self.write()

    def write(self):
        """Write the whole file anew, so that a run killed meanwhile keeps its former rows."""
        with (
            written_aside(self.path) as aside,
            open(aside, "w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, self.rows[0])
            writer.writeheader()
            writer.writerows(self.rows)

    @property
    def columns(self):
        """The history as {name: array}, "step" and "seconds" among the names."""
        return {k: np.array([row[k] for row in self.rows]) for k in (self.rows or [{}])[0]}


class Progress(keras.callbacks.Callback):
    """One line: share done, steps, images per second, time left, losses.

    On a terminal and in a live notebook the line is redrawn; elsewhere (a log, a stored notebook)
    a new line is printed after each fifth of the run.
    """

    def __init__(self, budget, batch_size, live=None):
        super().__init__()
        self.budget, self.batch_size = budget, batch_size
        self.live = sys.stdout.isatty() if live is None else live

    def on_train_begin(self, logs=None):
        self.fifths, self.rate, self.drawn = 0, None, 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.mark = (time.monotonic(), self.budget.step)

    def on_epoch_end(self, epoch, logs=None):
        now, step = time.monotonic(), self.budget.step
        steps, seconds = step - self.mark[1], now - self.mark[0]
        # The first report contains the compilation; later ones tell the speed.
        if self.rate is not None or step >= 2 * self.budget.report_every:
            self.rate = steps / seconds
        done = self.budget.fraction(step)
        speed = f"{self.rate * self.batch_size:7,.0f} images/s" if self.rate else "compiled"
        left = self.budget.elapsed * (1 - done) / done if done else 0.0
        losses = "  ".join(f"{k} {float(v):.3f}" for k, v in (logs or {}).items())
        line = f"{done:4.0%}  step {step:6d}  {speed}  {left:4.0f} s left  {losses}"
        if self.live:
            print(f"\r{line}\x1b[K", end="", flush=True)
        elif int(done * 5) > self.fifths or done >= 1.0:
            self.fifths = int(done * 5)
            print(line, flush=True)

    def on_train_end(self, logs=None):
        if self.live:
            print(flush=True)


class SampleGrid(keras.callbacks.Callback):
    """Draws the same latent points again and again: PNG files on the way, one GIF at the end.

    Args:
        draw: function from samples to a picture, a uint8 RGB or grey array.
        folder: where the PNG files go, or None to keep the frames in `frames` only.
        n: samples per picture.
        frames: about how many pictures, spread over the training like its progress on a
            square-root scale, since most happens early.
    """

    def __init__(self, budget, draw, folder=None, n=64, frames=16, seed=0):
        super().__init__()
        self.budget, self.draw, self.n, self.seed = budget, draw, n, seed
        self.folder = Path(folder) if folder else None
        self.wanted = frames
        self.frames = []  # (step, picture)

    def resume(self, step):
        """Take up the pictures of an interrupted run, up to `step`; later ones are made again."""
        from PIL import Image

        for path in sorted(self.folder.glob("step_*.png")):
            if int(path.stem.removeprefix("step_")) <= step:
                self.frames.append(
                    (int(path.stem.removeprefix("step_")), np.array(Image.open(path)))
                )
            else:
                path.unlink()

    def on_epoch_end(self, epoch, logs=None):
        done = self.budget.fraction(self.budget.step)
        if len(self.frames) >= 1 + int(math.sqrt(done) * (self.wanted - 1)) and done < 1.0:
            return
        if getattr(self.model, "interrupted", False) or not is_finite(logs):
            return
        step = int(self.model.step_counter.value)
        self.frames.append((step, self.draw(self.model.gallery(self.n, seed=self.seed))))
        if self.folder:
            from PIL import Image

            with written_aside(self.folder / f"step_{step:08d}.png") as aside:
                Image.fromarray(self.frames[-1][1]).save(aside)

    def on_train_end(self, logs=None):
        if self.folder:
            write_gif(self.folder)


def write_gif(folder):
    """All `step_*.png` of a folder as `../samples.gif`, the last frame held; returns its path."""
    from PIL import Image

    frames = [Image.open(path).convert("P") for path in sorted(Path(folder).glob("step_*.png"))]
    if not frames:
        return None
    path = Path(folder).parent / "samples.gif"
    times = [250] * (len(frames) - 1) + [2500]
    with written_aside(path) as aside:
        frames[0].save(aside, save_all=True, append_images=frames[1:], duration=times, loop=0)
    return path


class Checkpoint(keras.callbacks.Callback):
    """Saves at reports, at least `seconds` apart, and at the end; Ctrl-C saves at once.

    The last `keep` files stay. A model with infinite or undefined losses is never saved.
    """

    def __init__(self, budget, folder, seconds=20.0, keep=2):
        super().__init__()
        self.budget, self.folder = budget, Path(folder)
        self.seconds, self.keep = seconds, keep
        self.asked_to_stop = False
        self.restored_metrics = None

    def on_train_begin(self, logs=None):
        self.model.interrupted = False
        self.saved_at = time.monotonic()
        try:
            self.previous = signal.signal(signal.SIGINT, self.ask_to_stop)
        except ValueError:  # not in the main thread: Ctrl-C is not ours to handle
            self.previous = None

    def ask_to_stop(self, *_):
        """First Ctrl-C: stop after this step and save. Second: stop at once."""
        if self.asked_to_stop:
            raise KeyboardInterrupt
        self.asked_to_stop = True

    def on_epoch_begin(self, epoch, logs=None):
        # Keras has just reset the metrics; in the middle of a report they must go on instead.
        if self.restored_metrics:
            for variable, value in self.restored_metrics:
                variable.assign(value)
        self.restored_metrics = None

    def on_train_batch_end(self, batch, logs=None):
        if self.asked_to_stop and not self.model.stop_training:
            if hasattr(self.model, "jax_state_sync"):
                self.model.jax_state_sync()  # on JAX the variables lag behind during an epoch
            self.model.interrupted = self.model.stop_training = True
            if is_finite(logs):
                self.save()

    def on_epoch_end(self, epoch, logs=None):
        if self.model.interrupted or not is_finite(logs):
            return
        due = time.monotonic() - self.saved_at >= self.seconds
        if due or self.budget.fraction(self.budget.step) >= 1.0:
            self.save()

    def on_train_end(self, logs=None):
        if self.previous is not None:
            signal.signal(signal.SIGINT, self.previous)

    def save(self):
        """Write a checkpoint now, and remove those that are too old."""
        step = int(self.model.step_counter.value)
        path = self.folder / f"step_{step:08d}.npz"
        self.model.save(path, step=step, elapsed=self.budget.elapsed)
        self.saved_at = time.monotonic()
        for old in sorted(self.folder.glob("step_*.npz"))[: -self.keep]:
            old.unlink()

    def restore_latest(self, model):
        """Put `model` back where the newest whole checkpoint left it; returns its meta, or None."""
        path, damaged = checkpoint.latest(self.folder)
        for bad in damaged:
            print(f"Passed over a damaged checkpoint: {bad.name}")
            bad.unlink()
        if path is None:
            return None
        meta = model.restore(path)
        if meta["step"] % self.budget.report_every:  # in the middle of a report
            self.restored_metrics = [
                (v, keras.ops.convert_to_numpy(v.value)) for v in model.metrics_variables
            ]
        return meta
