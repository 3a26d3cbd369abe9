"""What a person should know of a run: how it ended, what to do now, and the trainer's notes."""

from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cnn_tui.runs.history import History
from cnn_tui.text import clean
from cnn_tui.ui.run_text import advice, outcome

_COLOURS = {"done": "$success", "stopped": "$success", "interrupted": "$warning"}


class RunNotice(VerticalScroll, can_focus=False):
    """A few sentences; no line of the screen is spent while there are none."""

    DEFAULT_CSS: ClassVar[str] = """
    RunNotice { height: auto; max-height: 6; padding: 0 2; display: none; }
    RunNotice.-spoken { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = Static(markup=False)
        self._lines: tuple[Content, ...] = ()

    def on_mount(self) -> None:
        """Holds the text."""
        self.mount(self._text)

    def show(self, history: History, hint: str = "") -> None:
        """Draws the end of the run if it has ended, the hint if there is one, and its notes."""
        colour = _COLOURS.get(history.state, "$error")
        ending = Content.assemble((outcome(history), f"bold {colour}"))
        notes = (Content.assemble((f"note: {clean(note)}", "$warning")) for note in history.notes)
        lines = tuple(line for line in (ending, Content(hint or advice(history)), *notes) if line)
        if lines != self._lines:
            self._lines = lines
            self._text.update(Content("\n").join(lines))
            self.set_class(bool(lines), "-spoken")
