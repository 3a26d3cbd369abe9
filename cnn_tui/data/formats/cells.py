"""The cells of a line: what is a number, and what keeps a line from being a row of numbers."""

import csv
import re
from collections.abc import Sequence

import numpy as np

from cnn_tui.errors import Place, UserError

LONGEST_CELL = 2**24
LARGEST = float(np.finfo(np.float32).max)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_MARKS_INSIDE = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe", " ": "space"}
MISSING = {"nan", "na", "n/a", "null", "none", "-", "?"}
"""What people write, in small letters, where a value is missing."""
_INFINITE = {"inf", "infinity"}
WORD = "holds the word"
"""What is said of a cell that is one; who reads the cells knows better what to do about it."""


def is_number(cell: str) -> bool:
    """Whether it is a number in plain digits that a float32 can hold."""
    return _has_form_of_number(cell) and abs(float(cell.strip())) <= LARGEST


def is_meant_as_number(cell: str) -> bool:
    """Whether it is a number, or one with a comma where a point should be."""
    return is_number(cell) or bool(_DECIMAL_COMMA.fullmatch(cell.strip()))


def is_word(cell: str) -> bool:
    """Whether it could name a column: it has a letter, and is no number that is missing or too large."""
    has_letter = any(character.isalpha() for character in cell)
    return has_letter and not _has_form_of_number(cell) and _unsigned(cell) not in MISSING | _INFINITE


def split_quoted(line: str, delimiter: str, place: Place) -> list[str]:
    """The cells of a line in which cells may stand in double quotes. Raises UserError when the quotes do not match."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        return next(csv.reader([line.strip(" \n")], delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error:
        raise _broken_quotes(line.strip(" \n"), delimiter, place) from None


def _broken_quotes(line: str, delimiter: str, place: Place) -> UserError:
    """Says which cell keeps the line from being split."""
    column, rest = 1, line.lstrip(" ")
    while rest:
        if rest.startswith('"'):
            if not (cell := _QUOTED.match(rest)):
                fact = f"column {column:,} opens a double quote that is not closed in its line"
                return UserError(fact, place, "Close it, or take it away.")
            rest = rest[cell.end() :]
            if rest and not rest.startswith(delimiter):
                break
        column, rest = column + 1, rest.partition(delimiter)[2].lstrip(" ")
    fact = f"column {column:,} goes on behind its closing double quote"
    return UserError(fact, place, "Quote whole cells, or none.")


def fault(cells: Sequence[str], width: int, place: Place, columns: Sequence[int] | None = None) -> UserError | None:
    """The first thing that keeps the cells from being a row of `width`, numbers in these columns (from 0), or None."""
    if len(cells) != width:
        has = "1 column" if len(cells) == 1 else f"{len(cells):,} columns"
        return UserError(f"has {has} but the first row has {width:,}", place, "Give all rows the same columns.")
    for column in range(width) if columns is None else columns:
        if not is_number(cells[column]):
            problem, remedy = _cell_fault(cells[column].strip(), in_first_line=place.line == 1)
            all_are_pixels = columns is None or len(columns) == width
            remedy = _whole_line(cells, place) or (_as_label(cells, column, place) if all_are_pixels else "") or remedy
            return UserError(f"column {column + 1:,} {problem}", place, remedy)
    return None


def _as_label(cells: Sequence[str], column: int, place: Place) -> str:
    """The way out when the first line begins or ends with what may be a label that does not look like a word."""
    cell = cells[column].strip()
    if place.line != 1 or len(cells) < 2 or column not in (0, len(cells) - 1) or not cell:
        return ""
    if is_word(cell) or is_meant_as_number(cell) or _has_form_of_number(cell) or _unsigned(cell) in _INFINITE:
        return ""
    return f"Say --label-column {'last' if column else 'first'} if it is the label, or write a number."


def _whole_line(cells: Sequence[str], place: Place) -> str:
    """The way out when a line is one cell but holds several, or the first is a word, as labels are; else nothing."""
    line = cells[0].strip()
    if len(cells) > 1 or not line:
        return ""
    for mark, name in _MARKS_INSIDE.items():
        pieces = [piece.strip() for piece in line.split(mark)]
        if len(pieces) > 2 or (len(pieces) == 2 and all(map(is_number, pieces))):
            return f"Say --delimiter {name} if its columns are parted so."
    return "Give the images here, and this as their labels." if place.line == 1 and is_word(line) else ""


def _cell_fault(cell: str, in_first_line: bool) -> tuple[str, str]:
    """What is wrong with a cell that is not a number, and the way out."""
    shown = cell if len(cell) <= 40 else f"{cell[:40]}..."
    names = "Say --header yes if the first line names the columns." if in_first_line else ""
    if not cell:
        return "is empty", names or "Fill it in, or remove the row and its label."
    if _unsigned(cell) in MISSING:
        return f'holds "{shown}", not a number', "Fill it in, or remove the row and its label."
    if _unsigned(cell) in _INFINITE or _has_form_of_number(cell):
        return f"holds {shown}, which is too large", f"Use numbers up to {LARGEST:.2g}."
    if _THOUSANDS.fullmatch(cell):
        return f'holds "{shown}"', "Write thousands without a comma, and decimals with a point: 1000, 0.5."
    if _DECIMAL_COMMA.fullmatch(cell):
        return f'holds "{shown}"', "Write decimals with a point, such as 0.5."
    if is_word(cell):
        return f'{WORD} "{shown}"', names or "Write a number."
    return f'holds "{shown}", which is not a plain number', "Write numbers such as 1000 or 0.5."


def _has_form_of_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell.strip()))


def _unsigned(cell: str) -> str:
    return cell.strip().lower().removeprefix("-").removeprefix("+") or cell.strip()
