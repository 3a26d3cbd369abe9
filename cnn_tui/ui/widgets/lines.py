"""Lines of text that change often: only the cells that are other than before are sent to the terminal."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Words = Sequence[tuple[str, str]]
"""The parts of a line: text, and the name of a style in `STYLES`; an empty name is the widget's own."""


class Lines(Widget):
    """Draws what `draw` was last given, each character one cell wide.

    Textual sends a line from the widget's left edge to the last cell that has changed. So what changes often and stands
    at the right of what does not is a widget of its own.
    """

    STYLES: ClassVar[tuple[str, ...]] = ("accent", "muted", "dim", "train", "validation", "warning", "error", "strong")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{name}" for name in STYLES}
    DEFAULT_CSS: ClassVar[str] = """
    Lines > .lines--accent { color: $accent; }
    Lines > .lines--muted { color: $text-muted; }
    Lines > .lines--dim { color: $foreground 30%; }
    Lines > .lines--train { color: $train; }
    Lines > .lines--validation { color: $validation; }
    Lines > .lines--warning { color: $text-warning; }
    Lines > .lines--error { color: $text-error; }
    Lines > .lines--strong { text-style: bold; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[tuple[tuple[str, str], ...]] = []

    def draw(self, lines: Sequence[Words]) -> None:
        """Shows other lines."""
        before, self._lines = self._lines, [tuple(line) for line in lines]
        count = max(len(before), len(self._lines))
        pairs = zip(_padded(before, count), _padded(self._lines, count), strict=True)
        changed = [
            Region(start, y, end - start, 1)
            for y, (old, new) in enumerate(pairs)
            if old != new
            for start, end in (_changed(_cells(old), _cells(new)),)
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """One line, cut or filled to the width."""
        words = self._lines[y] if y < len(self._lines) else ()
        segments = [Segment(text, self._style(name)) for text, name in words]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style).apply_style(self.rich_style)

    def _style(self, name: str) -> Style | None:
        return self.get_component_rich_style(f"lines--{name}") if name else None


def _padded(lines: Sequence[Words], length: int) -> list[Words]:
    return [*lines, *[()] * (length - len(lines))]


def _cells(line: Words) -> list[tuple[str, str]]:
    return [(character, name) for text, name in line for character in text]


def _changed(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> tuple[int, int]:
    """The first cell that is another one, and the one behind the last."""
    longest = max(len(old), len(new))
    old, new = (line + [(" ", "")] * (longest - len(line)) for line in (old, new))
    places = [place for place, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return (places[0], places[-1] + 1) if places else (0, 0)
