"""The settings of CycleGAN runs: horses and zebras, digits in two dresses, the paper's form."""

import dataclasses

from gan_lessons.engine.precision import PRECISIONS
from gan_lessons.engine.presets import Preset


@dataclasses.dataclass(frozen=True)
class CycleGANPreset(Preset):
    """Sizes and settings of a CycleGAN run.

    Attributes:
        size: height and width of the pictures, a multiple of 4. colours: their channels.
        channels: of the translators' first layer. blocks: their residual blocks.
        kernel: of their first and last layer. brush: whether they paint over the picture, with a
            mask, instead of painting it anew.
        judge: channels of the discriminators' layers. judge_norm: whether they have instance
            normalisation; only `full`, the paper's form, does: see `translators.build_judge`.
        forward, backward: weights of the two cycle terms, F(G(x)) = x and G(F(y)) = y.
        same: weight of the identity terms, G(y) = y and F(x) = x. same_batch: how many pictures of
            a batch they look at; a part is enough, since their mean is the same.
        adversarial: weight of the adversarial terms.
        pool: how many fakes the discriminators are shown again; 0 for none.
        learning_rate, beta_2: of both players' Adam. A gradient that is suddenly large moves a
            weight by up to (1 - beta_1) / (1 - beta_2)^0.5 learning rates: 16 with the paper's
            .999, 5 with .99. One step of 16 can close a brush's mask for good.
        average: decay of the averaged translators.
        precision: "mixed_bfloat16" computes with numbers of 16 bits, see `dcgan_faces`.
    """

    dataset: str = "horse2zebra"
    batch_size: int = 4
    steps: int = 1700
    report_every: int = 100
    size: int = 64
    colours: int = 3
    channels: int = 16
    blocks: int = 4
    kernel: int = 5
    brush: bool = True
    judge: tuple = (32, 64, 128)
    judge_norm: bool = False
    forward: float = 2.0
    backward: float = 2.0
    same: float = 1.0
    same_batch: int = 1
    adversarial: float = 1.0
    pool: int = 50
    learning_rate: float = 1e-3
    beta_2: float = 0.99
    average: float | None = 0.99
    hold: float = 0.5
    precision: str = "float32"

    def __post_init__(self):
        super().__post_init__()
        self.check_choice("precision", PRECISIONS)
        if self.size % 4:
            raise ValueError(f"Preset: size must be a multiple of 4, received {self.size!r}.")
        if 0 < self.pool < self.batch_size:
            raise ValueError(
                f"Preset: pool must be 0, or at least batch_size ({self.batch_size}), received "
                f"{self.pool!r}."
            )

    @property
    def shape(self):
        """Of one picture."""
        return (self.size, self.size, self.colours)

    def load(self, verbose=True):
        """The preset's data, at its size."""
        from gan_lessons import datasets

        return datasets.load(self.dataset, self.source, verbose, size=self.size)

    def training_data(self, loaded):
        """The two piles of pictures: they do not belong together."""
        return {"x": loaded.x_train, "y": loaded.y_train}


PAPER = dict(forward=10.0, backward=10.0, same=5.0)  # weights of its terms
PRESETS = {
    "smoke": CycleGANPreset(
        batch_size=2,
        steps=10,
        report_every=5,
        size=32,
        channels=4,
        blocks=1,
        judge=(8, 8, 8),
    ),
    # With a brush the picture is there from the first step on, so that coming back is easy and
    # changing anything is not: the cycle weighs less than in the paper.
    "quick": CycleGANPreset(),
    # That of the paper, for photographs: pictures of 256 pixels, nine blocks.
    "full": CycleGANPreset(
        source="auto",
        batch_size=1,
        steps=100_000,
        report_every=500,
        size=256,
        channels=64,
        blocks=9,
        kernel=7,
        brush=False,
        judge=(64, 128, 256, 512),
        judge_norm=True,
        **PAPER,
        learning_rate=2e-4,
        beta_2=0.999,
        average=0.999,
    ),
}
# How the translators that come with the course are trained, on procedural pictures.
PRETRAINED = dataclasses.replace(
    PRESETS["quick"],
    batch_size=8,
    same_batch=2,
    steps=6_000,
    report_every=200,
    blocks=6,
    average=0.999,
    precision="mixed_bfloat16",
)
# Of a digit everything changes but its shape, so it is painted anew, as in the paper.
_DIGITS = dict(dataset="coloured_digits", size=28, brush=False)
DIGITS = {
    "smoke": dataclasses.replace(PRESETS["smoke"], **_DIGITS),
    "quick": dataclasses.replace(PRESETS["quick"], **_DIGITS, **PAPER, batch_size=16, same_batch=4),
    "full": dataclasses.replace(
        PRESETS["quick"],
        **_DIGITS,
        **PAPER,
        source="auto",
        batch_size=16,
        same_batch=4,
        steps=20_000,
    ),
}


def preset_for(name, dataset=None):
    """The preset of that name for a data set: a known one, or the path of your own."""
    if dataset == "coloured_digits":
        return DIGITS[name]
    preset = PRESETS[name]
    return (
        preset if dataset is None else dataclasses.replace(preset, dataset=dataset, source="auto")
    )


def ways(name):
    """The ablation, {way: preset}: what is left when a part of CycleGAN is taken out.

    Without a brush the weights are those of the paper. Normalised judges are a part put in.
    """
    without = {
        "whole": {},
        "without cycles": dict(forward=0.0, backward=0.0),
        "without forward cycle": dict(forward=0.0),
        "without backward cycle": dict(backward=0.0),
        "without identity": dict(same=0.0),
        "adversarial alone": dict(forward=0.0, backward=0.0, same=0.0),
        "without pool": dict(pool=0),
        "without brush": dict(brush=False, **PAPER),
        "normalised judges": dict(judge_norm=True),
    }
    return {way: dataclasses.replace(PRESETS[name], **gone) for way, gone in without.items()}
