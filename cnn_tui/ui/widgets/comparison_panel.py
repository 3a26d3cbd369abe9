"""The settings in which runs differ, a column a run, and what the test of two of them says."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cnn_tui.text import clean
from cnn_tui.ui.comparison import Comparison
from cnn_tui.ui.run_marks import Mark

WIDEST_VALUE, WIDEST_NAME = 16, 24
_KNOWN = ("training", "data", "optimizer", "layers")


class ComparisonPanel(VerticalScroll):
    """Scrolls where it is longer than its place."""

    DEFAULT_CSS: ClassVar[str] = """
    ComparisonPanel { width: 1fr; height: 1fr; scrollbar-size-vertical: 1; }
    ComparisonPanel Static { height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.border_title = "what differs"
        self._text = Static(markup=False)

    def on_mount(self) -> None:
        """Holds the text."""
        self.mount(self._text)

    def show(self, marks: Sequence[Mark], comparison: Comparison) -> None:
        """Draws it."""
        lines = [Content(clean(sentence, 400)) for sentence in comparison.sentences]
        if comparison.differences:
            rows = [(_short(one.setting), *one.values) for one in comparison.differences]
            widths = [_width([row[column] for row in rows], WIDEST_VALUE) for column in range(1, len(marks) + 1)]
            name = _width([row[0] for row in rows], WIDEST_NAME)
            signs = zip(marks, widths, strict=True)
            head = [(f"  {set_cell_size(mark.sign, width)}", f"bold ${mark.colour}") for mark, width in signs]
            lines.append(Content.assemble(" " * name, *head))
            for setting, *values in rows:
                cells = "".join(f"  {_cell(value, w)}" for value, w in zip(values, widths, strict=True))
                lines.append(Content.assemble((_cell(setting, name), "$text-muted"), cells))
        elif len(marks) > 1:
            lines.append(Content("They were asked for the same."))
        self._text.update(Content("\n").join(lines))


def _short(setting: str) -> str:
    """Its name without where it stands, which is said by itself."""
    words = setting.split()
    while len(words) > 1 and words[0] in _KNOWN:
        words.pop(0)
    return " ".join(words)


def _width(texts: Sequence[str], most: int) -> int:
    return min(most, max((cell_len(clean(text)) for text in texts), default=1))


def _cell(text: str, width: int) -> str:
    return set_cell_size(clean(text, width), width)
