"""What a file is, by what it holds and not by its name."""

import re
import zipfile
from pathlib import Path

from cnn_tui.data.formats.arrays import ENDING
from cnn_tui.data.formats.idx import is_idx, is_swapped_idx
from cnn_tui.data.formats.lines import GZIP, open_bytes, refuse_what_is_no_file, unreadable
from cnn_tui.data.formats.picture_lists import is_list
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Format

NUMPY = b"\x93NUMPY"
PARQUET = b"PAR1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_START = 512
_MODEL = "Give it as the model, and images as the data."
_UNPACK = "Unpack it, and give the folder or the file that was in it."
_PLAIN = "Save its arrays with numpy.savez, or as a table."
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (rb"\x89HDF\r\n\x1a\n", "is an HDF5 file", _PLAIN),
    (rb"\x80[\x02-\x05]", "is a Python pickle, which could run anything when it is opened", _PLAIN),
    (rb".{7}\0\{\s*\"", "is a safetensors file", _MODEL),
    (rb"MATLAB 5\.0 MAT-file", "is a MATLAB file", _PLAIN),
    (rb"SQLite format 3\0", "is a database", "Export the table as .csv."),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Office document", "Save the sheet as .csv."),
    (rb"%PDF-", "is a PDF", "Give the table or the pictures that it shows."),
    (rb"\s*<(!doctype html|html)", "is a web page", "Download the file itself."),
    (rb".{257}ustar", "is a tar archive", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "is a 7z archive", _UNPACK),
    (rb"Rar!\x1a\x07", "is a RAR archive", _UNPACK),
    (rb"\xfd7zXZ\0", "is compressed with xz", _UNPACK),
    (rb"BZh[1-9]1AY&SY", "is compressed with bzip2", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "is compressed with Zstandard", _UNPACK),
)
"""How files begin that people have and that are no data here, what they are, and the way out."""
_OTHER_ZIPS = {
    "metadata.json": ("is a Keras model", _MODEL),
    "data.pkl": ("is a PyTorch file of Python pickles, which could run anything when it is opened", _PLAIN),
    "workbook.xml": ("is an Excel workbook", "Save the sheet as .csv."),
}
"""The member by which a zip is known that is no data, what it is, and the way out."""


def recognise(path: Path) -> Format:
    """The format of a file or a folder. Raises UserError when there is none, or it cannot be read."""
    if path.is_dir():
        return "folder"
    refuse_what_is_no_file(path)
    start, zipped = _start(path)
    kind = _kind(path, start)
    if zipped and kind not in ("idx", "table"):
        names = {"npy": "an .npy", "npz": "a .zip", "zip": "a .zip", "parquet": "a Parquet file", "image": "a picture"}
        raise UserError(f"is {names[kind]} in a .gz", Place(path), "Unzip it.")
    if kind in ("zip", "npz"):
        return _kind_of_zip(path)
    for pattern, problem, remedy in _OTHERS:
        if kind == "table" and re.match(pattern, start, re.DOTALL | re.IGNORECASE):
            raise UserError(problem, Place(path), remedy)
    return "list" if kind == "table" and is_list(path) else kind


def _kind(path: Path, start: bytes) -> Format:
    """The format by the first bytes."""
    if start.startswith(NUMPY):
        return "npy"
    if start.startswith(PARQUET):
        return "parquet"
    if start.startswith(ZIP):
        return "zip"
    named_idx = "-idx" in path.name and b"\0" in start
    if is_idx(start) or is_swapped_idx(start) or named_idx:
        return "idx"
    if start.startswith(_PICTURES) or (start.startswith(b"RIFF") and start[8:12] == b"WEBP"):
        return "image"
    return "table"


def _start(path: Path) -> tuple[bytes, bool]:
    """The first bytes of a file, and whether it is gzipped; they are those inside then."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise unreadable(path, error) from None
    if not start.startswith(GZIP):
        return start, False
    with open_bytes(path) as unzipped:
        return unzipped.read(_START), True


def _kind_of_zip(path: Path) -> Format:
    """A zip with arrays at its top is an .npz; what is in others is for their reader to find out."""
    try:
        with zipfile.ZipFile(path) as held:
            names = [name for name in held.namelist() if not name.endswith("/")]
    except (zipfile.BadZipFile, OSError, ValueError, LookupError, NotImplementedError):
        raise UserError("is a damaged .zip", Place(path), "Copy or download it again.") from None
    for member, (problem, remedy) in _OTHER_ZIPS.items():
        if any(name == member or name.endswith(f"/{member}") for name in names[:64]):
            raise UserError(problem, Place(path), remedy)
    return "npz" if any(name.endswith(ENDING) and "/" not in name for name in names) else "zip"
