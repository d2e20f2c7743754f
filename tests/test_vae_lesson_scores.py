"""What lesson 07 says about VAE and GAN holds. `make test-full` runs all of this.

The seeds are in `benchmarks/results/vae_vs_gan-quick*.json`: once with a minute for each model,
once with as many steps for each.
"""

import pytest

from gan_lessons import comparing, show

pytestmark = pytest.mark.full
MODELS = tuple(comparing.PRESETS["quick"].models)
FITTED, OLD, NEW = comparing.FITTED, "DCGAN 2016", "DCGAN"


@pytest.fixture(params=["quick", "quick-steps"])
def table(request):
    return show.results(f"vae_vs_gan-{request.param}")


def mean(table, model, figure):
    return table["summary"][f"{model}: {figure}"]["mean"]


def test_the_minutes_and_the_steps_are_those_that_the_lesson_names():
    minute, steps = (show.results(f"vae_vs_gan-{name}") for name in ("quick", "quick-steps"))
    assert sorted(run["seed"] for run in minute["runs"]) == [0, 1, 2, 3, 4]
    assert len(steps["runs"]) >= 3
    for model in MODELS:
        for run in minute["runs"]:
            assert run[f"{model}: seconds"] == pytest.approx(60, abs=3), (model, run["seed"])
        assert {run[f"{model}: steps"] for run in steps["runs"]} == {5000}


def test_a_vae_blurs_in_every_run(table):
    for run in table["runs"]:
        vae = run["VAE: sharpness"], run[f"{FITTED}: sharpness"]
        assert max(vae) < 0.25 < 0.5 < min(run[f"{old}: sharpness"] for old in (OLD, NEW))


def test_a_vae_covers_more_than_a_gan_of_2016_and_less_than_a_cured_one(table):
    old, fitted, new = (mean(table, model, "coverage") for model in (OLD, FITTED, NEW))
    assert old < fitted < new
    assert mean(table, "VAE", "coverage") < fitted


def test_more_steps_hardly_sharpen_a_vae():
    few, more = (show.results(f"vae_vs_gan-{name}") for name in ("quick-steps", "quick"))
    assert mean(more, "VAE", "steps") == pytest.approx(1.5 * mean(few, "VAE", "steps"), rel=0.1)
    assert mean(few, "VAE", "sharpness") == pytest.approx(0.06, abs=0.005)
    assert mean(more, "VAE", "sharpness") == pytest.approx(0.08, abs=0.005)


def test_the_code_of_a_vae_gives_pictures_back_nearly_as_well_as_a_plain_one(table):
    plain, vae, gan = (mean(table, m, "reconstruction") for m in ("autoencoder", "VAE", "VAE-GAN"))
    assert plain < vae < 1.1 * plain < gan


def test_the_fitted_points_are_what_an_autoencoder_lacks(table):
    assert mean(table, "autoencoder", "coverage") < 0.05
    assert mean(table, "autoencoder", "halfway") > mean(table, "VAE", "halfway")
