"""One quantity of several runs in one plot, each curve with its own sign as well as its colour."""

from collections.abc import Sequence
from math import log10
from typing import ClassVar

from msgspec import Struct
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cnn_tui.results.curves import Curve, decimated
from cnn_tui.ui.run_marks import Mark
from cnn_tui.ui.ticks import epoch_ticks, even_ticks

_LINES_PER_TICK, _COLUMNS_PER_TICK = 3, 12
_SIGNS_A_CURVE = 8


class Marked(Struct, frozen=True):
    """A curve and what it is known by."""

    mark: Mark
    curve: Curve


class OverlaidPlot(Widget):
    """Draws what it was last shown, and only when that has changed."""

    DEFAULT_CSS: ClassVar[str] = """
    OverlaidPlot { width: 1fr; height: 1fr; color: $text-muted; }
    """

    log_scale: reactive[bool] = reactive(False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self._curves: tuple[Marked, ...] = ()

    def show(self, title: str, curves: Sequence[Marked]) -> None:
        """Draws these curves; x counts epochs."""
        self.border_title = Content.assemble(
            f"{title} ", *((f" {one.mark.sign}", f"${one.mark.colour}") for one in curves)
        )
        if tuple(curves) != self._curves:
            self._curves = tuple(curves)
            self.refresh()

    def watch_log_scale(self) -> None:
        """Says so under it."""
        self.border_subtitle = "log scale · epochs" if self.log_scale else "epochs"

    def render(self) -> Text:
        """The plot, as large as the widget."""
        width, height = self.size
        curves = [(one.mark, decimated(self._scaled(one.curve), width)) for one in self._curves]
        curves = [(mark, curve) for mark, curve in curves if curve]
        if not curves:
            return Text("Nothing to draw yet.")
        from textual_plotext import Plot  # plotext is loaded when there is something to plot

        plot = Plot()
        plot.theme("clear")
        plot.plotsize(width, height)
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        for mark, curve in curves:
            colour = Color.parse(self.app.theme_variables[mark.colour]).rgb
            plot.plot(*zip(*curve, strict=True), marker="braille", color=colour)
            plot.scatter(*zip(*_some(curve), strict=True), marker=mark.sign, color=colour)
        epochs = [x for _, curve in curves for x, _ in curve]
        heights = [y for _, curve in curves for _, y in curve]
        across = epoch_ticks(max(epochs), width // _COLUMNS_PER_TICK)
        plot.xlim(0, across[-1])
        plot.xticks(across, [f"{tick:,.12g}" for tick in across])
        up = even_ticks(min(heights), max(heights), height // _LINES_PER_TICK)
        plot.yticks(up, [f"{10**tick if self.log_scale else tick:.3g}" for tick in up])
        return Text.from_ansi(plot.build())

    def _scaled(self, curve: Curve) -> Curve:
        return tuple((x, log10(y)) for x, y in curve if y > 0) if self.log_scale else curve


def _some(curve: Curve) -> Curve:
    """Points that bear the sign: a few, the last among them."""
    step = max(1, len(curve) // _SIGNS_A_CURVE)
    return tuple(reversed(curve[::-1][::step]))
