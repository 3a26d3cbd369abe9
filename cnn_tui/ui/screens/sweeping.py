"""Looking at a folder of runs and sweeps, again and again, and into one of the sweeps."""

import asyncio
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import Input

from cnn_tui.runs.overview import Overview, RunLine
from cnn_tui.runs.sweep_overview import SweepLine, SweepOverview
from cnn_tui.ui.run_list import with_words
from cnn_tui.ui.screens.run_deeds import RunDeedsPlace
from cnn_tui.ui.sweep_text import about
from cnn_tui.ui.widgets.run_table import RunTable
from cnn_tui.ui.widgets.sweep_table import SweepTable
from cnn_tui.ui.widgets.words import Words


class SweepingPlace(RunDeedsPlace):
    """A place with a table of runs and sweeps, and one of the sweep that is looked into."""

    inside: var[Path | None] = var[Path | None](None, init=False)
    """The folder of the sweep that is looked into."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[RunLine, ...] | None = None
        self.sweeps: tuple[SweepLine, ...] = ()
        self._overview: Overview | None = None
        self._sweep_overview: SweepOverview | None = None
        self._is_looking = False

    def compose_tables(self) -> ComposeResult:
        """Both tables, of which one is seen, and what there is to say of a combination."""
        yield RunTable()
        yield SweepTable()
        yield Words(id="about")

    def show_runs(self) -> None:
        """Draws what is looked at."""
        raise AssertionError(f"{type(self).__name__} draws nothing")

    def look(self) -> None:
        """Looks at the folder beside the screen, one look at a time, while someone looks at the place."""
        if self.is_current and not self._is_looking:
            self._look()

    @work(group="look")
    async def _look(self) -> None:
        self._is_looking = True
        folder = self.tui.runs_folder
        try:
            if self._overview is None or self._sweep_overview is None or self._overview.folder != folder:
                self._overview, self._sweep_overview = Overview(folder), SweepOverview(folder)
            lines = await asyncio.to_thread(self._overview.look)
            sweeps = await asyncio.to_thread(self._sweep_overview.look)
            if lines is not self.lines or sweeps is not self.sweeps:
                is_first, self.lines, self.sweeps = self.lines is None, lines, sweeps
                self.show_runs()
                if is_first:
                    self.inside = self.tui.current_session.sweep
        finally:
            self._is_looking = False

    @property
    def sweep(self) -> SweepLine | None:
        """The sweep that is looked into, as it was at the last look."""
        return next((one for one in self.sweeps if one.folder == self.inside), None)

    @property
    def table(self) -> RunTable | SweepTable:
        """The table that is seen."""
        return self.query_one(RunTable) if self.inside is None else self.query_one(SweepTable)

    @property
    def chosen(self) -> RunLine | None:
        """The run under the cursor."""
        return self.table.run

    def enter(self, sweep: SweepLine) -> None:
        """Looks into a sweep."""
        self.unmark()
        self.inside = sweep.folder

    def watch_inside(self) -> None:
        """Turns to the other table."""
        self.set_class(self.inside is not None, "-inside")
        self.query_one("#words", Input).value = ""
        self.remove_class("-filtering")
        self.show_runs()
        self.table.focus()

    def show_sweep(self, sweep: SweepLine, words: str) -> None:
        """Draws the sweep that is looked into."""
        table = self.query_one(SweepTable)
        table.show(sweep, with_words(sweep.trials, words), self.marks)
        self.say_about()

    def say_about(self) -> None:
        """Says what there is to say of the combination under the cursor."""
        self.query_one("#about", Words).say(about(self.query_one(SweepTable).trial) if self.inside else "")
