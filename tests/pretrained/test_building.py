"""Generators that come with the course: built, stored, measured and described by one recipe."""

import dataclasses
import json

import keras
import numpy as np
import pytest

from gan_lessons import cgan, datasets, dcgan, pretrained, wgan
from gan_lessons.pretrained import (
    build_cgan_mnist,
    build_dcgan_mnist,
    build_wgan_mnist,
    building,
)

RECIPES = {
    "dcgan": build_dcgan_mnist.RECIPE,
    "cgan": build_cgan_mnist.RECIPE,
    "wgan": build_wgan_mnist.RECIPE,
}
SMOKE = {
    lesson.__name__.rpartition(".")[2]: lesson.PRESETS["smoke"] for lesson in (dcgan, cgan, wgan)
}


@pytest.fixture
def in_a_folder(tmp_path, monkeypatch):
    """Weights go to an empty folder, and the digits that are bundled stand for all of them."""
    ruler = pretrained.FOLDER / "digit_classifier"
    for ending in (".npz", ".md"):
        (tmp_path / f"{ruler.name}{ending}").write_bytes(ruler.with_suffix(ending).read_bytes())
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    load, asked = datasets.load, []

    def bundled(name, source, **more):
        if source != "bundled":  # the ruler loads those by itself
            asked.append((name, source))
        return load(name, source="bundled", verbose=False)

    monkeypatch.setattr(building.datasets, "load", bundled)
    return asked


@pytest.mark.parametrize("lesson", RECIPES)
def test_what_is_stored_is_what_was_trained_and_what_was_measured(
    in_a_folder, tmp_path, lesson, monkeypatch, capsys
):
    recipe = dataclasses.replace(RECIPES[lesson], preset=SMOKE[lesson])
    trained, kept = building.train, []

    def spied(*arguments, **settings):
        kept.append(trained(*arguments, **settings, verbose=False))
        return kept[-1]

    monkeypatch.setattr(building, "train", spied)
    options = ["--source", "somewhere", "--out", str(tmp_path / "run"), "--steps", "12"]
    building.main(recipe, "A line.", options)
    assert in_a_folder == [("mnist", "somewhere")]

    module, model, preset = pretrained.load_generator(recipe.name)
    assert module.__name__ == f"gan_lessons.{lesson}" and preset.steps == 12
    expected = [np.asarray(w).astype("float16") for w in kept[0].model.ema_generator.get_weights()]
    for got, want in zip(model.ema_generator.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(got, want.astype("float32"))
    card = pretrained.card(recipe.name)
    assert str(module.evaluate(model, preset)) in card and "not measured" not in card
    count = sum(w.size for w in expected)
    for words in (f"{count:,} weights", "10,000 training digits", "12 steps", recipe.title):
        assert words in card
    assert f"{keras.__version__}" in card and f"build_{recipe.name}" in card


@pytest.mark.parametrize("lesson", RECIPES)
def test_the_weights_that_are_here_come_from_the_recipe_that_is_here(lesson):
    recipe = RECIPES[lesson]
    if recipe.name not in pretrained.names():
        pytest.skip("not trained yet")
    settings = json.loads(pretrained.card(recipe.name).split("```json\n")[1].split("```")[0])
    ours = json.loads(json.dumps(dataclasses.asdict(recipe.preset)))
    assert settings == {"lesson": lesson, "preset": ours}
