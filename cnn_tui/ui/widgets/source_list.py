"""The sources of the data: their roles, names and sizes, one of them chosen; under them how they were read."""

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from cnn_tui.spec.data import Data, Source, where
from cnn_tui.spec.layers import values
from cnn_tui.spec.report import Found, PartName, Report
from cnn_tui.text import clean
from cnn_tui.ui.data_view import how_it_was_read
from cnn_tui.ui.numbers import times

CHOSEN = "▸"
_FACT_CELLS = 9


class SourceList(Widget, can_focus=True):
    """Two lines a source that has labels of its own, else one. With the focus, one of them is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Source above", tooltip="Choose the source above", id="sources.up", show=False),
        Binding("down", "step(1)", "Source below", tooltip="Choose the source below", id="sources.down", show=False),
        Binding("enter,e", "ask('edit')", "Edit", tooltip="Its name, files and format", id="sources.edit", show=False),
        Binding(
            "K,shift+up",
            "ask('role_up')",
            "Role up",
            tooltip="Exchange roles: test, validate, train",
            id="sources.role_up",
            show=False,
        ),
        Binding(
            "J,shift+down",
            "ask('role_down')",
            "Role down",
            tooltip="Exchange roles: train, validate, test",
            id="sources.role_down",
            show=False,
        ),
        Binding("w", "ask('swap')", "Swap", tooltip="Exchange images and labels", id="sources.swap", show=False),
        Binding(
            "delete,backspace",
            "ask('remove')",
            "Remove",
            tooltip="Leave this source out",
            id="sources.remove",
            show=False,
        ),
    ]
    KEYS: ClassVar[str] = "enter edits · J K change its role · w exchanges images and labels · del leaves it out"
    DEFAULT_CSS: ClassVar[str] = """
    SourceList { height: auto; }
    """

    @dataclass
    class Asked(Message):
        """Something is to be done with a source: edit, role_up, role_down, swap or remove."""

        role: PartName
        deed: str

    class Visited(Message):
        """The focus has come."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._data: Data | None = None
        self._report: Report | None = None
        self.chosen: PartName = "train"

    def show(self, data: Data | None, report: Report | None) -> None:
        """Lists the sources; without a report only their names."""
        self._data, self._report = data, report
        if data and self.chosen not in data.sources:
            self.chosen = "train"
        self.refresh(layout=True)

    def choose(self, role: PartName) -> None:
        """Marks a source."""
        self.chosen = role
        self.refresh()

    def allow_focus(self) -> bool:
        """Without sources there is nothing to choose."""
        return self._data is not None

    def on_focus(self) -> None:
        """Tells it, so that its keys can be said."""
        self.post_message(self.Visited())

    def render(self) -> Content:
        """The sources, and how they were read once they are."""
        if self._data is None:
            return Content("")
        blocks = [self._lines(role, source) for role, source in self._roles(self._data)]
        lines = [line for block in blocks for line in block]
        if self._report:
            facts = how_it_was_read(self._data, self._report)
            width = max(20, self.content_size.width)
            lines += [Content("")] + [
                Content(f"{name:<{_FACT_CELLS}}").stylize("$foreground 65%")
                + Content(clean(text, max(1, width - _FACT_CELLS)))
                for name, text in facts.items()
            ]
        return Content("\n").join(lines)

    def action_step(self, by: int) -> None:
        """Chooses the source above or below."""
        if self._data:
            roles = [role for role, _ in self._roles(self._data)]
            self.choose(roles[max(0, min(roles.index(self.chosen) + by, len(roles) - 1))])

    def action_ask(self, deed: str) -> None:
        """Says what is wanted of the chosen source."""
        if self._data:
            self.post_message(self.Asked(self.chosen, deed))

    def on_click(self, event: events.Click) -> None:
        """Chooses the source of the line."""
        spot = event.get_content_offset(self)
        if spot is None or self._data is None:
            return
        line = spot.y
        for role, source in self._roles(self._data):
            line -= len(self._lines(role, source))
            if line < 0:
                self.choose(role)
                return

    def _roles(self, data: Data) -> list[tuple[PartName, Source]]:
        named: list[tuple[PartName, Source | None]] = [
            ("train", data.train),
            ("validate", data.validate),
            ("test", data.test),
        ]
        return [(role, source) for role, source in named if source]

    def _lines(self, role: PartName, source: Source) -> list[Content]:
        found = self._report.parts.get(role) if self._report else None
        lines = [self._line(role, source.name or _name(source.images), _size(found))]
        if source.labels:
            lines.append(
                self._line("", _name(source.labels), f"{found.images:,}×{max(1, len(found.spreads))}" if found else "")
            )
        if self.has_focus and role == self.chosen:
            lines[0] = lines[0].stylize("bold $accent")
        return lines

    def _line(self, role: str, name: str, size: str) -> Content:
        """The role, the name as far as there is room, and the size at the right."""
        mark = CHOSEN if role and self.has_focus and role == self.chosen else ""
        assert self._data is not None
        cells = max(map(len, self._data.sources)) + 2
        room = max(4, self.content_size.width - cells - len(size) - 1)
        shown = clean(name)
        if cell_len(shown) > room:
            shown = clean(name, room)
        return Content(f"{f'{mark}{role}':<{cells}}{set_cell_size(shown, room)} {size}")


def _name(text: str) -> str:
    """The file's name, with what is meant inside it."""
    path, inside = where(text)
    return f"{path.name or text}{f'::{inside}' if inside else ''}"


def _size(found: Found | None) -> str:
    """Images and what each of them has: 60,000×784 of a table, 60,000×28×28×1 of pictures."""
    if found is None:
        return ""
    return f"{found.images:,}×{times(found.shape) if len(found.shape) > 1 else f'{values(found.shape):,}'}"
