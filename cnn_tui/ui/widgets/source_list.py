"""The files of the data: their names, rows and columns, and how they were read."""

from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widgets import Static

from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.layers import values
from cnn_tui.spec.layers.windows import picture_shape
from cnn_tui.spec.report import Found, Report
from cnn_tui.text import clean
from cnn_tui.ui.numbers import times


class SourceList(Static):
    """A line a file, and what is known of them once they are read."""

    DEFAULT_CSS: ClassVar[str] = """
    SourceList { height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._data: Data | None = None
        self._report: Report | None = None

    def show(self, data: Data | None, report: Report | None) -> None:
        """Lists the files; without a report only their names."""
        self._data, self._report = data, report
        self._draw()

    def on_resize(self) -> None:
        """Lists them for the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._data is None:
            self.update("")
            return
        report = self._report
        lines = self._files("train", self._data.train, report.train if report else None)
        if self._data.test:
            lines += self._files("test", self._data.test, report.test if report else None)
        if report:
            lines += ["", *_reading(report, self.size.width)]
        self.update(Content("\n".join(lines)))

    def _files(self, part: str, table: Source, found: Found | None) -> list[str]:
        lines = [self._file(part, table.images, f"{found.images:,}×{values(found.shape):,}" if found else "")]
        if table.labels:
            lines.append(self._file("", table.labels, f"{found.images:,}×1" if found else ""))
        return lines

    def _file(self, part: str, path: str, size: str) -> str:
        """The part, the file's name as far as there is room, and its size at the right."""
        name = clean(Path(path).name or path)
        room = max(4, self.size.width - 6 - len(size) - 1)
        if cell_len(name) > room:
            name = clean(name, room)
        return f"{part:<6}{set_cell_size(name, room)} {size}"


def _reading(report: Report, width: int) -> list[str]:
    """How the files were understood."""
    shape = picture_shape(report.train.shape)
    lines = {
        "format": report.format,
        "line 1": "names of the columns" if report.header else "pixels",
        "labels": f"{len(report.classes):,} classes",
        "view as": times(shape) if shape else "values, no image",
    }
    return [clean(f"{name:<8} {text}", max(20, width)) for name, text in lines.items()]
