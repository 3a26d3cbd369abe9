"""Results: the confusion matrix of a run, the images behind its cells, its scores; or the numbers it predicts."""

from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Horizontal, Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import Evaluation, read_evaluation
from cnn_tui.results.ordering import ordered
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.ui.matrix_view import MatrixView
from cnn_tui.ui.results_help import HELP
from cnn_tui.ui.run_text import why_no_evaluation
from cnn_tui.ui.screens.matrix_keys import MatrixKeys
from cnn_tui.ui.screens.number_reading import NumberReading
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.cell_images import CellImages
from cnn_tui.ui.widgets.confused_pairs import ConfusedPairs
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from cnn_tui.ui.widgets.matrix_map import MatrixMap
from cnn_tui.ui.widgets.number_results import NumberResults
from cnn_tui.ui.widgets.score_table import ScoreTable

OF_MATRICES = ("unit", "order", "scores", "why", "epoch", "compare", "find", "scale", "fold")
"""Actions that need a confusion matrix."""


class ResultsScreen(MatrixKeys, NumberReading):
    """Shows the test of the session's run as soon as there is one: a matrix, or a scatter of numbers."""

    CSS_PATH = "results.tcss"
    AUTO_FOCUS = ""
    HELP = HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "unit", "Unit", tooltip="Counts, % of rows, of columns, of all", id="results.unit"),
        Binding("o", "order", "Order", tooltip="By class, images, mistakes or similarity", id="results.order"),
        Binding("s", "scores", "Scores", tooltip="All scores, curves, calibration, threshold", id="results.scores"),
        Binding("w", "why", "Why", tooltip="How the scores of this class come about", id="results.why"),
        Binding("t", "epoch(1)", "Epochs", tooltip="The matrix after each epoch; T goes back", id="results.epoch"),
        Binding("c", "compare", "Compare", tooltip="The difference to another run", id="results.compare"),
        Binding("e", "export", "Export", tooltip="Write the results or the trained model", id="results.export"),
        Binding("slash", "find", "Find", tooltip="Find a class by its name", id="results.find"),
        Binding("T", "epoch(-1)", "Epoch before", tooltip="The epoch before", id="results.epoch_before", show=False),
        Binding("g", "scale", "Colours", tooltip="Linear or log colours", id="results.scale", show=False),
        Binding("f", "fold", "Fold", tooltip="Only the most confused classes", id="results.fold", show=False),
        Binding(
            "right_square_bracket", "images", "Images", tooltip="Show or hide images", id="results.images", show=False
        ),
        Binding("escape", "leave", "Back", tooltip="Back to the whole", id="results.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._seen: tuple[Run | None, tuple[tuple[int, int] | None, ...]] | None = None

    def compose_place(self) -> ComposeResult:
        """The matrix with all that belongs to it, or a sentence that says why there is none."""
        with ContentSwitcher(initial="nothing"):
            with Center(id="nothing"):
                yield Static(id="why-nothing", markup=False)
            with Horizontal(id="evaluation"):
                with Vertical(id="matrix"):
                    yield ConfusionGrid()
                    yield Static(id="compared", markup=False)
                    with Horizontal(id="scores"):
                        yield ScoreTable()
                        yield ConfusedPairs()
                        yield MatrixMap()
                yield CellImages(classes="panel")
            with Vertical(id="numbers"):
                yield NumberResults()

    def show_session(self, session: Session) -> None:
        """Shows the evaluation of the session's run."""
        self._notice(session.run)

    def show_history(self, history: History) -> None:
        """Notices when the run gets its evaluation, or its first weights."""
        self._notice(self.session.run)
        self.refresh_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a matrix nothing can be done with it; and there is a way back only from somewhere else."""
        if self.numbers:
            return self.number_view.has_class("-image") if action == "leave" else action not in OF_MATRICES
        if action == "leave":
            is_plain = self.view is None or (self.view.is_test and self.view.other is None)
            return not (self.query_one(ConfusionGrid).has_focus and is_plain)
        if action == "epoch":
            return (self.view is not None and bool(self.view.epochs)) or None
        if action == "fold":
            return (self.view is not None and len(self.view.folds) > 1) or None
        if action == "export":  # a trained model can be taken away before it is tested
            run = self.session.run
            return (self.view is not None or (run is not None and run.weights_file.exists())) or None
        return (self.view is not None or None) if action in OF_MATRICES or action == "images" else True

    def action_images(self) -> None:
        """Shows or hides the images of a cell, or the image of a predicted number."""
        if self.numbers:
            self.number_view.toggle_image()
            self.refresh_keys()
        else:
            super().action_images()

    async def action_scores(self) -> None:
        """Shows every score of the test, and its curves."""
        from cnn_tui.ui.dialogs.scores import ScoresDialog

        if self.view and self.reader:
            true, _ = self.query_one(ConfusionGrid).cell
            first = self.view.members(true)[0]
            self.app.push_screen(ScoresDialog(self.view.evaluation.confusion, self.reader.predictions, first))

    async def action_export(self) -> None:
        """Asks for a kind of file and a place, and writes."""
        from cnn_tui.ui.result_files import export_results

        assert self.session.run is not None
        evaluation = self.view.evaluation if self.view else self.numbers
        await self.converse(export_results(self.tui, self.session.run, evaluation))

    def action_leave(self) -> None:
        """Back to the matrix; from an epoch or another run back to the test."""
        if self.numbers:
            self.action_images()
            return
        if not self.query_one("#matrix").display:
            self.action_images()
        elif self.query_one(ConfusionGrid).has_focus and self.view:
            self.look(replace(self.view, epoch=0, other=None))
        self.query_one(ConfusionGrid).focus()

    @on(ScoreTable.ClassChosen)
    def jump_to_class(self, event: ScoreTable.ClassChosen) -> None:
        """Goes to the hits of a class."""
        self.jump(event.index, event.index)

    @on(ConfusedPairs.PairChosen)
    def jump_to_pair(self, event: ConfusedPairs.PairChosen) -> None:
        """Goes to the cell of a pair."""
        self.jump(event.true, event.predicted)

    @on(ConfusionGrid.Panned)
    def mark_window(self, event: ConfusionGrid.Panned) -> None:
        """Shows on the map what is in view, where that is not all."""
        grid = self.query_one(ConfusionGrid)
        self.set_class(not grid.is_whole, "-large")
        self.query_one(MatrixMap).mark(event.window)

    @on(MatrixMap.Pointed)
    def jump_on_map(self, event: MatrixMap.Pointed) -> None:
        """Goes to what was pointed at."""
        grid = self.query_one(ConfusionGrid)
        last = len(grid.order) - 1
        grid.cursor = min(last, int(event.down * (last + 1))), min(last, int(event.along * (last + 1)))
        grid.focus()

    def look(self, view: MatrixView) -> None:
        """Draws a view: its matrix in its order, its scores, and what it is compared with."""
        self.view = view
        grid, confusion = self.query_one(ConfusionGrid), view.confusion
        if view.other:
            grid.show_difference(view.other.confusion, confusion, view.other.name)
        else:
            grid.show(confusion)
        grid.order = ordered(confusion, view.order)
        grid.border_title = Content(view.title)
        self.query_one(ScoreTable).show(confusion, grid.order)
        self.query_one(ConfusedPairs).show(confusion)
        self.query_one(MatrixMap).show(confusion, grid.order)
        self.say_compared(view)
        self.refresh_bindings()

    def _notice(self, run: Run | None) -> None:
        """Reads the evaluation when another one is there."""
        stamps = tuple(map(_stamp, (run.evaluation_file, run.scores_file, run.predictions_file))) if run else ()
        if (run, stamps) != self._seen:
            self._seen = run, stamps
            self._begin(run, self._read(run) if run and stamps[0] else None)
        if self.view is None and self.numbers is None:
            sentences = why_no_evaluation(self.tui.history if run else None)
            self.query_one("#why-nothing", Static).update(Content("\n".join(sentences)))

    def _read(self, run: Run) -> Evaluation | None:
        try:
            return read_evaluation(run.evaluation_file)
        except UserError as error:
            self.tui.show_error(error)
            return None

    def _begin(self, run: Run | None, evaluation: Evaluation | None) -> None:
        """Shows an evaluation from its beginning, or that there is none."""
        self.query_one(ContentSwitcher).current = "evaluation" if evaluation else "nothing"
        self.view = self.numbers = None
        if run and evaluation is None and self.begin_numbers(run):
            self.refresh_keys()
            return
        if run and evaluation:
            view = MatrixView(evaluation, self.epochs_of(run, evaluation.confusion.classes))
            self.begin_reading(run, view)
            self.query_one(ConfusionGrid).cursor = (0, 0)
            self.look(view)
            self.query_one(ConfusionGrid).focus()
        self.refresh_bindings()


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is written anew; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
