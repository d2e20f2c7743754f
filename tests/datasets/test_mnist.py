import hashlib
import os
import pickle

import numpy as np
import pytest

from gan_lessons.datasets import bundled, mnist
from gan_lessons.datasets.fetch import DataError

# Taken from the original train-images-idx3-ubyte and train-labels-idx1-ubyte.
FIRST_10000 = "2f7182bf021ffc5c1f62db987487f14d899b5c639f421a80f3095affc09a7db2"
LABEL_COUNTS = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]


@pytest.mark.parametrize("layout", ["npz", "idx", "gz"])
def test_every_layout_gives_the_same_arrays(tiny, tmp_path, layout):
    arrays = mnist.read(tiny.write(tmp_path / layout, layout))
    for key, expected in tiny.arrays.items():
        np.testing.assert_array_equal(arrays[key], expected)
        assert arrays[key].dtype == np.uint8


def test_an_npz_can_be_named_itself(tiny, tmp_path):
    folder = tiny.write(tmp_path / "data")
    (folder / "mnist.npz").rename(folder / "my digits.npz")
    np.testing.assert_array_equal(
        mnist.read(folder / "my digits.npz")["x_test"], tiny.arrays["x_test"]
    )


def test_names_with_a_dot_are_found(tiny, tmp_path):
    folder = tiny.write(tmp_path / "data", "idx")
    for path in folder.iterdir():
        path.rename(folder / path.name.replace("-idx", ".idx"))
    assert mnist.found_in(folder)
    assert len(mnist.read(folder)["y_train"]) == 30


def damage(folder, file, kind):
    """Damage one file in a folder; returns what the message must say."""
    path = folder / file
    data = path.read_bytes() if path.exists() else b""
    if kind == "truncated":
        path.write_bytes(data[:-40])
    elif kind == "html":
        path.write_bytes(b"<html><title>404</title></html>")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "noise":
        path.write_bytes(bytes(range(1, 200)))
    elif kind == "flipped":
        path.write_bytes(data[:1000] + bytes([data[1000] ^ 1]) + data[1001:])
    elif kind == "missing":
        path.unlink()


