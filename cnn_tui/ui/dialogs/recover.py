"""The offer of work that a crash has left."""

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import total_parameters, trace
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog

Answer = Literal["take", "later", "remove"]


class Recover(Dialog[Answer]):
    """Tells what there is; enter brings it back, escape leaves it for the next time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer('later')", "Later", tooltip="Ask again the next time", id="recover.later"),
        Binding("delete", "answer('remove')", "Throw away", tooltip="Remove it for good", id="recover.remove"),
        Binding("left,right", "app.focus_next", "Other answer", tooltip="Go on", id="recover.other", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Recover { align: center middle; }
    Recover > Vertical {
        width: 66; max-width: 95%; height: auto; padding: 1 2; border: round $accent; background: $surface;
    }
    Recover .about { color: $text-muted; }
    Recover Horizontal { height: 1; align-horizontal: right; margin-top: 1; }
    Recover Button { margin-left: 2; }
    """

    def __init__(self, when: str, model: Model) -> None:
        super().__init__()
        self._when = when
        self._model = model

    def compose(self) -> ComposeResult:
        """The question and its answers; the one that brings it back has the focus."""
        layers = len(self._model.layers)
        size = f"{layers} {'layer' if layers == 1 else 'layers'}, {total_parameters(trace(self._model)):,} parameters"
        with Vertical():
            yield Static(Content(f"Unsaved work from {self._when} · enter brings it back").stylize("bold"))
            yield Static(Content(f"{clean(self._model.name, 40)}: {size}."), classes="about")
            with Horizontal():
                yield Button("del Throw away", compact=True, action="screen.answer('remove')")
                yield Button("esc Later", compact=True, action="screen.answer('later')")
                yield Button("⏎ Bring back", compact=True, variant="primary", action="screen.answer('take')", id="take")

    def on_mount(self) -> None:
        """Enter brings it back."""
        self.query_one("#take", Button).focus()

    def action_answer(self, answer: Answer) -> None:
        """Closes with the answer."""
        self.dismiss(answer)
