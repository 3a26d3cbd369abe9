"""Images that were read once, kept as memory-mapped .npy files under the user's cache folder.

An entry is one file: the array, and behind it, where readers of .npy do not look, the labels, what else was found and
a checksum of it all. It is written beside its place and renamed, so that it is whole or absent; one that is damaged
counts as absent.
"""

import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.lib import format as npy

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats.content import Facts
from cnn_tui.data.growing import Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.files import replacing

Array = np.ndarray[Any, Any]
Fill = Callable[[Growing], tuple[Facts, Labels | None]]
VERSION = 3
"""What the names of entries begin with; a reader that reads differently counts on, and finds none of the old ones."""
_ENDING = struct.Struct("<IQQI")
"""The last bytes of an entry: the lengths of header, labels and notes, and the CRC-32 of all that is before."""
_BLOCK = 2**20


@dataclass(frozen=True)
class Held:
    """What was read from one place: the images, which cannot be written to, and their labels if they were with them."""

    values: Array
    labels: Labels | None
    facts: Facts


class _Notes(Struct):
    """What stands behind the array of an entry."""

    facts: Facts
    classes: tuple[str, ...] | None


def held(key: Sequence[str], fill: Fill) -> Held:
    """What is kept under this key, or what `fill` writes, which is kept from then on. Raises what `fill` raises."""
    entry = cache_folder() / f"{VERSION}-{hashlib.sha256(chr(0).join(key).encode()).hexdigest()}.npy"
    if known := _load(entry):
        return known
    try:
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        entry.parent.chmod(0o700)
        with replacing(entry) as file:
            _write(file, fill)
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            remedy = "Make room, or set CNN_TUI_CACHE to a folder on another disk."
            raise UserError("has no room for what is read", Place(entry.parent), remedy) from None
    return _load(entry) or _filled(tempfile.TemporaryFile(), fill)  # a cache that cannot be written stops nobody


def cache_folder() -> Path:
    """Where the images are kept: under CNN_TUI_CACHE if it is set, else in the user's cache folder."""
    if chosen := os.environ.get("CNN_TUI_CACHE"):
        return Path(chosen) / "images"
    from platformdirs import user_cache_path

    return user_cache_path("cnn_tui") / "images"


def content_of(path: Path) -> str:
    """What is the same for the same bytes: the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _filled(file: IO[bytes], fill: Fill) -> Held:
    """What `fill` writes, in a file without a name that goes when nobody looks at it any more."""
    _write(file, fill)
    file.flush()
    found = _read(file)
    assert found
    return found


def _write(file: IO[bytes], fill: Fill) -> None:
    growing = Growing(file)
    facts, labels = fill(growing)
    checksum = growing.finish()
    codes = b"" if labels is None else np.ascontiguousarray(labels.codes, np.int64).tobytes()
    notes = msgspec.json.encode(_Notes(facts, labels.classes if labels else None))
    file.write(codes + notes)
    checksum = zlib.crc32(codes + notes, checksum)
    end = file.seek(0, os.SEEK_CUR)
    file.seek(0)
    checksum = zlib.crc32(file.read(growing.body), checksum)
    file.seek(end)
    file.write(_ENDING.pack(growing.body, len(codes), len(notes), checksum))


def _load(entry: Path) -> Held | None:
    """What an entry holds, or None when there is none that is whole."""
    try:
        with entry.open("rb") as file:
            return _read(file)
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return None


def _read(file: IO[bytes]) -> Held | None:
    size = file.seek(0, os.SEEK_END)
    if size < _ENDING.size:
        return None
    file.seek(size - _ENDING.size)
    start, codes_length, notes_length, checksum = _ENDING.unpack(file.read())
    if _checksum(file, start, size - _ENDING.size) != checksum:
        return None
    file.seek(0)
    npy.read_magic(file)
    shape, _, dtype = npy.read_array_header_1_0(file)
    file.seek(size - _ENDING.size - notes_length - codes_length)
    codes = np.frombuffer(file.read(codes_length), np.int64)
    notes = msgspec.json.decode(file.read(notes_length), type=_Notes)
    values = np.memmap(file, dtype, "r", start, shape) if 0 not in shape else np.empty(shape, dtype)
    return Held(values, None if notes.classes is None else Labels(codes, notes.classes), notes.facts)


def _checksum(file: IO[bytes], start: int, end: int) -> int:
    """The CRC-32 of what stands from `start` to `end`, and of the header before it; memory holds a part at a time."""
    checksum = 0
    file.seek(start)
    while (length := min(_BLOCK, end - file.tell())) > 0 and (block := file.read(length)):
        checksum = zlib.crc32(block, checksum)
    file.seek(0)
    return zlib.crc32(file.read(start), checksum)
