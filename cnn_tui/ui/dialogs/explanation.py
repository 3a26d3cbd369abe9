"""Why a class has the scores that it has: the arithmetic with its own numbers."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.explanation import explain
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog


class ExplanationDialog(Dialog[None]):
    """TP, FP and FN of a class and what is made of them; left and right go to the neighbouring classes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left,h",
            "go(-1)",
            "Class before",
            key_display="←",
            tooltip="Explain the class before",
            id="explanation.before",
        ),
        Binding(
            "right,l", "go(1)", "Class after", key_display="→", tooltip="Explain the next class", id="explanation.after"
        ),
        Binding("escape,w,enter", "dismiss", "Close", tooltip="Back to the matrix", id="explanation.close"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    ExplanationDialog { align: center middle; }
    ExplanationDialog VerticalScroll { width: 80; max-width: 100%; height: auto; max-height: 90%; }
    ExplanationDialog VerticalScroll { background: $surface; }
    ExplanationDialog Static { height: auto; }
    """

    def __init__(self, confusion: Confusion, index: int) -> None:
        super().__init__()
        self._confusion = confusion
        self._index = index

    def compose(self) -> ComposeResult:
        """The text and the keys."""
        with VerticalScroll(classes="panel"):
            yield Static(markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Explains the first class that was asked for."""
        self.explain_class()

    def action_go(self, by: int) -> None:
        """Explains a neighbour; after the last comes the first."""
        self._index = (self._index + by) % len(self._confusion.classes)
        self.explain_class()

    def explain_class(self) -> None:
        """Writes the steps."""
        label = clean(self._confusion.classes[self._index], 40)
        self.query_one(VerticalScroll).border_title = Content(f"why: class {label}")
        steps = (
            Content.assemble((step.title, "bold $accent"), f": {step.meaning}\n{step.arithmetic}\n")
            for step in explain(self._confusion, self._index)
        )
        self.query_one(Static).update(Content("\n").join(steps))
