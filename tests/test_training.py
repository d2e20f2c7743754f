"""`train` from end to end on small models: history, run folders, budgets, alarms."""

import csv
import dataclasses
import json
import re
import signal
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image

from gan_lessons import dcgan, vanilla_gan
from gan_lessons.engine import callbacks
from gan_lessons.engine.alarms import ADVICE, LESSON, Alarms
from gan_lessons.engine.callbacks import Anneal, Budget
from gan_lessons.engine.players import Player
from gan_lessons.engine.training import choose_preset, train

DATA = np.random.default_rng(0).integers(0, 256, (200, 28, 28, 1), dtype=np.uint8)
SMALL = dataclasses.replace(dcgan.PRESETS["smoke"], steps=25, report_every=10)


def test_a_run_leaves_everything_in_its_folder_and_nothing_outside(tmp_path):
    out = tmp_path / "here" / "run"
    trained = train(dcgan, SMALL, data=DATA, seed=3, out=out, verbose=False)
    assert trained.finished
    assert list(trained.history["step"]) == [10, 20, 25]
    assert {p.name for p in out.iterdir()} == {
        "config.json", "history.csv", "samples", "samples.gif", "checkpoints", "card.md",
    }  # fmt: skip
    config = json.loads((out / "config.json").read_text())
    assert (config["lesson"], config["seed"], config["preset"]["steps"]) == ("dcgan", 3, 25)
    assert (out / "checkpoints" / "step_00000025.npz").exists(), "the last state is not saved"
    picture = np.array(Image.open(sorted((out / "samples").iterdir())[-1]))
    np.testing.assert_array_equal(picture, dcgan.draw(trained.model.sample(64, seed=0)))
    assert [p.name for p in tmp_path.iterdir()] == ["here"]


def test_an_existing_folder_is_refused_and_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("do not touch")
    for resume in (False, True):
        with pytest.raises(FileExistsError, match="holds no run"):
            train(dcgan, SMALL, data=DATA, out=tmp_path, resume=resume, verbose=False)
    assert [p.name for p in tmp_path.iterdir()] == ["precious.txt"]


def test_a_run_is_not_overwritten(tmp_path):
    config = tmp_path / "config.json"
    config.write_text("{}")
    with pytest.raises(FileExistsError, match="--resume"):
        train(dcgan, SMALL, data=DATA, out=tmp_path, verbose=False)
    assert config.read_text() == "{}"


class Killed(BaseException):
    """Not an Exception, as a signal is none."""


def dies_at_the_third(real, half):
    calls = []

    def write(self, target, *args, **kwargs):
        calls.append(target)
        if len(calls) == 3:
            half(self, target)
            raise Killed
        return real(self, target, *args, **kwargs)

    return write


