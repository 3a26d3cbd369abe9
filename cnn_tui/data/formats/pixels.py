"""Arrays of any type of numbers as images: finite, channels last, written block by block."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from cnn_tui.data.formats.content import Tell
from cnn_tui.data.growing import BLOCK_BYTES, Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.layers import Shape, by, values
from cnn_tui.spec.report import Finding

Array = np.ndarray[Any, Any]
FIRST, LAST = (1, 3), (1, 3, 4)
"""How many channels an axis may be taken for, where they come first and where they come last."""
MOST_AXES = 5
_PART = 2**20


@dataclass(frozen=True)
class Stored:
    """An array in a file: what it declares, and its rows [n, ...] a block at a time, which may raise UserError."""

    shape: Shape
    dtype: np.dtype[Any]
    blocks: Iterable[Array]
    columns: tuple[str, ...] = ()
    """The names of the values of a row, where they have names."""


def put(stored: Stored, place: Place, out: Growing, tell: Tell) -> tuple[Finding, ...]:
    """Writes an array as images, and says what was done to it. Raises UserError naming the value that is no pixel.

    [N, columns] stays, [N, H, W] gets one channel, and channels that come first are put last.
    """
    if stored.dtype.kind in "US":
        raise UserError("holds words, not pixels", place, "Give the numbers of the pixels.")
    rows, *inner = stored.shape
    if not inner:
        problem = f"holds {rows:,} single numbers, which are labels and not images"
        raise UserError(problem, place, "Give the images here, and this as their labels.")
    if len(stored.shape) > MOST_AXES:
        remedy = "Give images [N, H, W] or [N, H, W, C], volumes [N, D, H, W, C], or rows [N, columns]."
        raise UserError(f"has {len(stored.shape)} axes ({by(stored.shape)})", place, remedy)
    turned, notes = _order(tuple(inner))
    for block in stored.blocks:
        numbers = _as_pixels(block, place, out.rows, stored.columns)
        out.add(numbers[..., None] if len(inner) == 2 else np.moveaxis(numbers, 1, -1) if turned else numbers)
        tell(out.rows / rows)
    out.as_bytes_if_whole()
    return notes


def blocks_of(file: IO[bytes], shape: Shape, dtype: np.dtype[Any], place: Place) -> Iterator[Array]:
    """The rows of an array that stands in C order from where the file is, and nothing behind it. Raises UserError."""
    rows, *inner = shape
    row_bytes = values(tuple(inner)) * dtype.itemsize
    at_once = max(1, BLOCK_BYTES // row_bytes)
    for first in range(0, rows, at_once):
        count = min(at_once, rows - first)
        data = _exactly(file, count * row_bytes)
        if len(data) < count * row_bytes:
            raise breaks_off(rows * row_bytes - first * row_bytes - len(data), shape, dtype, place)
        yield np.frombuffer(data, dtype).reshape(count, *inner)
    if file.read(1):
        raise goes_on(shape, dtype, place)


def check_length(length: int, shape: Shape, dtype: np.dtype[Any], place: Place) -> None:
    """Raises UserError unless so many bytes hold exactly this array."""
    needed = values(shape) * dtype.itemsize
    if length < needed:
        raise breaks_off(needed - length, shape, dtype, place)
    if length > needed:
        raise goes_on(shape, dtype, place, length - needed)


def breaks_off(missing: int, shape: Shape, dtype: np.dtype[Any], place: Place) -> UserError:
    """Says how much of an array is missing."""
    problem = f"breaks off: {_bytes(missing)} of its {by(shape)} {dtype.name} array {_are(missing)} missing"
    return UserError(problem, place, "Copy or download it again.")


def goes_on(shape: Shape, dtype: np.dtype[Any], place: Place, extra: int = 0) -> UserError:
    """Says that something stands behind an array."""
    what = f"{_bytes(extra)} {'stands' if extra == 1 else 'stand'}" if extra else "more stands"
    problem = f"{what} behind its {by(shape)} {dtype.name} array"
    return UserError(problem, place, "Save each array in a file of its own, or download it again.")


def refuse_empty(shape: Shape, place: Place) -> None:
    """Raises UserError for an array without rows, or with rows of nothing."""
    if not shape:
        raise UserError("holds a single number", place, "Give an array with a row an image.")
    if 0 in shape:
        what = "no rows" if shape[0] == 0 else "rows without values"
        raise UserError(f"holds {what} ({by(shape)})", place, "Give an array with a row an image.")


def _order(shape: Shape) -> tuple[bool, tuple[Finding, ...]]:
    """Whether channels come first in images of this shape, and what to say of it."""
    could_be_first, could_be_last = shape[0] in FIRST, shape[-1] in LAST
    if len(shape) < 3 or not could_be_first:
        return False, ()
    square_if_first, square_if_last = len(set(shape[1:])) == 1, len(set(shape[:-1])) == 1
    if not could_be_last or (square_if_first and not square_if_last):
        sentence = f"Channels came first ({by(shape)}) and were put last ({by((*shape[1:], shape[0]))})."
        return True, (Finding(kind="channels first", sentence=sentence),)
    if square_if_last and not square_if_first:
        return False, ()
    sentence = f"Images of {by(shape)} may have their channels first or last; they are read as channels last."
    remedy = "If they come first, save them with numpy.moveaxis(x, 1, -1)."
    return False, (Finding(kind="channels unclear", sentence=sentence, remedy=remedy),)


def _as_pixels(block: Array, place: Place, first_row: int, columns: tuple[str, ...]) -> Array:
    """The same numbers as uint8 or float32. Raises UserError for one that float32 does not hold."""
    if block.dtype in (np.uint8, np.bool_):
        return block.astype(np.uint8, copy=False)
    with np.errstate(over="ignore"):  # what becomes infinite is found right here
        numbers = block.astype(np.float32)
    if not np.isfinite(numbers).all():
        row, *index = (int(axis[0]) for axis in np.nonzero(~np.isfinite(numbers)))
        spot = f'column "{columns[index[0]]}"' if columns else f"value [{', '.join(map(str, index))}]"
        value = f"row {first_row + row + 1:,}, {spot}"
        found = block[(row, *index)]
        if np.isnan(found):
            raise UserError(f"{value} is not a number (nan)", place, "Fill it in, or remove the row and its label.")
        raise UserError(f"{value} is {found:g}, which is too large", place, "Use numbers up to 3.4e+38.")
    return numbers


def _bytes(count: int) -> str:
    return f"{count:,} byte{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _exactly(file: IO[bytes], count: int) -> bytearray:
    """So many bytes, or all there are if they are fewer; memory grows with what comes, not with what was declared."""
    data = bytearray()
    while len(data) < count and (part := file.read(min(_PART, count - len(data)))):
        data += part
    return data
