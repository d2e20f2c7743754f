"""What lesson 08 asks of its generators: numbers written, ways between digits, who obeys."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest

from gan_lessons import cgan, datasets, on_demand, plots, pretrained, show

REAL = datasets.load("mnist", source="bundled", verbose=False)


@pytest.fixture(scope="module")
def unasked():
    return pretrained.load_generator("dcgan_mnist")[1]


class Scribe:
    """Takes orders, and answers with real digits: always the same one of each label."""

    latent_dim = 8

    def __init__(self):
        first = [np.flatnonzero(REAL.y_train == label)[0] for label in range(10)]
        self.images = REAL.x_train[first] / 127.5 - 1.0

    def latent(self, n, seed=0):
        return np.random.default_rng(seed).standard_normal((n, self.latent_dim))

    def even_mix(self, n):
        return np.arange(n) % 10

    def sample(self, n=None, seed=0, z=None, labels=None):
        return self.images[labels].astype("float32")


def test_a_number_is_written_in_the_order_of_its_text():
    scribe = Scribe()
    images = on_demand.write(scribe, "+0 12-2")
    assert images.shape == (7, 28, 28, 1) and images.dtype == np.float32
    for place, label in [(1, 0), (3, 1), (4, 2), (6, 2)]:
        np.testing.assert_allclose(images[place], scribe.images[label], atol=1e-6)
    assert (images[[0, 2, 5]] == -1.0).all()
    with pytest.raises(ValueError, match="digits in it, received 'call me'"):
        on_demand.write(scribe, "call me")


def test_each_digit_of_a_number_has_its_own_hand():
    model = cgan.build(cgan.PRESETS["smoke"])
    images = on_demand.write(model, "77", seed=3)
    np.testing.assert_array_equal(images, model.sample(seed=3, labels=[7, 7]))
    assert np.abs(images[0] - images[1]).max() > 1e-4


def test_opinions_are_right_about_real_digits():
    believed = on_demand.opinions(REAL.x_train[:300])
    np.testing.assert_allclose(believed.sum(axis=1), 1.0, atol=1e-6)
    assert (believed.argmax(axis=1) == REAL.y_train[:300]).mean() > 0.97


def test_the_clearest_point_gives_the_digit_that_was_searched(unasked):
    for label in (4, 8):
        z = on_demand.clearest(unasked, label)
        assert on_demand.opinions(unasked.sample(z=z[None]))[0, label] > 0.99


def test_a_way_begins_and_ends_clear_and_is_least_so_in_between(unasked):
    ends = [on_demand.clearest(unasked, label) for label in (4, 8)]
    images, beliefs, t = on_demand.way(unasked, *ends, points=9, width=0.2)
    assert images.shape == (9, 28, 28, 1) and beliefs.shape == (9, 10)
    assert t[0] == 0 and t[-1] == 1 and (np.diff(t) > 0).all()
    assert t[-2] - t[1] == pytest.approx(0.2)
    assert beliefs[[0, -1], [4, 8]].min() > 0.99
    assert beliefs.max(axis=1).min() < 0.9


def test_a_generator_without_orders_has_borders_and_one_that_obeys_has_none(unasked):
    images, some = on_demand.unclear(on_demand.paths(unasked, 40))
    assert 0.05 < images < 0.3 and some > 2 * images
    beliefs = on_demand.paths(Scribe(), 40, points=3, ordered=True)
    np.testing.assert_array_equal(beliefs.argmax(axis=2), np.arange(120).reshape(40, 3) // 3 % 10)


def test_unclear_images_and_ways_are_counted():
    beliefs = np.zeros((4, 5, 10))
    beliefs[..., 0] = 1.0
    beliefs[1, 2] = beliefs[1, 3] = beliefs[2, 0] = 0.1
    assert on_demand.unclear(beliefs) == (3 / 20, 2 / 4)


def test_what_was_asked_stands_in_the_rows():
    labels = REAL.y_train[:500]
    asked = np.where(labels == 3, 8, labels)  # whoever orders an 8 gets 3s as well
    counts = on_demand.asked_and_read(REAL.x_train[:500], asked)
    assert counts.sum() == 500 and counts[3].sum() == 0
    assert counts[8, 3] > 0.9 * (labels == 3).sum() and counts[3, 8] == 0


def test_stored_tables_are_found_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(show, "RESULTS", tmp_path)
    with pytest.raises(FileNotFoundError, match="cgan-dense-quick"):
        on_demand.stored("quick")
    summary = {name: {"mean": 0.5, "std": 0.01} for name in on_demand.FIGURES}
    table = json.dumps({"summary": summary, "runs": [{}, {}, {}]})
    for way in cgan.ways("quick"):
        (tmp_path / f"cgan-{way}-quick.json").write_text(table)
    tables = on_demand.stored("quick")
    assert list(tables) == list(cgan.ways("quick"))
    lines = on_demand.side_by_side(tables).splitlines()
    assert len(lines) == 1 + len(tables) and "accuracy" in lines[0]
    assert lines[1].split()[:5] == ["dense", "3", "50.00%", "±", "1.00%"]
    assert len({len(line) for line in lines}) == 1


def test_figures_hold_what_they_are_given():
    images = Scribe().images
    figure = plots.show_orders(np.concatenate([images, images]), labels="abcdefghij")
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == list("abcdefghij")
    assert figure.axes[0].images[0].get_array().shape == (58, 298)

    beliefs = np.zeros((10, 10))
    beliefs[:, 3], beliefs[:, 5], beliefs[:, 7] = 0.6, 0.35, 0.05
    figure = plots.show_between({"a way": (images, beliefs, np.linspace(0, 1, 10))})
    above, below = figure.axes
    assert above.images[0].get_array().shape == (28, 280)
    assert [line.get_label() for line in below.lines] == ["3", "5"]
    np.testing.assert_array_equal(below.lines[1].get_ydata(), beliefs[:, 5])

    counts = np.diag(np.full(10, 200))
    counts[4] = [0, 0, 0, 0, 150, 0, 0, 0, 0, 50]
    figure = plots.show_asked_and_read({"ours": counts})
    told = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert told[9, 4] == "25" and told[4, 4] == "75" and told[0, 0] == "100" and len(told) == 11
    plt.close("all")
