"""A .zip of pictures, read in place: members go through memory, nothing is ever written."""

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats.at_sight import AtSight
from cnn_tui.data.formats.class_folders import (
    Children,
    is_litter,
    labels_of,
    ordered,
    part_folders,
    some,
    top,
    with_reasons,
)
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.decoding import Damaged
from cnn_tui.data.formats.folder_notes import notes_on_files, refuse_parts
from cnn_tui.data.formats.lines import unreadable
from cnn_tui.data.formats.pictures import Described, look, read_album
from cnn_tui.data.growing import Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import INSIDE, Reading, Where

MOST_MEMBERS = 1_000_000
ALWAYS_ALLOWED = 64 * 2**20
MAX_EXPANSION = 4
"""How many times its own size a large member may become; pictures are compressed already."""
_ARCHIVES = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".jar"})
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_NAME = 255
_LOCAL_HEADER = 30
_BLOCK = 2**20
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The pictures as `Reader` has it, in the order of `class_folders.ordered`; `where.inside` is a folder in it."""
    with _opened(where.path) as (archive, members):
        start = _start(where, members)
        refuse_parts(part_folders(_children(members, start)), where)
        start += top(_children(members, start))
        below = {name.removeprefix(start): member for name, member in members.items() if name.startswith(start)}
        files = {name: member for name, member in below.items() if name and not _is_litter(name)}
        litter = sum(_is_litter(name) for name in members)

        def opening(name: str) -> IO[bytes]:
            return io.BytesIO(_content(archive, files[name]))

        pictures = ordered(name for name, member in files.items() if not member.is_dir())
        album = look(where, pictures, opening, tell, AtSight(reading, out))
        names = ordered([*album.headers, *album.damaged])
        labels = labels_of(names, where)
        folders = [name.rstrip("/") for name, member in files.items() if member.is_dir()]
        notes = notes_on_files(names, folders if labels else [], album.others, litter, [])
        described = Described("zip of a folder a class" if labels else "zip of pictures", notes)
        return read_album(album, names, labels, reading, described, out, tell)


def parts(where: Where) -> dict[str, str]:
    """The folders `train`, `validate` and `test` in a .zip, as `Source.images` names them; none without such."""
    with _opened(where.path) as (_, members):
        start = _start(where, members)
        found = part_folders(_children(members, start))
        return {part: f"{where.path}{INSIDE}{start}{folder}" for part, folder in found.items()}


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]]:
    """A .zip and its members by name. Raises UserError when it is damaged, or names members that it should not."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error, OverflowError):
        raise UserError("is a damaged .zip", Place(path), "Copy or download it again.") from None
    except OSError as error:
        raise unreadable(path, error) from None
    with archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            problem = f"holds {len(members):,} members, more than {MOST_MEMBERS:,}"
            raise UserError(problem, Place(path), "Unzip it and give the folder.")
        _refuse_hostile(path, members)
        yield archive, {member.filename: member for member in members}


def _refuse_hostile(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Raises UserError naming each member that no honest .zip of pictures holds, and why."""
    spellings = Counter(member.filename.rstrip("/").casefold() for member in members)
    overlapping = _overlapping(members)
    faults = {}
    for member in members:
        fault = _fault(member)
        if not fault and spellings[member.filename.rstrip("/").casefold()] > 1:
            fault = "is there twice"
        if not fault and member.header_offset in overlapping:
            fault = "overlaps another"
        if fault:
            faults[member.orig_filename] = fault
    if faults:
        listed = with_reasons(faults, most=25)
        count = f"{len(faults):,} member{' cannot' if len(faults) == 1 else 's cannot'} be used"
        raise UserError(f"{count}: {listed}", Place(path), "Make the .zip again, of plain pictures only.")


def _fault(member: zipfile.ZipInfo) -> str:
    """What is wrong with a member that need not be opened for it, or nothing."""
    name = member.orig_filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    checks = {
        "holds a zero byte": "\0" in name,
        "has no name": not name.strip("/"),
        "is an absolute path": name.startswith("/"),
        "names a drive": bool(_DRIVE.match(name)),
        "has a backslash in its name": "\\" in name,
        "leads out of the .zip": ".." in name.split("/"),
        "has too long a name": any(len(piece.encode(errors="replace")) > _LONGEST_NAME for piece in name.split("/")),
        "is a link": kind == stat.S_IFLNK,
        "is no plain file": kind not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK),
        "is encrypted": bool(member.flag_bits & 1),
        "is compressed in an unknown way": member.compress_type not in _METHODS,
        "is an archive itself": not _is_litter(name) and PurePosixPath(name).suffix.lower() in _ARCHIVES,
        "unzips to much more than its size": member.file_size > _most(member),
    }
    return next((fault for fault, is_so in checks.items() if is_so), "")


def _overlapping(members: Sequence[zipfile.ZipInfo]) -> set[int]:
    """Where members begin that begin before another has ended: a little file that claims to be many large ones."""
    found, end, last = set(), 0, -1
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            found |= {last, member.header_offset}
        last = member.header_offset
        end = max(end, last + _LOCAL_HEADER + len(member.orig_filename) + member.compress_size)
    return found


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member. Raises Damaged.

    They are taken block by block: asked for all at once, zipfile unzips everything before it looks at the size.
    """
    try:
        with archive.open(member) as file:
            return b"".join(iter(lambda: file.read(_BLOCK), b""))
    except _ZIP_ERRORS as error:
        raise Damaged("its checksum is wrong" if "CRC" in str(error) else "is damaged in the .zip") from None


def _most(member: zipfile.ZipInfo) -> int:
    return max(ALWAYS_ALLOWED, MAX_EXPANSION * member.compress_size)


def _start(where: Where, members: dict[str, zipfile.ZipInfo]) -> str:
    """The folder that is meant, with / at the end, or nothing for the whole. Raises UserError when there is none."""
    start = f"{where.inside.strip('/')}/" if where.inside.strip("/") else ""
    if not any(name.startswith(start) for name in members):
        if not start:
            raise UserError("is an empty .zip", Place(where.path), "Give a .zip of pictures.")
        folders = sorted({name.partition("/")[0] for name in members if "/" in name and not _is_litter(name)})
        remedy = f"It holds {some(folders)}." if folders else "It holds no folders."
        raise UserError(f'holds no folder "{start[:-1]}"', Place(where.path), remedy)
    return start


def _children(members: dict[str, zipfile.ZipInfo], start: str) -> Children:
    """The tree of the names, made once: 200,000 folders are asked for one by one."""
    folders: dict[str, set[str]] = {}
    files: set[str] = set()
    for name in members:
        if not name.startswith(start) or _is_litter(name):
            continue
        pieces = name.removeprefix(start).split("/")
        for depth, piece in enumerate(pieces[:-1]):
            folders.setdefault("/".join([*pieces[:depth], ""]), set()).add(piece)
        if pieces[-1]:
            files.add("/".join([*pieces[:-1], ""]))
    return lambda folder: (sorted(folders.get(folder, ())), folder in files)


def _is_litter(name: str) -> bool:
    return any(map(is_litter, filter(None, name.split("/"))))
