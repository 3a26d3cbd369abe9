"""Predicting the images of files: asked of the service with progress, shown as rows, written, stopped."""

from pathlib import Path

import msgspec
from textual import on, work
from textual.content import Content
from textual.widgets import ContentSwitcher

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.runs.client import Stopped
from cnn_tui.runs.model_answers import Predicted
from cnn_tui.text import clean
from cnn_tui.ui.prediction_text import rows_title
from cnn_tui.ui.screens.drawing import DrawingPlace
from cnn_tui.ui.widgets.answer_panel import AnswerPanel
from cnn_tui.ui.widgets.line_table import LineTable
from cnn_tui.ui.widgets.predicted_table import PredictedTable


class PredictingPlace(DrawingPlace):
    """A place with a `PredictedTable` beside its canvas; one of the two is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.images: Path | None = None
        """What was opened last."""
        self.answer: Predicted | None = None
        self.working = ""
        """What goes on, in a word."""
        self.only_wrong = False
        self._is_looking = False

    @property
    def table(self) -> PredictedTable:
        """The rows."""
        return self.query_one(PredictedTable)

    @property
    def asked_for(self) -> str:
        """`drawing` or `rows`."""
        return str(self.query_one("#asked", ContentSwitcher).current)

    @work(exclusive=True, group="predict")
    async def predict(self) -> None:
        """Predicts what was opened, telling how far it is."""
        if self.images is None or self.weights is None:
            return
        self._tell("Predicting", 0.0)
        try:
            self.answer = await self.tui.service.predicted(
                str(self.weights), str(self.images), told=lambda share: self._tell("Predicting", share)
            )
        except Stopped:
            self.notify("Predicting was stopped.", markup=False)
        except UserError as error:
            self.tui.show_error(error)
        finally:
            self.working = ""
            self.show_rows()

    @work(exclusive=True, group="predict")
    async def write(self, out: Path, probabilities: bool) -> None:
        """Writes the predictions."""
        assert self.model is not None
        self._tell("Writing", 0.0)
        try:
            written = await self.tui.service.write_predictions(
                str(self.weights), str(self.images), str(out), probabilities=probabilities, names=self.names
            )
        except Stopped:
            self.notify("Writing was stopped; nothing was written.", markup=False)
        except UserError as error:
            self.tui.show_error(error)
        else:
            self.notify(f"Written: {written:,} predictions into {clean(out.name)}.", markup=False)
        finally:
            self.working = ""
            self.show_rows()

    @on(LineTable.Moved)
    def look_at_row(self) -> None:
        """Shows the image under the cursor."""
        if not self._is_looking:
            self.show_row()

    @work
    async def show_row(self) -> None:
        """Asks for the image under the cursor until it is the one that is shown."""
        self._is_looking, shown = True, None
        try:
            while (row := self.table.row) is not None and row != shown and self.answer and not self.working:
                looked = await self.tui.service.looked_at(str(self.weights), str(self.images), row)
                shown = row
                true = () if self.answer.true is None else self.answer.true[row].tolist()
                self.query_one(AnswerPanel).show(self.names, looked, f"image {row + 1:,}", true)
        except UserError as error:
            self.tui.show_error(error)
        finally:
            self._is_looking = False

    def _tell(self, words: str, share: float) -> None:
        self.working = words
        self.query_one("#rows").border_subtitle = f"{words} … {share:.0%} · escape stops"
        self.refresh_keys()

    def show_rows(self) -> None:
        """Draws the rows, and how right they are where that is known."""
        panel, answer = self.query_one("#rows"), self.answer
        self.table.show(answer, self.names, self.only_wrong)
        panel.border_subtitle = ""
        if self.images:
            kept = answer.evaluation if answer else None
            evaluation = msgspec.convert(kept, Evaluation) if kept else None
            panel.border_title = Content(rows_title(self.images, answer, evaluation, self.only_wrong))
        if answer and answer.note:
            self.notify(clean(answer.note, 300), markup=False)
        self.refresh_keys()
        if answer is not None:
            self.show_row()
