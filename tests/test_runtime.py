"""Environment, presets, seeds and devices; and what `import gan_lessons` may cost."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import gan_lessons
from gan_lessons import quiet, runtime

ROOT = Path(__file__).resolve().parent.parent


def python(code, **environment):
    """Run code in a fresh interpreter whose environment says nothing about Keras."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KERAS_", "TF_", "GAN_LESSONS_"))
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, "KERAS_HOME": os.environ["KERAS_HOME"], **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def said(code, **environment):
    done = python(code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# --- importing ----------------------------------------------------------------------------------


def test_import_loads_neither_keras_nor_a_backend():
    heavy = "{'keras', 'tensorflow', 'jax', 'torch', 'numpy', 'matplotlib'}"
    assert said(f"import gan_lessons, sys; print({heavy} & set(sys.modules))") == "set()"


def test_submodules_appear_when_asked_for():
    code = "import gan_lessons; print(gan_lessons.checks.__name__, 'dcgan' in dir(gan_lessons))"
    assert said(code) == "gan_lessons.checks True"
    with pytest.raises(AttributeError, match="no attribute 'biggan_xxl'"):
        gan_lessons.biggan_xxl  # noqa: B018


def test_import_sets_the_environment_for_keras():
    code = (
        "import gan_lessons, os;"
        "print([os.environ[n] for n in ('TF_ENABLE_ONEDNN_OPTS', 'TF_CPP_MIN_LOG_LEVEL')])"
    )
    assert said(code) == "['1', '3']"
    mine = {"TF_ENABLE_ONEDNN_OPTS": "0", "TF_CPP_MIN_LOG_LEVEL": "1"}
    assert said(code, **mine) == "['0', '1']"


SHOW_BACKEND = "from gan_lessons import runtime; print(runtime.backend())"


def test_backend_defaults_to_the_first_installed():
    assert said(SHOW_BACKEND) == runtime.installed_backends()[0]
    pretend = (
        "import importlib.util as u; find = u.find_spec;"
        "u.find_spec = lambda name: None if name == 'tensorflow' else (name == 'torch' or None)\n"
    )
    assert said(pretend + SHOW_BACKEND) == "torch"


def test_backend_asked_for_is_respected(tmp_path):
    assert said(SHOW_BACKEND, KERAS_BACKEND="jax") == "jax"
    last = runtime.installed_backends()[-1]
    (tmp_path / "keras.json").write_text(f'{{"backend": "{last}"}}')
    assert said(SHOW_BACKEND, KERAS_HOME=str(tmp_path)) == last


@pytest.mark.parametrize("content", ["not json", "[]", '{"backend": "theano"}', '{"backend": []}'])
def test_strange_keras_settings_do_no_harm(tmp_path, content):
    (tmp_path / "keras.json").write_text(content)
    assert said(SHOW_BACKEND, KERAS_HOME=str(tmp_path)) == runtime.installed_backends()[0]


def test_no_other_backend_is_imported():
    """Seeding and looking for devices stay within the backend in use."""
    others = {"tensorflow": "torch", "jax": "tensorflow", "torch": "tensorflow"}
    name = runtime.backend()
    code = (
        "from gan_lessons import runtime; import sys;"
        "runtime.set_seed(1); runtime.has_accelerator(); runtime.describe();"
        f"print({name!r} in sys.modules, {others[name]!r} in sys.modules)"
    )
    assert said(code, KERAS_BACKEND=name) == "True False"


# --- quiet --------------------------------------------------------------------------------------


def test_looking_for_tensorflow_does_not_use_up_its_quiet_import():
    code = (
        "from gan_lessons import quiet, runtime; import sys; runtime.installed_backends();"
        "print(sum(isinstance(hook, quiet.QuietImport) for hook in sys.meta_path))"
    )
    assert said(code) == "1"
    assert said(code, TF_CPP_MIN_LOG_LEVEL="0") == "0"  # asked to be loud


def test_only_chatter_is_dropped():
    code = """
import os
from gan_lessons.quiet import without_chatter
with without_chatter():
    os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called\\n")
    os.write(2, b"I0000 00:00:1.2 1 port.cc:1] oneDNN custom operations are on.\\n")
    os.write(2, b"E0000 00:00:1.2 1 cuda_fft.cc:4] Unable to register cuFFT factory\\n")
    os.write(2, b"E0000 00:00:1.2 1 cuda_dnn.cc:4] the driver is too old\\n")
    os.write(2, b"Illegal instruction\\n")
os.write(2, b"I0000 afterwards\\n")
"""
    assert python(code).stderr.splitlines() == [
        "E0000 00:00:1.2 1 cuda_dnn.cc:4] the driver is too old",
        "Illegal instruction",
        "I0000 afterwards",
    ]


def test_errors_pass_through_a_quiet_import():
    code = """
from gan_lessons.quiet import without_chatter
with without_chatter():
    raise ImportError("broken")
"""
    done = python(code)
    assert done.returncode == 1 and "ImportError: broken" in done.stderr


def test_the_hook_goes_after_one_use(tmp_path, monkeypatch):
    (tmp_path / "chatty_module.py").write_text("import os\nos.write(2, b'I0000 hello\\n')\n")
    monkeypatch.syspath_prepend(tmp_path)
    hook = quiet.QuietImport("chatty_module")
    monkeypatch.setattr(sys, "meta_path", [hook, *sys.meta_path])
    import chatty_module

    assert hook not in sys.meta_path
    assert Path(chatty_module.__file__).name == "chatty_module.py"


# --- presets ------------------------------------------------------------------------------------


def test_preset_by_name_by_environment_by_hardware(monkeypatch):
    assert runtime.resolve_preset("smoke") == "smoke"
    monkeypatch.setenv("GAN_LESSONS_PRESET", "full")
    assert runtime.resolve_preset() == "full"
    assert runtime.resolve_preset("smoke") == "smoke"
    monkeypatch.setenv("GAN_LESSONS_PRESET", "")
    monkeypatch.setattr(runtime, "has_accelerator", lambda: False)
    assert runtime.resolve_preset() == "quick"
    monkeypatch.setattr(runtime, "has_accelerator", lambda: True)
    assert runtime.resolve_preset() == "full"


@pytest.mark.parametrize("wrong", ["Quick", "fast", ""])
def test_unknown_preset_is_refused_with_what_was_received(wrong):
    with pytest.raises(ValueError, match=f"preset is '{wrong}'.*smoke, quick, full"):
        runtime.resolve_preset(wrong)


def test_unknown_preset_in_the_environment_names_the_variable(monkeypatch):
    monkeypatch.setenv("GAN_LESSONS_PRESET", "fast")
    with pytest.raises(ValueError, match="GAN_LESSONS_PRESET is 'fast'"):
        runtime.resolve_preset()


# --- devices, versions, footer --------------------------------------------------------------------


def test_devices_end_with_the_cpu():
    devices = runtime.devices()
    assert devices[-1].startswith("cpu:")
    assert len(set(devices)) == len(devices)
    assert runtime.has_accelerator() == (not devices[0].startswith("cpu"))


@pytest.mark.parametrize(
    "devices, expected",
    [(["cpu:0"], False), (["gpu:0", "cpu:0"], True), (["mps:0", "cpu:0"], True)],
)
def test_accelerator_is_anything_but_a_cpu(monkeypatch, devices, expected):
    monkeypatch.setattr(runtime, "devices", lambda: devices)
    assert runtime.has_accelerator() is expected


def test_versions_are_those_of_the_modules_in_use():
    import keras

    found = runtime.versions()
    assert found["keras"] == keras.__version__
    assert found["numpy"] == np.__version__
    assert found["gan-lessons"] == gan_lessons.__version__
    assert found[runtime.backend()] == sys.modules[runtime.backend()].__version__
    assert runtime.backend() in runtime.describe() and keras.__version__ in runtime.describe()


def test_footer_tells_what_produced_the_outputs(capsys):
    runtime.footer("smoke", 7, time.perf_counter() - 125)
    out = capsys.readouterr().out
    assert re.search(r"^preset: smoke$", out, re.M)
    assert re.search(r"^seed: 7$", out, re.M)
    assert re.search(r"^wall time: 2 min 0[5-9] s$", out, re.M)
    assert "cpu:0" in out and f"keras {runtime.versions()['keras']}" in out


# --- folders --------------------------------------------------------------------------------------


def test_folders_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "c"))
    monkeypatch.setenv("GAN_LESSONS_DATA", "~/digits")
    assert runtime.cache_dir() == tmp_path / "c"
    assert runtime.data_dir() == Path.home() / "digits"
    monkeypatch.delenv("GAN_LESSONS_CACHE")
    monkeypatch.delenv("GAN_LESSONS_DATA")
    assert runtime.cache_dir() == Path.home() / ".cache" / "gan_lessons"
    assert runtime.data_dir() is None


