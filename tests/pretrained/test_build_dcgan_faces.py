"""The script that builds the generator of faces, on a few portraits."""

import dataclasses
import json

import numpy as np
import pytest

from gan_lessons import datasets, dcgan_faces, portraits, pretrained
from gan_lessons.pretrained import build_dcgan_faces as build
from gan_lessons.pretrained import building


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A tiny recipe, portraits in the place of photographs, and a folder of its own."""
    data = datasets.Dataset("celeba", "a test", portraits.draw(16)[0])
    monkeypatch.setattr(datasets, "load", lambda name, source: data)
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    monkeypatch.setattr(build, "PRESET", dcgan_faces.PRESETS["smoke"])
    monkeypatch.setattr(build, "SAMPLES", 6)
    return tmp_path


def test_weights_card_and_samples_fit_and_the_fid_comes_later(small):
    command = ["--source", "mine", "--out", str(small / "run"), "--samples", str(small / "s.npy")]
    build.main(command)
    card = pretrained.card(build.NAME)
    assert "| score | not measured |" in card and "first 16 photographs" in card
    assert "non-commercial" in card and "MIT licence does not hold" in card
    lesson, model, preset = pretrained.load_generator(build.NAME)
    assert lesson is dcgan_faces and preset.precision == "float32"
    samples = np.load(small / "s.npy")
    assert samples.shape == (6, 16, 16, 3) and samples.dtype == np.uint8
    drawn = np.clip(np.round((model.sample(6, seed=1) + 1) * 127.5), 0, 255)
    assert np.abs(samples - drawn).max() <= 1
    weights = (small / f"{build.NAME}.npz").read_bytes()
    build.main([*command, "--fid", "12.34"])  # the run is finished: nothing is trained again
    assert "FID 12.3 (6 samples of seed 1 against the 16 photographs)" in pretrained.card(
        build.NAME
    )
    assert (small / f"{build.NAME}.npz").read_bytes() == weights


def test_what_was_trained_in_16_bits_draws_in_32(small):
    preset = dataclasses.replace(build.PRESET, precision="mixed_bfloat16", channels=(4, 8))
    generator = dcgan_faces.build(preset).generator
    path = pretrained.save_weights(build.NAME, building.arrays_of(generator))
    build.write_card(path, preset, 5, 1.0, machine="a test machine", versions={"keras": "9"})
    card = pretrained.card(build.NAME)
    settings = json.loads(card.split("```json")[1].split("```")[0])["preset"]
    assert settings["channels"] == [4, 8] and settings["precision"] == "mixed_bfloat16"
    _, model, loaded = pretrained.load_generator(build.NAME)
    assert loaded.precision == "float32"
    assert {layer.compute_dtype for layer in model.generator.layers} == {"float32"}
    assert "1.0 minutes on a test machine" in card and "keras 9" in card
