"""What holds for the repository as a whole: files, requirements, Makefile, and who imports whom."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gan_lessons.lessons import LESSONS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gan_lessons"
BACKENDS = {"tensorflow", "jax", "torch"}


def project_files():
    """Everything that git tracks or would track."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert len(files) > 20
    return [file for file in files if file.is_file()]


def texts():
    for file in project_files():
        try:
            yield file.relative_to(ROOT), file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


# --- files ----------------------------------------------------------------------------------------


def test_no_file_knows_the_machine_it_was_written_on():
    path = re.compile(r"/(?:work|tmp|root)/[A-Za-z.]|/home/(?!me\b)\w")
    host = re.compile("(pypi|pythonhosted|download[.]pytorch)" + r"\.org")
    found = [
        f"{name}: {match[0]}"
        for name, text in texts()
        for match in [path.search(text) or host.search(text)]
        if match
    ]
    assert found == []


def test_no_file_is_too_large_for_a_clone():
    weights = PACKAGE / "pretrained"  # colour pictures need more of them than digits
    limits = {f: 6_000_000 if f.parent == weights else 3_000_000 for f in project_files()}
    assert [f.name for f, limit in limits.items() if f.stat().st_size > limit] == []
    assert sum(f.stat().st_size for f in project_files()) < 25_000_000


def test_nothing_is_ever_unpickled():
    unsafe = re.compile(r"allow_pickle\s*=\s*True|^\s*import pickle|torch\.load", re.M)
    for name, text in texts():
        if name.suffix == ".py" and name.parts[0] != "tests":
            assert not unsafe.search(text), name


def test_licence():
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("MIT License") and "GAN Lessons contributors" in text


def test_one_stem_per_lesson():
    """A notebook, the checks of its exercises and the tests of those checks go together."""
    stems = {path.stem[3:] for path in (ROOT / "notebooks" / "src").glob("*.py")}
    checks = {path.stem for path in (PACKAGE / "checks").glob("*.py")} - {"__init__", "core"}
    assert checks == stems
    for stem in checks:
        tests = (ROOT / "tests" / "checks" / f"test_{stem}_checks.py").read_text()
        source = (PACKAGE / "checks" / f"{stem}.py").read_text()
        for name in re.findall(r"^def (check_\w+)", source, re.M):
            assert f"{name}" in tests, f"{name} is not tested"


# --- requirements ---------------------------------------------------------------------------------


def requirements(name):
    lines = (ROOT / name).read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))


def test_requirements_end_with_the_project_itself():
    assert {"requirements.txt", "requirements-dev.txt", "requirements-torch.txt"} <= set(FILES)
    for name in ("requirements.txt", "requirements-gpu.txt", "requirements-torch.txt"):
        assert requirements(name)[-1] == "-e ."


@pytest.mark.parametrize("name", FILES)
def test_requirements_are_bounded_on_both_sides(name):
    for line in requirements(name):
        if line.startswith("-"):
            continue
        versions = line.split(";")[0]
        assert re.search(r">=[\d.]+,<[\d.]+$|==[\d.]+\.\*$", versions.strip()), line


def test_torch_and_its_cuda_packages_stay_out_of_the_usual_environment():
    for name in set(FILES) - {"requirements-torch.txt"}:
        assert not any(line.startswith("torch") for line in requirements(name))


@pytest.mark.parametrize(
    "system, machine, build",
    [
        ("linux", "x86_64", "tensorflow-cpu"),
        ("linux", "aarch64", "tensorflow"),
        ("darwin", "arm64", "tensorflow"),
        ("win32", "AMD64", "tensorflow"),
    ],
)
def test_every_platform_gets_exactly_one_tensorflow(system, machine, build):
    packaging = pytest.importorskip("packaging.requirements")
    here = {"sys_platform": system, "platform_machine": machine}
    chosen = []
    for line in requirements("requirements.txt"):
        if not line.startswith("-"):
            requirement = packaging.Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate(here):
                chosen.append(requirement.name)
    assert chosen == [build]


