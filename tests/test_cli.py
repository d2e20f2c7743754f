"""The command line: what it leaves behind, what it refuses, and how it says so."""

import dataclasses
import json
import signal

import numpy as np
import pytest
from PIL import Image

from gan_lessons import cgan, cli, datasets, dcgan
from gan_lessons.engine import checkpoint
from gan_lessons.engine.callbacks import HistoryLog

TRAIN = ["train", "dcgan", "--preset", "smoke"]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_train_sample_evaluate(tmp_path, capsys):
    assert cli.main([*TRAIN, "--steps", "12", "--seed", "4", "--out", "runs/mine"]) == 0
    printed = capsys.readouterr().out
    assert "runs/mine/samples.png" in printed.replace("\\", "/")
    assert "Fréchet" in printed and "n = 10,000" in printed
    config = json.loads((tmp_path / "runs/mine/config.json").read_text())
    assert (config["preset"]["steps"], config["seed"]) == (12, 4)

    assert cli.main(["sample", "runs/mine", "-n", "9", "--seed", "7", "--out", "nine.png"]) == 0
    picture = np.array(Image.open(tmp_path / "nine.png"))
    model = dcgan.build(dataclasses.replace(dcgan.PRESETS["smoke"], steps=12), seed=4)
    model.restore(checkpoint.latest(tmp_path / "runs/mine/checkpoints")[0])
    np.testing.assert_array_equal(picture, dcgan.draw(model.sample(9, seed=7)))

    assert cli.main(["evaluate", "runs/mine", "-n", "2000"]) == 0
    assert "n = 2,000" in capsys.readouterr().out


def test_evaluate_draws_with_the_seed_that_is_asked_for(capsys):
    assert cli.main([*TRAIN, "--steps", "10", "--out", "run"]) == 0
    capsys.readouterr()
    told = []
    for seed in ("1", "1", "2"):
        assert cli.main(["evaluate", "run", "-n", "500", "--seed", seed]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] != told[2]


def test_a_network_with_presets_of_its_own_is_trained_by_these(tmp_path, monkeypatch):
    monkeypatch.setattr(cgan, "evaluate", lambda *_: "measured")
    wish = ["--preset", "smoke", "--network", "dense", "--steps", "10", "--out", "run"]
    assert cli.main(["train", "cgan", *wish]) == 0
    kept = json.loads((tmp_path / "run/config.json").read_text())["preset"]
    ours = dataclasses.replace(cgan.DENSE["smoke"], steps=10)
    assert kept == json.loads(json.dumps(dataclasses.asdict(ours)))
    assert kept["network"] == "dense" and kept["mismatch"] == 0 and kept["jit"]


def test_clothes_are_not_measured_by_a_ruler_for_digits(monkeypatch, capsys):
    digits = datasets.load("mnist", source="bundled", verbose=False)
    clothes = dataclasses.replace(digits, name="fashion_mnist")
    monkeypatch.setattr(datasets, "load", lambda name, **_: {"fashion_mnist": clothes}[name])
    wish = ["--dataset", "fashion_mnist", "--steps", "10", "--out", "run"]
    for lesson in ("cgan", "dcgan"):
        out = ["--out", lesson]
        assert cli.main(["train", lesson, "--preset", "smoke", *wish, *out]) == 0
        assert "Not measured" in capsys.readouterr().out
        assert cli.main(["evaluate", lesson]) == 0
        told = capsys.readouterr().out
        assert "Not measured" in told and "only ever seen digits" in told


def test_a_run_of_another_lesson_does_not_go_on(tmp_path, capsys):
    assert cli.main([*TRAIN, "--steps", "10", "--out", "run"]) == 0
    before = sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*"))
    other = ["train", "vanilla_gan", "--preset", "smoke", "--out", "run", "--resume"]
    assert cli.main(other) == 1
    assert "a run of dcgan, not of vanilla_gan" in capsys.readouterr().err
    assert sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*")) == before


def test_an_interrupted_training_says_how_to_go_on(monkeypatch, capsys):
    def interrupt(self, epoch, logs=None):
        if epoch == 0:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(HistoryLog, "on_epoch_end", interrupt)
    assert cli.main([*TRAIN, "--steps", "20", "--out", "run"]) == 130
    printed = capsys.readouterr().out
    assert "saved at step 11" in printed
    assert "gan-lessons train dcgan --resume --out run" in printed


