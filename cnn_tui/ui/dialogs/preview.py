"""A preview: what will be read or written and what is lost on the way, before it is done."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog

Answer = TypeVar("Answer")
_MOST = 400
"""Cells of one note."""


class Way(Struct, Generic[Answer], frozen=True):
    """A way out of the preview that does something."""

    label: str
    answer: Answer
    why_not: str = ""
    """Why it is not open now."""


class Said(Struct, frozen=True):
    """What a preview says."""

    facts: tuple[tuple[str, str], ...]
    """Names and values."""
    notes: tuple[str, ...] = ()
    """What is left out, lost or assumed, a sentence each."""
    nothing: str = ""
    """What is said when there are no notes."""


class Preview(Dialog[Answer | None], Generic[Answer]):
    """Asks how to go on. Escape answers None; the first way has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", tooltip="Close and change nothing", id="preview.leave"),
        Binding("left", "app.focus_previous", "Before", tooltip="The answer before", id="preview.before", show=False),
        Binding("right", "app.focus_next", "After", tooltip="The next answer", id="preview.after", show=False),
        Binding("up,pageup", "scroll(-1)", "Up", tooltip="Show what is further up", id="preview.up", show=False),
        Binding(
            "down,pagedown", "scroll(1)", "Down", tooltip="Show what is further down", id="preview.down", show=False
        ),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Preview { align: center middle; }
    Preview > Vertical {
        width: 76; max-width: 95%; height: auto; max-height: 90%;
        border: round $accent; border-title-color: $accent; background: $surface; padding: 0 1;
    }
    Preview VerticalScroll { height: auto; max-height: 60vh; scrollbar-size-vertical: 1; background: $surface; }
    Preview #notes { margin-top: 1; }
    Preview #why { color: $text-muted; margin-top: 1; }
    Preview Static { height: auto; }
    Preview Horizontal { height: 1; align-horizontal: right; margin-top: 1; }
    Preview Button { margin-left: 2; }
    """

    def __init__(self, title: str, said: Said, ways: Sequence[Way[Answer]]) -> None:
        super().__init__()
        self._title = title
        self._said = said
        self._ways = tuple(ways)

    def compose(self) -> ComposeResult:
        """The facts, the notes, why a way is not open, and the ways."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            with VerticalScroll(can_focus=False):
                yield Static(_facts(self._said.facts))
                yield Static(_notes(self._said), id="notes")
            closed = [way.why_not for way in self._ways if way.why_not]
            if closed:
                yield Static(Content(clean(" ".join(closed), _MOST)), id="why")
            with Horizontal():
                yield Button("esc Leave", compact=True, action="screen.leave", id="leave")
                for at, way in enumerate(self._ways):
                    button = Button(Content(way.label), compact=True, action=f"screen.take({at})", id=f"way-{at}")
                    button.variant = "default" if at else "primary"
                    button.disabled = bool(way.why_not)
                    yield button

    def on_mount(self) -> None:
        """Begins at the first way."""
        self.query_one("#way-0").focus()

    def action_take(self, at: int) -> None:
        """Answers with a way."""
        self.dismiss(self._ways[at].answer)

    def action_scroll(self, by: int) -> None:
        """Moves what is said, where it is longer than the dialog."""
        self.query_one(VerticalScroll).scroll_relative(y=3 * by, animate=False)

    def action_leave(self) -> None:
        """Closes without an answer."""
        self.dismiss(None)


def _facts(facts: tuple[tuple[str, str], ...]) -> Content:
    width = max(len(name) for name, _ in facts)
    lines = [
        Content(f"{name:<{width}}  ").stylize("$foreground 65%") + Content(clean(value, 200)) for name, value in facts
    ]
    return Content("\n").join(lines)


def _notes(said: Said) -> Content:
    if not said.notes:
        return Content(f"✓ {said.nothing}" if said.nothing else "").stylize("$text-success")
    return Content("\n").join(Content(f"! {clean(note, _MOST)}").stylize("$text-warning") for note in said.notes)