@pytest.mark.parametrize("kind", ["truncated", "html", "empty", "noise", "flipped"])
@pytest.mark.parametrize(
    ("layout", "file"),
    [
        ("npz", "mnist.npz"),
        ("idx", "train-images-idx3-ubyte"),
        ("gz", "t10k-images-idx3-ubyte.gz"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(tiny, tmp_path, layout, file, kind):
    folder = tiny.write(tmp_path / "data", layout)
    damage(folder, file, kind)
    with pytest.raises(DataError) as error:
        mnist.read(folder)
    assert str(folder / file) in str(error.value)
    assert "gan-lessons data fetch mnist" in str(error.value)
    assert ("web page" in str(error.value)) == (kind == "html")


@pytest.mark.parametrize("layout", ["idx", "gz"])
def test_a_missing_file_is_named_beside_what_is_there(tiny, tmp_path, layout):
    folder = tiny.write(tmp_path / "data", layout)
    ending = ".gz" if layout == "gz" else ""
    (folder / f"t10k-labels-idx1-ubyte{ending}").unlink()
    with pytest.raises(DataError, match=r"lacks t10k-labels-idx1-ubyte.*train-labels") as error:
        mnist.read(folder)
    assert str(folder) in str(error.value)


def test_an_empty_and_an_absent_folder_are_told_apart(tiny, tmp_path):
    with pytest.raises(DataError, match="holds nothing"):
        mnist.read(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        mnist.read(tmp_path / "nowhere")


def test_missing_array_in_the_npz_is_named(tiny, tmp_path):
    np.savez(tmp_path / "mnist.npz", x_train=tiny.arrays["x_train"])
    with pytest.raises(DataError, match=r"holds x_train, but not y_train, x_test, y_test"):
        mnist.read(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x[:-1],
        lambda x: x.astype("float32"),
        lambda x: x[:, :14],
        lambda x: x[..., np.newaxis],
    ],
)
def test_wrong_shape_or_type_says_both(tiny, tmp_path, change):
    tiny.arrays["x_train"] = change(tiny.arrays["x_train"])
    tiny.write(tmp_path)
    found = tiny.arrays["x_train"]
    with pytest.raises(DataError) as error:
        mnist.read(tmp_path)
    assert f"x_train is {found.dtype} of shape {found.shape}" in str(error.value)
    assert "expected uint8 of shape (30, 28, 28)" in str(error.value)


@pytest.mark.parametrize("key", ["x_train", "y_train", "x_test", "y_test"])
@pytest.mark.parametrize("layout", ["npz", "idx"])
def test_one_changed_value_anywhere_is_noticed(tiny, tmp_path, key, layout):
    tiny.arrays[key].flat[7] ^= 1
    tiny.write(tmp_path, layout)
    with pytest.raises(DataError, match=f"{key} has the right shape but not the values"):
        mnist.read(tmp_path)


def test_nothing_is_ever_unpickled(tiny, tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "trapped"),)

    np.savez(tmp_path / "mnist.npz", **{**tiny.arrays, "y_test": np.array(Trap(), dtype=object)})
    with pytest.raises(DataError, match=r"not a complete \.npz of plain arrays"):
        mnist.read(tmp_path)
    (tmp_path / "mnist.npz").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(DataError):
        mnist.read(tmp_path)
    assert not (tmp_path / "trapped").exists()


def test_fetch_falls_back_to_the_four_files(tiny, tmp_path, monkeypatch):
    web = tiny.write(tmp_path / "web", "gz")
    cache = tmp_path / "cache"
    monkeypatch.setattr(mnist, "NPZ_URL", (tmp_path / "nowhere.npz").as_uri())
    monkeypatch.setattr(
        mnist, "IDX_MIRRORS", ((tmp_path / "down").as_uri() + "/", web.as_uri() + "/")
    )
    assert mnist.fetch(cache) == cache / "mnist.npz"
    np.testing.assert_array_equal(mnist.read(cache)["x_train"], tiny.arrays["x_train"])
    assert [entry.name for entry in cache.iterdir()] == ["mnist.npz"]


def test_fetch_takes_the_single_file_first(tiny, tmp_path, monkeypatch):
    web = tiny.write(tmp_path / "web")
    monkeypatch.setattr(mnist, "NPZ_URL", (web / "mnist.npz").as_uri())
    monkeypatch.setattr(
        mnist, "NPZ_SHA256", hashlib.sha256((web / "mnist.npz").read_bytes()).hexdigest()
    )
    monkeypatch.setattr(mnist, "IDX_MIRRORS", ())
    path = mnist.fetch(tmp_path / "cache")
    assert path.read_bytes() == (web / "mnist.npz").read_bytes()


def test_failed_fetch_names_every_address(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "NPZ_URL", "http://127.0.0.1:9/mnist.npz")
    monkeypatch.setattr(mnist, "IDX_MIRRORS", ("http://127.0.0.1:9/a/", "http://127.0.0.1:9/b/"))
    with pytest.raises(DataError) as error:
        mnist.fetch(tmp_path / "cache")
    for address in ("9/mnist.npz", "9/a/train-images-idx3-ubyte.gz", "9/b/train-images"):
        assert address in str(error.value)


def test_pack_and_unpack_are_inverse():
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (7, 28, 28, 1), dtype="uint8")
    images[rng.random(images.shape) < 0.8] = 0
    images[3] = 0  # a digit without ink
    labels = rng.integers(0, 10, 7)
    unpacked, same_labels = mnist.unpack(mnist.pack(images, labels))
    np.testing.assert_array_equal(unpacked, images)
    np.testing.assert_array_equal(same_labels, labels)


def test_the_bundled_digits_are_the_first_10000_of_mnist():
    images, labels = mnist.read_bundled()
    assert images.shape == (10_000, 28, 28, 1)
    assert images.dtype == labels.dtype == np.uint8
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(labels).tolist() == LABEL_COUNTS
    assert hashlib.sha256(images.tobytes()).hexdigest() == FIRST_10000


def test_bundled_files_are_small():
    sizes = {path.name: path.stat().st_size for path in bundled.FOLDER.glob("*.npz")}
    assert set(sizes) == {"mnist_10k.npz", "mnist_test_features.npz"}
    assert sum(sizes.values()) < 1_600_000


@pytest.mark.parametrize("kind", ["flipped", "truncated", "missing"])
def test_a_changed_bundled_file_is_refused(tmp_path, monkeypatch, kind):
    for path in bundled.FOLDER.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    bundled.read("mnist_10k.npz")
    damage(tmp_path, "mnist_10k.npz", kind)
    with pytest.raises(DataError, match="git checkout -- data") as error:
        bundled.read("mnist_10k.npz")
    assert str(tmp_path / "mnist_10k.npz") in str(error.value)


def test_readme_states_size_of_the_bundled_files():
    readme = (bundled.FOLDER / "README.md").read_text(encoding="utf-8")
    for path in bundled.FOLDER.glob("*.npz"):
        assert f"`{path.name}`" in readme
        assert f"{path.stat().st_size:,}" in readme
