"""How the curves of a run are looked at: scale, smoothing, axis, which ones, how large and which part."""

from typing import ClassVar, Literal

from textual.binding import Binding, BindingType

from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.widgets.run_view import ZOOMS, RunView


class Charting(Place):
    """Keys for the plots of the run that is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "curve('log_scale')", "Log", tooltip="Logarithmic axis of the loss", id="train.log_scale"),
        Binding("m", "curve('smooth')", "Smooth", tooltip="Running means instead of single values", id="train.smooth"),
        Binding("z", "zoom", "Zoom", tooltip="One plot large, the other, both", id="train.zoom"),
        Binding("v", "next_curve", "Curve", tooltip="Another quantity in the second plot", id="train.curve"),
        Binding(
            "b", "curve('by_steps')", "Steps", tooltip="Count steps instead of epochs", id="train.steps", show=False
        ),
        Binding(
            "plus,equals_sign",
            "closer(0.5)",
            "Closer",
            tooltip="Half as many epochs in the plots",
            id="train.closer",
            show=False,
        ),
        Binding(
            "minus",
            "closer(2.0)",
            "Farther",
            tooltip="Twice as many epochs in the plots",
            id="train.farther",
            show=False,
        ),
        Binding("left", "back(1)", "Back", tooltip="Earlier epochs in the plots", id="train.back", show=False),
        Binding("right", "back(-1)", "On", tooltip="Later epochs in the plots", id="train.on", show=False),
    ]

    def action_curve(self, name: Literal["log_scale", "smooth", "by_steps"]) -> None:
        """Switches how the curves are drawn."""
        view = self.query_one(RunView)
        setattr(view, name, not getattr(view, name))

    def action_zoom(self) -> None:
        """Shows the loss large, then the other plot, then both."""
        view = self.query_one(RunView)
        sizes = ZOOMS if view.others else ZOOMS[:2]
        view.zoom = sizes[(sizes.index(view.zoom) + 1) % len(sizes)] if view.zoom in sizes else ""

    def action_next_curve(self) -> None:
        """Shows the next quantity."""
        self.query_one(RunView).place += 1

    def action_closer(self, factor: float) -> None:
        """Shows fewer epochs, or more."""
        self.query_one(RunView).look_closer(factor)

    def action_back(self, way: int) -> None:
        """Shows earlier epochs, or later ones."""
        self.query_one(RunView).look_back(way)
