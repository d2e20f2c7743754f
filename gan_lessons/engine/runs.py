"""Run folders: everything that a training produces lies in one place."""

import dataclasses
import json
from pathlib import Path

from gan_lessons import runtime
from gan_lessons.files import is_leftover, remove_leftovers, written_aside


class Run:
    """A folder with `config.json`, `history.csv`, `samples/`, `checkpoints/` and `card.md`.

    Args:
        path: the folder.
        lesson: the lesson module that is trained.
        preset, seed, minutes: as for `train`.
    """

    def __init__(self, path, lesson, preset, seed, minutes=None):
        self.path = Path(path)
        config = {
            "lesson": lesson.__name__.rpartition(".")[2],
            "preset": dataclasses.asdict(preset),
            "seed": seed,
            "minutes": minutes,
        }
        self.config = json.loads(json.dumps(config))  # as it will be read back: tuples are lists

    history = property(lambda self: self.path / "history.csv")
    samples = property(lambda self: self.path / "samples")
    checkpoints = property(lambda self: self.path / "checkpoints")

    def open(self, resume=False):
        """Make the folder, or check that the one which is there can be continued.

        Raises:
            FileExistsError: the folder is not empty and `resume` is off, or it holds no run.
            ValueError: it holds a run with other settings.
        """
        config = self.path / "config.json"
        if self.path.exists() and not self.path.is_dir():
            raise FileExistsError(f"{self.path} is a file; a run needs a folder.")
        if config.exists() and resume:
            self._check_settings(read_config(self.path))
            remove_leftovers(self.path)
        elif self.path.is_dir() and any(not is_leftover(p) for p in self.path.iterdir()):
            raise FileExistsError(
                f"{self.path} is not empty. Continue that run with --resume (resume=True), "
                "or choose another folder with --out."
                if config.exists()
                else f"{self.path} is not empty and holds no run (no config.json). "
                "Choose another folder with --out; nothing in it was touched."
            )
        _write(config, json.dumps({**self.config, "versions": runtime.versions()}, indent=2) + "\n")
        return self

    def _check_settings(self, there):
        different = [k for k in self.config if there.get(k) != self.config[k]]
        if different:
            told = "; ".join(f"{k}: there {there.get(k)}, now {self.config[k]}" for k in different)
            raise ValueError(f"{self.path} holds a run with other settings ({told}).")

    def close(self, model, history, alarms, finished):
        """Write the model card."""
        steps = int(model.step_counter.value)
        rows = "\n".join(f"| {k} | {v[-1]:.4g} |" for k, v in history.items() if len(v))
        made_with = ", ".join(f"{k} {v}" for k, v in runtime.versions().items())
        state = "finished" if finished else "stopped before its end"
        _write(
            self.path / "card.md",
            f"# {self.config['lesson']}: {steps} steps, {state}\n\n"
            f"Trained on `{self.config['preset']['dataset']}` with seed {self.config['seed']}.\n"
            f"Alarms: {', '.join(alarms) or 'none'}. Made with {made_with}.\n\n"
            f"| last report | |\n|---|---|\n{rows}\n",
        )


def _write(path, text):
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")


def read_config(path):
    """The settings of the run in a folder.

    Raises:
        FileNotFoundError: there is no run in it.
        ValueError: its `config.json` is damaged.
    """
    config = Path(path) / "config.json"
    if not config.is_file():
        raise FileNotFoundError(f"There is no run in {path} (no config.json).")
    try:
        return json.loads(config.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{config} is damaged ({error}).") from error
