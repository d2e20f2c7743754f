"""Checkpoints: everything a run needs to go on, in one file that is either whole or refused.

The file is a plain `.npz` (numbers only, nothing pickled): all variables of the model, its averaged
twins, its random seeds and its step counter, and all variables of all optimizers. It is written
beside its final name and then renamed, so that a process killed at any moment leaves the previous
file in place.
"""

import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np
from keras import ops

from gan_lessons.files import written_aside

FORMAT = 1


class CheckpointError(ValueError):
    """The file is damaged, or belongs to another model."""


def named_variables(model):
    """All variables of a model and its optimizers, under names that are the same everywhere."""
    named = {f"model/{i:04d}/{v.name}": v for i, v in enumerate(model.variables)}
    # An interrupted report goes on with its means; Keras does not count them as variables.
    named |= {f"report/{i:04d}/{v.name}": v for i, v in enumerate(model.metrics_variables)}
    optimizers = model.optimizer.members if model.optimizer is not None else {}
    for player, optimizer in optimizers.items():
        for i, v in enumerate(optimizer.variables):
            named[f"optimizer/{player}/{i:04d}"] = v
    return named


def save(model, path, meta=None):
    """Write a checkpoint atomically."""
    path = Path(path)
    if path.suffix != ".npz":
        raise ValueError(
            f"A checkpoint is an .npz file, received {path.name!r}. To keep only a generator in "
            "Keras' own format, use model.ema_generator.save('generator.keras')."
        )
    arrays = {name: ops.convert_to_numpy(v.value) for name, v in named_variables(model).items()}
    header = {"format": FORMAT, "model": type(model).__name__, "meta": meta or {}}
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    with written_aside(path) as aside, open(aside, "wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def read(path):
    """Header and arrays of a checkpoint.

    Raises:
        CheckpointError: the file is truncated, damaged, or not a checkpoint.
        FileNotFoundError: there is no such file.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no checkpoint at {path}.")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}  # reading checks every CRC
        header = json.loads(arrays.pop("header").tobytes())
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise CheckpointError(f"{path} is not a whole checkpoint ({error}).") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise CheckpointError(f"{path}: expected checkpoint format {FORMAT}, found {header}.")
    return header, arrays


def load(model, path):
    """Read a checkpoint into a compiled model; nothing is changed unless all of it fits.

    Returns:
        The `meta` that was saved with it.
    """
    header, arrays = read(path)
    variables = named_variables(model)
    if set(arrays) != set(variables):
        missing, extra = sorted(set(variables) - set(arrays)), sorted(set(arrays) - set(variables))
        raise CheckpointError(
            f"{path} was saved from another model ({header['model']}): "
            f"it lacks {missing[:3] or 'nothing'} and has {extra[:3] or 'nothing'} besides. "
            "Build and compile the model with the settings it was trained with."
        )
    for name, variable in variables.items():
        if tuple(arrays[name].shape) != tuple(variable.shape):
            raise CheckpointError(
                f"{path}: {name} has shape {arrays[name].shape}, the model needs "
                f"{tuple(variable.shape)}."
            )
    for name, variable in variables.items():
        variable.assign(arrays[name])
    return header["meta"]


def latest(folder):
    """The newest whole checkpoint in a folder, or None; damaged ones are passed over.

    Returns:
        The path, and the list of damaged files that were passed over.
    """
    damaged = []
    for path in sorted(Path(folder).glob("step_*.npz"), reverse=True):
        try:
            read(path)
        except CheckpointError:
            damaged.append(path)
        else:
            return path, damaged
    return None, damaged
