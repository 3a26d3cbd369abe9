"""Where a run is: its name and state, its speed and times, and how far the run and its epoch have come."""

from typing import ClassVar

from textual.content import Content

from cnn_tui.runs.history import ENDED, History
from cnn_tui.text import clean
from cnn_tui.ui.run_text import facts, state_word, times
from cnn_tui.ui.widgets.lines import Lines, Words

_FULL, _HALF, _EMPTY = "━", "╸", "─"
_LABEL_WIDTH, _NUMBERS_WIDTH = 7, 18


class RunBars(Lines):
    """Three lines that change a few times a second, and only where they do."""

    DEFAULT_CSS: ClassVar[str] = """
    RunBars { height: 5; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self._shown: tuple[str, History] | None = None
        self._title = ""

    def show(self, name: str, history: History) -> None:
        """Draws the run of this name."""
        self._shown = name, history
        title = f"run {clean(name, 60)} · {state_word(history)}"
        if title != self._title:
            self._title = title
            self.border_title = Content(title)
        self.draw([[(self._first_line(history), "")], *(self._bar(*one) for one in _progress(history))])

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

    def _bar(self, label: str, share: float, count: str) -> Words:
        length = max(4, self.size.width - _LABEL_WIDTH - _NUMBERS_WIDTH)
        halves = round(2 * length * min(share, 1))
        done = _FULL * (halves // 2) + _HALF * (halves % 2)
        numbers = f"{100 * share:4.0f} %  {count:>10}"
        return [
            (label.ljust(_LABEL_WIDTH), ""),
            (done, "accent"),
            (_EMPTY * (length - len(done)), "dim"),
            (numbers, ""),
        ]


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
