"""GAN Lessons: generative adversarial networks, taught and trained with Keras 3.

``import gan_lessons`` is quick: it prepares the environment for Keras (see ``runtime``) and loads
the rest when it is first used, so ``gan_lessons.dcgan`` works without a further import.
"""

from __future__ import annotations

import importlib
from typing import Any

from . import runtime  # first of all: it sets what Keras reads once, at import
from .runtime import PRESETS, describe, footer, resolve_preset, set_seed

__version__ = "0.1.0"

_SUBMODULES = (
    "arms_race",
    "cgan",
    "conditions",
    "critics",
    "cyclegan",
    "cyclegan_lab",
    "cyclegan_presets",
    "checks",
    "datasets",
    "dcgan",
    "doctor",
    "earth_mover",
    "engine",
    "faces",
    "games",
    "latent",
    "layers",
    "lessons",
    "marketer",
    "matching",
    "measuring",
    "metrics",
    "pairing",
    "plots",
    "portraits",
    "pretrained",
    "photos",
    "probability",
    "robustness",
    "scoring",
    "spam_filter",
    "spoilt",
    "start_here",
    "translation",
    "translators",
    "vanilla_gan",
    "watching",
    "wgan",
    "wgan_lab",
    "witnesses",
    "word_models",
)

__all__ = ["PRESETS", "describe", "footer", "resolve_preset", "runtime", "set_seed", *_SUBMODULES]


def __getattr__(name: str) -> Any:
    """Import a submodule when it is first asked for."""
    if name in _SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, those not loaded yet included."""
    return sorted({*globals(), *__all__})
