"""One quantity of a run over its epochs as braille curves."""

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive

from cnn_tui.results.curves import Curve
from cnn_tui.ui.chart import Chart, chart_lines
from cnn_tui.ui.run_curves import SIGNS, Quantity
from cnn_tui.ui.widgets.lines import Lines


class LossPlot(Lines):
    """Training as a line, validation as dots. It draws what it was last shown, and sends only what has changed."""

    DEFAULT_CSS: ClassVar[str] = """
    LossPlot { width: 1fr; height: 1fr; color: $text-muted; }
    """

    log_scale: reactive[bool] = reactive(False, repaint=False)
    smooth: reactive[bool] = reactive(False, repaint=False)
    by_steps: reactive[bool] = reactive(False, repaint=False)
    window: reactive[tuple[float, float] | None] = reactive(None, repaint=False)
    """The epochs that are shown; None: all."""

    def __init__(self, quantity: Quantity, *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.quantity: Quantity = quantity
        self._curves: tuple[Curve, Curve] = ((), ())
        self._best: float | None = None
        self._happenings: tuple[tuple[float, str], ...] = ()
        self._steps = 0
        self._titles = ("", "")

    def on_mount(self) -> None:
        """Draws anew whatever changes how it is drawn."""
        for name in ("log_scale", "smooth", "by_steps", "window"):
            self.watch(self, name, self.redraw, init=False)
        self.redraw()

    def show(
        self,
        quantity: Quantity,
        curves: tuple[Curve, Curve],
        *,
        best: float | None = None,
        happenings: tuple[tuple[float, str], ...] = (),
        steps: int = 0,
    ) -> None:
        """Draws a training and a validation curve; x counts epochs of so many steps, y must be finite."""
        shown = quantity, curves, best, happenings, steps
        if shown != (self.quantity, self._curves, self._best, self._happenings, self._steps):
            self.quantity, self._curves, self._best, self._happenings, self._steps = shown
            self.redraw()

    def on_resize(self) -> None:
        """Draws it as large as it is now."""
        self.redraw()

    def redraw(self) -> None:
        """Makes the lines; what is the same as before is not sent again."""
        self._retitle()
        if not self.size.area:
            return
        chart = Chart(
            training=self._curves[0],
            validation=self._curves[1],
            best=self._best,
            happenings=tuple((x, SIGNS[word]) for x, word in self._happenings),
            log_scale=self.log_scale,
            smooth=self.smooth,
            steps=self._steps if self.by_steps else 0,
            window=self.window,
        )
        self.draw(chart_lines(chart, *self.size))

    def _retitle(self) -> None:
        how = [word for word, on in (("log scale", self.log_scale), ("smoothed", self.smooth)) if on]
        happened = dict.fromkeys(word for _, word in self._happenings)
        signs = [f"{SIGNS[word]} {word}" for word in happened]
        titles = self.quantity, " · ".join((*signs, *how, "steps" if self.by_steps else "epochs"))
        if titles != self._titles:  # each makes the whole plot be sent again
            self._titles = titles
            self.border_title, self.border_subtitle = map(Content, titles)
