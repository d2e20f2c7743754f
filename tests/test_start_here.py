"""Lesson 00: the hand-made forward pass, the data, the film, and the map of the course."""

import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from gan_lessons import metrics, plots, start_here, vanilla_gan, watching
from gan_lessons.engine.training import train

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def test_the_forward_pass_is_that_of_keras():
    network = start_here.build_classifier(hidden=5)
    rng = np.random.default_rng(0)  # offsets of Keras start at 0: other ones tell more
    weights = [rng.normal(size=w.shape).astype("float32") for w in network.get_weights()]
    network.set_weights(weights)
    x = rng.normal(size=(20, 2)).astype("float32")
    wanted = ops.convert_to_numpy(network(ops.convert_to_tensor(x), training=False))
    np.testing.assert_allclose(start_here.forward(weights, x), wanted, rtol=1e-5, atol=1e-5)


def test_the_classifier_bends_round_the_moons():
    """A straight line gets at most about 9 of 10 right; the network nearly all, on new points."""
    network, losses = start_here.train_classifier(*start_here.moons(1000, seed=0), epochs=20)
    points, which = start_here.moons(1000, seed=1)
    right = np.mean((start_here.forward(network.get_weights(), points)[:, 0] > 0) == which)
    assert right > 0.97
    assert losses[-1] < 0.2 * losses[0]


def test_the_same_seed_trains_the_same_classifier():
    data = start_here.moons(100)
    first, again = (start_here.train_classifier(*data, epochs=1, seed=3)[0] for _ in range(2))
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_moons():
    points, which = start_here.moons(2000, seed=4)
    assert points.shape == (2000, 2) and points.dtype == np.float32
    assert np.bincount(which).tolist() == [1000, 1000]
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(points.std(axis=0), 1, atol=0.05)
    assert np.abs(points).max() < start_here.LIMIT
    np.testing.assert_array_equal(points, start_here.moons(2000, seed=4)[0])
    assert not np.array_equal(points, start_here.moons(2000, seed=5)[0])


def test_answers_lie_where_the_picture_has_them():
    """A network that says the first coordinate and the second one tells rows from columns."""
    for coordinate in (0, 1):
        network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        network.set_weights([np.eye(2)[:, coordinate : coordinate + 1], np.zeros(1)])
        answers = start_here.answers_on_plane(network, limit=2.0, side=5)
        line = 1 / (1 + np.exp(-np.linspace(-2, 2, 5)))
        wanted = np.tile(line, (5, 1)) if coordinate == 0 else np.tile(line[:, None], (1, 5))
        np.testing.assert_allclose(answers, wanted, atol=1e-6)


def test_the_film_of_a_duel():
    preset = start_here.PRESETS["smoke"]
    data, _ = start_here.moons(200)
    film = watching.Film(preset, count=3, look=start_here.look_at_plane)
    trained = train(vanilla_gan, preset, data, callbacks=[film], verbose=False)
    assert [shot["step"] for shot in film.shots] == [0, 10, 20]
    first, last = film.shots[0], film.shots[-1]
    assert not np.array_equal(first["answers"], last["answers"])
    now = trained.model.sample(600, seed=1, averaged=False)
    np.testing.assert_allclose(last["points"], now, rtol=1e-6)
    picture = plots.animate_duel(film.shots, data, start_here.LIMIT, "a duel")
    assert len(picture.frames) == 3


def test_an_untrained_generator_is_chance():
    """It is far from the moons, and the same for the same seed."""
    preset = start_here.PRESETS["smoke"]
    points = start_here.untrained(preset, 500)
    np.testing.assert_array_equal(points, start_here.untrained(preset, 500))
    data, other = start_here.moons(500)[0], start_here.moons(500, seed=1)[0]
    floor = metrics.sliced_wasserstein(other, data)
    assert metrics.sliced_wasserstein(points, data) > 5 * floor


def test_the_presets_share_everything_but_size():
    smoke, quick = start_here.PRESETS["smoke"], start_here.PRESETS["quick"]
    sizes = {"batch_size", "steps", "report_every", "steps_per_execution", "jit"}
    sizes |= {"generator", "discriminator"}
    for field in dataclasses.fields(quick):
        if field.name not in sizes:
            assert getattr(smoke, field.name) == getattr(quick, field.name), field.name
    assert set(start_here.PRESETS) == set(start_here.EPOCHS) == {"smoke", "quick", "full"}


# --- the map --------------------------------------------------------------------------------------


def test_the_map_knows_every_notebook_that_is_there():
    lessons = {lesson.stem: lesson.here for lesson in start_here.course(NOTEBOOKS)}
    there = {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert there == {stem for stem, here in lessons.items() if here}


def test_what_is_not_in_the_folder_is_to_come(tmp_path):
    (tmp_path / "03_vanilla_gan.ipynb").write_text("{}")
    (tmp_path / "05_dcgan_mnist.ipynb").mkdir()  # a folder is no notebook
    assert [x.stem for x in start_here.course(tmp_path) if x.here] == ["03_vanilla_gan"]
    with pytest.raises(NotADirectoryError, match="missing"):
        start_here.course(tmp_path / "missing")


def test_a_lesson_stands_on_earlier_ones_only():
    numbers = [lesson.number for lesson in start_here.course(NOTEBOOKS)]
    assert numbers == [f"{i:02d}" for i in range(len(numbers))]
    for lesson in start_here.course(NOTEBOOKS):
        assert set(lesson.after) <= set(numbers[: numbers.index(lesson.number)])


def test_the_map_is_drawn_from_left_to_right():
    lessons = start_here.course(NOTEBOOKS)
    figure = plots.show_course(lessons)
    boxes = {text.get_text()[:2]: text for text in figure.axes[0].texts if text.get_text()}
    assert set(boxes) == {lesson.number for lesson in lessons}
    places = [boxes[lesson.number].get_position() for lesson in lessons]
    assert len(set(places)) == len(lessons)
    for lesson in lessons:
        style = boxes[lesson.number].get_bbox_patch().get_linestyle()
        assert style == ("-" if lesson.here else "--")
        for before in lesson.after:
            assert boxes[before].get_position()[0] < boxes[lesson.number].get_position()[0]


def test_borders_show_each_point_in_its_colour():
    points, which = start_here.moons(50)
    opinions = {"a": np.full((4, 4), 0.5), "b": np.full((4, 4), 0.2)}
    figure = plots.show_borders(opinions, points, which, start_here.LIMIT)
    titles = [ax.get_title() for ax in figure.axes[:2]]
    assert titles == ["a", "b"]
    red, blue = figure.axes[0].collections
    np.testing.assert_allclose(red.get_offsets(), points[which == 0])
    np.testing.assert_allclose(blue.get_offsets(), points[which == 1])
