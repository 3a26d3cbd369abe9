"""Tables that were read once, kept as memory-mapped .npy files under the user's cache folder.

An entry is one file: the array, and after it, where readers of .npy do not look, what else was found in the table and
a checksum of it all. It is written beside its place and renamed, so that it is whole or absent; one that is damaged
counts as absent.
"""

import hashlib
import io
import json
import os
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from cnn_tui.data.formats.lines import refuse_what_is_no_file, unreadable
from cnn_tui.data.formats.tables import NumberTable, read_numbers
from cnn_tui.errors import Place, UserError
from cnn_tui.files import replacing
from cnn_tui.spec.data import Header

VERSION = 1
"""What the names of entries begin with; a reader that reads differently counts on, and finds none of the old ones."""
_ENDING = struct.Struct("<II")
"""The last bytes of an entry: the length of the notes, and the CRC-32 of all before these bytes."""


def read_table(path: Path, header: Header = "auto") -> NumberTable:
    """As `read_numbers`, and much faster the second time; the values cannot be written to. Raises UserError."""
    refuse_what_is_no_file(path)
    try:
        before = _signs_of_change(path)
        entry = _entry(path, header)
        if known := _load(entry):
            return known
        table = read_numbers(path, header)
        if _signs_of_change(path) != before:
            raise UserError("changed while it was read", Place(path), "Read it again when it is complete.")
    except OSError as error:
        raise unreadable(path, error) from None
    with suppress(OSError):  # a cache that cannot be written is no reason to stop
        _save(entry, table)
    table.values.flags.writeable = False
    return _load(entry) or table


def cache_folder() -> Path:
    """Where the tables are kept: under CNN_TUI_CACHE if it is set, else in the user's cache folder."""
    if chosen := os.environ.get("CNN_TUI_CACHE"):
        return Path(chosen) / "tables"
    from platformdirs import user_cache_path

    return user_cache_path("cnn_tui") / "tables"


def _entry(path: Path, header: Header) -> Path:
    """The place of a file's table: the same for the same bytes read in the same way."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return cache_folder() / f"{VERSION}-{header}-{digest}.npy"


def _signs_of_change(path: Path) -> tuple[int, int]:
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns


def _save(entry: Path, table: NumberTable) -> None:
    entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    entry.parent.chmod(0o700)
    start = io.BytesIO()
    npy.write_array_header_1_0(start, npy.header_data_from_array_1_0(table.values))
    notes = json.dumps({"columns": table.columns, "header": table.header, "delimiter": table.delimiter}).encode()
    parts = (start.getvalue(), table.values.data, notes)
    checksum = 0
    with replacing(entry) as file:
        for part in parts:
            file.write(part)
            checksum = zlib.crc32(part, checksum)
        file.write(_ENDING.pack(len(notes), checksum))


def _load(entry: Path) -> NumberTable | None:
    """The table of an entry, or None when there is none that is whole."""
    try:
        content = np.memmap(entry, np.uint8, mode="r").data
        length, checksum = _ENDING.unpack(content[-_ENDING.size :])
        body = content[: -_ENDING.size]
        if zlib.crc32(body) != checksum:
            return None
        notes = json.loads(bytes(body[len(body) - length :]))
        values = np.load(entry, mmap_mode="r", allow_pickle=False)
        return NumberTable(values, tuple(notes["columns"]), notes["header"], notes["delimiter"])
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return None
