"""What a learning-rate range test came to: its curve, the rate that it suggests, and a key that takes it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from cnn_tui.spec.rate_curve import RateCurve
from cnn_tui.spec.training import Training
from cnn_tui.ui.dialogs.dialog import Dialog
from cnn_tui.ui.rate_chart import rate_lines
from cnn_tui.ui.rate_words import tried_with, what_follows
from cnn_tui.ui.widgets.lines import Lines


class RatePlot(Lines):
    """The curve, as large as there is room."""

    DEFAULT_CSS: ClassVar[str] = """
    RatePlot { width: 1fr; height: 1fr; min-height: 6; }
    """

    def __init__(self, curve: RateCurve, now: float) -> None:
        super().__init__()
        self._curve, self._now = curve, now

    def on_resize(self) -> None:
        """Draws it anew."""
        self.draw(rate_lines(self._curve, self._now, *self.size))


class RateDialog(Dialog[float | None]):
    """Answers with the rate to train with, or None: the form keeps its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Take it", tooltip="Set the suggested rate", id="found_rate.take"),
        Binding("escape", "leave", "Leave", tooltip="Close and change nothing", id="found_rate.leave"),
        Binding("left,right", "app.focus_next", "Other", tooltip="The other answer", id="found_rate.other", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    RateDialog { align: center middle; }
    RateDialog > Vertical {
        width: 100; max-width: 96%; height: 30; max-height: 96%; padding: 0 1;
        border: round $accent; border-title-color: $accent; background: $surface;
    }
    RateDialog Static { height: auto; }
    RateDialog #found { margin-top: 1; }
    RateDialog #next { color: $text-muted; }
    RateDialog Horizontal { height: 1; align-horizontal: right; margin-top: 1; }
    RateDialog Button { margin-left: 2; }
    """

    def __init__(self, curve: RateCurve, training: Training) -> None:
        super().__init__()
        self._curve, self._training = curve, training

    def compose(self) -> ComposeResult:
        """The curve, what it says, and the answers."""
        rate = self._curve.advised
        with Vertical() as box:
            box.border_title = Content("find a learning rate")
            box.border_subtitle = Content(tried_with(self._curve, self._training))
            yield RatePlot(self._curve, self._training.optimizer.learning_rate)
            yield Static(Content(self._curve.sentence), id="found")
            yield Static(Content(what_follows(self._curve, self._training)), id="next")
            with Horizontal():
                yield Button("esc Leave", compact=True, action="screen.leave", id="leave")
                if rate is not None:
                    label = f"enter Take {rate:.3g}"
                    yield Button(label, compact=True, variant="primary", action="screen.take", id="take")

    def on_mount(self) -> None:
        """Begins at the rate, if there is one."""
        self.query(Button).last().focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a suggestion nothing can be taken; why not is said."""
        return (self._curve.advised is not None or None) if action == "take" else True

    def action_take(self) -> None:
        """Answers with the suggested rate."""
        self.dismiss(self._curve.advised)

    def action_leave(self) -> None:
        """Answers with nothing."""
        self.dismiss(None)
