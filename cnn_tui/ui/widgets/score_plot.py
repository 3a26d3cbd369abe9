"""A curve from 0 to 1 in both directions, beside what chance or perfection would draw."""

from typing import ClassVar

from rich.text import Text
from textual.color import Color
from textual.widget import Widget

from cnn_tui.results.curves import Curve, decimated

_LINES_PER_TICK, _COLUMNS_PER_TICK = 3, 12


class ScorePlot(Widget):
    """Draws curves as lines; the reference is dotted."""

    DEFAULT_CSS: ClassVar[str] = """
    ScorePlot { width: 1fr; height: 1fr; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self._curves: tuple[Curve, ...] = ()
        self._reference: Curve = ()

    def show(self, curves: tuple[Curve, ...], reference: Curve, across: str) -> None:
        """Draws these curves; `across` says what the x axis is."""
        self._curves = tuple(curve for curve in curves if curve)
        self._reference = reference
        self.border_subtitle = across
        self.refresh()

    def render(self) -> Text:
        """The plot, as large as the widget."""
        width, height = self.size
        if not self._curves:
            return Text("There is no such curve: it needs images of this class and of others.")
        if width < 10 or height < 4:
            return Text("")
        from textual_plotext import Plot  # plotext is loaded when there is something to plot

        plot = Plot()
        plot.theme("clear")
        plot.plotsize(width, height)
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        if self._reference:
            dots = _dots(self._reference, width)
            plot.scatter(*zip(*dots, strict=True), marker="·", color=self._colour("foreground"))
        for curve, name in zip(self._curves, ("train", "validation"), strict=False):
            plot.plot(*zip(*decimated(curve, width), strict=True), marker="braille", color=self._colour(name))
        plot.xlim(0, 1)
        plot.ylim(0, 1)
        for ticks, count in ((plot.xticks, width // _COLUMNS_PER_TICK), (plot.yticks, height // _LINES_PER_TICK)):
            steps = max(1, min(5, count))
            ticks([step / steps for step in range(steps + 1)], [f"{step / steps:.2g}" for step in range(steps + 1)])
        return Text.from_ansi(plot.build())

    def _colour(self, name: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[name]).rgb


def _dots(line: Curve, width: int) -> Curve:
    """A straight line as points."""
    (x0, y0), (x, y) = line
    count = max(2, width // 3)
    return tuple((x0 + (x - x0) * at / (count - 1), y0 + (y - y0) * at / (count - 1)) for at in range(count))
