"""Which columns of a table are pixels and which are labels: the selectors that people write, as places from 0."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cnn_tui.data.classes import shortened
from cnn_tui.data.formats.cells import is_meant_as_number, is_word
from cnn_tui.errors import Place, UserError, nearest
from cnn_tui.spec.data import Reading

LABEL_NAMES = ("label", "labels", "class", "target", "y", "digit", "category", "species")
"""The names, in small letters, by which a column of labels is known."""
_ALL_BUT = "all but "
_PART = re.compile(r'\s*("[^"]*"|[^,"]+)\s*(?:,|$)')
_NUMBERS = re.compile(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?")
_ONE_HOT_NAME = re.compile(rf"({'|'.join(LABEL_NAMES)})(?:[ _.:=-]+|(?=[0-9]))(.+)", re.IGNORECASE)


class Chosen(NamedTuple):
    """Columns by their places from 0; several of labels are one-hot."""

    pixels: tuple[int, ...]
    labels: tuple[int, ...]


def choose(reading: Reading, names: Sequence[str], row: Sequence[str], place: Place) -> Chosen:
    """The columns that are pixels and labels; `names` is empty without a header, `row` is the first one.

    Raises UserError naming what is not there.
    """
    labels = label_columns(reading.label_column, names, row, place)
    text, width = reading.columns.strip(), len(row)
    if text == "all":
        pixels = tuple(column for column in range(width) if column not in labels)
    elif text.startswith(_ALL_BUT):
        left_out = {*labels, *_without_label(text.removeprefix(_ALL_BUT), names, width, labels, place)}
        pixels = tuple(column for column in range(width) if column not in left_out)
    else:
        pixels = places(text, names, width, place)
        if both := sorted(set(pixels) & set(labels)):
            problem = f"column {both[0] + 1:,} is chosen as pixels and as the label"
            raise UserError(problem, place, "Leave it out of one of them.")
    if not pixels:
        raise UserError("no column is left for the pixels", place, "Choose other columns.")
    return Chosen(pixels, labels)


def label_columns(text: str, names: Sequence[str], row: Sequence[str], place: Place) -> tuple[int, ...]:
    """The columns that `Reading.label_column` means; none where there are no labels. Raises UserError."""
    match text.strip():
        case "none":
            return ()
        case "auto":
            return _labels_found(names, row)
        case "first":
            return (0,)
        case "last":
            return (len(row) - 1,)
        case said:
            return places(said, names, len(row), place)


def places(text: str, names: Sequence[str], width: int, place: Place) -> tuple[int, ...]:
    """The columns that a list of names and of numbers from 1 means: `1-784, 786`, `label`, `"7"`. Raises UserError.

    A text that is a name is that name, and so is what stands in double quotes.
    """
    if text in names:
        return (names.index(text),)
    found: list[int] = []
    for part in _parts(text, place):
        found += [column for column in _columns(part, names, width, place) if column not in found]
    return tuple(found)


def class_names(columns: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    """The classes of one-hot columns: their names after what all begin with, or numbers from 0 without a header."""
    if not names:
        return tuple(map(str, range(len(columns))))
    given = [names[column] for column in columns]
    matches = [_ONE_HOT_NAME.fullmatch(name) for name in given]
    if all(matches) and len({match[1] for match in matches if match}) == 1:
        return tuple(match[2] for match in matches if match)
    return tuple(given)


def _parts(text: str, place: Place) -> list[str]:
    """What stands between commas outside double quotes."""
    parts, end = [], 0
    while end < len(text):
        if not (match := _PART.match(text, end)):
            raise UserError(f'"{text}" is no list of columns', place, "Write all, 2-785, names, or all but such.")
        parts.append(match[1].strip())
        end = match.end()
    if not parts:
        raise UserError("no column is named", place, "Write all, 2-785, names, or all but such.")
    return parts


def _columns(part: str, names: Sequence[str], width: int, place: Place) -> Sequence[int]:
    """The columns of one part of a list."""
    bare = part.strip('"')
    if bare in names:
        return (names.index(bare),)
    if match := _NUMBERS.fullmatch(part):
        first, last = int(match[1]), int(match[2] or match[1])
        if 1 <= first <= last <= width:
            return range(first - 1, last)
        wrong = f"column {first if not 1 <= first <= width else last:,}"
        if 1 <= last < first:
            raise UserError(f"{part} counts backwards", place, f"Write {last}-{first}.")
        raise UserError(f"has no {wrong}", place, f"Its columns are 1 to {width:,}.")
    if not names:
        remedy = f"Its columns are 1 to {width:,}; say --header yes if the first line names them."
        raise UserError(f'has no column "{bare}", for its columns have no names', place, remedy)
    near = nearest(bare, tuple(names))
    raise UserError(f'has no column "{bare}"', place, f"{near} Its columns are {shortened(names)}.".strip())


def _without_label(
    text: str, names: Sequence[str], width: int, labels: tuple[int, ...], place: Place
) -> tuple[int, ...]:
    """The columns to leave out; `label` is the column of labels, whatever its name."""
    if text.strip() == "label" and "label" not in names and labels:
        return labels
    return places(text.strip(), names, width, place)


def _labels_found(names: Sequence[str], row: Sequence[str]) -> tuple[int, ...]:
    """The column named so, or the one-hot columns, or the only column of words."""
    if len(row) < 2:
        return ()
    named = [column for column, name in enumerate(names) if name.lower() in LABEL_NAMES]
    if len(named) == 1:
        return (named[0],)
    if found := _one_hot_found(names):
        return found
    others = [column for column, cell in enumerate(row) if not is_meant_as_number(cell)]
    return (others[0],) if len(others) == 1 and is_word(row[others[0]]) else ()


def _one_hot_found(names: Sequence[str]) -> tuple[int, ...]:
    """Columns named alike, such as `label_0` to `label_9`, at the beginning or at the end of the table."""
    matches = [_ONE_HOT_NAME.fullmatch(name) for name in names]
    if len({match[1].lower() for match in matches if match}) != 1:
        return ()
    found = tuple(column for column, match in enumerate(matches) if match)
    together = found == tuple(range(found[0], found[-1] + 1)) and (found[0] == 0 or found[-1] == len(names) - 1)
    return found if together and 1 < len(found) < len(names) else ()
