"""Data from the network: known sets and single files, checked, into the cache folder."""

import hashlib
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from cnn_tui.data.cache import cache_folder
from cnn_tui.data.catalogue import CATALOGUE, Known, Remote
from cnn_tui.data.download import Tell, download, host_of, sha256_of
from cnn_tui.errors import Place, UserError, nearest, one_of
from cnn_tui.text import clean

_LONGEST_NAME = 100
_SHA256 = re.compile("[0-9a-f]{64}")


class Fetched(NamedTuple):
    """What lies in the cache folder now: what to open, and the files that belong to it."""

    path: Path
    files: tuple[Path, ...]


def fetch_data(what: str, sha256: str | None, max_bytes: int, tell: Tell) -> Fetched:
    """A set of the catalogue, or the file of a URL; what is there already is not downloaded again.

    A file is whole or not there at all; a download that breaks off goes on the next time. `tell` is called with the
    bytes of a file that are there, and how many it has if that is known; it may raise. Raises UserError.
    """
    if sha256 is not None and not _SHA256.fullmatch(sha256 := sha256.lower()):
        raise UserError("is not 64 hexadecimal digits", "--sha256", "Copy it as it was published.")
    if what in CATALOGUE:
        if sha256:
            raise UserError(f"{what} has its own", "--sha256", "Leave it out, or give a URL.")
        return _fetch_known(what, CATALOGUE[what], max_bytes, tell)
    if "://" not in what:
        remedy = nearest(what, tuple(CATALOGUE)) or f"Use {one_of((*CATALOGUE, 'a URL'))}."
        raise UserError(f'there is no data of the name "{what}"', remedy=remedy)
    host_of(what)
    folder = downloads_folder() / hashlib.sha256(what.encode(errors="surrogatepass")).hexdigest()[:12]
    file = _fetch(Remote(url=what, sha256=sha256 or ""), folder, max_bytes, tell)
    return Fetched(file, (file,))


def downloads_folder() -> Path:
    """Where downloads are kept: beside the images that were read, see `cache_folder`."""
    return cache_folder().parent / "downloads"


def file_name(url: str) -> str:
    """The name of a file by its URL: no part of a path, nothing hidden, no character that files should not have."""
    name = re.split(r"[/\\]", unquote(urlsplit(url).path))[-1]
    name = re.sub(r'[^\w.+=@ -]|[:*?"<>|]', "_", name).lstrip(". -")
    return name[-_LONGEST_NAME:].lstrip(". -") or "download"


def _fetch_known(name: str, known: Known, max_bytes: int, tell: Tell) -> Fetched:
    folder = downloads_folder() / name
    was_there = all((folder / file_name(remote.url)).exists() for remote in known.files)
    files = tuple(_fetch(remote, folder, max_bytes, tell) for remote in known.files)
    fetched = Fetched(folder if len(files) > 1 else files[0], files)
    if not was_there and not all(remote.sha256 for remote in known.files):
        _check_content(name, known, fetched)
    return fetched


def _fetch(remote: Remote, folder: Path, max_bytes: int, tell: Tell) -> Path:
    file = folder / file_name(remote.url)
    if not file.exists() or (remote.sha256 and sha256_of(file) != remote.sha256):
        download(remote, file, max_bytes, tell)
    return file


def _check_content(name: str, known: Known, fetched: Fetched) -> None:
    """Raises UserError, and removes the files, unless they hold what the set is known to hold."""
    from cnn_tui.data.dataset import open_data
    from cnn_tui.data.find import find_data

    try:
        opened = open_data(find_data([fetched.path]))
        tested = len(opened.test) if opened.test else 0
        found = len(opened.train), tested, opened.train.images[0].size, len(opened.train.classes)
        problem = _difference(found, (known.training, known.test, known.pixels, known.classes))
    except UserError as error:
        problem = f"cannot be read ({clean(error.problem)})"
    if problem:
        for file in fetched.files:
            file.unlink()
        raise UserError(problem, Place(name), "The server sent something else; try again later.")


def _difference(found: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    names = ("training images", "test images", "pixels an image", "classes")
    for name, there, expected in zip(names, found, wanted, strict=True):
        if there != expected:
            return f"holds {there:,} {name} instead of {expected:,}"
    return ""
