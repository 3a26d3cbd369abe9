"""NumPy's files: the array of an .npy, or a named one of an .npz; objects are never loaded."""

import ast
import operator
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from cnn_tui.data.classes import Labels, shortened
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.lines import ALWAYS_ALLOWED, MAX_EXPANSION, refuse_what_is_no_file, unreadable
from cnn_tui.data.formats.pixels import Stored, blocks_of, check_length, put, refuse_empty
from cnn_tui.data.growing import BLOCK_BYTES, Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import INSIDE, Reading, Where
from cnn_tui.spec.layers import Shape, by

Array = np.ndarray[Any, Any]
Open = Callable[[], AbstractContextManager[tuple[IO[bytes], int]]]
"""Opens what holds an array, header first, and says how many bytes it has."""
ENDING = ".npy"
_MAGIC = b"\x93NUMPY"
_LENGTHS = {1: "<H", 2: "<I", 3: "<I"}
"""How the length of the header is written, by version."""
_LONGEST_HEADER = 10_000
_AGAIN = "Copy or download it again."
_SAVE = 'Save it again as plain numbers, such as numpy.save(path, x.astype("float32")).'
_KINDS = {"c": "complex numbers", "O": "Python objects", "V": "records", "M": "dates", "m": "spans of time"}
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError, RuntimeError, struct.error)
"""What Python's zip reader raises for damaged files, beside OSError."""


class _Header(NamedTuple):
    """What the beginning of an .npy declares, and its length."""

    shape: Shape
    dtype: np.dtype[Any]
    columns_first: bool
    length: int


