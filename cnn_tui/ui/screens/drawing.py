"""Drawing for a model: what it says of the strokes, live; undo, clear, keep."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Stopped
from cnn_tui.runs.model_answers import Drawn, ModelFacts
from cnn_tui.text import clean
from cnn_tui.ui.ink import Drawing
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.answer_panel import AnswerPanel
from cnn_tui.ui.widgets.canvas import Canvas

CHANNELS = (1, 3, 4)


def why_no_drawing(model: ModelFacts) -> str:
    """Why a drawing makes no sense for a model; empty: it does."""
    if model.picture is None:
        values = " × ".join(map(str, model.data_shape))
        return f"This model takes {values} values, which make no picture, so there is nothing to draw. o opens a file."
    if model.picture[2] not in CHANNELS:
        channels = model.picture[2]
        return f"This model takes pictures of {channels} channels, which strokes cannot fill. o opens a file."
    return ""


def brightest(session: Session, model: ModelFacts) -> float:
    """The value of full light: that of the data where they are numbers with a point, else of a byte."""
    report = session.report
    if report and report.train.dtype.startswith("float") and report.train.shape == model.data_shape:
        return report.train.high
    return 255.0


class DrawingPlace(Place):
    """A place with a `Canvas` and an `AnswerPanel`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u,ctrl+z", "undo", "Undo", tooltip="Take the last stroke back", id="predict.undo"),
        Binding("delete", "clear", "Clear", tooltip="Take all strokes away", id="predict.clear"),
        Binding("k", "keep", "Keep", tooltip="Add the drawing with its label to a file of data", id="predict.keep"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.weights: Path | None = None
        """The file of the model."""
        self.model: ModelFacts | None = None
        self.names: tuple[str, ...] = ()
        """What its classes are called."""
        self.drawn: Drawn | None = None
        self._asked: Drawing | None = None
        self._is_asking = False
        self._kept_in: Path | None = None

    @property
    def canvas(self) -> Canvas:
        """The canvas."""
        return self.query_one(Canvas)

    @property
    def can_draw(self) -> bool:
        """Whether the model can be drawn for."""
        return self.model is not None and not why_no_drawing(self.model)

    def action_undo(self) -> None:
        """Takes the last stroke back."""
        self.canvas.undo()

    def action_clear(self) -> None:
        """Takes all strokes away."""
        self.canvas.clear()

    async def action_keep(self) -> None:
        """Asks what the drawing shows, and adds it to a file."""
        if self.drawn and self.canvas.can_undo:
            await self.converse(self._keep(self.drawn))

    async def _keep(self, drawn: Drawn) -> None:
        from cnn_tui.ui import prediction_files as ask

        likeliest = max(range(len(drawn.chances)), key=lambda place: drawn.chances[place])
        label = await ask.ask_for_label(self.tui, self.names, likeliest)
        path = await ask.ask_where_drawings_go(self.tui, self._kept_in) if label is not None else None
        if path is None or label is None:
            return
        try:
            held = await self.tui.service.keep_drawing(str(path.absolute()), drawn.seen, label)
        except UserError as error:
            self.tui.show_error(error)
            return
        self._kept_in = path
        many = f"{held:,} drawing{'' if held == 1 else 's'}"
        self.notify(f"Kept as {clean(label, 30)}: {many} in {clean(path.name)}, which 1 Data opens.", markup=False)
        self.canvas.clear()

    @on(Canvas.Changed)
    def follow_drawing(self) -> None:
        """Asks the model; keys are greyed and ungreyed when its answer is there."""
        self.ask_about_drawing()

    def ask_about_drawing(self) -> None:
        """Asks about the newest drawing; nothing is asked of an empty one."""
        drawing = self.canvas.drawing
        if not drawing.strokes or not self.can_draw:
            self.drawn = self._asked = None
            self.query_one(AnswerPanel).show_classes(self.names)
            self.refresh_keys()
        elif drawing != self._asked and not self._is_asking:
            self._ask()

    @work
    async def _ask(self) -> None:
        """One question at a time; drawings that were overtaken meanwhile are skipped."""
        self._is_asking = True
        try:
            while (drawing := self.canvas.drawing) != self._asked and drawing.strokes and self.model and self.weights:
                light = brightest(self.session, self.model)
                self._asked = drawing
                drawn = await self.tui.service.drawn(str(self.weights), self.canvas.ink, light)
                if self.canvas.drawing.strokes:
                    self.drawn = drawn
                    self.query_one(AnswerPanel).show(self.names, drawn, "what the network sees")
        except Stopped:
            self._asked = None
        except UserError as error:
            self.tui.show_error(error)
        finally:
            self._is_asking = False
            self.refresh_keys()
