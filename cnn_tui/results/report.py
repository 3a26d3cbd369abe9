"""The confusion matrix as a file for spreadsheets."""

import csv
import io
from pathlib import Path

from cnn_tui.errors import writing
from cnn_tui.files import replace_text
from cnn_tui.results.cells import text_cell
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Evaluation

CORNER = "true \\ predicted"


def export_csv(evaluation: Evaluation, folder: Path) -> Path:
    """Writes `confusion-<part>.csv` into the folder, which is made if need be; returns its path. Raises UserError."""
    path = folder / f"confusion-{evaluation.part}.csv"
    with writing(path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_text(path, confusion_csv(evaluation.confusion))
    return path


def confusion_csv(confusion: Confusion) -> str:
    """The counts as CSV, a row a true class, with the labels as first row and first column."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    labels = [text_cell(label) for label in confusion.classes]
    table.writerow([CORNER, *labels])
    table.writerows([label, *row] for label, row in zip(labels, confusion.counts, strict=True))
    return text.getvalue()
