"""A folder of pictures: a folder a class, or pictures without classes."""

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats import zips
from cnn_tui.data.formats.at_sight import AtSight
from cnn_tui.data.formats.class_folders import (
    Children,
    is_litter,
    labels_of,
    ordered,
    part_folders,
    top,
)
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.decoding import Damaged
from cnn_tui.data.formats.folder_notes import notes_on_files, refuse_parts
from cnn_tui.data.formats.lines import unreadable
from cnn_tui.data.formats.pictures import Described, Open, look, read_album
from cnn_tui.data.growing import Growing
from cnn_tui.spec.data import Reading, Where


class Listed(NamedTuple):
    """The files of a folder and of the folders in it; names are relative, parted by /."""

    files: dict[str, bytes]
    """Of each, what changes when it does."""
    folders: list[str]
    litter: int
    special: list[str]
    """What is no plain file: loops of links, links to nothing, pipes, sockets, devices."""


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The pictures as `Reader` has it, in the order of `class_folders.ordered`."""
    children = _children(where.path)
    refuse_parts(part_folders(children), where)
    root = where.path / top(children)
    listed = listing(root)
    album = look(where, ordered(listed.files), opener(root), tell, AtSight(reading, out))
    names = ordered([*album.headers, *album.damaged])
    labels = labels_of(names, where)
    notes = notes_on_files(names, listed.folders if labels else [], album.others, listed.litter, listed.special)
    described = Described("folder a class" if labels else "folder of pictures", notes)
    return read_album(album, names, labels, reading, described, out, tell)


def parts(where: Where) -> dict[str, str]:
    """The folders `train`, `validate` and `test` in a folder or a .zip, as `Source.images` names them, if there are.

    Raises UserError when it cannot be listed.
    """
    if not where.path.is_dir():
        return zips.parts(where)
    return {part: str(where.path / folder) for part, folder in part_folders(_children(where.path)).items()}


def opener(root: Path) -> Open:
    """What opens files by their names in a folder."""

    def opening(name: str) -> IO[bytes]:
        try:
            return open(os.path.join(root, name), "rb")  # noqa: PTH118, PTH123 - many small files: a Path costs as much
        except OSError as error:
            raise Damaged(f"cannot be read: {os.strerror(error.errno or 0)}") from None

    return opening


def listing(root: Path) -> Listed:
    """All that is in a folder; links are followed, but not in circles. Raises UserError for what cannot be listed."""
    listed = Listed({}, [], 0, [])
    litter = 0
    pending: list[tuple[str, tuple[tuple[int, int], ...]]] = [("", (_identity(root.stat()),))]
    while pending:
        folder, above = pending.pop()
        for entry in _entries(root, folder):
            name = f"{folder}{entry.name}"
            if is_litter(entry.name):
                litter += 1
                continue
            facts = _facts(entry)
            if facts and stat.S_ISREG(facts.st_mode):
                listed.files[name] = signs(facts)
            elif facts and stat.S_ISDIR(facts.st_mode) and _identity(facts) not in above:
                listed.folders.append(name)
                pending.append((f"{name}/", (*above, _identity(facts))))
            else:
                listed.special.append(name)
    return listed._replace(litter=litter)


def signs(facts: os.stat_result) -> bytes:
    """What changes when a file does: its size and times."""
    return b"%d %d %d" % (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


def digest(path: Path) -> str:
    """What changes when a file of the folder does: its own path, and of each file its name, size and times."""
    return digest_of(path, listing(path).files)


def digest_of(folder: Path, files: Mapping[str, bytes]) -> str:
    """The same for some files, given with their signs by their names in the folder."""
    found = hashlib.sha256(os.fsencode(folder.resolve()))
    for name in sorted(files):
        found.update(b"\0%s\0%s" % (os.fsencode(name), files[name]))
    return found.hexdigest()


def _children(root: Path) -> Children:
    def children(folder: str) -> tuple[Sequence[str], bool]:
        names, files = [], False
        for entry in _entries(root, folder):
            if not is_litter(entry.name):
                is_folder = _is_folder(entry)
                names += [entry.name] if is_folder else []
                files = files or not is_folder
        return names, files

    return children


def _entries(root: Path, folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118 - as in `opener`
            return list(entries)
    except OSError as error:
        raise unreadable(root / folder, error) from None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether there is one at the end of links."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _facts(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What is at the end of links; None when that is nowhere."""
    try:
        return entry.stat()
    except OSError:
        return None


def _identity(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_dev, facts.st_ino
