"""Downloads from a server of the test's own on this machine."""

import hashlib
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from cnn_tui.data import fetch
from cnn_tui.data.catalogue import CATALOGUE, Known, Remote
from cnn_tui.data.fetch import Fetched, downloads_folder, fetch_data, file_name
from cnn_tui.errors import UserError

CONTENT = np.random.default_rng(3).bytes(1_500_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """What it is to do, and what it was asked."""

    content = CONTENT
    contents: dict[str, bytes]
    version: str | None = '"first"'
    cut_after: int | None = None
    knows_ranges = True
    says_length = True
    leads_to = ""
    asked: list[str | None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.asked.append(self.headers["Range"])
        if self.path.startswith("/gone"):
            return self.send_error(404)
        if self.path.startswith("/elsewhere"):
            self.send_response(302)
            self.send_header("Location", self.server.leads_to)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self._send(self._first())
        return None

    def _first(self) -> int:
        """The first byte that is sent."""
        wish = re.fullmatch("bytes=([0-9]+)-", self.headers["Range"] or "")
        same = self.headers["If-Range"] == self.server.version
        return int(wish[1]) if wish and same and self.server.knows_ranges else 0

    def _send(self, first: int) -> None:
        whole = self.server.contents.get(self.path, self.server.content)
        content, size = whole[first:], len(whole)
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        if self.server.version:
            self.send_header("ETag", self.server.version)
        if self.server.says_length:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.cut_after])

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as made:
        made.asked, made.contents = [], {}
        thread = Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


Get = Callable[..., Fetched]


@pytest.fixture
def get(server: Server) -> Get:
    def get_file(
        name: str = "digits.npz", sha256: str | None = None, max_bytes: int = 10**9, tell=lambda done, total: None
    ):
        return fetch_data(f"{server.url}/{name}", sha256, max_bytes, tell)

    return get_file


def sentence(get: Get, *args: object, **options: object) -> str:
    with pytest.raises(UserError) as caught:
        get(*args, **options)
    return caught.value.sentence


def left() -> dict[str, int]:
    """The files of the downloads folder with their sizes, but for locks and versions."""
    files = [path for path in downloads_folder().rglob("*") if path.is_file()]
    return {path.name: path.stat().st_size for path in files if path.suffix not in (".lock", ".version")}


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_comes_whole_and_is_told(server, get, says_length):
    server.says_length = says_length
    told: list[tuple[float, float | None]] = []
    fetched = get(sha256=SHA256.upper(), tell=lambda done, total: told.append((done, total)))
    assert fetched == (fetched.path, (fetched.path,))
    assert fetched.path.read_bytes() == CONTENT
    assert left() == {"digits.npz": len(CONTENT)}
    dones, totals = zip(*told, strict=True)
    assert list(dones) == sorted(dones)
    assert (dones[-1], set(totals)) == (len(CONTENT), {len(CONTENT) if says_length else None})
    assert fetched.path.parent.stat().st_mode & 0o077 == 0


def test_what_is_there_is_not_asked_for_again(server, get):
    assert get() == get() == get(sha256=SHA256)
    assert server.asked == [None]
    get().path.write_bytes(b"damaged")
    assert get(sha256=SHA256).path.read_bytes() == CONTENT


def test_a_cut_connection_goes_on_where_it_broke(server, get):
    server.cut_after = 700_000
    assert sentence(get, sha256=SHA256) == (
        "digits.npz: broke off after 700,000 of 1,500,000 bytes. Give the same command again: it goes on from there."
    )
    assert left() == {"digits.npz.part": 700_000}
    server.cut_after = None
    assert get(sha256=SHA256).path.read_bytes() == CONTENT
    assert server.asked == [None, "bytes=700000-"]
    assert left() == {"digits.npz": len(CONTENT)}


@pytest.mark.parametrize("change", ["another version", "no ranges", "no version", "too little"])
def test_what_cannot_go_on_begins_anew(server, get, change):
    server.cut_after = 700_000
    server.version = None if change == "no version" else server.version
    sentence(get)
    server.cut_after = None
    server.knows_ranges = change != "no ranges"
    if change == "another version":
        server.content, server.version = CONTENT[::-1], '"second"'
    assert get().path.read_bytes() == server.content


