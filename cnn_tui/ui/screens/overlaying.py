"""Runs looked at together: which ones, their curves, and what differs."""

import asyncio
from collections.abc import Mapping, Set
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cnn_tui.runs.history import History
from cnn_tui.runs.overview import RunLine
from cnn_tui.runs.run import Run
from cnn_tui.ui.comparison import Comparison, compare, curve
from cnn_tui.ui.run_curves import Quantity
from cnn_tui.ui.run_marks import MARKS, Mark
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.widgets.comparison_panel import ComparisonPanel
from cnn_tui.ui.widgets.overlaid_plot import Marked, OverlaidPlot

_PLOTS: tuple[tuple[str, Quantity], ...] = (("losses", "loss"), ("accuracies", "accuracy"))


class OverlayingPlace(Place):
    """A place below whose list runs are compared as soon as some are marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "part", "Train/val", tooltip="Curves of the validation, or of the training", id="runs.part"),
        Binding("l", "log_scale", "Log", tooltip="Logarithmic axis of the loss", id="runs.log_scale"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[Path, Mark] = {}
        """The runs that are compared, in the order in which they were marked."""
        self._validation = True
        self._drawn: tuple[RunLine | None, ...] = ()
        self._told: tuple[tuple[Path, str], ...] = ()
        """The runs and states of which it stands there what differs."""

    def compose_comparison(self) -> ComposeResult:
        """The two plots and what differs."""
        yield OverlaidPlot(id="losses")
        yield OverlaidPlot(id="accuracies")
        yield ComparisonPanel(id="differences")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The curves have keys while there are any."""
        return bool(self.marks) if action in ("part", "log_scale") else super().check_action(action, parameters)

    def toggle(self, run: Path) -> bool:
        """Marks a run, or takes its mark away; whether there was a mark left for it."""
        if run in self.marks:
            del self.marks[run]
            return True
        free = [mark for mark in MARKS if mark not in self.marks.values()]
        if free:
            self.marks[run] = free[0]
        return bool(free)

    def unmark(self) -> None:
        """Takes all marks away."""
        self.marks.clear()

    def forget(self, remaining: Set[Path]) -> None:
        """Takes marks away from runs that are gone."""
        for gone in self.marks.keys() - remaining:
            del self.marks[gone]

    def action_part(self) -> None:
        """Turns from validation to training and back."""
        self._validation = not self._validation
        self.draw_comparison(anew=False)

    def action_log_scale(self) -> None:
        """Turns the axis of the loss."""
        plot = self.query_one("#losses", OverlaidPlot)
        plot.log_scale = not plot.log_scale

    def compare_if_changed(self, lines: Mapping[Path, RunLine]) -> None:
        """Draws anew when other runs are marked, or one of them has gone on."""
        now = tuple(lines.get(path) for path in self.marks)
        self.set_class(bool(now), "-comparing")
        if now != self._drawn:
            self._drawn = now
            states = tuple((line.run.path, line.state) for line in now if line)
            self.draw_comparison(anew=states != self._told)
            self._told = states

    @work(group="comparison")
    async def draw_comparison(self, anew: bool) -> None:
        """Reads the runs beside the screen and draws their curves; anew, what differs too."""
        paths = tuple(self.marks)
        histories = await asyncio.to_thread(lambda: [Run(path).history() for path in paths])
        if paths != tuple(self.marks):
            return
        self._draw_curves(histories)
        if anew:
            comparison = await asyncio.to_thread(compare, [Run(path) for path in paths])
            self._draw_differences(paths, comparison)

    def _draw_curves(self, histories: list[History]) -> None:
        part = "validation" if self._validation else "training"
        for name, quantity in _PLOTS:
            curves = [
                Marked(mark, curve(history, quantity, self._validation))
                for mark, history in zip(self.marks.values(), histories, strict=True)
            ]
            self.query_one(f"#{name}", OverlaidPlot).show(f"{part} {quantity}", curves)

    def _draw_differences(self, paths: tuple[Path, ...], comparison: Comparison) -> None:
        if paths == tuple(self.marks):
            self.query_one(ComparisonPanel).show(tuple(self.marks.values()), comparison)
