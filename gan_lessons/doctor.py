"""``gan-lessons doctor``: what this machine offers the course, and what to mend.

``gather`` collects facts, ``diagnose`` turns facts into findings in words, ``report`` prints both.
Only ``gather`` looks at the machine, so every finding can be tested without having the problem.
"""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import runtime

PROBLEM, ADVICE = "problem", "advice"
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
OLDEST_KERAS = (3, 15)
MEMORY_GB, DISK_GB = 2.0, 1.0  # training a quick lesson takes about 1 GB of memory


@dataclass(frozen=True)
class Finding:
    """One thing to know: ``level`` is "problem" (mend it) or "advice" (it works without)."""

    level: str
    what: str
    mend: str


@dataclass(frozen=True)
class Facts:
    """What was found on a machine. Sizes are in GB, and None where they could not be read."""

    python: tuple[int, int] = (3, 11)
    system: str = "Linux"
    machine: str = "x86_64"
    backend: str = "tensorflow"
    installed: tuple[str, ...] = ("tensorflow",)
    import_error: str = ""
    keras: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    devices: tuple[str, ...] = ("cpu:0",)
    nvidia: bool = False
    preset: str = "quick"
    preset_error: str = ""
    cache: str = ""
    cache_error: str = ""
    data: tuple[str, ...] = ()
    data_error: str = ""
    memory_gb: float | None = None
    disk_gb: float | None = None
    tensorflow_came_first: bool = False

    @property
    def accelerated(self) -> bool:
        """Whether the backend sees more than the CPU."""
        return any(not device.startswith("cpu") for device in self.devices)


def diagnose(facts: Facts) -> list[Finding]:
    """Everything worth saying about these facts, problems first."""
    found = [*_python(facts), *_backend(facts), *_accelerator(facts), *_files(facts)]
    found += [*_sizes(facts), *_speed(facts)]
    return sorted(found, key=lambda finding: finding.level != PROBLEM)


def _python(facts: Facts):
    version = ".".join(map(str, facts.python))
    if facts.python < OLDEST_PYTHON:
        yield Finding(
            PROBLEM,
            f"Python {version} is too old: Keras needs 3.11.",
            "Install Python 3.11, 3.12 or 3.13 and build the environment again with it.",
        )
    elif facts.python > NEWEST_PYTHON:
        yield Finding(
            PROBLEM,
            f"Python {version} is newer than TensorFlow knows; the course is tested up to 3.13.",
            "Install Python 3.11, 3.12 or 3.13 beside it and build the environment with that one.",
        )


def _backend(facts: Facts):
    if facts.backend not in runtime.BACKENDS:
        yield Finding(
            PROBLEM,
            f"KERAS_BACKEND is {facts.backend!r}, which Keras does not know.",
            f"Set it to one of {', '.join(runtime.BACKENDS)}, or unset it.",
        )
    elif facts.backend not in facts.installed:
        others = f"set KERAS_BACKEND to {' or '.join(facts.installed)}" if facts.installed else ""
        yield Finding(
            PROBLEM,
            f"The Keras backend is to be {facts.backend}, but {facts.backend} is not installed.",
            " or ".join(filter(None, [f"Install {facts.backend}", others])) + ".",
        )
    elif facts.import_error:
        yield Finding(
            PROBLEM,
            f"Keras on {facts.backend} cannot be imported: {facts.import_error}",
            "Build a fresh environment: make clean, then make demo "
            "(or a new venv and pip install -r requirements.txt).",
        )
    elif _numbers(facts.keras) < OLDEST_KERAS:
        oldest = ".".join(map(str, OLDEST_KERAS))
        yield Finding(
            PROBLEM,
            f"Keras {facts.keras} is too old: the course needs {oldest}.",
            f'python -m pip install "keras>={oldest}"',
        )


def _accelerator(facts: Facts):
    if facts.import_error or facts.accelerated:
        return
    if facts.system == "Windows" and facts.nvidia and facts.backend == "tensorflow":
        yield Finding(
            ADVICE,
            "This PC has an NVIDIA GPU, but TensorFlow has not used GPUs on Windows since 2.11.",
            "Work in WSL2 and install requirements-gpu.txt there, or install torch with CUDA and "
            "set KERAS_BACKEND=torch. Until then everything runs on the CPU.",
        )
    elif facts.nvidia:
        ways = {
            "tensorflow": "in a fresh environment, python -m pip install -r requirements-gpu.txt",
            "jax": 'python -m pip install "jax[cuda13]" (cuda12 for older drivers)',
            "torch": "install the CUDA build of torch, by the instructions on its home page",
        }
        yield Finding(
            ADVICE,
            f"This machine has an NVIDIA GPU, but {facts.backend} does not see it.",
            f"Try nvidia-smi first: it must list the GPU. Then {ways.get(facts.backend)}. "
            "Until then everything runs on the CPU.",
        )


def _files(facts: Facts):
    if facts.preset_error:
        yield Finding(PROBLEM, facts.preset_error, "Unset GAN_LESSONS_PRESET, or correct it.")
    if facts.cache_error:
        yield Finding(
            PROBLEM,
            f"Nothing can be stored in the cache {facts.cache}: {facts.cache_error}.",
            "Make the folder writable, or set GAN_LESSONS_CACHE to one that is.",
        )
    if facts.data_error:
        yield Finding(
            PROBLEM,
            f"The data cannot be listed: {facts.data_error}",
            "Correct or unset GAN_LESSONS_DATA: without it the bundled data are used.",
        )


