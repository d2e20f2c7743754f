"""The program that builds the generator of portraits, on a few of them."""

import dataclasses
import json

import pytest

from gan_lessons import dcgan_faces, face_scores, portraits, pretrained
from gan_lessons.datasets import Dataset
from gan_lessons.pretrained import build_dcgan_portraits as build
from gan_lessons.pretrained import building

RECIPE = build.RECIPE


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A tiny recipe, a folder of its own with the ruler in it, and few portraits."""
    ruler = pretrained.FOLDER / "face_attributes"
    for ending in (".npz", ".md"):
        (tmp_path / f"{ruler.name}{ending}").write_bytes(ruler.with_suffix(ending).read_bytes())
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    asked, pictures = [], portraits.draw(24)[0]

    def few(name, source, verbose=True):
        asked.append((name, source))
        return Dataset("celeba", "few", pictures, info={"attributes": [*portraits.NAMES]})

    monkeypatch.setattr(building.datasets, "load", few)
    score = face_scores.score
    monkeypatch.setattr(face_scores, "score", lambda samples, data: score(samples[:12], data))
    return asked


def test_it_is_trained_on_portraits_and_measured_against_others(small, tmp_path):
    preset = dataclasses.replace(dcgan_faces.PRESETS["smoke"], channels=(4,) * 4)
    recipe = dataclasses.replace(RECIPE, preset=preset)
    building.main(recipe, "A line.", ["--out", str(tmp_path / "run"), "--steps", "2"])
    assert small[0] == ("celeba", "bundled")
    lesson, model, kept = pretrained.load_generator("dcgan_portraits")
    assert lesson is dcgan_faces and kept.steps == 2 and model.sample(2).shape == (2, 64, 64, 3)
    card = pretrained.card("dcgan_portraits")
    assert "24 procedural portraits of seed 0" in card and "no photographs" in card
    assert str(dcgan_faces.evaluate(model, kept)) in card and "% of blurred" in card
    assert "MNIST" not in card and "download" not in card and "digits" not in card
    assert "gan_lessons.pretrained.build_dcgan_portraits\n" in card


def test_it_fits_into_the_repository():
    generator = dcgan_faces.build_generator(*RECIPE.preset.drawing)
    assert 2 * generator.count_params() < 3_000_000  # bytes, two for each number
    assert RECIPE.preset.size == 64


def test_the_weights_that_are_here_come_from_the_recipe_that_is_here():
    if RECIPE.name not in pretrained.names():
        pytest.skip("not trained yet")
    settings = json.loads(pretrained.card(RECIPE.name).split("```json\n")[1].split("```")[0])
    assert settings["lesson"] == RECIPE.lesson
    stored = dcgan_faces.FacesPreset(**settings["preset"])  # what is not told has its default
    assert json.dumps(dataclasses.asdict(stored)) == json.dumps(dataclasses.asdict(RECIPE.preset))
    _, model, preset = pretrained.load_generator(RECIPE.name)
    assert preset.breadth == 1 != dcgan_faces.PRESETS["quick"].breadth  # younger than the card
    assert model.generator.count_params() == 1_356_099
