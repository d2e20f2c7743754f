"""Paths through the latent space, against what geometry says in closed form."""

import numpy as np
import pytest

from gan_lessons.latent import great_circle, straight

RIGHT, UP = np.array([1.0, 0.0]), np.array([0.0, 1.0])


def test_straight_is_the_weighted_mean():
    np.testing.assert_allclose(straight([0.0, 2.0], [4.0, 0.0], 0.25), [1.0, 1.5])


@pytest.mark.parametrize("path", [straight, great_circle])
def test_begins_and_ends_where_asked(path):
    a, b = np.random.default_rng(0).standard_normal((2, 5, 64))
    np.testing.assert_allclose(path(a, b, 0.0), a, atol=1e-12)
    np.testing.assert_allclose(path(a, b, 1.0), b, atol=1e-12)


@pytest.mark.parametrize("path", [straight, great_circle])
def test_shapes(path):
    a, b = np.random.default_rng(1).standard_normal((2, 5, 3))
    assert path(a[0], b[0], 0.5).shape == (3,)
    assert path(a[0], b[0], np.linspace(0, 1, 7)).shape == (7, 3)
    assert path(a, b, np.linspace(0, 1, 7)).shape == (7, 5, 3)
    np.testing.assert_allclose(path(a, b, [0.2, 0.9])[1, 4], path(a[4], b[4], 0.9))


@pytest.mark.parametrize("t", [0.0, 0.2, 1 / 3, 0.5, 1.0])
def test_quarter_circle(t):
    expected = [np.cos(t * np.pi / 2), np.sin(t * np.pi / 2)]
    np.testing.assert_allclose(great_circle(RIGHT, UP, t), expected, atol=1e-12)


def test_angle_turns_evenly_and_length_changes_evenly():
    t = np.linspace(0, 1, 11)
    points = great_circle(2 * RIGHT, [-3.0, 3.0 * np.sqrt(3)], t)  # 120 degrees, lengths 2 and 6
    np.testing.assert_allclose(np.arctan2(points[:, 1], points[:, 0]), t * 2 * np.pi / 3)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 2 + 4 * t)


def test_great_circle_stays_on_the_sphere_and_straight_does_not():
    a, b = np.random.default_rng(2).standard_normal((2, 100, 64))
    a, b = (8 * v / np.linalg.norm(v, axis=1, keepdims=True) for v in (a, b))
    np.testing.assert_allclose(np.linalg.norm(great_circle(a, b, 0.3), axis=1), 8.0)
    # |a + b|^2 / 4 = (128 + 2 a.b) / 4
    inside = np.sqrt(32 + np.sum(a * b, axis=1) / 2)
    np.testing.assert_allclose(np.linalg.norm(straight(a, b, 0.5), axis=1), inside)


def test_same_direction_gives_the_chord():
    np.testing.assert_allclose(great_circle(RIGHT, 3 * RIGHT, 0.5), 2 * RIGHT)
    nearly = np.array([1.0, 1e-9])
    np.testing.assert_allclose(great_circle(RIGHT, nearly, 0.5), [1.0, 5e-10], rtol=1e-6)


def test_opposite_points_and_zero_are_refused():
    with pytest.raises(ValueError, match="opposite"):
        great_circle(RIGHT, -2 * RIGHT, 0.5)
    with pytest.raises(ValueError, match="no direction"):
        great_circle(np.zeros(2), UP, 0.5)


@pytest.mark.parametrize("path", [straight, great_circle])
def test_shapes_that_differ_are_refused(path):
    with pytest.raises(ValueError, match="one shape"):
        path(np.ones(3), np.ones(4), 0.5)
