"""Results: the confusion matrix of a run, the images behind its cells, and the scores of its classes."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Horizontal, Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from cnn_tui.errors import UserError
from cnn_tui.results.evaluation import Evaluation, read_evaluation
from cnn_tui.results.report import export_csv
from cnn_tui.results.scores import most_confused_first
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.cell_reader import CellReader
from cnn_tui.ui.dialogs.explanation import ExplanationDialog
from cnn_tui.ui.run_text import result_words, why_no_evaluation
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.cell_images import CellImages
from cnn_tui.ui.widgets.confused_pairs import ConfusedPairs
from cnn_tui.ui.widgets.confusion_cells import UNITS
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from cnn_tui.ui.widgets.pictures import Pictures
from cnn_tui.ui.widgets.score_table import ScoreTable

Wish = tuple[CellReader, int, int]
"""Whose cell is to be shown: of which evaluation, true class, predicted class."""


class ResultsScreen(Place):
    """Shows the evaluation of the session's run as soon as there is one."""

    CSS_PATH = "results.tcss"
    AUTO_FOCUS = ""
    HELP = """
## Results
A row is a true class, a column what it was predicted as; hits stand in brackets on the diagonal.
Walk with the arrows; the images of the cell are beside the matrix, or come with `enter`.
`n` shows counts, percentages of rows (recall) or of columns (precision), `o` sorts the classes by their errors,
`w` shows how precision, recall and F score of the class come about, `e` writes the matrix as CSV.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "unit", "Counts/%", tooltip="Counts, % of rows, % of columns", id="results.unit"),
        Binding("o", "order", "Order", tooltip="By class, or the most confused first", id="results.order"),
        Binding("w", "why", "Why", tooltip="How the scores of this class come about", id="results.why"),
        Binding("e", "export", "Export", tooltip="Write the matrix as CSV into the run's folder", id="results.export"),
        Binding(
            "right_square_bracket", "images", "Images", tooltip="Show or hide images", id="results.images", show=False
        ),
        Binding("escape", "leave", "Matrix", tooltip="Back to the matrix", id="results.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._seen: tuple[Run | None, tuple[int, int] | None] | None = None
        self._evaluation: Evaluation | None = None
        self._reader: CellReader | None = None
        self._wanted: Wish | None = None

    def compose_place(self) -> ComposeResult:
        """The matrix with all that belongs to it, or a sentence that says why there is none."""
        with ContentSwitcher(initial="nothing"):
            with Center(id="nothing"):
                yield Static(id="why-nothing", markup=False)
            with Horizontal(id="evaluation"):
                with Vertical(id="matrix"):
                    yield ConfusionGrid()
                    with Horizontal(id="scores"):
                        yield ScoreTable()
                        yield ConfusedPairs()
                yield CellImages(classes="panel")

    def show_session(self, session: Session) -> None:
        """Shows the evaluation of the session's run."""
        self._look(session.run)

    def show_history(self, history: History) -> None:
        """Notices when the run gets its evaluation."""
        self._look(self.session.run)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a matrix nothing can be done with it; and there is a way back only from somewhere else."""
        if action == "leave":
            return not self.query_one(ConfusionGrid).has_focus
        needs_matrix = action in ("unit", "order", "why", "export", "images")
        return (self._evaluation is not None or None) if needs_matrix else True

    def action_unit(self) -> None:
        """Counts, percentages of rows, percentages of columns, and so on."""
        grid = self.query_one(ConfusionGrid)
        grid.unit = UNITS[(UNITS.index(grid.unit) + 1) % len(UNITS)]

    def action_order(self) -> None:
        """Switches between the order of the classes and that of their errors."""
        assert self._evaluation is not None
        grid, by_class = self.query_one(ConfusionGrid), tuple(range(len(self._evaluation.confusion.classes)))
        by_errors = most_confused_first(self._evaluation.confusion)
        grid.order = by_errors if grid.order == by_class else by_class
        self.query_one(ScoreTable).show(self._evaluation.confusion, grid.order)

    def action_why(self) -> None:
        """Explains the scores of the class that is looked at."""
        assert self._evaluation is not None
        table = self.query_one(ScoreTable)
        index = table.index if table.has_focus else None
        true, _ = self.query_one(ConfusionGrid).cell
        self.app.push_screen(ExplanationDialog(self._evaluation.confusion, true if index is None else index))

    def action_export(self) -> None:
        """Writes the matrix and says where it is."""
        run = self.session.run
        assert self._evaluation is not None
        assert run is not None
        try:
            path = export_csv(self._evaluation, run.exports_folder)
        except UserError as error:
            self.tui.show_error(error)
            return
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        self.notify(f"Written: {clean(shown)}", markup=False)

    def action_images(self) -> None:
        """Shows or hides the images; where there is no room for both, in place of the matrix."""
        self.toggle_class("-toggled")
        self._focus_what_is_seen()
        self._show_images()

    def action_leave(self) -> None:
        """Back to the matrix."""
        if not self.query_one("#matrix").display:
            self.action_images()
        self.query_one(ConfusionGrid).focus()

    @on(ConfusionGrid.CellHighlighted)
    def follow_cursor(self) -> None:
        """Shows the images of the cell where they can be seen."""
        self._show_images()

    @on(ConfusionGrid.CellChosen)
    def go_to_images(self) -> None:
        """Shows the images, if need be in place of the matrix, and goes there."""
        if not self.query_one(CellImages).display:
            self.action_images()
        else:
            self.query_one(Pictures).focus()

    @on(ScoreTable.ClassChosen)
    def jump_to_class(self, event: ScoreTable.ClassChosen) -> None:
        """Goes to the hits of a class."""
        self._jump(event.index, event.index)

    @on(ConfusedPairs.PairChosen)
    def jump_to_pair(self, event: ConfusedPairs.PairChosen) -> None:
        """Goes to the cell of a pair."""
        self._jump(event.true, event.predicted)

    @work(group="images")
    async def read_images(self) -> None:
        """Reads images until those of the newest cell are shown; a question to the service is never cut off."""
        done: Wish | None = None
        while self._wanted is not None and done != self._wanted:
            done = self._wanted
            try:
                await self._show_cell(done)
            except UserError as error:
                self.query_one(CellImages).say(error.sentence, instead=True)
        self._wanted = None

    async def _show_cell(self, wish: Wish) -> None:
        reader, true, predicted = wish
        found = await reader.read(true, predicted)
        if wish != self._wanted:
            return
        if found is None:
            self.query_one(CellImages).say("No image is in this cell.", instead=True)
        else:
            self.query_one(CellImages).show(found)

    def _show_images(self) -> None:
        panel, evaluation = self.query_one(CellImages), self._evaluation
        if evaluation is None or self._reader is None or not panel.display:
            return
        true, predicted = self.query_one(ConfusionGrid).cell
        confusion = evaluation.confusion
        panel.name_cell(confusion.classes[true], confusion.classes[predicted], confusion.counts[true][predicted])
        is_reading, self._wanted = self._wanted is not None, (self._reader, true, predicted)
        if not is_reading:
            self.read_images()

    def _look(self, run: Run | None) -> None:
        """Reads the evaluation when another one is there."""
        stamp = _stamp(run.evaluation_file) if run else None
        if (run, stamp) != self._seen:
            self._seen, self._evaluation = (run, stamp), self._read(run) if run and stamp else None
            if run and self._evaluation:
                self._reader = CellReader(self.tui.service, run, self._evaluation.part)
            self._show_evaluation()
        if self._evaluation is None:
            sentences = why_no_evaluation(self.tui.history if run else None)
            self.query_one("#why-nothing", Static).update(Content("\n".join(sentences)))

    def _read(self, run: Run) -> Evaluation | None:
        try:
            return read_evaluation(run.evaluation_file)
        except UserError as error:
            self.tui.show_error(error)
            return None

    def _show_evaluation(self) -> None:
        evaluation = self._evaluation
        self.query_one(ContentSwitcher).current = "evaluation" if evaluation else "nothing"
        if evaluation:
            grid = self.query_one(ConfusionGrid)
            grid.show(evaluation.confusion)
            self.query_one(ScoreTable).show(evaluation.confusion, grid.order)
            self.query_one(ConfusedPairs).show(evaluation.confusion)
            grid.border_title = Content(result_words(evaluation))
            grid.focus()
        self.refresh_bindings()

    def _jump(self, true: int, predicted: int) -> None:
        grid = self.query_one(ConfusionGrid)
        grid.select(true, predicted)
        grid.focus()

    def _focus_what_is_seen(self) -> None:
        self.set_focus(None)
        target = self.query_one(ConfusionGrid) if self.query_one("#matrix").display else self.query_one(Pictures)
        self.call_after_refresh(target.focus)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is written anew; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
