import hashlib
import os

import numpy as np
import pytest

from gan_lessons import pretrained

ARRAYS = {"layer/kernel": np.linspace(-2, 2, 12).reshape(3, 4), "layer/bias": np.array([1e-3, 7.0])}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(pretrained, "FOLDER", folder)
    return folder


def write_card(path):
    value = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".md").write_text(f"# A card\n\n| sha256 | `{value}` |\n", encoding="utf-8")


def test_weights_come_back_as_float32(folder):
    path = pretrained.save_weights("mine", ARRAYS)
    assert path == folder / "mine.npz"
    write_card(path)
    loaded = pretrained.load_weights("mine")
    assert list(loaded) == list(ARRAYS)
    for key, value in ARRAYS.items():
        assert loaded[key].dtype == np.float32
        np.testing.assert_array_equal(loaded[key], value.astype("float16").astype("float32"))
    with np.load(path) as archive:
        assert archive["layer/kernel"].dtype == np.float16


def test_a_path_and_another_type(folder, tmp_path):
    path = pretrained.save_weights(tmp_path / "deep" / "other", ARRAYS, dtype="float32")
    assert path == tmp_path / "deep" / "other.npz"
    with np.load(path) as archive:
        np.testing.assert_array_equal(archive["layer/bias"], ARRAYS["layer/bias"].astype("float32"))


def test_the_same_arrays_give_the_same_bytes(folder):
    first = pretrained.save_weights("mine", ARRAYS).read_bytes()
    assert pretrained.save_weights("mine", ARRAYS).read_bytes() == first


def test_values_that_float16_cannot_hold_are_refused(folder):
    for value in (1e6, np.nan, np.inf):
        with pytest.raises(ValueError, match="'a' holds values that are not finite as float16"):
            pretrained.save_weights("mine", {"a": np.array([1.0, value])})
    assert list(folder.iterdir()) == []


def test_unknown_names_list_the_known_ones(folder):
    for name in ("one", "two"):
        write_card(pretrained.save_weights(name, ARRAYS))
    for call in (pretrained.load_weights, pretrained.card):
        with pytest.raises(FileNotFoundError, match=r"'three'.*There are: one, two"):
            call("three")
    write_card(pretrained.save_weights(folder.parent / "elsewhere", ARRAYS))
    with pytest.raises(FileNotFoundError):
        pretrained.load_weights("../elsewhere")
    assert pretrained.names() == ["one", "two"]


@pytest.mark.parametrize("change", ["weights", "card", "no hash"])
def test_weights_and_card_must_agree(folder, change):
    path = pretrained.save_weights("mine", ARRAYS)
    write_card(path)
    if change == "weights":
        data = bytearray(path.read_bytes())
        data[100] ^= 1
        path.write_bytes(data)
    elif change == "card":
        path.with_suffix(".md").write_text("sha256: " + "0" * 64)
    else:
        path.with_suffix(".md").write_text("A card without it")
    with pytest.raises(ValueError, match="do not match their card"):
        pretrained.load_weights("mine")


def test_nothing_is_ever_unpickled(folder):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(folder / "trapped"),)

    np.savez(folder / "trap.npz", a=np.array(Trap(), dtype=object))
    write_card(folder / "trap.npz")
    with pytest.raises(ValueError, match="plain arrays"):
        pretrained.load_weights("trap")
    assert not (folder / "trapped").exists()


def test_the_classifier_that_comes_with_the_course():
    card = pretrained.card("digit_classifier")
    path = pretrained.FOLDER / "digit_classifier.npz"
    weights = pretrained.load_weights("digit_classifier")
    assert path.stat().st_size < 600_000
    assert f"{path.stat().st_size:,} bytes" in card
    accuracy = float(card.split("| accuracy | **")[1].split("%")[0])
    assert 99.2 <= accuracy <= 100
    for word in ("CC BY-SA", "seed", "keras", "build_digit_classifier", "licence"):
        assert word in card
    assert f"{sum(value.size for value in weights.values()):,} weights" in card


def test_every_file_of_weights_has_a_card_that_fits():
    assert "digit_classifier" in pretrained.names()
    for name in pretrained.names():
        pretrained.load_weights(name)