def test_out_names_the_folder_exactly_and_an_existing_one_is_refused(tmp_path, capsys):
    assert cli.main([*TRAIN, "--steps", "10", "--out", "here"]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["here"]
    before = sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*"))
    assert cli.main([*TRAIN, "--steps", "10", "--out", "here"]) == 1
    assert "--resume" in capsys.readouterr().err
    assert sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*")) == before


def test_resume_starts_a_run_where_there_is_none_and_continues_one_that_is(tmp_path):
    command = [*TRAIN, "--out", "run", "--resume"]
    assert cli.main([*command, "--steps", "10"]) == 0
    assert cli.main(command) == 0  # with the settings of the run, not those of the preset
    path, _ = checkpoint.latest(tmp_path / "run/checkpoints")
    assert checkpoint.read(path)[0]["meta"]["step"] == 10


def test_resume_needs_no_word_about_seed_and_minutes():
    assert cli.main([*TRAIN, "--minutes", "0.02", "--seed", "3", "--out", "run"]) == 0
    assert cli.main([*TRAIN, "--out", "run", "--resume"]) == 0


def test_without_out_every_run_gets_a_folder_of_its_own(tmp_path):
    for _ in range(2):
        assert cli.main([*TRAIN, "--steps", "10"]) == 0
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == ["dcgan-smoke", "dcgan-smoke-2"]
    # Without --out, --resume means the latest of them.
    assert cli.main([*TRAIN, "--steps", "10", "--resume"]) == 0
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == ["dcgan-smoke", "dcgan-smoke-2"]


def test_points_are_measured_by_their_modes(capsys):
    command = ["train", "vanilla_gan", "--preset", "smoke", "--dataset", "ring"]
    assert cli.main([*command, "--out", "ring"]) == 0
    assert "modes" in capsys.readouterr().out


def test_a_conditional_gan_is_measured_by_its_labels(tmp_path, capsys):
    command = ["train", "cgan", "--preset", "smoke", "--condition", "projection"]
    assert cli.main([*command, "--steps", "10", "--out", "run"]) == 0
    assert "label accuracy" in capsys.readouterr().out
    config = json.loads((tmp_path / "run/config.json").read_text())
    assert (config["lesson"], config["preset"]["condition"]) == ("cgan", "projection")
    assert cli.main(["sample", "run", "-n", "20", "--out", "digits.png"]) == 0
    assert np.array(Image.open("digits.png")).shape == (2 * (2 * 30 - 2), 2 * (10 * 30 - 2))


@pytest.mark.parametrize(
    "lesson, wish, told",
    [
        ("vae", ["--beta", "2.5"], "ELBO"),
        ("vae", ["--variant", "autoencoder"], "reconstructions off by"),
        ("vae_gan", ["--beta", "0.5"], "reconstructions off by"),
    ],
)
def test_autoencoders_are_measured_by_what_they_give_back(lesson, wish, told, tmp_path, capsys):
    assert cli.main(["train", lesson, "--preset", "smoke", *wish, "--out", "run"]) == 0
    printed = capsys.readouterr().out
    assert told in printed and "Wasserstein" in printed
    kept = json.loads((tmp_path / "run/config.json").read_text())["preset"]
    assert str(kept[wish[0].removeprefix("--")]) == wish[1]
    assert cli.main(["evaluate", "run", "-n", "50"]) == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("variant", ["clip", "gp"])
def test_the_variant_of_a_wgan_is_chosen_by_name(variant, tmp_path, capsys):
    command = ["train", "wgan", "--variant", variant, "--preset", "smoke", "--dataset", "ring"]
    assert cli.main([*command, "--out", "run"]) == 0
    assert "W1" in capsys.readouterr().out
    assert json.loads((tmp_path / "run/config.json").read_text())["preset"]["variant"] == variant


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["train", "stylegan9"], "invalid choice"),
        ([*TRAIN, "--steps", "0"], "must be above 0, received 0"),
        ([*TRAIN, "--steps", "many"], "invalid positive int value: 'many'"),
        ([*TRAIN, "--minutes", "-1"], "must be above 0, received -1"),
        ([*TRAIN, "--preset", "huge"], "invalid choice"),
    ],
)
def test_wrong_use(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["sample", "nowhere"], "nowhere"),
        (["sample", "nowhere", "--out", "picture.gif"], "must be a .png file"),
        (["evaluate", "digit_classifier"], "not a generator"),
        ([*TRAIN, "--dataset", "cats"], "cats"),
        ([*TRAIN, "--variant", "clip"], "No such setting: ['variant']"),
        (["train", "wgan", "--preset", "smoke", "--variant", "best"], "received 'best'"),
        (["train", "vae", "--preset", "smoke", "--beta", "-1"], "beta must not be below 0"),
        (["data", "import", "mnist", "missing.npz"], "missing.npz"),
    ],
)
def test_failures_are_one_sentence_and_no_traceback(arguments, message, capsys):
    assert cli.main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("gan-lessons: ") and message in error
    assert "Traceback" not in error


def test_data_list_names_the_bundled_digits(capsys):
    assert cli.main(["data", "list"]) == 0
    assert "mnist" in capsys.readouterr().out
