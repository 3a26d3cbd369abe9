"""A table of any length of which only the lines in view are drawn, with a cursor."""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

CURSOR = "▸"


class LineTable(ScrollView, inherit_bindings=False, can_focus=True):
    """A header that stays, and lines that a subclass makes: `header` and `cells` give text of the same width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", tooltip="The line above", id="lines.up", show=False),
        Binding("down", "step(1)", "Down", tooltip="The line below", id="lines.down", show=False),
        Binding("pageup", "page(-1)", "Page up", tooltip="A page up", id="lines.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", tooltip="A page down", id="lines.page_down", show=False),
        Binding("home", "jump(0)", "First", tooltip="The first line", id="lines.first", show=False),
        Binding("end", "jump(-1)", "Last", tooltip="The last line", id="lines.last", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-table--header", "line-table--cursor"}
    DEFAULT_CSS: ClassVar[str] = """
    LineTable { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    LineTable > .line-table--header { color: $text-muted; }
    LineTable > .line-table--cursor { background: $panel; }
    LineTable:focus > .line-table--cursor { background: $accent 25%; }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another line."""

        table: "LineTable"
        line: int

    @dataclass
    class Chosen(Message):
        """Someone clicked on the line of the cursor again, to see what it is about."""

        table: "LineTable"
        line: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.line = 0
        """Where the cursor is, from 0."""
        self._count = 0

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self._count

    @count.setter
    def count(self, count: int) -> None:
        self._count = count
        self.virtual_size = Size(self.size.width, count + 1)
        self.line = max(0, min(self.line, count - 1))
        self.refresh()

    def header(self, width: int) -> str:
        """The names of the columns."""
        raise AssertionError(f"{type(self).__name__} has no header for {width}")

    def cells(self, line: int, width: int) -> list[Segment]:
        """One line."""
        raise AssertionError(f"{type(self).__name__} has no line {line} of {width}")

    def render_line(self, y: int) -> Strip:
        """The header, which stays, or a line."""
        width = self.scrollable_content_region.width
        if y == 0:
            strip = Strip([Segment(f"  {self.header(width - 2)}", self.get_component_rich_style("line-table--header"))])
            return strip.adjust_cell_length(self.size.width).apply_style(self.rich_style)
        line = y - 1 + self.scroll_offset.y
        if line >= self._count:
            return Strip.blank(self.size.width, self.rich_style)
        at_cursor = line == self.line
        mark = Segment(f"{CURSOR if at_cursor else ' '} ")
        strip = Strip([mark, *self.cells(line, width - 2)]).adjust_cell_length(self.size.width)
        style = self.get_component_rich_style("line-table--cursor") if at_cursor else self.rich_style
        return strip.apply_style(style).apply_style(self.rich_style)

    def move_to(self, line: int) -> None:
        """Sets the cursor on a line and brings it into view."""
        line = max(0, min(line, self._count - 1))
        moved = line != self.line
        self.line = line
        self.scroll_to_region(Region(0, line, 1, 2), animate=False, force=True)  # the header takes a line of the view
        self.refresh()
        if moved:
            self.post_message(self.Moved(self, line))

    def action_step(self, by: int) -> None:
        """Moves by lines."""
        self.move_to(self.line + by)

    def action_page(self, by: int) -> None:
        """Moves by pages."""
        self.move_to(self.line + by * max(1, self.size.height - 2))

    def action_jump(self, line: int) -> None:
        """Goes to the first or to the last line."""
        self.move_to(line if line >= 0 else self._count - 1)

    def on_click(self, event: events.Click) -> None:
        """Sets the cursor; a second click opens."""
        spot = event.get_content_offset(self)
        if spot is None or spot.y == 0 or (line := spot.y - 1 + self.scroll_offset.y) >= self._count:
            return
        if line == self.line and event.chain > 1:
            self.post_message(self.Chosen(self, line))
        self.move_to(line)
