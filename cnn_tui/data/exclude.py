"""Images that are left out because someone marked them."""

from pathlib import Path

import numpy as np

from cnn_tui.data.dataset import Opened
from cnn_tui.data.splits import Rows
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Data
from cnn_tui.spec.marks import read_marks
from cnn_tui.spec.report import PartName

Excluded = dict[PartName, Rows]
"""The rows of each part that are left out, from 0, ascending."""


def excluded_rows(opened: Opened, data: Data) -> Excluded:
    """What the data's file of marks leaves out. Raises UserError when a mark is of an image that is not there."""
    if data.exclude is None:
        return {}
    path = Path(data.exclude)
    marks = read_marks(path)
    found: Excluded = {}
    for part, dataset in opened.parts.items():
        rows = np.array(sorted(mark.row - 1 for mark in marks if mark.part == part), np.int64)
        if len(rows) and rows[-1] >= len(dataset):
            problem = f"marks row {rows[-1] + 1:,} of {part} but there are {len(dataset):,} images"
            raise UserError(problem, Place(path), "Give the marks of this data.")
        found[part] = rows
    if missing := {mark.part for mark in marks} - set(found):
        part = min(missing)
        raise UserError(f"marks images of {part} but none are given", Place(path), "Give the marks of this data.")
    return found
