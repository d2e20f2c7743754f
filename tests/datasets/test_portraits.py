"""The portraits in the cache: drawn once, taken up again, and never by two at a time."""

import os
import subprocess
import sys

import numpy as np
import pytest

from gan_lessons import datasets, portraits
from gan_lessons.datasets import portraits as kept
from gan_lessons.datasets import store


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GAN_LESSONS_DATA", raising=False)
    monkeypatch.delenv("GAN_LESSONS_PRESET", raising=False)
    monkeypatch.setattr(kept, "COUNT", 40)
    monkeypatch.setattr(kept, "FEW", 12)
    monkeypatch.setattr(kept, "PIECE", 5)
    return tmp_path / "cache" / "portraits"


@pytest.fixture
def drawings(monkeypatch):
    """The numbers of the portraits that are drawn, all by this process."""
    monkeypatch.setattr(store, "cores", lambda: 1)
    numbers, draw = [], portraits.draw

    def counted(indices, seed=0):
        numbers.extend(range(indices) if isinstance(indices, int) else indices)
        return draw(indices, seed)

    monkeypatch.setattr(portraits, "draw", counted)
    return numbers


def test_they_are_drawn_once_and_then_mapped(drawings, capsys):
    pictures, attributes, names = kept.load(13, seed=3)
    expected = portraits.draw(13, seed=3)
    del drawings[13:]
    np.testing.assert_array_equal(pictures, expected[0])
    np.testing.assert_array_equal(attributes, expected[1])
    assert names == list(portraits.NAMES) and sorted(drawings) == list(range(13))
    assert "13 of 13" in capsys.readouterr().out
    again = kept.load(13, seed=3)
    assert isinstance(again[0], np.memmap) and len(drawings) == 13
    np.testing.assert_array_equal(again[0], pictures)
    assert capsys.readouterr().out == ""


def test_fewer_are_the_first_of_more(drawings):
    whole = kept.load()
    few = kept.load(7)
    assert len(drawings) == 40
    np.testing.assert_array_equal(few[0], whole[0][:7])
    np.testing.assert_array_equal(few[1], whole[1][:7])


def test_load_gives_few_to_those_who_ask_and_to_the_smoke_preset(monkeypatch, drawings):
    assert len(datasets.load("celeba", source="few").x_train) == 12
    monkeypatch.setenv("GAN_LESSONS_PRESET", "smoke")
    assert len(datasets.load("celeba").x_train) == 12 == len(drawings)
    monkeypatch.setenv("GAN_LESSONS_PRESET", "quick")
    data = datasets.load("celeba")
    assert len(data.x_train) == len(data.y_train) == 40
    assert data.info["attributes"] == list(portraits.NAMES)


def test_a_stopped_drawing_goes_on(monkeypatch, drawings):
    add = store.Filling.add

    def stopped(self, pictures, seen):
        add(self, pictures, seen)
        if self.kept >= 20:
            raise KeyboardInterrupt

    monkeypatch.setattr(store.Filling, "add", stopped)
    with pytest.raises(KeyboardInterrupt):
        kept.load()
    monkeypatch.setattr(store.Filling, "add", add)
    del drawings[:]
    pictures = kept.load()[0]
    assert sorted(drawings) == list(range(20, 40))
    np.testing.assert_array_equal(pictures, portraits.draw(40)[0])


def test_several_processes_draw_the_same_and_none_is_left(monkeypatch):
    started, worker = [], kept._worker
    monkeypatch.setattr(kept, "_worker", lambda *how: started.append(worker(*how)) or started[-1])
    monkeypatch.setattr(store, "cores", lambda: 3)
    pictures = kept.load(33, seed=4)[0]
    np.testing.assert_array_equal(pictures, portraits.draw(33, seed=4)[0])
    assert len(started) == 3 and all(process.poll() is not None for process in started)


def test_a_process_that_does_not_draw_is_replaced(monkeypatch, drawings):
    def broken(*_):
        return subprocess.Popen([sys.executable, "-c", "print('no')"], stdout=subprocess.PIPE)

    monkeypatch.setattr(kept, "_worker", broken)
    monkeypatch.setattr(store, "cores", lambda: 2)
    pictures = kept.load(12)[0]
    assert sorted(drawings) == list(range(12))
    np.testing.assert_array_equal(pictures, portraits.draw(12)[0])


def test_other_code_draws_anew_and_the_old_ones_go(monkeypatch, cache, drawings):
    kept.load(3)
    old = kept.folder(3)
    monkeypatch.setattr(kept, "code", lambda: "0" * 12)
    kept.load(3)
    assert len(drawings) == 6 and not old.exists() and kept.folder(3).exists()


def test_without_a_cache_they_are_drawn_all_the_same(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "file"))
    pictures, _, _ = kept.load(3)
    np.testing.assert_array_equal(pictures, portraits.draw(3)[0])
    assert "cannot be kept" in capsys.readouterr().out


PROGRAM = """
import numpy as np
from gan_lessons.datasets import portraits
portraits.PIECE = 5
print(int(np.array(portraits.load(300, verbose=False)[0]).sum()))
"""


def test_two_processes_do_not_disturb_each_other():
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env={**os.environ}, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[0] for process in running]
    assert told[0] == told[1] == f"{int(portraits.draw(300)[0].sum())}\n"
