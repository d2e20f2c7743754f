"""Sharpness and spectrum: against SciPy, against closed forms, and against an eye's order."""

import numpy as np
import pytest
from scipy import ndimage
from some_faces import some_faces

from gan_lessons import metrics

REAL = some_faces(20)


def test_sharpness_is_the_variance_of_the_laplacian_of_scipy():
    grey = REAL.mean(axis=3) / 255
    expected = [ndimage.laplace(picture)[1:-1, 1:-1].var() for picture in grey]
    np.testing.assert_allclose(metrics.sharpness(REAL), expected, rtol=1e-9)
    np.testing.assert_allclose(metrics.sharpness(REAL / 127.5 - 1), expected, rtol=1e-9)


def test_a_slope_has_no_sharpness_and_an_edge_has():
    ramp = np.linspace(-1, 1, 16)[None, :, None, None] * np.ones((1, 16, 16, 3))
    assert metrics.sharpness(ramp)[0] == pytest.approx(0, abs=1e-20)
    assert metrics.sharpness(np.sign(ramp))[0] > 0.1


def test_blurred_pictures_are_less_sharp_noisy_ones_more():
    blurred = ndimage.uniform_filter(REAL.astype(float), (0, 3, 3, 0)) / 127.5 - 1
    noisy = REAL / 127.5 - 1 + np.random.default_rng(0).normal(0, 0.3, REAL.shape)
    assert metrics.relative_sharpness(blurred, REAL) < 0.5
    assert metrics.relative_sharpness(REAL, REAL) == 1.0
    assert metrics.relative_sharpness(noisy, REAL) > 1.5
    with pytest.raises(ValueError, match="depends on the size"):
        metrics.relative_sharpness(REAL[:, ::2, ::2], REAL)


def test_the_spectrum_of_a_wave_is_one_peak_and_that_of_noise_is_flat():
    place = np.arange(32) * 2 * np.pi / 32
    wave = np.sin(5 * place)[None, :, None, None] * np.ones((1, 32, 32, 3))
    spectrum = metrics.power_spectrum(wave)
    assert spectrum.shape == (16,) and spectrum.argmax() == 4
    assert spectrum[4] > 1e6 * np.delete(spectrum, 4).max()
    noise = np.random.default_rng(0).normal(0, 0.2, (400, 32, 32, 1))  # greys: half of that
    np.testing.assert_allclose(metrics.power_spectrum(noise), 0.1**2, rtol=0.05)
    with pytest.raises(ValueError, match="square"):
        metrics.power_spectrum(noise[:, :16])


def test_a_blur_takes_from_the_fine_waves_and_leaves_the_coarse():
    blurred = ndimage.uniform_filter(REAL.astype(float), (0, 3, 3, 0)) / 127.5 - 1
    kept = metrics.power_spectrum(blurred) / metrics.power_spectrum(REAL)
    assert kept[0] > 0.9 and kept[20:].max() < 0.5
