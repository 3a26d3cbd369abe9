"""Predict: a trained model on a drawing, an image, a file or a folder."""

from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Horizontal, Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from cnn_tui.errors import UserError
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.prediction_text import model_words, why_no_model
from cnn_tui.ui.screens.drawing import why_no_drawing
from cnn_tui.ui.screens.predicting import PredictingPlace
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.answer_panel import AnswerPanel
from cnn_tui.ui.widgets.canvas import Canvas
from cnn_tui.ui.widgets.predicted_table import PredictedTable


class PredictScreen(PredictingPlace):
    """Shows a canvas or the rows of a file, and beside it what the model says."""

    CSS_PATH = "predict.tcss"
    AUTO_FOCUS = ""
    HELP = """
## Predict
Draw with the mouse, or with the arrows after `space` has set the pen down; the model answers at each stroke. A drawing
is made into a picture as MNIST was: its longer side 20 of 28 pixels, its centre of mass in the middle.
`u` takes a stroke back, `delete` all; `k` keeps the drawing with a label as data.
`o` predicts a file, a folder or one image; labels that lie with it are compared. `w` writes the predictions as Galaxy
does; `f` shows the wrong ones only. `d` goes back to the canvas.
`m` takes another run or another file of weights, `c` names the classes.
Of a model that predicts **numbers** they stand in the place of the classes, beside the true ones where those are known.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "draw", "Draw", tooltip="To the canvas", id="predict.draw"),
        Binding("o", "open", "Open", tooltip="Predict a file, a folder or one image", id="predict.open"),
        Binding("w", "write", "Write", tooltip="Write the predictions in one of Galaxy's layouts", id="predict.write"),
        Binding("f", "wrong", "Wrong", tooltip="Only images that were predicted wrong, or all", id="predict.wrong"),
        Binding("m", "model", "Model", tooltip="Another run, or a file of weights", id="predict.model"),
        Binding("c", "names", "Names", tooltip="Names for the classes", id="predict.names", show=False),
        Binding("escape", "stop", "Stop", tooltip="Stop predicting or writing", id="predict.stop"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._chosen: Path | None = None
        """A file of weights that someone chose; None: that of the session's run."""

    def compose_place(self) -> ComposeResult:
        """A sentence while there is no model; else canvas or rows, and the answer."""
        with ContentSwitcher(initial="nothing", id="whole"):
            with Center(id="nothing"):
                yield Static(id="why-nothing", markup=False)
            with Horizontal(id="work"):
                with ContentSwitcher(initial="drawing", id="asked"):
                    with Vertical(id="drawing", classes="panel"):
                        yield Canvas()
                        yield Static(id="why-not", markup=False)
                    with Vertical(id="rows", classes="panel"):
                        yield PredictedTable()
                yield AnswerPanel()

    def show_session(self, session: Session) -> None:
        """Takes the weights of the session's run, unless others were chosen."""
        self._look(session.run)

    def show_history(self, history: History) -> None:
        """Notices when the run gets its first weights, or better ones."""
        if self.weights is None:
            self._look(self.session.run)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what cannot be done now."""
        drawing = self.asked_for == "drawing"
        match action:
            case "undo" | "clear":
                return (self.canvas.can_undo or None) if drawing else False
            case "keep" if self.model and self.model.numbers:
                return False
            case "keep":
                return (bool(self.drawn and self.canvas.can_undo) or None) if drawing else False
            case "draw":
                return (self.can_draw or None) if not drawing else False
            case "names" if self.model and self.model.numbers:
                return None
            case "open" | "names":
                return (self.model is not None and not self.working) or None
            case "write":
                return (self.answer is not None and not self.working) or None
            case "wrong":
                return bool(not drawing and self.answer is not None and self.answer.labels is not None)
            case "stop":
                return bool(self.working)
        return True

    def action_draw(self) -> None:
        """Goes to the canvas."""
        self._turn_to("drawing")
        self.ask_about_drawing()

    def action_wrong(self) -> None:
        """Shows the wrong ones, or all."""
        self.only_wrong = not self.only_wrong
        self.show_rows()

    def action_stop(self) -> None:
        """Stops what goes on."""
        self.tui.service.stop()

    async def action_model(self) -> None:
        """Asks for another model."""
        await self.converse(self._choose_model())

    async def action_open(self) -> None:
        """Asks for images and predicts them."""
        await self.converse(self._choose_images())

    async def action_write(self) -> None:
        """Asks where to, and writes."""
        await self.converse(self._choose_output())

    async def action_names(self) -> None:
        """Asks for names of the classes."""
        await self.converse(self._choose_names())

    async def _choose_model(self) -> None:
        from cnn_tui.ui.prediction_files import choose_model

        if path := await choose_model(self.tui):
            self._chosen = path
            self._look(self.session.run)

    async def _choose_images(self) -> None:
        from cnn_tui.ui.prediction_files import ask_for_images

        if path := await ask_for_images(self.tui, self.images.parent if self.images else Path.cwd()):
            self.images, self.answer, self.only_wrong = path.absolute(), None, False
            self._turn_to("rows")
            self.predict()

    async def _choose_output(self) -> None:
        from cnn_tui.ui.prediction_files import ask_where_to_write

        assert self.images is not None
        are_numbers = self.model is not None and self.model.numbers
        if found := await ask_where_to_write(self.tui, self.images, are_numbers):
            self.write(found[0].absolute(), probabilities=found[1] == "probabilities")

    async def _choose_names(self) -> None:
        from cnn_tui.ui.prediction_files import ask_for_names

        assert self.model is not None
        if names := await ask_for_names(self.tui, self.model.classes, self.names):
            self.names = names
            self.show_rows()
            self._asked = None
            self.ask_about_drawing()

    @work(exclusive=True, group="model")
    async def read_model(self, weights: Path) -> None:
        """Takes what the service says of a file of weights, whatever was shown before."""
        self._say_why("Loading the model …")
        try:
            self.model = await self.tui.service.model(str(weights))
        except UserError as error:
            self.model, self._chosen = None, None
            self._say_why(error.sentence)
            return
        self.names = self.model.classes
        self.query_one(AnswerPanel).tell_numbers(self.model.numbers)
        self.query_one("#whole", ContentSwitcher).current = "work"
        self.query_one(AnswerPanel).name_model(model_words(self.model, weights))
        self.query_one(AnswerPanel).show_classes(self.names)
        why = why_no_drawing(self.model)
        self.query_one("#why-not", Static).update(Content(why))
        self.canvas.display = not why
        if self.model.picture and not why:
            self.canvas.fit(*self.model.picture[:2])
        self._asked = None
        for note in self.model.notes:
            self.notify(clean(note, 300), markup=False)
        self._turn_to(self.asked_for)
        self.predict() if self.asked_for == "rows" else self.ask_about_drawing()

    def _look(self, run: Run | None) -> None:
        """Reads the model when it is another file than before."""
        own = run.weights_file if run and run.weights_file.exists() else None
        weights = self._chosen or own
        if weights is None:
            self.weights = self.model = None
            self._say_why(why_no_model(run))
        elif weights != self.weights:
            self.weights, self.answer = weights, None
            self.read_model(weights)

    def _say_why(self, words: str) -> None:
        self.query_one("#why-nothing", Static).update(Content(clean(words, 400).replace("⏎", "\n")))
        self.query_one("#whole", ContentSwitcher).current = "nothing"
        self.refresh_keys()

    def _turn_to(self, what: str) -> None:
        self.query_one("#asked", ContentSwitcher).current = what
        self.set_class(what == "rows", "-rows")
        self.set_focus(self.table if what == "rows" else self.canvas if self.can_draw else None)
        self.refresh_keys()
