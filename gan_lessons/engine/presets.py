"""What a preset is: the size of a run, as data. Lessons add the sizes of their networks."""

import dataclasses

from gan_lessons import runtime


@dataclasses.dataclass(frozen=True)
class Preset:
    """The size of a run. Immutable; `dataclasses.replace` makes variants.

    Attributes:
        dataset: name for `datasets.load`; `source`: where from ("bundled", "auto", ...).
        batch_size: real samples per turn.
        steps: training steps; each player has its turns in every one.
        report_every: steps between two rows of the history.
        jit: whether XLA compiles the step on a CPU. It pays for dense networks; convolutions are
            faster without it. Accelerators always use it.
        hold: share of the run at full learning rate; then it falls in a straight line.
        steps_per_execution: steps that Keras runs without returning to Python.
    """

    dataset: str
    batch_size: int
    steps: int
    report_every: int
    source: str = "bundled"
    jit: bool = False
    hold: float = 0.6
    steps_per_execution: int = 1

    def __post_init__(self):
        for name in ("batch_size", "steps", "report_every", "steps_per_execution"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"Preset: {name} must be a whole number >= 1, received {value!r}.")
        if self.report_every % self.steps_per_execution:
            raise ValueError(
                f"Preset: report_every ({self.report_every}) must be a multiple of "
                f"steps_per_execution ({self.steps_per_execution})."
            )

    def check_groups(self, *names):
        """Raise ValueError unless batches can be cut into groups of these sizes; 0 is no group."""
        for name in names:
            value = getattr(self, name)
            if value and self.batch_size % value:
                raise ValueError(
                    f"Preset: batch_size ({self.batch_size}) must be a multiple of {name} "
                    f"({value}), so that no group mixes real with fake."
                )

    def check_choice(self, name, known):
        """Raise ValueError unless the setting of that name is one of the known ones."""
        value = getattr(self, name)
        if value not in known:
            raise ValueError(f"Preset: {name} must be one of {known}, received {value!r}.")

    def load(self, verbose=True):
        """The preset's data, as a `datasets.Dataset`."""
        from gan_lessons import datasets

        return datasets.load(self.dataset, source=self.source, verbose=verbose)

    def training_data(self, loaded):
        """What a model trains on of a loaded `datasets.Dataset`: an array, or a tuple of them."""
        return loaded.x_train

    @property
    def jit_compile(self):
        """What to pass to `compile`: True, or "auto" to let Keras decide."""
        if runtime.backend() == "tensorflow" and (self.jit or runtime.has_accelerator()):
            return True
        return "auto"
