"""Fashion-MNIST: read like MNIST, never mistaken for it, and not bundled."""

import hashlib

import numpy as np
import pytest

from gan_lessons import datasets
from gan_lessons.datasets import fashion_mnist, mnist


@pytest.fixture
def clothes(tiny, monkeypatch):
    """Another tiny set in the same format; the digits are still the other one."""
    kinds = type(tiny)()
    for key, array in kinds.arrays.items():
        kinds.arrays[key] = (255 - array) if key.startswith("x") else (9 - array)
    parts = {
        key: type(part)(
            part.file,
            part.shape,
            hashlib.sha256(kinds.arrays[key].tobytes()).hexdigest(),
            hashlib.md5(kinds.gz(key)).hexdigest(),
        )
        for key, part in mnist.PARTS.items()
    }
    monkeypatch.setattr(fashion_mnist, "PARTS", parts)
    kinds.npz = "fashion_mnist.npz"
    return kinds


@pytest.mark.parametrize("layout", ["npz", "idx", "gz"])
def test_every_layout_loads(clothes, tmp_path, layout):
    data = datasets.load("fashion_mnist", source=clothes.write(tmp_path / layout, layout))
    np.testing.assert_array_equal(data.x_train[..., 0], clothes.arrays["x_train"])
    np.testing.assert_array_equal(data.y_test, clothes.arrays["y_test"])
    assert data.x_test.shape == (20, 28, 28, 1) and data.y_train.dtype == np.int64
    assert len(data.info["kinds"]) == 10 and data.info["kinds"][9] == "ankle boot"


def test_the_two_sets_are_never_mistaken_for_each_other(clothes, tiny, tmp_path):
    worn, written = clothes.write(tmp_path / "a", "gz"), tiny.write(tmp_path / "b", "gz")
    with pytest.raises(datasets.DataError, match=r"original MNIST .*such as Fashion-MNIST\?"):
        datasets.load("mnist", source=worn)
    with pytest.raises(datasets.DataError, match=r"original Fashion-MNIST .*such as MNIST\?"):
        datasets.load("fashion_mnist", source=written)


@pytest.mark.parametrize("source", ["auto", "bundled"])
def test_it_is_not_bundled_and_the_error_says_how_to_get_it(clothes, source):
    with pytest.raises(datasets.DataError) as error:
        datasets.load("fashion_mnist", source=source)
    for word in ("does not come with", "gan-lessons data fetch fashion_mnist", "dataset-fashion"):
        assert word in str(error.value)


@pytest.mark.parametrize("below", ["fashion_mnist", "fashion-mnist"])
def test_own_folder_and_cache(clothes, tiny, tmp_path, monkeypatch, below):
    tiny.write(tmp_path / "own", "gz")  # digits beside it, under the same file names
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path / "own"))
    with pytest.raises(datasets.DataError, match="does not come with"):
        datasets.load("fashion_mnist")
    path = datasets.import_data("fashion_mnist", clothes.write(tmp_path / "stick", "idx"))
    assert path.name == "fashion_mnist.npz"
    assert "the cache" in datasets.load("fashion_mnist").source
    clothes.write(tmp_path / "own" / below, "gz")
    assert "GAN_LESSONS_DATA" in datasets.load("fashion_mnist").source
    np.testing.assert_array_equal(datasets.load("mnist").y_train, tiny.arrays["y_train"])


def test_a_download_comes_from_the_first_mirror_that_answers(clothes, tmp_path, monkeypatch):
    web = clothes.write(tmp_path / "web", "gz")
    mirrors = ((tmp_path / "down").as_uri() + "/", web.as_uri() + "/")
    monkeypatch.setattr(fashion_mnist, "IDX_MIRRORS", mirrors)
    assert len(datasets.load("fashion_mnist", source="download").x_train) == 30
    cached = tmp_path / "cache" / "fashion_mnist"
    assert [entry.name for entry in cached.iterdir()] == ["fashion_mnist.npz"]


def test_a_failed_download_is_an_error_since_nothing_is_bundled(clothes, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LESSONS_PRESET", "full")
    monkeypatch.setattr(fashion_mnist, "IDX_MIRRORS", ("http://127.0.0.1:9/a/",))
    with pytest.raises(datasets.DataError, match="9/a/train-images-idx3-ubyte.gz"):
        datasets.load("fashion_mnist")
