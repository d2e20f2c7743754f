"""Lesson 02's mathematics against closed forms, SciPy, and slow and simple NumPy."""

import dataclasses
import io
import math

import guards
import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image
from scipy import stats
from scipy.spatial.distance import jensenshannon

from gan_lessons import faces, games, matching, plots, probability, watching
from gan_lessons.engine.training import train
from gan_lessons.probability import Mixture

U = np.random.default_rng(0).uniform(size=5000)
NORMALS = np.linspace(-40, 40, 80_001)


# --- the transformation method --------------------------------------------------------------------

TRANSFORMED = {
    "exponential": (probability.exponential(U, 2.5), stats.expon(scale=1 / 2.5)),
    "logistic": (probability.logistic(U, 1.0, 0.7), stats.logistic(1.0, 0.7)),
    "triangular": (probability.triangular(U, -1.0, 2.0, 3.0), stats.triang(3 / 4, -1.0, 4.0)),
    "peak at the edge": (probability.triangular(U, 0.0, 0.0, 1.0), stats.triang(0.0)),
    "from a table": (probability.invert(stats.norm.cdf, U, -9, 9), stats.norm),
}


@pytest.mark.parametrize("name", TRANSFORMED)
def test_the_transformation_is_the_inverse_cdf(name):
    made, wanted = TRANSFORMED[name]
    np.testing.assert_allclose(made, wanted.ppf(U), atol=2e-5)
    assert stats.kstest(made, wanted.cdf).pvalue > 0.01


def test_mixture_agrees_with_its_normals():
    mixture = Mixture((-1.0, 0.5, 4.0), 0.8, (0.2, 0.5, 0.3))
    x = np.linspace(-4, 7, 23)
    parts = [stats.norm(c, 0.8) for c in mixture.centres]
    for ours, theirs in ((mixture.density, "pdf"), (mixture.cdf, "cdf")):
        wanted = sum(w * getattr(p, theirs)(x) for w, p in zip(mixture.weights, parts, strict=True))
        np.testing.assert_allclose(ours(x), wanted, atol=1e-12)
    np.testing.assert_allclose(mixture.cdf(mixture.transform(U)), U, atol=1e-5)
    samples = mixture.sample(20_000, seed=1)
    assert samples.shape == (20_000, 1)
    assert stats.kstest(samples[:, 0], mixture.cdf).pvalue > 0.01
    assert samples.std() == pytest.approx(mixture.std, rel=0.02)


def test_quantiles_are_those_of_the_normal():
    z = probability.quantiles(1000)
    assert z.shape == (1000, 1) and z.dtype == np.float32
    np.testing.assert_allclose(z[:, 0], stats.norm.ppf((np.arange(1000) + 0.5) / 1000), atol=1e-4)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: probability.exponential([0.5, 1.2]), "u must lie between 0 and 1.*1.2"),
        (lambda: probability.logistic(0.0), "u must lie"),
        (lambda: probability.exponential(U, rate=0), "rate must be above 0, received 0"),
        (lambda: probability.triangular(U, 0, 2, 1), "low <= peak <= high"),
        (lambda: Mixture((0.0, 1.0), 1.0, (1.0,)), "one weight per centre"),
        (lambda: Mixture((0.0, 1.0), 1.0, (0.9, 0.3)), "together 1"),
        (lambda: probability.kl([0.5, 0.5], [1.0], 1), "one shape"),
        (lambda: probability.mmd_squared(np.zeros((1, 1)), np.zeros((3, 1))), "two at least"),
        (lambda: probability.mmd_squared(np.zeros(3), np.zeros(3)), r"\(n, d\)"),
        (lambda: probability.mmd_squared(np.zeros((3, 1)), np.ones((3, 1)), (0,)), "above 0"),
        (lambda: games.solve([1.0, -1.0]), r"\(rows, columns\)"),
        (lambda: games.play("sideways"), "no rule 'sideways'.*simultaneous"),
        (lambda: faces.Face(smile=2.0), "smile must lie between 0 and 1"),
        (lambda: matching.preset_for("smoke", "magic"), "no method 'magic'.*mmd, gan, detective"),
        (lambda: plots.Animation([], ""), "one frame"),
    ],
)
def test_bad_input_is_explained(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# --- distances ------------------------------------------------------------------------------------


def test_kl_of_normals():
    p, q = stats.norm(0, 1).pdf(NORMALS), stats.norm(1.5, 2).pdf(NORMALS)
    step = NORMALS[1] - NORMALS[0]
    assert probability.kl(p, q, step) == pytest.approx(
        math.log(2) + (1 + 1.5**2) / (2 * 2**2) - 0.5, abs=1e-6
    )
    assert probability.kl(q, p, step) != pytest.approx(probability.kl(p, q, step), abs=0.1)


def test_js_against_scipy_and_where_it_saturates():
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(8)), rng.dirichlet(np.ones(8))
    assert probability.js(p, q, 1.0) == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-12)
    assert probability.js([1.0, 0.0], [0.0, 1.0], 1.0) == pytest.approx(math.log(2))
    assert probability.kl([1.0, 0.0], [0.0, 1.0], 1.0) == math.inf
    assert probability.kl([1.0, 0.0], [0.5, 0.5], 1.0) == pytest.approx(math.log(2))


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.6, 1.0, 3.0])
def test_js_of_two_boxes(shift):
    x = np.arange(-0.5, 5.0, 0.001) + 0.0005
    p, q = ((x > a) & (x < a + 1) for a in (0.0, shift))
    assert probability.js(1.0 * p, 1.0 * q, 0.001) == pytest.approx(
        min(shift, 1.0) * math.log(2), abs=2e-3
    )


