"""What a file is, by what it holds and not by its name."""

import zipfile
from pathlib import Path

from cnn_tui.data.formats.lines import GZIP, open_bytes, refuse_what_is_no_file, unreadable
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Format

NUMPY = b"\x93NUMPY"
PARQUET = b"PAR1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def recognise(path: Path) -> Format:
    """The format of a file or a folder. Raises UserError when there is none, or it cannot be read."""
    if path.is_dir():
        return "folder"
    refuse_what_is_no_file(path)
    start = _start(path)
    if start.startswith(NUMPY):
        return "npy"
    if start.startswith(PARQUET):
        return "parquet"
    if start.startswith(ZIP):
        return "npz" if _holds_arrays_only(path) else "zip"
    if is_idx(start):
        return "idx"
    if start.startswith(_PICTURES) or (start.startswith(b"RIFF") and start[8:12] == b"WEBP"):
        return "image"
    return "table"


def is_idx(start: bytes) -> bool:
    """Whether a file begins as IDX does: two zeros, a type of numbers, how many axes."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in (8, 9, 11, 12, 13, 14) and 1 <= start[3] <= 8


def _start(path: Path) -> bytes:
    """The first bytes of a file; of a gzipped one those inside, as far as they can be had."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise unreadable(path, error) from None
    if not start.startswith(GZIP):
        return start
    with open_bytes(path) as file:
        return file.read(16)


def _holds_arrays_only(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as held:
            names = [name for name in held.namelist() if not name.endswith("/")]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UserError("is a damaged .zip", Place(path), "Copy or download it again.") from None
    return bool(names) and all(name.endswith(".npy") for name in names)
