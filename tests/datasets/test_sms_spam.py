"""The messages: every layout is read, everything damaged is named, and nothing leaks in a split."""

import hashlib
import re
import zipfile

import numpy as np
import pytest

from gan_lessons import datasets
from gan_lessons.datasets import sms_spam
from gan_lessons.datasets.fetch import DataError

TEXT = (
    "ham\tsee you at lunch, é\n"
    "spam\tWIN £100 now!\n"
    "ham\t\tstarts with a tab\n"
    "ham\tok\n"
    'spam\tfree "prize"\n'
).encode()


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Make the course expect five messages; nothing of the user's interferes."""
    monkeypatch.setattr(sms_spam, "SHA256", hashlib.sha256(TEXT).hexdigest())
    monkeypatch.setenv("GAN_LESSONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GAN_LESSONS_PRESET", "quick")
    monkeypatch.delenv("GAN_LESSONS_DATA", raising=False)


def write(folder, layout="plain", content=TEXT):
    folder.mkdir(parents=True, exist_ok=True)
    if layout == "zip":
        with zipfile.ZipFile(folder / "smsspamcollection.zip", "w") as archive:
            archive.writestr("readme", "about")
            archive.writestr("SMSSpamCollection", content)
        return folder / "smsspamcollection.zip"
    name = "SMSSpamCollection" + (".txt" if layout == "txt" else "")
    (folder / name).write_bytes(content.replace(b"\n", b"\r\n") if layout == "windows" else content)
    return folder / name


@pytest.mark.parametrize("layout", ["plain", "txt", "windows", "zip"])
@pytest.mark.parametrize("named", ["folder", "file"])
def test_every_layout_gives_the_same_messages(small, tmp_path, layout, named):
    path = write(tmp_path / "data", layout)
    texts, labels = sms_spam.read(path.parent if named == "folder" else path)
    assert texts.tolist() == [
        "see you at lunch, é", "WIN £100 now!", "\tstarts with a tab", "ok", 'free "prize"',
    ]  # fmt: skip
    assert labels.tolist() == [0, 1, 0, 0, 1] and labels.dtype == np.int64


@pytest.mark.parametrize(
    "content, words",
    [
        (TEXT[:-22], "cut off: 3 lines"),
        (b"", "0 lines"),
        (b"<html><body>please log in</body></html>", "web page"),
        (TEXT.replace(b"ok", b"no"), "not the original"),
        (TEXT + b"ham\tone more\n", "6 lines"),
    ],
)
def test_damaged_text_is_named_with_what_to_do(small, tmp_path, content, words):
    path = write(tmp_path, content=content)
    with pytest.raises(DataError) as error:
        sms_spam.read(tmp_path)
    assert words in str(error.value) and str(path) in str(error.value)
    assert "gan-lessons data fetch sms_spam" in str(error.value)


def test_damaged_archives(small, tmp_path):
    path = write(tmp_path, "zip")
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    with pytest.raises(DataError, match="not a complete .zip"):
        sms_spam.read(path)
    flipped = bytearray(whole)
    flipped[whole.index(b"WIN")] ^= 1
    path.write_bytes(bytes(flipped))
    with pytest.raises(DataError, match="not a complete .zip.*CRC"):
        sms_spam.read(path)
    path.write_bytes(b"<!doctype html><p>404")
    with pytest.raises(DataError, match="web page"):
        sms_spam.read(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="not a complete .zip"):
        sms_spam.read(path)


@pytest.mark.parametrize("names", [["other.txt"], ["a/SMSSpamCollection", "b/SMSSpamCollection"]])
def test_an_archive_with_something_else_in_it(small, tmp_path, names):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    with pytest.raises(DataError, match=f"holds {names[0]}.*not one SMSSpamCollection"):
        sms_spam.read(path)


def test_unpacking_writes_nothing_and_trusts_no_name(small, tmp_path):
    path = tmp_path / "inside" / "x.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../SMSSpamCollection", TEXT)
    assert len(sms_spam.read(path)[0]) == 5
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["x.zip"]


