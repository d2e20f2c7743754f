"""The machine under the lessons: backend, devices, presets, one seed call.

Importing this module prepares the environment *before* Keras is imported, because Keras and
TensorFlow read these variables once, at import:

- ``KERAS_BACKEND``: the first installed of tensorflow, jax, torch, unless you set it yourself;
- ``TF_ENABLE_ONEDNN_OPTS=1``: faster convolutions on CPUs without AVX-512, where it is off;
- ``TF_CPP_MIN_LOG_LEVEL=3``: keeps TensorFlow's C++ messages out of notebooks (with ``quiet``).

Nothing here imports a backend until a function needs it, and no function imports another
backend than the one in use.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import json
import logging
import os
import platform
import re
import sys
import time
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from . import quiet

PRESETS = ("smoke", "quick", "full")
BACKENDS = ("tensorflow", "jax", "torch")


def installed_backends() -> list[str]:
    """Names of the Keras backends that are installed here, in the order of preference."""
    return [name for name in BACKENDS if importlib.util.find_spec(name) is not None]


def _preferred_backend() -> str:
    """The backend to use when KERAS_BACKEND is unset: Keras' own config file, else the first."""
    installed = installed_backends()
    folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    try:
        configured = json.loads((folder / "keras.json").read_text())["backend"]
    except (OSError, ValueError, KeyError, TypeError):
        configured = None
    return configured if configured in installed else next(iter(installed), "tensorflow")


def _set_defaults() -> None:
    """Set what must be in the environment before Keras is imported; never overrule the user."""
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow's Python logger would print its hints ("... triggered tf.function retracing") into
    # the output of a notebook's cells; errors still come through.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    if not os.environ.get("KERAS_BACKEND") and "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = _preferred_backend()
    quiet.install()


def _keep_freed_memory() -> None:
    """Let glibc keep large freed blocks for the next training step.

    It would hand them back to the system after each step, and the next step would pay for them with
    thousands of page faults: up to a quarter of the time of a small network. Elsewhere than on
    Linux with glibc, and where the user has set a MALLOC_ variable, nothing is changed.
    """
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        trim_threshold, top_pad, mmap_threshold = -1, -2, -3  # names and values of <malloc.h>
        mallopt(mmap_threshold, 32 << 20)  # the largest that glibc takes
        mallopt(trim_threshold, 2**31 - 1)
        mallopt(top_pad, 64 << 20)


# True if TensorFlow was imported before this module could set the oneDNN switch.
TENSORFLOW_CAME_FIRST = "tensorflow" in sys.modules and "TF_ENABLE_ONEDNN_OPTS" not in os.environ
_set_defaults()
_keep_freed_memory()


def backend() -> str:
    """Name of the Keras backend in use: ``"tensorflow"``, ``"jax"`` or ``"torch"``."""
    if "keras" in sys.modules:
        return sys.modules["keras"].config.backend()
    return os.environ["KERAS_BACKEND"]


def devices() -> list[str]:
    """Devices that the backend in use can compute on, accelerators first, e.g. ``["gpu:0"]``.

    Imports the backend in use (a few seconds the first time), and no other.
    """
    name = backend()
    module = importlib.import_module(name)
    if name == "tensorflow":
        # Physical, not logical: listing those would initialise the GPU and freeze its settings.
        kinds = [device.device_type.lower() for device in module.config.list_physical_devices()]
    elif name == "jax":
        kinds = [device.platform for device in module.devices()]
    else:
        kinds = ["cuda"] * module.cuda.device_count()
        kinds += ["mps"] if module.backends.mps.is_available() else []
    if "cpu" not in kinds:
        kinds.append("cpu")
    kinds.sort(key=lambda kind: kind == "cpu")
    return [f"{kind}:{kinds[:i].count(kind)}" for i, kind in enumerate(kinds)]


def has_accelerator() -> bool:
    """Whether the backend in use sees anything faster than the CPU."""
    return any(not device.startswith("cpu") for device in devices())


