"""A question that is answered with yes or no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from cnn_tui.ui.dialogs.dialog import Dialog


class Confirm(Dialog[bool]):
    """Asks before something that cannot be taken back; the answer that changes nothing has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", tooltip="Do it", id="confirm.yes"),
        Binding("n,escape", "answer(False)", "No", tooltip="Leave things as they are", id="confirm.no"),
        Binding(
            "left,right", "app.focus_next", "Other answer", tooltip="Go to the other", id="confirm.other", show=False
        ),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Confirm { align: center middle; }
    Confirm > Vertical {
        width: 60; max-width: 95%; height: auto; padding: 1 2; border: round $accent; background: $surface;
    }
    Confirm Horizontal { height: 1; align-horizontal: right; margin-top: 1; }
    Confirm Button { margin-left: 2; }
    """

    def __init__(self, question: str, yes: str, no: str = "Cancel") -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """The question and its two answers."""
        with Vertical():
            yield Static(Content(self._question))
            with Horizontal():
                yield Button(Content(self._no), compact=True, action="screen.answer(False)", id="no")
                yield Button(Content(self._yes), compact=True, variant="primary", action="screen.answer(True)")

    def action_answer(self, answer: bool) -> None:
        """Closes with the answer."""
        self.dismiss(answer)
