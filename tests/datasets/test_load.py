"""`datasets.load` and its companions: which source is used when, and that it is said."""

import dataclasses

import numpy as np
import pytest

from gan_lessons import datasets
from gan_lessons.datasets import gaussians, mnist


@pytest.fixture
def no_web(monkeypatch):
    """Count download attempts; every one fails at once."""
    calls = []

    def fail(cache):
        calls.append(cache)
        raise datasets.DataError("could not download mnist.npz:\n  http://x: no route\nWhat to do")

    monkeypatch.setattr(mnist, "fetch", fail)
    return calls


def test_bundled_digits(tiny, capsys):
    data = datasets.load("mnist", source="bundled")
    assert data.x_train.shape == (10_000, 28, 28, 1)
    assert data.x_train.dtype == np.uint8
    assert data.y_train.shape == (10_000,)
    assert data.y_train.dtype == np.int64
    assert data.x_test is None
    assert data.y_test is None
    assert capsys.readouterr().out == (
        "Data: mnist, 10,000 training samples, from the digits bundled with the course\n"
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"


def test_a_folder_gives_channels_and_int64_labels(tiny, tmp_path, capsys):
    data = datasets.load("mnist", source=tiny.write(tmp_path / "my", "idx"))
    np.testing.assert_array_equal(data.x_train[..., 0], tiny.arrays["x_train"])
    np.testing.assert_array_equal(data.y_test, tiny.arrays["y_test"])
    assert data.x_test.shape == (20, 28, 28, 1)
    assert data.y_train.dtype == np.int64
    out = capsys.readouterr().out
    assert "30 training and 20 test" in out
    assert str(tmp_path / "my") in out
    assert out.count("\n") == 1


def test_quiet_on_request(tiny, capsys):
    datasets.load("mnist", source="bundled", verbose=False)
    assert capsys.readouterr().out == ""


def test_the_order_of_sources(tiny, tmp_path, monkeypatch, no_web):
    assert "bundled" in datasets.load("mnist").source
    tiny.write(tmp_path / "cache" / "mnist")
    assert "cache" in datasets.load("mnist").source
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tiny.write(tmp_path / "own" / "mnist").parent))
    assert "GAN_LESSONS_DATA" in datasets.load("mnist").source
    assert "bundled" in datasets.load("mnist", source="bundled").source
    assert no_web == []


@pytest.mark.parametrize("layout", ["npz", "gz"])
@pytest.mark.parametrize("below", ["", "mnist"])
def test_own_folder_may_hold_the_files_or_a_folder_of_them(
    tiny, tmp_path, monkeypatch, no_web, layout, below
):
    tiny.write(tmp_path / "own" / below, layout)
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path / "own"))
    assert len(datasets.load("mnist").x_test) == 20


def test_an_own_folder_without_digits_is_passed_over(tiny, tmp_path, monkeypatch, no_web):
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path))
    assert "bundled" in datasets.load("mnist").source
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path / "typing error"))
    with pytest.raises(datasets.DataError, match=r"GAN_LESSONS_DATA names .*typing error"):
        datasets.load("mnist")


def test_a_damaged_own_file_is_an_error_not_a_silent_fallback(tiny, tmp_path, monkeypatch):
    folder = tiny.write(tmp_path / "own")
    (folder / "mnist.npz").write_bytes(b"half a fi")
    monkeypatch.setenv("GAN_LESSONS_DATA", str(folder))
    with pytest.raises(datasets.DataError, match=r"mnist\.npz"):
        datasets.load("mnist")


def test_only_the_full_preset_downloads_by_itself(tiny, monkeypatch, no_web, capsys):
    for preset in ("smoke", "quick"):
        monkeypatch.setenv("GAN_LESSONS_PRESET", preset)
        datasets.load("mnist")
    assert no_web == []
    monkeypatch.setenv("GAN_LESSONS_PRESET", "full")
    capsys.readouterr()
    assert len(datasets.load("mnist").x_train) == 10_000
    assert len(no_web) == 1
    assert capsys.readouterr().out.splitlines()[0] == (
        "No download (http://x: no route): using the bundled digits instead."
    )