def test_ctrl_c_leaves_what_came(server, get):
    def stop(done: float, total: float | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(tell=stop)
    (part, size), *others = left().items()
    assert (part, others) == ("digits.npz.part", [])
    assert 0 < size < len(CONTENT)
    assert get(sha256=SHA256).path.read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={size}-"]


def test_another_hash_keeps_nothing(server, get):
    assert sentence(get, sha256="0" * 64) == (
        f"127.0.0.1: sent a file of the SHA-256 {SHA256[:12]}... instead of 000000000000... "
        "It was changed or damaged on its way; nothing of it is kept."
    )
    assert left() == {}


def test_a_file_that_is_too_large_is_not_taken(server, get):
    expected = (
        "digits.npz: has 1,500,000 bytes or more, and 1,000,000 are allowed. "
        "If that is meant, ask for more with --max-bytes."
    )
    assert sentence(get, max_bytes=1_000_000) == expected
    assert left() == {}
    server.says_length = False
    assert " bytes or more, and 1,000,000 are allowed." in sentence(get, max_bytes=1_000_000)
    assert sum(left().values()) == 0


def test_what_the_server_refuses(get):
    assert sentence(get, "gone.npz") == "127.0.0.1: answers 404 (not found). Check the address."


def test_redirects_are_followed_within_http_and_not_for_ever(server, get):
    server.leads_to = "/digits.npz"
    assert get("elsewhere.npz").path.read_bytes() == CONTENT
    for target in ("/elsewhere", "file:///etc/passwd"):
        server.leads_to = target
        assert sentence(get, "elsewhere") == (
            "127.0.0.1: leads on in circles, or to what is not on the network. Give the address of the file itself."
        )
    server.leads_to = "ftp://127.0.0.1/x"
    assert (
        sentence(get, "elsewhere") == "127.0.0.1: leads on to ftp://127.0.0.1/x. Give the address of the file itself."
    )


def test_without_a_server_it_says_so():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/x.npz"
        with pytest.raises(UserError) as caught:
            fetch_data(url, None, 10**9, lambda done, total: None)
    assert caught.value.sentence == (
        "127.0.0.1: cannot be reached: Connection refused. "
        "Check the network and the address; data on this machine works without."
    )


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http:///x", "http://[::1", "http://a b/"])
def test_what_is_no_url_of_http(url):
    with pytest.raises(UserError) as caught:
        fetch_data(url, None, 10**9, lambda done, total: None)
    assert caught.value.problem == "is not a URL that can be fetched"


def test_unknown_names_and_hashes():
    def said(what: str, sha256: str | None = None) -> str:
        with pytest.raises(UserError) as caught:
            fetch_data(what, sha256, 10**9, lambda done, total: None)
        return caught.value.sentence

    assert said("mnits") == 'There is no data of the name "mnits". Did you mean "mnist"?'
    assert said("zebras") == ('There is no data of the name "zebras". Use mnist, fashion-mnist, galaxy-cnn or a URL.')
    assert said("mnist", "abc") == "--sha256: is not 64 hexadecimal digits. Copy it as it was published."
    assert said("mnist", "0" * 64) == "--sha256: mnist has its own. Leave it out, or give a URL."


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.org/x/mnist.npz?download=1#here", "mnist.npz"),
        ("https://a.org/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("https://a.org/..", "download"),
        ("https://a.org", "download"),
        ("https://a.org/.bashrc", "bashrc"),
        ("https://a.org/C:%5Cx%5Cy.csv", "y.csv"),
        ("https://a.org/a%00%1b[2Jb.csv", "a__[2Jb.csv".replace("[", "_")),
        (f"https://a.org/{'n' * 300}.tsv.gz", f"{'n' * 93}.tsv.gz"),
    ],
)
def test_a_files_name_is_never_a_path(url, expected):
    assert file_name(url) == expected


def test_a_set_without_hashes_is_checked_by_what_it_holds(server, monkeypatch):
    server.contents = {"/X_train.csv": b"1,2\n3,4\n", "/y_train.csv": b"0\n1\n"}
    files = tuple(Remote(url=server.url + path) for path in server.contents)

    def fetched(training: int) -> Fetched:
        monkeypatch.setitem(CATALOGUE, "small", Known(files=files, training=training, test=0, pixels=2, classes=2))
        return fetch_data("small", None, 10**9, lambda done, total: None)

    def refused(training: int) -> str:
        return sentence(fetched, training)

    expected = "small: holds 2 training images instead of 3. The server sent something else; try again later."
    assert refused(3) == expected
    assert left() == {}
    assert fetched(2).path == downloads_folder() / "small"
    assert [path.name for path in fetched(2).files] == ["X_train.csv", "y_train.csv"]
    shutil.rmtree(downloads_folder() / "small")
    server.contents["/X_train.csv"] = b"<html>Please log in</html>"
    assert refused(2).startswith("small: cannot be read (")
    assert left() == {}


def test_the_catalogue_names_files_of_https_or_with_a_hash():
    for known in CATALOGUE.values():
        names = [file_name(remote.url) for remote in known.files]
        assert len(set(names)) == len(names)
        for remote in known.files:
            assert remote.url.startswith("https://") or remote.sha256
            assert not remote.sha256 or re.fullmatch("[0-9a-f]{64}", remote.sha256)


def test_the_downloads_are_in_the_cache_folder(cache: Path):
    assert fetch.downloads_folder() == cache.parent / "downloads"