def resolve_preset(name: str | None = None) -> str:
    """Choose a preset: ``name``, else ``$GAN_LESSONS_PRESET``, else by the hardware.

    With neither given: ``"full"`` where the backend sees an accelerator, otherwise ``"quick"``.
    Raises ValueError for a name that is not one of ``PRESETS``.
    """
    origin = "preset"
    if name is None:
        name, origin = os.environ.get("GAN_LESSONS_PRESET") or None, "GAN_LESSONS_PRESET"
    if name is None:
        return "full" if has_accelerator() else "quick"
    if name not in PRESETS:
        raise ValueError(
            f"{origin} is {name!r}, but there are only the presets {', '.join(PRESETS)}. "
            "Choose one of them, or leave it unset to have one chosen for this machine."
        )
    return name


def versions() -> dict[str, str]:
    """Versions of what decides a result: Python, gan_lessons, Keras, the backend, NumPy."""
    found = {"python": platform.python_version()}
    for package in ("gan-lessons", "keras", backend(), "numpy"):
        found[package] = _version(package)
    return found


def _version(package: str) -> str:
    """Version of an installed package, without importing it where possible."""
    # The slim CPU build of TensorFlow goes by another package name than the module it holds.
    for name in (package, f"{package}-cpu"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if package == "gan-lessons":
        return importlib.import_module("gan_lessons").__version__
    return "not installed"


def set_seed(seed: int) -> int:
    """Seed Python, NumPy, Keras and the backend with one call; returns the seed.

    On TensorFlow it also switches on op determinism, so that two CPU runs from one seed are
    bit-identical. Raises ValueError unless ``seed`` is an integer from 0 to 2**32 - 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}; expected a whole number from 0 to {2**32 - 1}.")
    import keras

    seed_everything = keras.utils.set_random_seed  # Python, NumPy and the backend in use
    if backend() == "tensorflow":
        seed_everything(seed)
        importlib.import_module("tensorflow").config.experimental.enable_op_determinism()
    else:
        # Keras would import TensorFlow, where it is installed, only to seed tf.data.
        absent = SimpleNamespace(available=False)
        with mock.patch.dict(seed_everything.__globals__, tf=absent):
            seed_everything(seed)
    return seed


def describe() -> str:
    """One line for humans: Keras, backend, devices and processor cores."""
    found = versions()
    return (
        f"Keras {found['keras']} on {backend()} {found[backend()]}, "
        f"Python {found['python']}, device {devices()[0]}, {os.cpu_count()} CPU cores"
    )


def peak_megabytes() -> float | None:
    """The most memory that this process has held so far, in MB; None where that is not known.

    Linux keeps it in /proc. Its `getrusage`, as that of macOS, would count what the parent had held
    when it started this process; macOS, which has nothing else, counts in bytes.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.M)
        return int(found[1]) / 2**10 if found else None
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def footer(preset: str, seed: int, started: float) -> None:
    """Print what produced a notebook's outputs; the last cell of every notebook calls it.

    ``started`` is the value of ``time.perf_counter()`` when the notebook began.
    """
    seconds = time.perf_counter() - started
    minutes, rest = divmod(round(seconds), 60)
    print(f"preset: {resolve_preset(preset)}")
    print(f"device: {', '.join(devices())} ({os.cpu_count()} CPU cores)")
    print("versions: " + ", ".join(f"{name} {number}" for name, number in versions().items()))
    print(f"seed: {seed}")
    print(f"wall time: {minutes} min {rest:02d} s")


def data_dir() -> Path | None:
    """Folder with your own copies of the data sets, from ``$GAN_LESSONS_DATA``; None if unset."""
    value = os.environ.get("GAN_LESSONS_DATA")
    return Path(value).expanduser() if value else None


def cache_dir() -> Path:
    """Folder for downloads: ``$GAN_LESSONS_CACHE``, else ``~/.cache/gan_lessons`` (not created)."""
    value = os.environ.get("GAN_LESSONS_CACHE")
    return Path(value).expanduser() if value else Path.home() / ".cache" / "gan_lessons"
