"""A matrix over time and beside another run: the epochs one after the other, the difference of two runs."""

import asyncio

from textual.content import Content
from textual.widgets import Static

from cnn_tui.errors import UserError
from cnn_tui.results.compare import mcnemar
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.epoch_matrices import read_matrices
from cnn_tui.results.evaluation import Evaluation, read_evaluation, read_predictions
from cnn_tui.runs.run import Run, list_runs
from cnn_tui.ui.matrix_view import MatrixView, Other, compared_words
from cnn_tui.ui.screens.cell_browsing import CellBrowsing

MAX_RUNS = 200
"""Runs that are offered for a comparison, the newest first."""


class Comparing(CellBrowsing):
    """A place that shows a `MatrixView` and what it is compared with in `#compared`."""

    def look(self, view: MatrixView) -> None:
        """Draws a view."""
        raise AssertionError(f"{type(self).__name__} draws nothing")

    def action_epoch(self, by: int) -> None:
        """The test, the first epoch and so on to the last, and the test again."""
        if self.view:
            self.look(self.view.with_next_epoch(by))

    async def action_compare(self) -> None:
        """Asks for another run and shows the difference to it."""
        if self.view and self.session.run:
            await self.converse(self._compare(self.session.run, self.view))

    def say_compared(self, view: MatrixView) -> None:
        """Says which run is better."""
        line = self.query_one("#compared", Static)
        line.display = view.other is not None
        if view.other:
            line.update(Content(compared_words(view.evaluation.confusion.accuracy, view.other)))

    def epochs_of(self, run: Run, classes: tuple[str, ...]) -> dict[int, Confusion]:
        """The matrices after each epoch of a run, if they are of these classes."""
        return {epoch: one for epoch, one in read_matrices(run.matrices_file).items() if one.classes == classes}

    async def _compare(self, run: Run, view: MatrixView) -> None:
        from cnn_tui.ui.dialogs.choose import Choose
        from cnn_tui.ui.dialogs.finder import Entry

        others = await asyncio.to_thread(_comparable, run, view.evaluation)
        if not others:
            sentence = (
                "There is no other run with a test of these classes beside this one. Train another, then compare."
            )
            self.notify(sentence, severity="warning", markup=False)
            return
        entries = [Entry(one.name, f"accuracy {found.confusion.accuracy:.4f}", one) for one, found in others]
        chosen = await self.app.push_screen_wait(Choose("Compare with", entries))
        if chosen is None or self.reader is None:
            return
        try:
            theirs = await asyncio.to_thread(read_predictions, chosen.predictions_file)
            test = mcnemar(await self.reader.predictions(), theirs)
        except UserError as error:
            self.tui.show_error(error)
            return
        confusion = next(found.confusion for one, found in others if one == chosen)
        self.look(view.beside(Other(chosen.name, confusion, test)))


def _comparable(run: Run, evaluation: Evaluation) -> list[tuple[Run, Evaluation]]:
    """Other runs beside this one with a test of the same classes."""
    found = []
    for other in list_runs(run.path.parent)[:MAX_RUNS]:
        if other.path != run.path and other.evaluation_file.exists():
            try:
                theirs = read_evaluation(other.evaluation_file)
            except UserError:
                continue  # a damaged one cannot be compared with
            if theirs.confusion.classes == evaluation.confusion.classes and theirs.part == evaluation.part:
                found.append((other, theirs))
    return found
