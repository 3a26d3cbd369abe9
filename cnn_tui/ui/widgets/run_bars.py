"""Where a run is: its name and state, its speed and times, and how far the run and its epoch have come."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from cnn_tui.runs.history import ENDED, History
from cnn_tui.text import clean
from cnn_tui.ui.run_text import facts, state_word, times
from cnn_tui.ui.widgets.lines import Lines, Words

_FULL, _HALF, _EMPTY = "━", "╸", "─"
_LABEL_WIDTH, _NUMBERS_WIDTH = 7, 18


class RunBars(Vertical):
    """Three lines that change a few times a second, and only where they do."""

    DEFAULT_CSS: ClassVar[str] = """
    RunBars { height: 5; }
    RunBars > #facts { height: 1; }
    RunBars > Horizontal { height: 2; }
    RunBars #bars { width: 1fr; }
    RunBars #numbers { width: 18; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self._shown: tuple[str, History] | None = None
        self._title = ""

    def compose(self) -> ComposeResult:
        """Bars and their numbers apart: the numbers change more often."""
        yield Lines(id="facts")
        with Horizontal():
            yield Lines(id="bars")
            yield Lines(id="numbers")

    def show(self, name: str, history: History) -> None:
        """Draws the run of this name."""
        self._shown = name, history
        title = f"run {clean(name, 60)} · {state_word(history)}"
        if title != self._title:
            self._title = title
            self.border_title = Content(title)
        progress = _progress(history)
        self.query_one("#facts", Lines).draw([[(self._first_line(history), "")]])
        self.query_one("#bars", Lines).draw([self._bar(label, share) for label, share, _ in progress])
        self.query_one("#numbers", Lines).draw(
            [[(f"{100 * share:4.0f} %  {count:>10}", "")] for _, share, count in progress]
        )

    def on_resize(self) -> None:
        """Draws bars of the new length."""
        if self._shown:
            self.show(*self._shown)

    def _first_line(self, history: History) -> str:
        """The facts, as many as there is room for, and the times at the right."""
        right, width = times(history), self.size.width
        words = list(facts(history))
        while len(words) > 1 and len(" · ".join(words)) + len(right) + 2 > width:
            words.pop()
        left = " · ".join(words)
        return left + right.rjust(max(0, width - len(left)))

    def _bar(self, label: str, share: float) -> Words:
        length = max(4, self.size.width - _LABEL_WIDTH - _NUMBERS_WIDTH)
        halves = round(2 * length * min(share, 1))
        done = _FULL * (halves // 2) + _HALF * (halves % 2)
        return [(label.ljust(_LABEL_WIDTH), ""), (done, "accent"), (_EMPTY * (length - len(done)), "dim")]


def _progress(history: History) -> tuple[tuple[str, float, str], ...]:
    """Each bar: its label, how much of it is done, and the steps."""
    total = history.epochs_wanted * history.steps
    if not total:
        return ("run", 0.0, ""), ("epoch", 0.0, "")
    over = history.state in ENDED or len(history.epochs) == history.epochs_wanted
    step = history.last_sample.step if history.last_sample else history.steps if over and history.epochs else 0
    return (
        ("run", history.steps_done / total, f"{history.steps_done:,}/{total:,}"),
        ("epoch", step / history.steps, f"{step:,}/{history.steps:,}"),
    )
