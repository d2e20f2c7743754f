"""The doctor's findings, from facts of machines that we do not have."""

from pathlib import Path

import pytest

from gan_lessons import doctor
from gan_lessons.doctor import ADVICE, PROBLEM, Facts, diagnose, report

HEALTHY = {
    "python": (3, 11),
    "keras": "3.15.1",
    "versions": (("python", "3.11.7"), ("keras", "3.15.1"), ("tensorflow", "2.21.0")),
    "cache": "somewhere/cache",
    "memory_gb": 8.0,
    "disk_gb": 50.0,
    "data": ("mnist: bundled",),
}


def facts(**changes):
    return Facts(**{**HEALTHY, **changes})


def only(**changes):
    """The one finding that a healthy machine gets with these changes."""
    (finding,) = diagnose(facts(**changes))
    return finding


def test_a_healthy_machine_has_no_findings():
    assert diagnose(facts()) == []
    text = report(facts(), [])
    assert "ready for the course" in text and "mnist: bundled" in text and "3.11.7" in text


@pytest.mark.parametrize("version, word", [((3, 10), "too old"), ((3, 14), "newer")])
def test_python_out_of_range(version, word):
    finding = only(python=version)
    assert finding.level == PROBLEM and word in finding.what
    assert f"3.{version[1]}" in finding.what and "3.12" in finding.mend


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_python_in_range(version):
    assert diagnose(facts(python=version)) == []


def test_backend_that_is_not_installed():
    others = ("tensorflow", "torch")
    finding = only(backend="jax", installed=others, import_error="ImportError: jax")
    assert finding.level == PROBLEM and "jax is not installed" in finding.what
    assert "Install jax" in finding.mend and "tensorflow or torch" in finding.mend


def test_no_backend_at_all():
    finding = only(installed=(), import_error="ImportError: tensorflow")
    assert finding.mend == "Install tensorflow."


def test_backend_with_a_typing_error():
    finding = only(backend="tensorflwo")
    assert finding.level == PROBLEM and "tensorflwo" in finding.what and "torch" in finding.mend


def test_broken_installation_is_quoted():
    finding = only(import_error="ImportError: libfoo.so not found", devices=(), nvidia=True)
    assert finding.level == PROBLEM and "libfoo.so" in finding.what


@pytest.mark.parametrize("version", ["2.15.0", "3.9.2", "3.14.1"])
def test_keras_too_old(version):
    finding = only(keras=version)
    assert finding.level == PROBLEM and version in finding.what and "3.15" in finding.mend


@pytest.mark.parametrize("version", ["3.15.0", "3.20.1", "4.0.0rc1"])
def test_keras_new_enough(version):
    assert diagnose(facts(keras=version)) == []


@pytest.mark.parametrize(
    "backend, way", [("tensorflow", "requirements-gpu"), ("jax", "jax[cuda"), ("torch", "CUDA")]
)
def test_gpu_that_the_backend_does_not_see(backend, way):
    finding = only(nvidia=True, backend=backend, installed=(backend,))
    assert finding.level == ADVICE and backend in finding.what and way in finding.mend
    assert "nvidia-smi" in finding.mend


def test_gpu_that_is_seen_needs_no_words():
    assert diagnose(facts(nvidia=True, devices=("gpu:0", "cpu:0"))) == []


def test_windows_points_to_wsl():
    finding = only(nvidia=True, system="Windows")
    assert "WSL2" in finding.mend and "Windows" in finding.what
    torch = only(nvidia=True, system="Windows", backend="torch", installed=("torch",))
    assert "WSL2" not in torch.mend


def test_cache_preset_and_data():
    finding = only(cache_error="Permission denied")
    assert finding.level == PROBLEM
    assert "somewhere/cache" in finding.what and "Permission denied" in finding.what
    assert "GAN_LESSONS_CACHE" in finding.mend
    assert only(preset_error="GAN_LESSONS_PRESET is 'fast'").level == PROBLEM
    assert "GAN_LESSONS_DATA" in only(data_error="no such folder").mend


def test_little_memory_and_disk_are_advice():
    assert "0.5 GB of memory" in only(memory_gb=0.5).what
    assert "0.3 GB" in only(disk_gb=0.3).what
    assert diagnose(facts(memory_gb=None, disk_gb=None)) == []
    assert {f.level for f in diagnose(facts(memory_gb=0.5, disk_gb=0.3))} == {ADVICE}


def test_tensorflow_imported_first():
    assert "TF_ENABLE_ONEDNN_OPTS" in only(tensorflow_came_first=True).mend
    assert diagnose(facts(tensorflow_came_first=True, devices=("gpu:0", "cpu:0"))) == []


def test_problems_come_before_advice():
    findings = diagnose(facts(nvidia=True, cache_error="full", python=(3, 14)))
    assert [finding.level for finding in findings] == [PROBLEM, PROBLEM, ADVICE]


def test_report_and_exit_code(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "gather", lambda: facts(memory_gb=0.1))
    assert doctor.main() == 0
    out = capsys.readouterr().out
    assert "ADVICE" in out and "ready for the course" in out
    monkeypatch.setattr(doctor, "gather", lambda: facts(cache_error="Permission denied"))
    assert doctor.main() == 1
    out = capsys.readouterr().out
    assert "TO MEND" in out and "not writable" in out and "ready" not in out


def test_this_machine(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "not" / "there" / "yet"))
    found = doctor.gather()
    assert found.devices and found.keras and found.data and not found.cache_error
    assert found.backend in found.installed
    assert not (tmp_path / "not").exists()  # looking must not create anything
    assert list(tmp_path.iterdir()) == []


def test_unusable_cache_is_noticed(tmp_path):
    file = tmp_path / "file"
    file.write_text("in the way")
    assert doctor.why_not_writable(tmp_path) == ""
    assert "Not a directory" in doctor.why_not_writable(file / "cache")


def test_wrong_preset_is_a_problem(monkeypatch):
    monkeypatch.setenv("GAN_LESSONS_PRESET", "fastest")
    assert "'fastest'" in doctor.gather().preset_error


def test_broken_data_folder_is_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path / "absent"))
    assert "absent" in doctor.gather().data_error


def test_nvidia_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.has_nvidia() is False
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'GPU 0: NVIDIA Something'\n")
    tool.chmod(0o755)
    assert doctor.has_nvidia() is True
    tool.write_text("#!/bin/sh\necho 'could not reach the driver'\nexit 9\n")
    assert doctor.has_nvidia() is False