def test_a_download_that_was_asked_for_must_succeed(tiny, no_web):
    with pytest.raises(datasets.DataError, match="no route"):
        datasets.load("mnist", source="download")


def test_fetch_keeps_a_good_file_and_replaces_a_bad_one(tiny, tmp_path, monkeypatch):
    cached = tiny.write(tmp_path / "cache" / "mnist") / "mnist.npz"
    calls = []

    def deliver(cache):
        calls.append(cache)
        return mnist.write(tiny.arrays, cache / "mnist.npz")

    monkeypatch.setattr(mnist, "fetch", deliver)
    assert datasets.fetch("mnist") == cached
    assert calls == []
    cached.write_bytes(b"cut off")
    assert len(datasets.load("mnist", source="download").x_train) == 30
    assert calls == [tmp_path / "cache" / "mnist"]


@pytest.mark.parametrize("layout", ["npz", "idx", "gz"])
def test_import_makes_the_files_the_cache(tiny, tmp_path, layout):
    path = datasets.import_data("mnist", tiny.write(tmp_path / "stick", layout))
    with np.load(path) as archive:
        assert sorted(archive.files) == ["x_test", "x_train", "y_test", "y_train"]
    assert "the cache" in datasets.load("mnist").source


def test_import_of_bad_files_leaves_the_cache_alone(tiny, tmp_path):
    path = datasets.import_data("mnist", tiny.write(tmp_path / "good"))
    before = path.read_bytes()
    tiny.arrays["x_test"][0] = 0
    with pytest.raises(datasets.DataError, match="not the values of the original"):
        datasets.import_data("mnist", tiny.write(tmp_path / "bad"))
    assert path.read_bytes() == before


def test_import_into_an_impossible_cache_is_explained(tiny, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "file"))
    with pytest.raises(datasets.DataError, match="GAN_LESSONS_CACHE"):
        datasets.import_data("mnist", tiny.write(tmp_path / "good"))


def test_status_follows_what_load_would_do(tiny, tmp_path, monkeypatch):
    assert [line.partition(":")[0] for line in datasets.status()] == list(datasets.NAMES)
    assert "bundled" in datasets.status()[0]
    path = datasets.import_data("mnist", tiny.write(tmp_path / "stick"))
    assert str(path) in datasets.status()[0]
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path / "stick"))
    assert "GAN_LESSONS_DATA" in datasets.status()[0]


@pytest.mark.parametrize(
    ("name", "centres", "std"),
    [("ring", gaussians.ring_centres(), 0.01), ("grid", gaussians.grid_centres(), 0.05)],
)
def test_toys(name, centres, std, capsys):
    data = datasets.load(name)
    assert data.x_train.dtype == np.float32
    assert data.x_train.shape[1] == 2
    np.testing.assert_array_equal(data.info["centres"], centres)
    assert data.info["std"] == std
    distance = np.linalg.norm(data.x_train[:500, None] - centres, axis=2).min(axis=1)
    # The distance of a plane normal to its centre has the mean sqrt(pi / 2) std.
    assert distance.mean() / std == pytest.approx(np.sqrt(np.pi / 2), rel=0.1)
    assert "procedural" in capsys.readouterr().out


def test_wrong_names_list_the_right_ones(tmp_path):
    with pytest.raises(ValueError, match=f"there are {', '.join(datasets.NAMES)}"):
        datasets.load("cifar")
    with pytest.raises(ValueError, match="drawn from a seed"):
        datasets.load("ring", source=tmp_path)
    for call in (datasets.fetch, lambda name: datasets.import_data(name, tmp_path)):
        with pytest.raises(ValueError, match="only mnist, sms_spam, fashion_mnist can"):
            call("ring")
