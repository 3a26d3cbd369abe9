"""What a person should know of a run: how it ended, what it shows, what to do now, and the trainer's notes."""

from collections.abc import Sequence
from typing import ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cnn_tui.runs.history import History
from cnn_tui.text import clean
from cnn_tui.ui.run_text import advice, outcome, worry

_COLOURS = {"done": "$success", "stopped": "$success", "interrupted": "$warning"}


class RunNotice(VerticalScroll, can_focus=True):
    """A few sentences; no line of the screen is spent while there are none."""

    DEFAULT_CSS: ClassVar[str] = """
    RunNotice { height: auto; max-height: 7; padding: 0 2; display: none; scrollbar-size-vertical: 1; }
    RunNotice.-spoken { display: block; }
    RunNotice:focus { background: $accent 10%; }
    RunNotice Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = Static(markup=False)
        self._lines: tuple[Content, ...] = ()

    def on_mount(self) -> None:
        """Holds the text."""
        self.mount(self._text)

    def show(self, history: History, hint: str = "", verdict: Sequence[str] = (), silent: float = 0.0) -> None:
        """Draws the end of the run and its verdict if it has ended, what is wrong while it goes on, and its notes."""
        colour = _COLOURS.get(history.state, "$error")
        ending = Content.assemble((outcome(history), f"bold {colour}"))
        worried = Content.assemble((worry(history, silent), "bold $text-warning"))
        notes = (Content.assemble((f"note: {clean(note)}", "$warning")) for note in history.notes)
        found = (Content(f"· {clean(sentence, 400)}") for sentence in verdict)
        lines = tuple(line for line in (ending, worried, *found, Content(hint or advice(history)), *notes) if line)
        if lines != self._lines:
            self._lines = lines
            self._text.update(Content("\n").join(lines))
            self.set_class(bool(lines), "-spoken")
