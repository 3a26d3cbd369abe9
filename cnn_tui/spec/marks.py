"""Images that someone marked as mislabelled or not to be used, in a CSV that runs write and trainings leave out."""

import csv
import io
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from cnn_tui.errors import Place, UserError

Deed = Literal["mislabelled", "excluded", "kept"]
MarkedPart = Literal["train", "validate", "test"]
COLUMNS = ("part", "row", "mark", "name", "label", "predicted")


class Mark(Struct, frozen=True, kw_only=True):
    """What was said of one image."""

    part: MarkedPart = "train"
    """Whose images it is one of: those given for the training, the validation or the test."""
    row: int
    """Its row there, from 1."""
    mark: Deed = "excluded"
    """`kept` takes an earlier mark back."""
    name: str = ""
    """Its file, if it has one of its own."""
    label: str = ""
    predicted: str = ""


def marks_text(marks: tuple[Mark, ...], header: bool) -> str:
    """The lines of these marks."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    if header:
        table.writerow(COLUMNS)
    table.writerows([getattr(mark, column) for column in COLUMNS] for mark in marks)
    return text.getvalue()


def read_marks(path: Path) -> tuple[Mark, ...]:
    """The newest mark of each image of a file, those that were taken back left out.

    A table with only a column `row` will do; a last line that was not written to its end is no line. Raises UserError.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", Place(path), "Give a file of marks.") from None
    except UnicodeDecodeError:
        raise UserError("is not text in UTF-8", Place(path), "Save it as CSV in UTF-8.") from None
    lines = csv.reader(io.StringIO(text))
    header = next(lines, [])
    if "row" not in header:
        raise UserError('has no column "row"', Place(path, line=1), f"Its first line is: {','.join(COLUMNS)}.")
    newest: dict[tuple[str, int], Mark] = {}
    for cells in lines:
        is_cut = len(cells) < len(header) and not text.endswith("\n")
        if cells and not (is_cut and lines.line_num == text.count("\n") + 1):
            mark = _mark(dict(zip(header, cells, strict=False)), Place(path, line=lines.line_num))
            newest[mark.part, mark.row] = mark
    return tuple(mark for mark in newest.values() if mark.mark != "kept")


def _mark(cells: dict[str, str], place: Place) -> Mark:
    row, part, deed = cells.get("row", ""), cells.get("part") or "train", cells.get("mark") or "excluded"
    if not row.strip().isdecimal() or int(row) < 1:
        raise UserError(f'"{row}" is no row', place, "Rows are counted from 1.")
    if part not in get_args(MarkedPart):
        raise UserError(f'there is no part "{part}"', place, "Use train, validate or test.")
    if deed not in get_args(Deed):
        raise UserError(f'there is no mark "{deed}"', place, "Use mislabelled, excluded or kept.")
    words = {name: cells.get(name, "") for name in ("name", "label", "predicted")}
    return Mark(part=part, row=int(row), mark=deed, **words)  # type: ignore[arg-type] # looked up above