def read_npy(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The array of an .npy as `Reader` has it."""
    return Facts(format="NumPy array", notes=put(stored_npy(where.path), Place(where.path), out, tell)), None


def read_npz(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The named array of an .npz, or its only one, as `Reader` has it."""
    where = _named(where)
    notes = put(stored_npz(where), Place(where.path, inside=where.inside), out, tell)
    return Facts(format=f"NumPy archive, {where.inside}", notes=notes), None


def array_names(path: Path) -> tuple[str, ...]:
    """The names of the arrays of an .npz, in its order. Raises UserError when it is damaged or holds anything else."""
    with _opened_zip(path) as held:
        return tuple(_members(path, held))


def stored_npy(path: Path) -> Stored:
    """The array of an .npy. Raises UserError, also while its blocks are read."""
    refuse_what_is_no_file(path)
    return _stored(partial(_opened_file, path), Place(path))


def stored_npz(where: Where) -> Stored:
    """An array of an .npz. Raises UserError, also while its blocks are read."""
    where = _named(where)
    return _stored(partial(_opened_member, where), Place(where.path, inside=where.inside))


def _stored(opened: Open, place: Place) -> Stored:
    with opened() as (file, length):
        header = _header(file, place)
    check_length(length - header.length, header.shape, header.dtype, place)
    refuse_empty(header.shape, place)
    return Stored(header.shape, header.dtype, _blocks(opened, place))


def _blocks(opened: Open, place: Place) -> Iterator[Array]:
    with opened() as (file, _):
        header = _header(file, place)
        if not header.columns_first:
            yield from blocks_of(file, header.shape, header.dtype, place)
            return
        with tempfile.TemporaryFile() as plain:  # its rows are scattered, so all of it must be at hand
            shutil.copyfileobj(file, plain)
            plain.flush()
            check_length(plain.tell(), header.shape, header.dtype, place)
            array = np.memmap(plain, header.dtype, "r", 0, header.shape, "F")
            at_once = max(1, BLOCK_BYTES * header.shape[0] // array.nbytes)
            for first in range(0, header.shape[0], at_once):
                yield np.array(array[first : first + at_once], order="C")


def _header(file: IO[bytes], place: Place) -> _Header:
    """What an .npy declares; nothing is made of it before it was checked."""
    start = file.read(8)
    if len(start) < 8 or not start.startswith(_MAGIC) or start[6] not in _LENGTHS:
        raise UserError("is not an .npy array", place, _AGAIN)
    form = _LENGTHS[start[6]]
    size = file.read(struct.calcsize(form))
    length = struct.unpack(form, size)[0] if len(size) == struct.calcsize(form) else 0
    if length > _LONGEST_HEADER:
        raise UserError(f"declares a header of {length:,} bytes", place, _SAVE)
    text = file.read(length)
    if not length or len(text) < length:
        raise UserError("breaks off in its header", place, _AGAIN)
    try:
        declared = ast.literal_eval(re.sub(r"([0-9])L\b", r"\1", text.decode("latin-1")).strip(" \n"))
        descr, shape, columns_first = (declared[key] for key in ("descr", "shape", "fortran_order"))
        dtype = np.dtype(descr if isinstance(descr, str) else "V")
        shape = tuple(map(operator.index, shape))
    except (ValueError, SyntaxError, TypeError, LookupError, RecursionError, MemoryError):
        raise UserError("has a damaged header", place, _AGAIN) from None
    if min(shape, default=0) < 0:
        raise UserError(f"declares the shape {by(shape)}", place, _AGAIN)
    if dtype.kind not in "biufUS" or not dtype.itemsize:
        raise UserError(f"holds {_KINDS.get(dtype.kind, 'empty words')}, not plain numbers", place, _SAVE)
    return _Header(shape, dtype, bool(columns_first) and len(shape) > 1, 8 + len(size) + length)


@contextmanager
def _opened_file(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    try:
        with path.open("rb") as file:
            yield file, path.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from None


@contextmanager
def _opened_member(where: Where) -> Iterator[tuple[IO[bytes], int]]:
    place = Place(where.path, inside=where.inside)
    with _opened_zip(where.path) as held:
        member = _members(where.path, held)[where.inside]
        if member.flag_bits & 0x1:
            raise UserError("is encrypted", place, "Save it again without a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UserError("is compressed in a way that NumPy does not write", place, "Save it with numpy.savez.")
        # zipfile never gives more than what is declared, so that this holds for files that lie too.
        if member.file_size > max(ALWAYS_ALLOWED, MAX_EXPANSION * min(member.compress_size, where.path.stat().st_size)):
            problem = f"becomes more than {MAX_EXPANSION} times as large when it is unzipped"
            raise UserError(problem, place, "If that is meant, save it with numpy.savez, which does not compress.")
        try:
            with held.open(member) as file:
                yield file, member.file_size
        except _DAMAGED:
            raise UserError("is damaged", place, _AGAIN) from None


@contextmanager
def _opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    refuse_what_is_no_file(path)
    try:
        with zipfile.ZipFile(path) as held:
            yield held
    except _DAMAGED:
        raise UserError("is a damaged .npz", Place(path), _AGAIN) from None
    except OSError as error:
        raise unreadable(path, error) from None


def _members(path: Path, held: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The arrays by their names."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in held.infolist():
        if member.is_dir():
            continue
        name = member.filename.removesuffix(ENDING)
        if name == member.filename:
            raise UserError("is no array", Place(path, inside=name), "Save the arrays with numpy.savez.")
        if name in members:
            raise UserError("is there twice", Place(path, inside=name), "Save the arrays with numpy.savez.")
        members[name] = member
    return members


def _named(where: Where) -> Where:
    """The array that is meant; without a name the only one there is."""
    names = array_names(where.path)
    name = where.inside or (names[0] if len(names) == 1 else "")
    if name in names:
        return Where(where.path, name)
    if not names:
        raise UserError("holds no array", Place(where.path), "Save the arrays with numpy.savez.")
    problem = f'holds no array "{name}"' if name else f"holds {len(names):,} arrays"
    remedy = f"Name one of {shortened(names)}, such as {where.path.name}{INSIDE}{names[0]}."
    raise UserError(problem, Place(where.path), remedy)
