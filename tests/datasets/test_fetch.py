"""Downloads against a small web server that can misbehave on request."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gan_lessons.datasets.fetch import DataError, digest, download, sha256
from gan_lessons.files import remove_leftovers, written_aside

CONTENT = bytes(range(256)) * 4_000  # about 1 MB
HASH = hashlib.sha256(CONTENT).hexdigest()
PAGE = b"\n<!DOCTYPE html><html><body>Please log in to the hotel network</body></html>"


class Handler(BaseHTTPRequestHandler):
    """/good honours Range, /plain ignores it, /broken stops half way, /page is a login page."""

    def do_GET(self):
        asked = self.headers.get("Range")
        self.server.requests.append((self.path, asked))
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if self.path == "/missing":
            self.send_error(404)
        elif self.path == "/page":
            self.reply(200, PAGE)
        elif self.path == "/broken":
            self.reply(200, CONTENT[: len(CONTENT) // 2], length=len(CONTENT))
        elif self.path == "/plain" or not start:
            self.reply(200, CONTENT)
        elif start >= len(CONTENT):
            self.send_error(416)
        else:
            self.reply(206, CONTENT[start:])

    def reply(self, status, body, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        web.requests = []
        web.url = f"http://127.0.0.1:{web.server_address[1]}"
        thread = threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield web
        web.shutdown()
        thread.join()


def test_hashes_are_those_of_hashlib(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    assert sha256(path) == HASH
    assert digest(path, "md5") == hashlib.md5(CONTENT).hexdigest()


def test_download_delivers_the_file_and_leaves_nothing_else(server, tmp_path):
    path = download([f"{server.url}/good"], tmp_path / "new" / "file.bin", HASH)
    assert path.read_bytes() == CONTENT
    assert [entry.name for entry in path.parent.iterdir()] == ["file.bin"]


def test_a_complete_file_is_not_fetched_again(server, tmp_path):
    (tmp_path / "file.bin").write_bytes(CONTENT)
    download([f"{server.url}/good"], tmp_path / "file.bin", HASH)
    assert server.requests == []


def test_an_interrupted_download_goes_on_where_it_stopped(server, tmp_path):
    path = tmp_path / "file.bin"
    with pytest.raises(DataError, match="broke off after 512,000 of 1,024,000 bytes"):
        download([f"{server.url}/broken"], path, HASH)
    assert not path.exists()
    download([f"{server.url}/good"], path, HASH)
    assert path.read_bytes() == CONTENT
    assert server.requests[-1] == ("/good", "bytes=512000-")


def test_a_server_that_cannot_continue_starts_afresh(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:1000])
    path = download([f"{server.url}/plain"], tmp_path / "file.bin", HASH)
    assert path.read_bytes() == CONTENT
    assert len(server.requests) == 1


@pytest.mark.parametrize("leftover", [b"another edition", b"x" * len(CONTENT), CONTENT])
def test_any_leftover_is_completed_or_thrown_away(server, tmp_path, leftover):
    (tmp_path / "file.bin.part").write_bytes(leftover)
    path = download([f"{server.url}/good"], tmp_path / "file.bin", HASH)
    assert path.read_bytes() == CONTENT


def test_the_next_mirror_is_tried(server, tmp_path):
    urls = [f"{server.url}/{name}" for name in ("missing", "page", "broken", "good")]
    path = download(urls, tmp_path / "file.bin", HASH)
    assert path.read_bytes() == CONTENT
    assert [name for name, _ in server.requests] == ["/missing", "/page", "/broken", "/good"]


def test_a_login_page_is_refused_and_named(server, tmp_path):
    with pytest.raises(DataError, match="a web page, not the file") as error:
        download([f"{server.url}/page"], tmp_path / "file.bin", HASH)
    assert f"{server.url}/page" in str(error.value)
    assert HASH in str(error.value)
    assert [entry.name for entry in tmp_path.iterdir()] == []


def test_wrong_bytes_are_refused_and_never_put_in_place(server, tmp_path):
    path = tmp_path / "file.bin"
    path.write_bytes(b"the old file")
    with pytest.raises(DataError, match=rf"wrong bytes.*{HASH}.*{'0' * 64}"):
        download([f"{server.url}/good"], path, "0" * 64)
    assert path.read_bytes() == b"the old file"


def test_no_connection_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match="gan-lessons data import"):
        download(["http://127.0.0.1:9/file"], tmp_path / "file.bin", HASH)


def test_a_cache_that_is_a_file_is_explained(tmp_path):
    (tmp_path / "cache").write_text("not a folder")
    with pytest.raises(DataError, match="GAN_LESSONS_CACHE"):
        download(["http://127.0.0.1:9/file"], tmp_path / "cache" / "file.bin", HASH)


def test_written_aside_is_all_or_nothing(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(RuntimeError), written_aside(path) as aside:
        aside.write_text("half of the n")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    with written_aside(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_only_what_a_killed_process_left_is_removed(tmp_path):
    left, mine = tmp_path / "deep" / ".4242.config.json", tmp_path / "deep" / ".hidden.json"
    left.parent.mkdir()
    for path in (left, mine):
        path.write_text("{}")
    remove_leftovers(tmp_path)
    assert (left.exists(), mine.exists()) == (False, True)
