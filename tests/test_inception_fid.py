"""The FID script: how it enlarges, what it feeds, what it compares, and that it goes on."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def fid(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield __import__("inception_fid")
    sys.modules.pop("inception_fid", None)


def test_enlarging_is_linear_between_pixels_and_starts_at_the_corner(fid):
    """Of a ramp, point i lies at i * size / wanted; what would lie beyond the last pixel is it."""
    matrix = fid.enlarging(8, 30)
    places = np.minimum(np.arange(30) * 8 / 30, 7)
    np.testing.assert_allclose(matrix @ np.arange(8.0), places, atol=1e-5)
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0, atol=1e-6)
    assert ((matrix > 0).sum(axis=1) <= 2).all()


def test_inputs_have_channels_first_and_the_range_of_the_network(fid):
    images = np.zeros((2, 4, 6, 3), np.uint8)
    images[0], images[1, 0, 5, 2] = 255, 128
    x = fid.inputs(images, fid.enlarging(4, 12), fid.enlarging(6, 12))
    assert x.shape == (2, 3, 12, 12)
    np.testing.assert_allclose(x[0], 255 / 128 - 1, atol=1e-6)
    assert x[1, 2, 0, 11] == pytest.approx(0.0, abs=1e-6) and x[1, 2, 11, 11] == -1
    assert (x[1, :2] == -1).all()


class Mean:
    """Stands in for Inception: 2048 times the mean of each image."""

    calls = 0

    def __call__(self, x):
        Mean.calls += len(x)
        return np.repeat(x.mean(axis=(1, 2, 3))[:, None], 2048, axis=1)


def test_features_are_written_in_parts_and_a_stopped_run_goes_on(fid, tmp_path, monkeypatch):
    monkeypatch.setattr(fid, "PART", 4)
    monkeypatch.setattr(fid, "inception", lambda network, threads: Mean())
    images = np.arange(10, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    np.save(tmp_path / "x.npy", images)
    out = tmp_path / "f.npz"
    np.savez(out, features=np.full((4, 2048), 9.0, "float32"))  # of an earlier, stopped run
    fid.features(tmp_path / "x.npy", out, batch=3)
    assert Mean.calls == 6
    found = np.load(out)["features"][:, 0]
    np.testing.assert_allclose(found, [9.0] * 4 + [i / 128 - 1 for i in range(4, 10)], atol=1e-6)


def test_the_distance_is_that_of_the_features_and_says_how_many(fid, tmp_path, capsys):
    rng = np.random.default_rng(0)
    real = rng.standard_normal((300, 5))
    for name, features in (("real", real), ("same", real), ("moved", real[:200] + 2.0)):
        np.savez(tmp_path / f"{name}.npz", features=features)
    fid.main(["distance", str(tmp_path / "real.npz"), str(tmp_path / "same.npz")])
    assert json.loads(capsys.readouterr().out)["fid"] == pytest.approx(0.0, abs=1e-3)
    row = fid.distance(tmp_path / "real.npz", tmp_path / "moved.npz", n=200)
    assert row["fid"] == pytest.approx(5 * 2.0**2, rel=1e-4)
    assert (row["real"], row["fake"]) == (200, 200) and row["network"] == fid.SHA256[:8]


def test_another_network_is_refused(fid, tmp_path):
    (tmp_path / "net.pt").write_bytes(b"something else")
    with pytest.raises(SystemExit, match="not the network of the FID"):
        fid.network_file(tmp_path / "net.pt")
