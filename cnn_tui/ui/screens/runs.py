"""Runs: all of them in a table, sweeps among them; opened, resumed, stopped, kept in order, and compared."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input

from cnn_tui.runs.history import ENDED
from cnn_tui.runs.sweep_overview import SweepLine
from cnn_tui.text import clean
from cnn_tui.ui.run_list import ORDERS, Line, Order, listed
from cnn_tui.ui.run_text import RESUMABLE
from cnn_tui.ui.screens.sweeping import SweepingPlace
from cnn_tui.ui.session import Session
from cnn_tui.ui.sweep_text import progress
from cnn_tui.ui.widgets.line_table import LineTable
from cnn_tui.ui.widgets.plain_input import PlainInput
from cnn_tui.ui.widgets.run_table import RunTable


class RunsScreen(SweepingPlace):
    """Looks at the folder of runs a few times a second while it is looked at itself."""

    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = "RunTable"
    HELP = """
## Runs
Every run of the folder. `enter` opens one: its results, or its training while that goes on. `r` goes on with one that
did not come to its end, `x` stops one and keeps its best weights, `X` ends the trainer of one that is silent: that
gives no sign of life. `/` keeps those whose name or state holds what you type; `o` orders them. `e` gives another
name, `delete` moves a run into the trash of the folder, `u` takes it back.
`space` marks runs to compare: their curves in one plot, the settings in which they differ, and of two the test of
McNemar and the cells of the matrix that changed most. `v` turns from validation to training, `l` to a logarithmic loss.
A sweep, which the command `cnn-tui sweep` trains, is one line with `▤`; `enter` shows its runs, a column a setting that
varies, the best first, and `escape` goes back. `★` is the best one; a run that was pruned was hopeless.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", tooltip="Its results, its training, or the runs of a sweep", id="runs.open"),
        Binding("space", "mark", "Compare", tooltip="Look at it together with others", id="runs.mark"),
        Binding("r", "resume", "Resume", tooltip="Go on with a run that is not done", id="runs.resume"),
        Binding("x", "stop", "Stop", tooltip="Stop it and keep its best weights", id="runs.stop"),
        Binding("X", "end_trainer", "End it", tooltip="End a trainer that gives no sign of life", id="runs.end"),
        Binding("slash", "filter", "Filter", tooltip="Only runs that hold some words", id="runs.filter"),
        Binding("o", "order", "Order", tooltip="Newest first, by name, accuracy, loss, state, speed", id="runs.order"),
        Binding("e", "rename", "Rename", tooltip="Give it another name", id="runs.rename"),
        Binding("delete", "throw_away", "Delete", tooltip="Move it into the trash", id="runs.delete"),
        Binding("u", "take_back", "Undo", tooltip="Take the last one out of the trash", id="runs.undo", show=False),
        Binding("escape", "leave", "Back", tooltip="Leave the filter, the marks, the sweep", id="runs.leave"),
    ]

    order: var[Order] = var[Order]("newest")

    def compose_place(self) -> ComposeResult:
        """The filter while it is used, the table, and the comparison below it."""
        with Vertical(id="list", classes="panel"):
            yield PlainInput(placeholder="words of the name or the state", compact=True, id="words")
            yield from self.compose_tables()
        with Horizontal(id="compared"):
            yield from self.compose_comparison()

    def on_mount(self) -> None:
        """Looks again and again."""
        super().on_mount()
        self.set_interval(1 / self.tui.settings.refreshes_per_second, self.look)

    def show_session(self, session: Session) -> None:
        """Looks at once."""
        self.look()

    def show_runs(self) -> None:
        """Draws the runs that are wanted."""
        words = self.query_one("#words", Input).value
        if self.inside is not None and self.sweep is None:
            self.inside = None  # its folder has gone
        lines = {line.run.path: line for line in self.lines or ()}
        if sweep := self.sweep:
            lines = {one.line.run.path: one.line for one in sweep.trials if one.line}
        self.forget(lines.keys())
        self._show_sweep(sweep, words) if sweep else self._show_all(words)
        self.compare_if_changed(lines)
        self.refresh_keys()

    def _show_all(self, words: str) -> None:
        lines: tuple[Line, ...] = (*(self.lines or ()), *self.sweeps)
        shown = listed(lines, words, self.order)
        self.query_one(RunTable).show(shown, self.marks)
        self.say_about()
        counts = ((len(self.lines or ()), "run"), (len(self.sweeps), "sweep"))
        told = [f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
        some = f"{len(shown):,} of " if words else ""
        folder = clean(self.tui.runs_folder.name or self.tui.runs_folder, 30)
        empty = "" if lines else " · 3 Train makes one"
        self._say(f"{some}{' and '.join(told) or '0 runs'} in {folder}{empty}", f"order: {self.order}")

    def _show_sweep(self, sweep: SweepLine, words: str) -> None:
        self.show_sweep(sweep, words)
        some = f"{self.table.count:,} of " if words else ""
        self._say(f"{some}{progress(sweep)}", "the best first · esc goes back")

    def _say(self, title: str, order: str) -> None:
        panel = self.query_one("#list")
        panel.border_title, panel.border_subtitle = Content(title), order

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what makes no sense for the run under the cursor."""
        line = self.table.run if self.is_mounted else None
        match action:
            case "open":
                return line is not None or self._entrance is not None or None
            case "mark":
                return line is not None or None
            case "order":
                return self.inside is None
            case "resume":
                return (line is not None and line.state in RESUMABLE) or None
            case "stop":
                return (line is not None and line.state not in ENDED) or None
            case "end_trainer":
                return line is not None and line.is_silent
            case "rename" | "throw_away":
                return (line is not None and line.state in ENDED) or None
            case "take_back":
                return bool(self.thrown) or None
            case "leave":
                words = self.query_one("#words", Input).value
                return bool(self.inside or self.marks or words or self.focused is not self.table)
        return super().check_action(action, parameters)

    @on(LineTable.Moved)
    def follow_cursor(self) -> None:
        """Other keys make sense for another run, and other words."""
        self.say_about()
        self.refresh_keys()

    @on(LineTable.Chosen)
    def action_open(self) -> None:
        """Shows the run where there is most to see, or looks into the sweep."""
        if sweep := self._entrance:
            self.enter(sweep)
        elif line := self.table.run:
            self.tui.watch_run(line.run)
            has_results = line.run.has_results and line.state in ENDED
            self.tui.action_go("results" if has_results else "train")

    def action_mark(self) -> None:
        """Marks the run, or takes its mark away."""
        if (line := self.table.run) and not self.toggle(line.run.path):
            self.notify("So many runs at once cannot be told apart. space on one of them takes its mark away.")
        self.show_runs()

    def action_order(self) -> None:
        """The next order."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self.show_runs()

    def action_filter(self) -> None:
        """Goes to the line of words."""
        self.add_class("-filtering")
        self.query_one("#words", Input).focus()

    @on(Input.Changed, "#words")
    def narrow(self) -> None:
        """Keeps what goes with the words."""
        self.show_runs()

    @on(Input.Submitted, "#words")
    def back_to_table(self) -> None:
        """Goes to the runs that were found."""
        self.set_class(bool(self.query_one("#words", Input).value), "-filtering")
        self.table.focus()

    def action_leave(self) -> None:
        """From the filter to the table; then without the filter; then without marks; then out of the sweep."""
        words = self.query_one("#words", Input)
        if words.value or words.has_focus:
            words.value = ""
            self.back_to_table()
        elif self.focused is not self.table:
            self.table.focus()
        elif self.marks:
            self.unmark()
        else:
            self.inside = None
        self.show_runs()

    @property
    def _entrance(self) -> SweepLine | None:
        """The sweep under the cursor that can be looked into."""
        return self.query_one(RunTable).sweep if self.inside is None else None