def test_a_bomb_is_not_unpacked(small, tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SMSSpamCollection", b"ham\ta\n" * 1_000_000)
    with pytest.raises(DataError, match="6,000,000 bytes, far too much"):
        sms_spam.read(path)
    (tmp_path / "SMSSpamCollection").write_bytes(b"ham\ta\n" * 1_000_000)
    with pytest.raises(DataError, match="far too large"):
        sms_spam.read(tmp_path / "SMSSpamCollection")


def test_missing(small, tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        sms_spam.read(tmp_path / "nowhere")
    (tmp_path / "spam.csv").write_text("v1,v2")
    with pytest.raises(DataError, match="has no SMSSpamCollection. It holds spam.csv"):
        sms_spam.read(tmp_path)


@pytest.mark.parametrize("line", ["eggs\thello", "ham hello", "ham\t", "ham\t  ", ""])
def test_a_line_that_is_no_message_is_named(line):
    raw = f"ham\tok\n{line}\nspam\tfree\n".encode()
    with pytest.raises(DataError, match="file, line 2: expected 'ham' or 'spam', a tab"):
        sms_spam.parse(raw, "file")
    with pytest.raises(DataError, match="not text in UTF-8"):
        sms_spam.parse(b"ham\t\xff\xfe\n", "file")


def test_fetch_checks_what_the_archive_holds(small, tmp_path, monkeypatch):
    good = write(tmp_path / "web", "zip")
    page = tmp_path / "web" / "page.html"
    page.write_text("<html>log in</html>")
    other = write(tmp_path / "web2", "zip", TEXT + b"ham\tnew edition\n")
    urls = (page.as_uri(), (tmp_path / "none").as_uri(), other.as_uri(), good.as_uri())
    monkeypatch.setattr(sms_spam, "URLS", urls)
    path = datasets.fetch("sms_spam")
    assert path.read_bytes() == TEXT and [p.name for p in path.parent.iterdir()] == [path.name]
    monkeypatch.setattr(sms_spam, "URLS", ())
    assert datasets.fetch("sms_spam") == path  # kept
    assert "cache" in datasets.load("sms_spam").source
    path.write_bytes(TEXT[:-1])
    monkeypatch.setattr(sms_spam, "URLS", urls[:3])
    with pytest.raises(DataError) as error:
        datasets.fetch("sms_spam")
    assert re.search("page.html: .*saved web page", str(error.value))
    assert "6 lines" in str(error.value) and str(error.value).count("data fetch") == 0


def test_order_of_sources_and_import(small, tmp_path, monkeypatch, capsys):
    def source():
        return datasets.load("sms_spam").source

    def fail(cache):
        raise DataError("could not download:\n  http://x: no route\nWhat to do")

    monkeypatch.setattr(sms_spam, "fetch", fail)
    assert "bundled" in source() and "600 bundled messages" in datasets.status()[1]
    monkeypatch.setenv("GAN_LESSONS_PRESET", "full")
    capsys.readouterr()
    assert "bundled" in source()
    assert "No download (http://x: no route): using the bundled messages" in capsys.readouterr().out
    with pytest.raises(DataError, match="no route"):
        datasets.load("sms_spam", source="download")
    path = datasets.import_data("sms_spam", write(tmp_path / "stick", "zip"))
    assert path.read_bytes() == TEXT and "the cache" in source()
    assert str(path) in datasets.status()[1]
    write(tmp_path / "own")
    monkeypatch.setenv("GAN_LESSONS_DATA", str(tmp_path / "own"))
    assert "GAN_LESSONS_DATA" in source() and "GAN_LESSONS_DATA" in datasets.status()[1]
    with pytest.raises(DataError):
        datasets.import_data("sms_spam", write(tmp_path / "bad", content=b"ham\tno\n"))
    assert path.read_bytes() == TEXT


# --- the bundled messages and the split -----------------------------------------------------------


@pytest.fixture(scope="module")
def bundled():
    return sms_spam.read_bundled()


def test_bundled_messages(bundled):
    texts, labels = bundled
    assert np.bincount(labels).tolist() == [300, 300] and len(set(texts)) == 600
    assert len(np.unique(sms_spam.families(texts))) == 600  # no two are nearly the same
    data = datasets.load("sms_spam", source="bundled", verbose=False)
    assert (len(data.x_train), len(data.x_test), data.y_test.sum()) == (480, 120, 60)
    assert not set(data.x_train) & set(data.x_test)


def test_bundled_messages_name_nothing_that_exists(bundled):
    """Addresses end in .example; telephone numbers lie in the ranges kept free for fiction."""
    fiction = re.compile(
        r"555-01\d\d|07700 900\d{3}|020 7946 0\d{3}|0808 157 0\d{3}|0909 879 0\d{3}"
    )
    for text in bundled[0]:
        for address in re.findall(r"[\w-]+\.(?!example)[a-z]{2,}\b(?=[/ .,]|$)", text):
            assert not re.search(r"\.(com|net|org|uk|info|tv|me|co|io)$", address), text
        assert "http" not in text and text.isprintable()
        for number in re.findall(r"\+?\d(?:[ -]?\d){6,}", text):
            assert fiction.match(number), text


def test_hard_cases_are_there(bundled):
    texts, labels = bundled
    ham = " ".join(texts[labels == 0]).lower()
    assert all(re.search(rf"\b{w}\b", ham) for w in ("free", "prize", "won", "loan", "claim"))
    assert any(t.lower().startswith("hi mum") for t in texts[labels == 1])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_split_takes_a_fifth_of_each_label_and_repeats(bundled, seed):
    texts, labels = bundled
    train, test = sms_spam.split(texts, labels, seed)
    assert np.bincount(labels[test]).tolist() == [60, 60]
    assert sorted([*train, *test]) == list(range(600))
    again = sms_spam.split(texts, labels, seed)
    np.testing.assert_array_equal(test, again[1])
    assert not np.array_equal(test, sms_spam.split(texts, labels, seed + 1)[1])


def test_near_duplicates_stay_on_one_side():
    rng = np.random.default_rng(0)
    words = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(300)]
    texts, labels = [], []
    for i in range(60):
        message = list(rng.choice(words, 10, replace=False))
        for copy in range(3):  # the same but for a number and one word
            texts.append(" ".join([*message[:9], f"z{chr(97 + copy)}", str(100 * i + copy)]))
            labels.append(i % 2)
    texts, labels = np.array(texts, dtype=object), np.array(labels)
    family = sms_spam.families(texts)
    assert len(np.unique(family)) == 60
    for seed in range(5):
        train, test = sms_spam.split(texts, labels, seed)
        assert not set(family[train]) & set(family[test])
        assert np.bincount(labels[test]).tolist() == [18, 18]


def test_families_are_chains_of_jaccard_neighbours():
    texts = ["a b c d", "a b c e", "b c e f", "x y", "Call 07700 900111 now", "call 1 2 now"]
    # Jaccard: first two 3/5, next two 3/5, ends of the chain 2/6; numbers count as one word
    family = sms_spam.families(np.array(texts, dtype=object))
    assert family[0] == family[1] == family[2] != family[3]
    assert family[4] == family[5] != family[3]


@pytest.mark.parametrize("share", [0, 1, -0.2, 3])
def test_a_share_that_is_none(bundled, share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        sms_spam.split(*bundled, share=share)
