"""A question that is answered with one line of text."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog
from cnn_tui.ui.widgets.plain_input import PlainInput


class AskText(Dialog[str | None]):
    """Asks for a line; `wrong` says why one cannot be taken, at each key. Escape answers None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close", tooltip="Close and change nothing", id="dialog.close"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    AskText { align: center middle; }
    AskText > Vertical {
        width: 76; max-width: 95%; height: auto; border: round $accent; border-title-color: $accent;
        background: $surface; padding: 0 1;
    }
    AskText Input { background: $panel; margin-bottom: 1; }
    AskText #note { height: auto; color: $text-muted; }
    AskText #note.-wrong { color: $text-error; }
    """

    def __init__(self, title: str, note: str, value: str = "", wrong: Callable[[str], str] = lambda text: "") -> None:
        super().__init__()
        self._title, self._note, self._value, self._wrong = title, note, value, wrong

    def compose(self) -> ComposeResult:
        """The line, and what is said of it."""
        with Vertical() as box:
            box.border_title = Content(clean(self._title))
            yield PlainInput(self._value, compact=True)
            yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        """Says what is asked."""
        self._say(self._value)

    @on(Input.Changed)
    def judge(self, event: Input.Changed) -> None:
        """Says what is wrong with it."""
        self._say(event.value)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Answers with the line, if it can be taken."""
        if not self._wrong(event.value):
            self.dismiss(event.value)

    def _say(self, text: str) -> None:
        problem = self._wrong(text) if text != self._value else ""
        note = self.query_one("#note", Static)
        note.update(Content(clean(f"✗ {problem}" if problem else self._note, 400)))
        note.set_class(bool(problem), "-wrong")
