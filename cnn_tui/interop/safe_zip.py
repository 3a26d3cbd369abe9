"""Zip files from outside, of which known members are read into memory, by name; nothing is unpacked to a folder."""

import zipfile
import zlib
from collections import Counter
from typing import IO

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.weights import PACKED, SMALL_BYTES

MAX_MEMBERS = 10_000
MAX_LIST_BYTES = 2**21
END_BYTES = 2**16 + 22 + 20 + 56
"""Where the end of a zip stands: a comment, the end's own fields, and those of large zips."""
ENCRYPTED = 0x1
DAMAGED = "is a damaged zip"


class SafeZip:
    """An open zip whose list of members has been looked through. Raises UserError when there is anything odd in it."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self.name = name
        size = source.seek(0, 2)
        if _list_bytes(source, size) > MAX_LIST_BYTES:
            raise UserError("lists more files than a model has", Place(name))
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, UnicodeDecodeError):
            raise UserError(DAMAGED, Place(name)) from None
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise UserError(f"holds {len(members):,} files", Place(name))
        for member, times in Counter(one.filename.casefold() for one in members).items():
            if times > 1:
                raise UserError(f"holds {times} files of this name", Place(name, inside=member))
        for one in members:
            _refuse_odd(one, name)
        if sum(one.file_size for one in members) > max(SMALL_BYTES, PACKED * size):
            raise UserError("unpacks to far more than its size", Place(name), "Real weights hardly pack at all.")

    def __contains__(self, member: str) -> bool:
        return member in self._zip.namelist()

    def __len__(self) -> int:
        return len(self._zip.namelist())

    @property
    def members(self) -> list[str]:
        """The names of all of them."""
        return self._zip.namelist()

    def read(self, member: str, most: int | None = None) -> bytes:
        """What a member holds. Raises UserError when it is missing, larger than `most` bytes, or damaged."""
        place = Place(self.name, inside=member)
        if member not in self:
            raise UserError("is missing", place, "The file is not whole.")
        size = self._zip.getinfo(member).file_size
        if most is not None and size > most:
            raise UserError(f"is larger than {most >> 20} MB", place)
        try:
            with self._zip.open(member) as file:
                held = file.read(size + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
            raise UserError("is damaged", place, "The file is not whole.") from None
        if len(held) != size:
            raise UserError("is of another size than it says", place)
        return held


def _list_bytes(source: IO[bytes], size: int) -> int:
    """How long the list of members at the end of a zip says it is; Python reads it whole before it can be counted."""
    source.seek(max(0, size - END_BYTES))
    end = source.read()
    at, at_64 = end.rfind(b"PK\5\6"), end.rfind(b"PK\6\6")
    lengths = [int.from_bytes(end[at + 12 : at + 16], "little")] if at >= 0 else [0]
    if at_64 >= 0:
        lengths = [length for length in lengths if length != 2**32 - 1]
        lengths.append(int.from_bytes(end[at_64 + 40 : at_64 + 48], "little"))
    source.seek(0)
    return max(lengths)


def _refuse_odd(member: zipfile.ZipInfo, name: str) -> None:
    """Raises UserError for a name or a kind of member that no program writes for good."""
    place, inside = Place(name, inside=member.filename), member.filename
    steps = inside.replace("\\", "/").split("/")
    if ".." in steps or inside.startswith(("/", "\\")) or inside[1:2] == ":" or "\0" in inside or len(inside) > 255:
        raise UserError("is a name that leads out of the file", place)
    if member.flag_bits & ENCRYPTED:
        raise UserError("is encrypted", place, "Save it without a password.")
    if member.create_system == 3 and (member.external_attr >> 28) not in (0, 4, 8):
        raise UserError("is a link or a device", place)
