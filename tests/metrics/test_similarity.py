"""SSIM against TensorFlow's and against its formula, place by place."""

import numpy as np
import pytest

from gan_lessons import metrics

RNG = np.random.default_rng(0)


def pair(n=3, h=20, w=17, c=3, noise=0.2):
    """Smooth pictures in [0, 1] and noisy copies."""
    v, u = np.mgrid[0 : 1 : h * 1j, 0 : 1 : w * 1j]
    phase = RNG.uniform(0, 6, (n, 1, 1, c))
    x = 0.5 + 0.4 * np.sin(5 * u[None, :, :, None] + 3 * v[None, :, :, None] + phase)
    return x, np.clip(x + noise * RNG.normal(size=x.shape), 0, 1)


def by_hand(x, y):
    """Equation 13 of Wang et al. (2004) at every place of one colour of one picture."""
    bell = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    weights = np.outer(bell, bell) / bell.sum() ** 2
    values = []
    for top in range(x.shape[0] - 10):
        for left in range(x.shape[1] - 10):
            a, b = (p[top : top + 11, left : left + 11] for p in (x, y))
            mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
            var_a, var_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
            cov = (weights * (a - mean_a) * (b - mean_b)).sum()
            c1, c2 = 0.01**2, 0.03**2
            values.append(
                (2 * mean_a * mean_b + c1)
                * (2 * cov + c2)
                / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
            )
    return np.mean(values)


def test_ssim_is_its_formula_at_every_place_whose_window_lies_inside():
    x, y = pair()
    expected = [
        np.mean([by_hand(a[..., k], b[..., k]) for k in range(3)])
        for a, b in zip(x, y, strict=True)
    ]
    np.testing.assert_allclose(metrics.ssim(x, y), expected, atol=1e-12)
    assert max(expected) < 0.9  # the noise counts


def test_ssim_is_that_of_tensorflow():
    tensorflow = pytest.importorskip("tensorflow")
    x, y = pair(n=70, h=24, w=24)
    expected = tensorflow.image.ssim(x.astype("float32"), y.astype("float32"), 1.0).numpy()
    np.testing.assert_allclose(metrics.ssim(x, y), expected, atol=2e-4)


def test_what_is_the_same_has_an_ssim_of_one_and_no_error():
    x, _ = pair()
    np.testing.assert_allclose(metrics.ssim(x, x), 1.0)
    found = metrics.similarity(2 * x - 1, 2 * x - 1)
    assert (found.ssim, found.error, found.n) == (pytest.approx(1.0), 0.0, 3)


def test_bytes_and_floats_are_measured_on_one_scale():
    x = RNG.integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    y = RNG.integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    found = metrics.similarity(x, y)
    assert found.error == pytest.approx(np.abs(x / 255.0 - y / 255.0).mean())
    as_floats = metrics.similarity(x, y / 127.5 - 1.0)
    assert (as_floats.ssim, as_floats.error) == (
        pytest.approx(found.ssim),
        pytest.approx(found.error),
    )
    assert "n = 2" in str(found) and f"{found.error:.4f}" in str(found)


@pytest.mark.parametrize(
    "shapes, message",
    [
        (((2, 16, 16, 3), (3, 16, 16, 3)), "one shape"),
        (((16, 16, 3), (16, 16, 3)), "one shape"),
        (((0, 16, 16, 3), (0, 16, 16, 3)), "one shape"),
        (((1, 10, 16, 3), (1, 10, 16, 3)), "at least 11 pixels"),
    ],
)
def test_pictures_that_cannot_be_compared(shapes, message):
    with pytest.raises(ValueError, match=message):
        metrics.ssim(*map(np.zeros, shapes))
