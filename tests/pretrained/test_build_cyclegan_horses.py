"""The script that builds the translators, on a few small pictures."""

import dataclasses

import numpy as np
import pytest

from gan_lessons import cyclegan, pretrained
from gan_lessons.datasets import piles
from gan_lessons.datasets.fetch import sha256
from gan_lessons.engine import checkpoint
from gan_lessons.metrics import domains
from gan_lessons.pretrained import build_cyclegan_horses as build


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A tiny recipe, a dozen pictures, a witness who says zebra to everything, an own folder."""
    monkeypatch.setattr(piles, "DRAWN", 6)
    monkeypatch.setattr(piles, "HELD_OUT", 4)
    piles.drawn.cache_clear()
    monkeypatch.setattr(domains, "is_zebra", lambda made: np.ones(len(made), bool))
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    monkeypatch.setattr(
        cyclegan, "PRETRAINED", dataclasses.replace(cyclegan.PRESETS["smoke"], steps=5)
    )
    yield tmp_path
    piles.drawn.cache_clear()


def test_both_translators_come_back_as_they_were_trained(small):
    build.main(["--out", str(small / "run")])
    card = pretrained.card(build.NAME)
    assert "6 horses and 6 zebras, procedural, 32x32" in card and "not measured" not in card
    assert "100.0% taken for a zebra" in card and "0.0% taken for a horse" in card
    lesson, model, preset = pretrained.load_generator(build.NAME)
    assert lesson is cyclegan and preset.steps == 5
    assert str(lesson.evaluate(model, preset)).replace("\n", "; ") in card
    trained = cyclegan.build(preset)
    trained.restore(checkpoint.latest(small / "run" / "checkpoints")[0])
    pictures = piles.drawn(32)["x_test"]
    for to in "yx":
        a, b = (m.translate(pictures, to) for m in (trained, model))
        assert np.abs(a - b).max() < 0.02, "float16 changed more than rounding"
    assert np.abs(model.translate(pictures, "y") - model.translate(pictures, "x")).max() > 0.02


def test_weights_of_another_size_are_refused(small):
    build.main(["--out", str(small / "run")])
    path = small / f"{build.NAME}.npz"
    arrays = pretrained.load_weights(build.NAME)
    text = path.with_suffix(".md").read_text()
    before = sha256(path)
    pretrained.save_weights(build.NAME, {**arrays, "999_more": np.zeros(2)})
    path.with_suffix(".md").write_text(text.replace(before, sha256(path)))
    with pytest.raises(ValueError, match="1 arrays more than its settings ask for"):
        pretrained.load_generator(build.NAME)
