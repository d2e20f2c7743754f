"""`train`: from a lesson and a preset to a trained model, in memory or in a run folder."""

import dataclasses
import time
from typing import Any

import numpy as np
from keras import tree

from gan_lessons import runtime
from gan_lessons.engine.alarms import Alarms
from gan_lessons.engine.callbacks import (
    Anneal,
    Budget,
    Checkpoint,
    HistoryLog,
    Progress,
    SampleGrid,
)
from gan_lessons.engine.runs import Run


@dataclasses.dataclass
class Trained:
    """What a training leaves behind.

    Attributes:
        model: the trained `AdversarialModel`.
        history: {name: array}, one value per report; "step" and "seconds" among the names.
        frames: pictures made on the way, as (step, uint8 array).
        alarms: names of the alarms that sounded.
        alarm_steps: {name of an alarm: step at which it sounded}.
        preset, data: what it was trained with.
        seconds: wall time of the training.
        run: the run folder, or None.
        finished: False after Ctrl-C, or after an alarm that stops.
    """

    model: Any
    history: dict
    frames: list
    alarms: list
    alarm_steps: dict
    preset: Any
    data: Any
    seconds: float
    run: Run | None
    finished: bool


def choose_preset(lesson, preset=None, **changes):
    """The preset object of a lesson: from a name, from the environment, or as it is given.

    Raises:
        ValueError: a change names a setting that the preset does not have.
    """
    if preset is None or isinstance(preset, str):
        preset = lesson.PRESETS[runtime.resolve_preset(preset)]
    changes = {k: v for k, v in changes.items() if v is not None}
    known = {f.name for f in dataclasses.fields(preset)}
    if unknown := set(changes) - known:
        raise ValueError(f"No such setting: {sorted(unknown)}. There are: {sorted(known)}.")
    return dataclasses.replace(preset, **changes)


def train(
    lesson,
    preset=None,
    data=None,
    seed=0,
    out=None,
    resume=False,
    minutes=None,
    model=None,
    callbacks=(),
    verbose=True,
    **changes,
):
    """Train a lesson's model.

    Args:
        lesson: a lesson module, such as `gan_lessons.dcgan`.
        preset: name or `Preset`; by default from GAN_LESSONS_PRESET or the hardware.
        data: array of samples (uint8 images or float points), or a tuple of arrays where a lesson
            needs more (images and labels), or a dict of arrays that do not belong together; by
            default the preset's data set.
        seed: seed of weights, noise and order.
        out: folder to keep the run in; by default nothing is written.
        resume: go on with the run in `out`, if there is one.
        minutes: stop after this wall time instead of after the preset's steps; the learning rate
            then falls with the time.
        model: a compiled model to train instead of `lesson.build(preset)`. One that was trained
            before goes on; the steps that it has behind it count.
        callbacks: more Keras callbacks.
        verbose: show progress.
        changes: settings of the preset to change, such as `steps=1000`.
    """
    preset = choose_preset(lesson, preset, **changes)
    if minutes is not None and not minutes > 0:
        raise ValueError(f"minutes must be above 0, received {minutes}.")
    run = Run(out, lesson, preset, seed, minutes).open(resume) if out else None
    runtime.set_seed(seed)
    if data is None:
        data = preset.training_data(preset.load(verbose=verbose))
    if model is None:
        model = lesson.build(preset, seed=seed)

    budget = Budget(None if minutes else preset.steps, preset.report_every, minutes)
    history = HistoryLog(budget, run and run.history)
    grids = SampleGrid(budget, lesson.draw, run and run.samples)
    some = model.prepare(tree.map_structure(lambda array: array[:256], data))
    alarms = Alarms(np.asarray(tree.flatten(some)[0]))
    chain = [budget, Anneal(budget, preset.hold), alarms, history, grids]
    done = 0
    if run:
        saver = Checkpoint(budget, run.checkpoints)
        if resume and (meta := saver.restore_latest(model)):
            done, budget.used_before = meta["step"], meta["elapsed"]
            history.resume(done)
            grids.resume(done)
        chain.append(saver)
    if verbose:
        chain.append(Progress(budget, preset.batch_size))

    began = time.monotonic()
    model.interrupted = model.stop_training = False  # of an earlier training, too
    _fit(model, data, preset, seed, done, budget, [*chain, *callbacks])
    stopped = model.interrupted or "not finite" in alarms.raised
    if run:
        run.close(model, history.columns, list(alarms.raised), finished=not stopped)
    return Trained(
        model,
        history.columns,
        grids.frames,
        list(alarms.raised),
        {name: report * preset.report_every for name, report in alarms.raised.items()},
        preset,
        data,
        time.monotonic() - began,
        run,
        not stopped,
    )


def _fit(model, data, preset, seed, done, budget, callbacks):
    """Run `fit` from step `done` on; an interrupted report is finished first, on its own."""
    every = preset.report_every
    first, inside = divmod(done, every)
    last = 10**6 if budget.minutes else -(-preset.steps // every)
    common = dict(x=data, batch_size=preset.batch_size, seed=seed, verbose=0, callbacks=callbacks)
    if budget.fraction(done) >= 1.0:
        return
    if inside:
        model.fit(initial_epoch=first, epochs=first + 1, steps_per_epoch=every - inside, **common)
        first += 1
        budget.used_before = budget.elapsed
    if not model.stop_training and first < last:
        model.fit(initial_epoch=first, epochs=last, steps_per_epoch=every, **common)