# --- seeds ----------------------------------------------------------------------------------------


def numbers():
    """Something random from Python, NumPy's old and Keras' generators."""
    import random

    import keras

    layer = keras.layers.Dense(3)
    layer.build((None, 4))
    weights = keras.ops.convert_to_numpy(layer.kernel)
    return (random.random(), np.random.rand(), *weights.ravel())  # noqa: NPY002


def test_one_seed_call_repeats_everything():
    assert runtime.set_seed(5) == 5
    first = numbers()
    runtime.set_seed(5)
    assert numbers() == first
    runtime.set_seed(6)
    other = numbers()
    assert all(a != b for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("wrong", [-1, 2**32, 1.0, True, "0", None])
def test_seed_must_be_a_whole_number(wrong):
    with pytest.raises(ValueError, match="seed is"):
        runtime.set_seed(wrong)


TRAIN = """
from gan_lessons import runtime
runtime.set_seed(3)
import hashlib, keras, numpy as np
L = keras.layers
model = keras.Sequential([
    keras.Input((12, 12, 1)), L.Conv2D(8, 4, strides=2), L.BatchNormalization(), L.LeakyReLU(),
    L.Conv2DTranspose(4, 4, strides=2), L.Dropout(0.3), L.Flatten(), L.Dense(1)])
model.compile("adam", "mse", jit_compile=False)
x = np.random.rand(32, 12, 12, 1).astype("float32")
model.fit(x, x.mean((1, 2, 3)), batch_size=16, epochs=2, verbose=0)
print(hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_train_bit_identically():
    name = runtime.backend()
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda _: python(TRAIN, KERAS_BACKEND=name), range(2)))
    assert [done.returncode for done in runs] == [0, 0], runs[0].stderr
    assert len(runs[0].stdout.strip()) == 64
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stderr == ""  # no chatter and no warning reaches a notebook


@pytest.mark.tensorflow
def test_tensorflow_is_told_to_be_deterministic():
    from tensorflow.python.framework.config import disable_op_determinism, is_op_determinism_enabled

    disable_op_determinism()
    runtime.set_seed(3)
    assert is_op_determinism_enabled()


# --- memory ---------------------------------------------------------------------------------------


def test_the_peak_counts_what_was_held_and_given_back():
    told = said(
        "from gan_lessons import runtime; a = runtime.peak_megabytes();"
        "x = bytearray(200 * 2**20); del x; print(runtime.peak_megabytes() - a)"
    )
    assert 190 < float(told) < 220


def test_without_a_count_no_peak_is_claimed(monkeypatch):
    monkeypatch.setattr(runtime.Path, "is_file", lambda path: False)
    monkeypatch.setitem(sys.modules, "resource", None)
    assert runtime.peak_megabytes() is None