def _sizes(facts: Facts):
    if facts.memory_gb is not None and facts.memory_gb < MEMORY_GB:
        yield Finding(
            ADVICE,
            f"Only {facts.memory_gb:.1f} GB of memory are free.",
            "Close other programs and notebooks (in JupyterLab: Kernel, Shut Down All Kernels).",
        )
    if facts.disk_gb is not None and facts.disk_gb < DISK_GB:
        yield Finding(
            ADVICE,
            f"Only {facts.disk_gb:.1f} GB are free where the cache is ({facts.cache}).",
            "Make room, or set GAN_LESSONS_CACHE to a folder on a larger disk.",
        )


def _speed(facts: Facts):
    if facts.tensorflow_came_first and not facts.accelerated:
        yield Finding(
            ADVICE,
            "TensorFlow was imported before gan_lessons, so its fast convolutions may be off.",
            "Import gan_lessons first, or set TF_ENABLE_ONEDNN_OPTS=1 before you start Python.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    """Turn "3.15.1" into (3, 15)."""
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


# --- looking at the machine ---------------------------------------------------------------------


def gather() -> Facts:
    """Collect the facts of this machine; raises nothing, whatever state it is in."""
    found: dict = {
        "python": sys.version_info[:2],
        "system": platform.system(),
        "machine": platform.machine(),
        "backend": runtime.backend(),
        "installed": tuple(runtime.installed_backends()),
        "nvidia": has_nvidia(),
        "memory_gb": free_memory_gb(),
        "tensorflow_came_first": runtime.TENSORFLOW_CAME_FIRST,
    }
    try:
        found["keras"] = importlib.import_module("keras").__version__
        found["devices"] = tuple(runtime.devices())
        found["versions"] = tuple(runtime.versions().items())
    except Exception as error:  # a broken installation fails in many ways; all are worth reporting
        found["import_error"] = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
        found["devices"] = ()
    else:
        try:
            found["preset"] = runtime.resolve_preset()
        except ValueError as error:
            found["preset_error"] = str(error)
    cache = runtime.cache_dir()
    found["cache"], found["cache_error"] = str(cache), why_not_writable(cache)
    found["disk_gb"] = free_disk_gb(cache)
    try:
        found["data"] = tuple(importlib.import_module("gan_lessons.datasets").status())
    except (ImportError, OSError, ValueError) as error:
        found["data_error"] = str(error)
    return Facts(**found)


def has_nvidia() -> bool:
    """Whether this machine has an NVIDIA GPU with a driver, whatever the backend thinks."""
    if any(Path("/proc/driver/nvidia/gpus").glob("*")):
        return True
    if shutil.which("nvidia-smi") is None:
        return False
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return listed.returncode == 0 and "GPU" in listed.stdout


def _existing(folder: Path) -> Path:
    """The folder itself or its nearest ancestor that exists."""
    return next((path for path in (folder, *folder.parents) if path.exists()), Path.cwd())


def why_not_writable(folder: Path) -> str:
    """Empty if files can be written into ``folder`` (which need not exist yet), else the reason."""
    place = _existing(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".gan-lessons-"):
            return ""
    except OSError as error:
        return f"{place}: {error.strerror or error}"


def free_disk_gb(folder: Path) -> float | None:
    """Free space for ``folder``, in GB; None if unknown."""
    try:
        return shutil.disk_usage(_existing(folder)).free / 1e9
    except OSError:
        return None


def free_memory_gb() -> float | None:
    """Memory that a new program could have, in GB; None where it cannot be read."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024 / 1e9
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    except (OSError, ValueError, AttributeError):
        return None


# --- the report ---------------------------------------------------------------------------------


def report(facts: Facts, findings: list[Finding]) -> str:
    """All facts and findings as text for humans."""
    versions = dict(facts.versions)
    python = ".".join(map(str, facts.python))
    rows = [
        ("Python", f"{versions.get('python', python)} on {facts.system} ({facts.machine})"),
        ("Keras", facts.keras or "cannot be imported"),
        ("backend", f"{facts.backend} {versions.get(facts.backend, '')}".strip()),
        ("installed", ", ".join(facts.installed) or "no backend"),
        ("devices", ", ".join(facts.devices) or "unknown"),
        ("preset", facts.preset if not facts.preset_error else "not valid"),
        ("memory free", _size(facts.memory_gb)),
        ("disk free", _size(facts.disk_gb)),
        ("cache", facts.cache + (" (not writable)" if facts.cache_error else "")),
    ]
    lines = [f"{name:<12} {value}" for name, value in rows]
    lines += [f"{'data':<12} {line}" for line in facts.data] + [""]
    for finding in findings:
        heading = "TO MEND" if finding.level == PROBLEM else "ADVICE"
        lines += [f"{heading}: {finding.what}", f"  -> {finding.mend}"]
    if not any(finding.level == PROBLEM for finding in findings):
        lines.append("This machine is ready for the course.")
    return "\n".join(lines)


def _size(gigabytes: float | None) -> str:
    return "unknown" if gigabytes is None else f"{gigabytes:.1f} GB"


def main() -> int:
    """Print the report; returns 0, or 1 if something must be mended."""
    facts = gather()
    findings = diagnose(facts)
    print(report(facts, findings))
    return int(any(finding.level == PROBLEM for finding in findings))