def slow_mmd(x, y, bandwidths):
    def likeness(a, b):
        squared = float(np.sum((a - b) ** 2))
        return np.mean([math.exp(-squared / (2 * h * h)) for h in bandwidths])

    n, m = len(x), len(y)
    xx = sum(likeness(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(likeness(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    xy = sum(likeness(a, b) for a in x for b in y) / (n * m)
    return xx + yy - 2 * xy


@pytest.mark.parametrize("dimensions", [1, 3])
@pytest.mark.parametrize("bandwidths", [(0.7,), (0.3, 1.0, 4.0)])
def test_mmd_against_a_double_loop(dimensions, bandwidths):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(9, dimensions)).astype("float32")
    y = rng.normal(0.5, 1.3, size=(12, dimensions)).astype("float32")
    got = float(probability.mmd_squared(x, y, bandwidths))
    assert got == pytest.approx(slow_mmd(x, y, bandwidths), abs=1e-5)


@pytest.mark.parametrize("dimensions, bandwidth", [(1, 0.8), (1, 3.0), (5, 2.0)])
def test_mmd_is_unbiased(dimensions, bandwidth):
    """The mean over many tiny samples is the closed form; the biased form would miss it by far."""
    rng = np.random.default_rng(1)
    true = probability.mmd_squared_of_normals(0.0, 1.0, np.full(dimensions, 0.4), 1.5, bandwidth,
                                              dimensions)  # fmt: skip
    drawn = [
        float(
            probability.mmd_squared(
                rng.normal(0, 1, (8, dimensions)).astype("float32"),
                rng.normal(0.4, 1.5, (8, dimensions)).astype("float32"),
                (bandwidth,),
            )
        )
        for _ in range(1500)
    ]
    error = np.std(drawn) / math.sqrt(len(drawn))
    assert abs(np.mean(drawn) - true) < 4 * error
    assert error < 0.01


def test_the_closed_form_of_the_mmd_by_integration():
    x = np.linspace(-12, 12, 1201)
    p, q = stats.norm(0, 1).pdf(x), stats.norm(1, 0.5).pdf(x)
    kernel = np.exp(-((x[:, None] - x) ** 2) / (2 * 0.7**2))
    integral = (p - q) @ kernel @ (p - q) * (x[1] - x[0]) ** 2
    assert probability.mmd_squared_of_normals(0, 1, 1, 0.5, 0.7) == pytest.approx(
        integral, rel=1e-6
    )


# --- games ----------------------------------------------------------------------------------------


def test_matching_pennies():
    row, column, value = games.solve(games.PENNIES)
    np.testing.assert_allclose([*row, *column, value], [0.5] * 4 + [0.0], atol=1e-9)
    assert games.exploitability(games.PENNIES, row, column) == pytest.approx(0.0, abs=1e-9)
    assert games.exploitability(games.PENNIES, [1, 0], [1, 0]) == pytest.approx(2.0)


def test_a_game_that_is_not_symmetric():
    payoff = np.array([[3.0, -1.0], [-2.0, 1.0]])  # by hand: row (3/7, 4/7), column (2/7, 5/7)
    row, column, value = games.solve(payoff)
    np.testing.assert_allclose(row, [3 / 7, 4 / 7], atol=1e-9)
    np.testing.assert_allclose(column, [2 / 7, 5 / 7], atol=1e-9)
    assert value == pytest.approx(1 / 7)


@pytest.mark.parametrize("seed", range(5))
def test_the_solution_of_a_random_game_cannot_be_exploited(seed):
    payoff = np.random.default_rng(seed).normal(size=(3, 5))
    row, column, value = games.solve(payoff)
    assert games.exploitability(payoff, row, column) == pytest.approx(0.0, abs=1e-9)
    assert row @ payoff @ column == pytest.approx(value)


def test_fictitious_play_settles_at_the_solution():
    payoff = np.array([[3.0, -1.0], [-2.0, 1.0]])
    rows, columns = games.fictitious_play(payoff, 4000)
    assert rows.shape == columns.shape == (4000, 2)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0)
    gaps = [games.exploitability(payoff, rows[n], columns[n]) for n in (9, 99, 3999)]
    assert gaps[0] > gaps[1] > gaps[2] and gaps[2] < 0.06


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_the_distances_of_gradient_play(rate):
    """What one step of each rule does, from the eigenvalues of its matrix."""
    steps = np.arange(101)
    for rule, factor in (
        ("simultaneous", math.sqrt(1 + rate**2)),
        ("extragradient", math.sqrt(1 - rate**2 + rate**4)),
    ):
        np.testing.assert_allclose(games.radius(games.play(rule, rate, 100)), factor**steps)

    x, y = games.play("alternating", rate, 2000).T
    kept = x**2 + y**2 + rate * x * y  # neither grows nor shrinks: an ellipse
    np.testing.assert_allclose(kept, kept[0], rtol=1e-9)

    shrunk = games.radius(games.play("penalised", rate, 400))
    assert shrunk[-1] ** (1 / 400) == pytest.approx(math.sqrt(1 - 0.5 * rate + rate**2), abs=0.01)


def test_the_running_mean():
    path = games.play("alternating", 0.1, 300)
    np.testing.assert_allclose(games.running_mean(path)[42], path[:43].mean(axis=0))


# --- the models -----------------------------------------------------------------------------------


def smoke(method, **changes):
    preset = dataclasses.replace(matching.preset_for("smoke", method), average=0.9, **changes)
    return matching.build(preset, seed=0)


DATA = matching.TARGET.sample(24, seed=0)
WANTED = ("guard_turns", "guard_fresh_batches", "guard_sizes", "guard_average")


@pytest.mark.parametrize("method", ["mmd", "gan"])
@pytest.mark.parametrize("guard", WANTED)
def test_models_are_free_of_the_classic_bugs(method, guard):
    keras.utils.set_random_seed(0)
    getattr(guards, guard)(lambda: smoke(method), DATA)


def test_the_generator_starts_as_a_straight_line():
    model = smoke("mmd")
    z = np.array([[-2.0], [0.0], [1.0]], "float32")
    np.testing.assert_allclose(model.sample(z=z), matching.FAKES.width * z, atol=0.03)


def test_a_single_step_of_the_matcher_lowers_the_mmd():
    model, real = smoke("mmd"), matching.TARGET.sample(512, seed=1)
    z = probability.quantiles(512)
    before = float(probability.mmd_squared(model.sample(z=z), real, (1.0,)))
    model.fit(real, batch_size=256, epochs=20, steps_per_epoch=1, verbose=0)
    after = float(probability.mmd_squared(model.sample(z=z, averaged=False), real, (1.0,)))
    assert after < 0.9 * before


def test_the_detective_meets_fakes_of_the_announced_kind():
    model = matching.build(matching.preset_for("smoke", "detective"))
    fakes = model.sample(20_000, seed=1)
    assert stats.kstest(fakes[:, 0], matching.FAKES.cdf).pvalue > 0.01
    in_training = ops.convert_to_numpy(model.make_fakes(np.zeros((5000, 1), "float32")))
    assert stats.kstest(in_training[:, 0], matching.FAKES.cdf).pvalue > 0.001


def test_value_and_error_of_known_answers():
    x = np.linspace(-12, 12, 4801)
    p, q = matching.TARGET.density(x), matching.FAKES.density(x)
    assert watching.answer_error(p / (p + q), p, q, x[1] - x[0]) == pytest.approx(0.0, abs=1e-12)
    assert watching.answer_error(0.1 + p / (p + q), p, q, x[1] - x[0]) == pytest.approx(0.1, 1e-6)

    def best(points, training=False):
        points = ops.convert_to_numpy(points)
        ratio = matching.TARGET.density(points) / matching.FAKES.density(points)
        return ops.convert_to_tensor(np.log(ratio)[..., 0:1].astype("float32"))

    real, fake = matching.TARGET.sample(100_000, seed=1), matching.FAKES.sample(100_000, seed=2)
    wanted = watching.LOWEST + 2 * probability.js(p, q, x[1] - x[0])
    assert watching.value(best, real, fake) == pytest.approx(wanted, abs=0.01)
    half = watching.value(lambda points, training=False: 0.0 * points, real, fake)
    assert half == pytest.approx(-math.log(4), abs=1e-5)


def test_the_density_of_a_straight_line():
    made = watching.density(smoke("mmd"))
    np.testing.assert_allclose(made, matching.FAKES.density(watching.GRID), atol=0.01)


def test_film_and_picture():
    preset = matching.preset_for("smoke", "gan")
    film = watching.Film(preset, count=4)
    train(matching, preset, DATA, callbacks=[film], verbose=False)
    assert [shot["step"] for shot in film.shots] == [0, 10, 20]
    first, last = film.shots[0], film.shots[-1]
    assert first["answers"].shape == first["density"].shape == watching.GRID.shape
    np.testing.assert_allclose(first["arrows"], 1.5 * probability.quantiles(17)[:, 0], atol=0.03)
    assert not np.array_equal(first["arrows"], last["arrows"])
    assert matching.draw(DATA).shape == (60, 120)


@pytest.mark.parametrize("method", ["mmd", "gan", "detective"])
def test_unknown_methods_are_refused_and_known_ones_train(method):
    preset = matching.preset_for("smoke", method)
    trained = train(matching, preset, matching.TARGET.sample(200, 0), verbose=False)
    assert all(np.isfinite(v).all() for v in trained.history.values())
    with pytest.raises(ValueError, match="received 'magic'"):
        matching.build(dataclasses.replace(preset, method="magic"))


# --- faces and moving pictures --------------------------------------------------------------------


def test_faces_are_large_smooth_and_reproducible():
    face = faces.draw(faces.random_face(3))
    assert face.shape == faces.SHAPE and face.size == 116_412 and face.dtype == np.uint8
    np.testing.assert_array_equal(face, faces.draw(faces.random_face(3)))
    assert np.corrcoef(face[:, :-1].ravel(), face[:, 1:].ravel())[0, 1] > 0.95


@pytest.mark.parametrize("name", [f.name for f in dataclasses.fields(faces.Face)])
def test_every_number_of_a_face_is_seen(name):
    low, high = (faces.draw(dataclasses.replace(faces.Face(), **{name: v})) for v in (0.0, 1.0))
    assert np.mean(low != high) > 0.001


def test_animation_moves_and_stands_still():
    frames = [np.full((20, 30, 3), value, "uint8") for value in (0, 80, 160, 240)]
    shown = plots.Animation(frames, "grey", still=3)
    bundle = shown._repr_mimebundle_()
    assert shown.gif()[:6] in (b"GIF87a", b"GIF89a")
    assert bundle["text/html"].startswith('<img alt="grey" src="data:image/gif;base64,')
    assert shown.sheet().shape == (40, 60, 3) and bundle["text/plain"] == "grey"


def test_a_moving_picture_keeps_the_colours_of_its_dots():
    """A pale background of many shades, as in lesson 00, and a dot of each colour in it."""
    background = 215 + 40 * np.random.default_rng(0).random((120, 160, 3))
    dots = {"real": (0x3B, 0x6E, 0xA8), "fake": (0xD1, 0x60, 0x3D), "frame": (0, 0, 0)}
    frames = []
    for shift in range(3):
        frame = background.astype("uint8")
        for row, colour in enumerate(dots.values()):
            frame[20 + 30 * row : 23 + 30 * row, 40 + shift : 43 + shift] = colour
        frames.append(frame)
    shown = Image.open(io.BytesIO(plots.Animation(frames, "dots").gif()))
    assert shown.n_frames == 3
    for moment in range(3):
        shown.seek(moment)
        pixels = np.asarray(shown.convert("RGB"), float)
        for row, colour in enumerate(dots.values()):
            error = np.abs(pixels[21 + 30 * row, 41 + moment] - colour).max()
            assert error <= 16, f"{list(dots)[row]} dot came out as {pixels[21 + 30 * row, 41]}"
        assert np.abs(pixels - np.stack(frames)[moment]).mean() < 8