@pytest.mark.parametrize(
    ("owner", "name", "half"),
    [
        (csv.DictWriter, "writerows", lambda writer, rows: writer.writer.writerow([7])),
        (Image.Image, "save", lambda _, path: Path(path).write_bytes(b"\x89PNG half a picture")),
    ],
)
def test_a_run_killed_while_it_writes_loses_nothing(tmp_path, monkeypatch, owner, name, half):
    """Files are whole at every moment: a kill in the middle of writing leaves the former one."""
    monkeypatch.setattr(callbacks.Checkpoint.__init__, "__defaults__", (0.0, 2))
    preset = dataclasses.replace(SMALL, steps=40)
    whole = train(dcgan, preset, data=DATA, out=tmp_path / "whole", verbose=False)
    out = tmp_path / "run"
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(owner, name, dies_at_the_third(getattr(owner, name), half))
        train(dcgan, preset, data=DATA, out=out, verbose=False)
    rows = (out / "history.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows][:3] == ["step", "10", "20"]
    left = out / "samples" / ".4242.step_00000030.png"  # what a real SIGKILL would not clear away
    left.write_bytes(b"half")
    resumed = train(dcgan, preset, data=DATA, out=out, resume=True, verbose=False)
    assert list(resumed.history["step"]) == list(whole.history["step"]) == [10, 20, 30, 40]
    for key in set(whole.history) - {"seconds"}:
        np.testing.assert_array_equal(resumed.history[key], whole.history[key], err_msg=key)
    assert [step for step, _ in resumed.frames] == [step for step, _ in whole.frames]
    assert not left.exists()


def test_a_run_cannot_go_on_with_other_settings(tmp_path):
    train(dcgan, SMALL, data=DATA, out=tmp_path / "run", verbose=False)
    with pytest.raises(ValueError, match="seed: there 0, now 1"):
        train(dcgan, SMALL, data=DATA, seed=1, out=tmp_path / "run", resume=True, verbose=False)


def test_a_finished_run_is_not_trained_again(tmp_path):
    first = train(dcgan, SMALL, data=DATA, out=tmp_path / "run", verbose=False)
    again = train(dcgan, SMALL, data=DATA, out=tmp_path / "run", resume=True, verbose=False)
    np.testing.assert_array_equal(first.model.sample(3), again.model.sample(3))
    assert list(again.history["step"]) == [10, 20, 25]


def test_seed_decides_everything():
    one, two, other = (
        train(dcgan, SMALL, data=DATA, seed=s, verbose=False).model.sample(4) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_seed_decides_the_order_of_the_data():
    """The same weights and noise: what then differs is the order in which the data come."""

    def trained(seed):
        keras.utils.set_random_seed(7)
        model = dcgan.build(SMALL, seed=7)
        return train(dcgan, SMALL, data=DATA, seed=seed, model=model, verbose=False)

    one, two, other = map(trained, (1, 1, 2))
    np.testing.assert_array_equal(one.model.sample(4), two.model.sample(4))
    assert not np.array_equal(one.model.sample(4), other.model.sample(4))


class Interrupt(keras.callbacks.Callback):
    """Presses Ctrl-C after the first report."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 0:
            time.sleep(1.0)
            signal.raise_signal(signal.SIGINT)


def test_the_clock_of_a_run_goes_on_where_it_stopped(tmp_path):
    setting = dict(data=DATA, out=tmp_path / "run", verbose=False)
    stopped = train(dcgan, SMALL, callbacks=[Interrupt()], **setting)
    assert stopped.model.interrupted and not stopped.finished
    began = time.monotonic()
    resumed = train(dcgan, SMALL, resume=True, **setting)
    assert list(resumed.history["step"]) == [10, 20, 25]
    before = stopped.history["seconds"][-1]
    assert resumed.history["seconds"][0] == pytest.approx(before, abs=0.01)
    here = time.monotonic() - began
    assert resumed.history["seconds"][-1] - before > 1.0
    assert resumed.history["seconds"][-1] < stopped.seconds + here


class At(keras.callbacks.Callback):
    """Does something after one step."""

    def __init__(self, step, act):
        super().__init__()
        self.step, self.act = step, act

    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.step_counter.value) == self.step:
            self.act()


def test_the_clock_counts_what_is_left_of_an_interrupted_report(tmp_path):
    setting = dict(data=DATA, out=tmp_path / "run", verbose=False)
    ctrl_c = At(4, lambda: signal.raise_signal(signal.SIGINT))
    assert not train(dcgan, SMALL, callbacks=[ctrl_c], **setting).finished
    slow = At(6, lambda: time.sleep(1.5))
    resumed = train(dcgan, SMALL, resume=True, callbacks=[slow], **setting)
    assert list(resumed.history["step"]) == [10, 20, 25]
    assert (np.diff(resumed.history["seconds"]) > 0).all(), resumed.history["seconds"]
    assert resumed.history["seconds"][-1] > 1.5


def test_a_model_of_your_own_is_the_one_that_is_trained():
    model, seen = dcgan.build(SMALL, seed=5), []
    told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    trained = train(dcgan, SMALL, data=DATA, model=model, callbacks=[told], verbose=False)
    assert trained.model is model and int(model.step_counter.value) == 25
    assert seen == [0, 1, 2]


def test_a_trained_model_can_be_trained_on():
    model = train(dcgan, SMALL, data=DATA, verbose=False).model
    before = model.generator.get_weights()[0].copy()
    again = train(dcgan, SMALL, data=DATA, model=model, steps=50, verbose=False)
    assert list(again.history["step"]) == [35, 45, 50]
    assert not np.array_equal(before, model.generator.get_weights()[0])


class StepsOfOneSecond(keras.callbacks.Callback):
    """A clock by which every step takes one second, however busy the machine is."""

    now = 0.0

    def monotonic(self):
        return self.now

    def on_train_batch_end(self, batch, logs=None):
        self.now += 1.0


def test_minutes_end_the_training_and_bring_the_rate_down(monkeypatch):
    preset = dataclasses.replace(SMALL, report_every=5)
    clock = StepsOfOneSecond()
    monkeypatch.setattr(callbacks, "time", clock)
    trained = train(dcgan, preset, data=DATA, minutes=1.0, verbose=False, callbacks=[clock])
    # The engine looks at the clock before that second is counted: one step more than 60.
    assert trained.history["step"][-1] == 61
    assert trained.history["seconds"][-1] == pytest.approx(60.0, abs=1.0)
    rate = float(trained.model.players[0].optimizer.learning_rate)
    # Last set at step 60 = 60 s, when all of the time was used up.
    assert rate == pytest.approx(0.02 * preset.learning_rate)


def test_anneal_holds_then_falls_in_a_straight_line():
    anneal = Anneal(Budget(100, 10), hold=0.5, final=0.1)
    assert [round(anneal.factor(f), 6) for f in (0, 0.25, 0.5, 0.75, 1.0)] == [1, 1, 1, 0.55, 0.1]


def test_settings_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match=r"\['layers'\].*batch_size"):
        choose_preset(dcgan, "smoke", layers=3)
    with pytest.raises(ValueError, match="only the presets smoke, quick, full"):
        choose_preset(dcgan, "large")
    with pytest.raises(ValueError, match="steps must be a whole number >= 1, received 0"):
        choose_preset(dcgan, "smoke", steps=0)


NEARLY_THE_SAME = np.random.default_rng(2).uniform(0.2, 0.3, (64, 8, 8, 1))


class Fake:
    """Stands in for a model: what Alarms asks of one."""

    def __init__(self, samples, step=1.0):
        self.samples, self.stop_training = samples, False
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        self.players = [Player(name, [network], None) for name in ("discriminator", "generator")]
        self.weight, self.step = network.layers[0].bias, step

    def sample(self, n, seed, averaged):
        self.weight.assign(self.weight + self.step)  # both have learned something
        return self.samples


def sounded(samples, logs, reports=5, step=1.0):
    rng = np.random.default_rng(0)
    real = np.where(rng.uniform(size=(64, 8, 8, 1)) < 0.8, -1.0, rng.uniform(-1, 1, (64, 8, 8, 1)))
    alarms = Alarms(real.astype("float32"), tell=lambda text: None)
    alarms.set_model(Fake(real if samples is None else samples, step))
    for epoch in range(reports):
        alarms.on_epoch_end(epoch, logs)
    return list(alarms.raised), alarms.model.stop_training


@pytest.mark.parametrize(
    "samples, logs, expected",
    [
        (None, {"loss": 1.0, "real_score": 0.7, "fake_score": 0.3}, []),
        (None, {"loss": float("nan")}, ["not finite"]),
        (None, {"loss": float("inf")}, ["not finite"]),
        (None, {"loss": 1.0, "real_score": 0.999, "fake_score": 0.001}, ["discriminator wins"]),
        (NEARLY_THE_SAME, {"loss": 1.0}, ["collapse"]),
        (np.full((64, 8, 8, 1), 0.3), {"loss": 1.0}, ["dead generator", "collapse"]),
        (
            np.sign(np.random.default_rng(1).normal(size=(64, 8, 8, 1))),
            {"loss": 1.0},
            ["saturation"],
        ),
    ],
)
def test_alarms(samples, logs, expected):
    raised, stopped = sounded(samples, logs)
    assert raised == expected
    assert stopped == (expected == ["not finite"])


def test_a_rough_start_is_no_alarm():
    assert sounded(NEARLY_THE_SAME, {"loss": 1.0}, reports=4)[0] == []


def test_a_player_whose_weights_stay_is_noticed():
    # The first report has nothing to compare with; five more in a row are needed.
    assert sounded(None, {"loss": 1.0}, reports=5, step=0.0)[0] == []
    assert sounded(None, {"loss": 1.0}, reports=6, step=0.0)[0] == ["standing still"]


@pytest.mark.parametrize("frozen", ["discriminator", "generator"])
def test_a_player_that_nobody_trains_is_noticed_in_a_real_training(frozen, capsys):
    model = dcgan.build(SMALL)
    model.base_learning_rates = {**model.base_learning_rates, frozen: 0.0}
    trained = train(dcgan, SMALL, data=DATA, model=model, steps=8, report_every=1, verbose=False)
    assert "standing still" in trained.alarms
    assert trained.alarm_steps["standing still"] == 6
    assert f"weights of the {frozen}" in capsys.readouterr().out


def test_every_alarm_names_a_section_that_exists():
    source = Path(__file__).parent.parent / "notebooks" / "src" / f"{LESSON}.py"
    headings = re.findall(r"^# #+ (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    for _, section in ADVICE.values():
        assert any(section in heading for heading in headings), section


def test_a_diverged_model_is_not_saved(tmp_path):
    preset = dataclasses.replace(SMALL, learning_rate=1e30)
    trained = train(dcgan, preset, data=DATA, out=tmp_path / "run", verbose=False)
    assert trained.alarms == ["not finite"] and not trained.finished
    assert list((tmp_path / "run" / "checkpoints").glob("*.npz")) == []


def test_fading_noise_and_plain_form():
    ring = vanilla_gan.TOY_PRESETS["smoke"]["ring"]
    model = vanilla_gan.build(ring)
    zeros = ops.zeros((2000, 2))
    for step, expected in ((0, 0.25), (12, 0.125), (24, 0.0), (40, 0.0)):
        model.step_counter.assign(step)  # fades to zero at .6 of 40 steps
        assert np.std(ops.convert_to_numpy(model.veil(zeros))) == pytest.approx(expected, abs=0.012)
    plain = vanilla_gan.plain(ring)
    assert (plain.r1, plain.r2, plain.noise, plain.frequencies, plain.average) == (0, 0, 0, 0, None)