# --- Makefile and CI ------------------------------------------------------------------------------

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments, path=None):
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    for name in ("PYTHON", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        environment.pop(name, None)
    command = [shutil.which("make"), "--no-print-directory", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@needs_make
def test_make_help_lists_every_target_of_the_readme():
    status, out = make()
    assert status == 0
    for target in ("demo", "lab", "test", "test-torch", "test-full", "notebooks", "lint"):
        assert re.search(rf"^  {target} +\S", out, re.M), target


def fake_bin(folder, **programs):
    """A folder to be the whole PATH, with these scripts in it."""
    folder.mkdir()
    for name, body in programs.items():
        file = folder / name.replace("_", ".")
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
    return str(folder)


GOOD = f'exec "{sys.executable}" "$@"'
OLD = "exit 1"  # what the version test says about a Python that does not suit
CHOICE = ("--eval", "show: ; @if true; then echo chosen: $(PYTHON); fi", "show")


@needs_make
def test_make_passes_over_pythons_that_do_not_run_or_do_not_suit(tmp_path):
    shim = "echo 'pyenv: python3.11: command not found' >&2; exit 127"
    path = fake_bin(tmp_path / "bin", python3_11=shim, python3_13=GOOD, python3=OLD)
    assert make(*CHOICE, path=path) == (0, "chosen: python3.13\n")
    path = fake_bin(tmp_path / "bin2", python3=OLD, python=GOOD)
    assert make(*CHOICE, path=path) == (0, "chosen: python\n")


@needs_make
def test_make_says_what_to_do_without_a_python(tmp_path):
    venv = f"VENV={tmp_path / 'venv'}"
    status, out = make(venv, "demo", path=fake_bin(tmp_path / "bin", python3=OLD))
    assert status != 0 and "No Python 3.11, 3.12 or 3.13 was found" in out
    status, out = make(venv, "demo", f"PYTHON={tmp_path}/nothing")
    assert status != 0 and "does not run" in out
    no_venv = f'case "$*" in *ensurepip*) exit 1;; esac; {GOOD}'
    status, out = make(venv, "demo", path=fake_bin(tmp_path / "bin2", python3_11=no_venv))
    assert status != 0 and "apt install python3-venv" in out
    assert not (tmp_path / "venv").exists()


@needs_make
def test_make_downloads_nothing_once_the_environments_are_complete(tmp_path):
    venv, torch = tmp_path / "venv", tmp_path / "torch"
    for folder in (venv, torch):
        folder.mkdir()
    folders = (f"VENV={venv}", f"TORCH_VENV={torch}", "-n")
    out = make(*folders, "demo")[1]
    assert out.index("pip install") < out.index(f"touch {venv / '.ready'}")
    for stamp in (venv / ".ready", venv / ".ready-dev", torch / ".ready"):
        stamp.touch()
    for target in ("demo", "lab", "test", "test-torch", "test-full", "notebooks"):
        status, out = make(*folders, target)
        assert status == 0 and "pip" not in out and "venv " not in out, out


@needs_make
def test_make_test_covers_lint_two_backends_and_notebooks(tmp_path):
    out = make(f"VENV={tmp_path}", "-n", "test")[1]
    for part in ("ruff check", "KERAS_BACKEND=tensorflow", "KERAS_BACKEND=jax", "--nbval-lax"):
        assert part in out
    assert "GAN_LESSONS_PRESET=smoke" in out


def test_ci_runs_both_test_targets():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text()
    assert text.index("make test\n") < text.index("make test-torch")
    assert "set -e" in text


# --- who imports whom -----------------------------------------------------------------------------


def imports(file):
    """Absolute names of everything a module of the package imports, wherever in the file."""
    module = file.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(module[: -node.level]) if node.level else ""
            origin = ".".join(filter(None, [base, node.module]))
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def modules(*parts):
    return sorted((PACKAGE.joinpath(*parts)).rglob("*.py"))


def test_backends_are_imported_in_one_place_only():
    for file in modules():
        if file.parent.name != "backends":
            roots = {name.split(".")[0] for name in imports(file)}
            assert not roots & BACKENDS, file


def test_the_engine_knows_no_lesson():
    lessons = {f"gan_lessons.{name}" for name in LESSONS}
    for folder in ("engine", "datasets", "metrics"):
        assert modules(folder)
        for file in modules(folder):
            assert not lessons & set(imports(file)), file


def test_data_and_metrics_do_without_the_engine():
    for file in [*modules("datasets"), *modules("metrics")]:
        assert not any(name.startswith("gan_lessons.engine") for name in imports(file)), file


# What a lesson is made of: the same networks, under another game.
BUILDS_ON = {
    "cgan": {"dcgan"},
    "vae": {"dcgan_faces"},
    "vae_gan": {"dcgan_faces", "vae"},
    "wgan": {"dcgan", "vanilla_gan"},
}


def test_lessons_do_not_import_each_other():
    for lesson in LESSONS:
        others = {f"gan_lessons.{name}" for name in LESSONS if name != lesson}
        found = others & set(imports(PACKAGE / f"{lesson}.py"))
        assert found == {f"gan_lessons.{name}" for name in BUILDS_ON.get(lesson, ())}, lesson


def test_these_import_tests_see_imports(tmp_path):
    file = PACKAGE / "engine" / "model.py"
    assert "keras" in set(imports(file))
    assert any(name.startswith("gan_lessons.") for name in imports(file))
