"""One quantity over the epochs as braille curves: the only place that knows plotext."""

from math import log10
from typing import ClassVar

from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cnn_tui.results.curves import Curve, decimated, smoothed
from cnn_tui.ui.run_curves import Quantity

TRAIN_MARK, VALIDATION_MARK = "⠒⠒", "●"
_LINES_PER_TICK, _COLUMNS_PER_TICK = 3, 12


class LossPlot(Widget):
    """Training as a line, validation as dots. It draws what it was last shown, and only when that has changed."""

    DEFAULT_CSS: ClassVar[str] = """
    LossPlot { width: 1fr; height: 1fr; color: $text-muted; }
    """

    log_scale: reactive[bool] = reactive(False)
    smooth: reactive[bool] = reactive(False)

    def __init__(self, quantity: Quantity, *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.quantity: Quantity = quantity
        self._curves: tuple[Curve, Curve] = ((), ())
        self._retitle()

    def show(self, training: Curve, validation: Curve) -> None:
        """Draws these curves; x counts epochs, y must be finite."""
        if (training, validation) != self._curves:
            self._curves = training, validation
            self._retitle()

    def watch_log_scale(self) -> None:
        """Says so in the title."""
        self._retitle()

    def watch_smooth(self) -> None:
        """Says so in the title."""
        self._retitle()

    def render(self) -> Text:
        """The plot, as large as the widget."""
        width, height = self.size
        training, validation = map(self._scaled, self._curves)
        training = smoothed(training) if self.smooth else training
        training, validation = decimated(training, width), decimated(validation, width)
        if not training and not validation:
            return Text("Nothing to draw yet." if not any(self._curves) else "Nothing above 0 to draw.")
        from textual_plotext import Plot  # plotext is loaded when there is something to plot

        plot = Plot()
        plot.theme("clear")
        plot.plotsize(width, height)
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        if training:
            plot.plot(*zip(*training, strict=True), marker="braille", color=self._colour("train"))
        if validation:
            colour = self._colour("validation")
            plot.plot(*zip(*validation, strict=True), marker="braille", color=colour)
            plot.scatter(*zip(*validation, strict=True), marker=VALIDATION_MARK, color=colour)
        epochs, heights = zip(*training, *validation, strict=True)
        across = epoch_ticks(max(epochs), width // _COLUMNS_PER_TICK)
        plot.xlim(0, across[-1])
        plot.xticks(across, [f"{tick:,.12g}" for tick in across])
        up = even_ticks(min(heights), max(heights), height // _LINES_PER_TICK)
        plot.yticks(up, [f"{10**tick if self.log_scale else tick:.3g}" for tick in up])
        return Text.from_ansi(plot.build())

    def _scaled(self, curve: Curve) -> Curve:
        """As it is drawn; on the logarithmic axis every y is its power of ten."""
        return tuple((x, log10(y)) for x, y in curve if y > 0) if self.log_scale else curve

    def _colour(self, name: str) -> tuple[int, int, int]:
        return Color.parse(self.app.theme_variables[name]).rgb

    def _retitle(self) -> None:
        """The title is the legend: what is drawn, by which mark, and its newest value."""
        training, validation = (f" {_short(curve[-1][1])}" if curve else "" for curve in self._curves)
        self.border_title = Content.assemble(
            f"{self.quantity} ",
            (f"{TRAIN_MARK} train{training}", "$train"),
            " ",
            (f"{VALIDATION_MARK} val{validation}", "$validation"),
        )
        how = (word for word, on in (("log scale", self.log_scale), ("smoothed", self.smooth)) if on)
        self.border_subtitle = " · ".join((*how, "epochs"))


def _short(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.2g}"


def even_ticks(low: float, high: float, wanted: int) -> list[float]:
    """From the lowest to the highest value in even steps; one tick where all are the same."""
    steps = max(1, wanted - 1)
    return [low] if low == high else [low + (high - low) * step / steps for step in range(steps + 1)]


def epoch_ticks(last: float, wanted: int) -> list[float]:
    """About `wanted` round numbers of epochs from 0 to at least `last`; halves and tenths within the first epochs."""
    steps = [base * 10.0**power for power in range(-2, 7) for base in (1, 2, 5)]
    step = next((step for step in steps if last / step <= max(1, wanted)), steps[-1])
    count = max(1, -int(-last // step))
    return [round(step * index, 2) for index in range(count + 1)]
