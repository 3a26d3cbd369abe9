"""Looking into the cells of a matrix: the images behind them are read as the cursor goes, and can be marked."""

from contextlib import suppress

from msgspec import Struct
from textual import on, work

from cnn_tui.errors import UserError
from cnn_tui.results.cells import text_cell
from cnn_tui.results.marks import append_mark
from cnn_tui.runs.run import Run
from cnn_tui.spec.marks import Deed, Mark, read_marks
from cnn_tui.ui.cell_reader import PAGE, CellReader
from cnn_tui.ui.matrix_view import MatrixView
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.widgets.cell_images import CellImages
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid


class Wish(Struct, frozen=True):
    """Whose cell is to be shown, from which of its images on, and which of those that are read is looked at."""

    view: MatrixView
    true: int
    predicted: int
    first: int = 0
    is_last: bool = False


class CellBrowsing(Place):
    """A place with a `ConfusionGrid` and `CellImages`."""

    def __init__(self) -> None:
        super().__init__()
        self.view: MatrixView | None = None
        self.reader: CellReader | None = None
        self._wanted: Wish | None = None
        self._marks: dict[tuple[str, int], Deed] = {}
        self._part = ""

    def begin_reading(self, run: Run, view: MatrixView) -> None:
        """Gets ready for the cells of this evaluation."""
        self.reader = CellReader(self.tui.service, run, view.evaluation.part)
        self._marks = self._read_marks(run)
        self._warm_up()

    def action_images(self) -> None:
        """Shows or hides the images; where there is no room for both, in place of the matrix."""
        self.toggle_class("-toggled")
        self.set_focus(None)
        matrix_is_seen = self.query_one("#matrix").display
        target = self.query_one(ConfusionGrid) if matrix_is_seen else self.query_one(CellImages).target
        self.call_after_refresh(target.focus)
        self.show_images()

    @on(ConfusionGrid.CellHighlighted)
    def follow_cursor(self) -> None:
        """Shows the images of the cell where they can be seen."""
        self.show_images()

    @on(ConfusionGrid.CellChosen)
    def go_to_images(self) -> None:
        """Shows the images, if need be in place of the matrix, and goes there."""
        if not self.query_one(CellImages).display:
            self.action_images()
        else:
            self.query_one(CellImages).target.focus()

    @on(CellImages.PageAsked)
    def turn_page(self, event: CellImages.PageAsked) -> None:
        """Reads more images of the cell."""
        first = max(0, event.first - PAGE + 1) if event.at_end else event.first
        self.show_images(first, is_last=event.at_end)

    @on(CellImages.Marked)
    def mark(self, event: CellImages.Marked) -> None:
        """Writes a mark into the run, where it is safe before anything else happens."""
        run, view = self.session.run, self.view
        assert run
        assert view
        classes, seen = view.evaluation.confusion.classes, event.seen
        mark = Mark(
            part=self._part,  # type: ignore[arg-type] # as the reader gave it
            row=seen.row + 1,
            mark=event.mark,
            name=text_cell(event.name),
            label=text_cell(classes[seen.true]),
            predicted=text_cell(classes[seen.likeliest[0][0]]),
        )
        try:
            append_mark(run.marks_file, mark)
        except UserError as error:
            self.tui.show_error(error)
            return
        self._marks[self._part, seen.row] = event.mark
        self.query_one(CellImages).show_marks(self._marks_here)

    def show_images(self, first: int = 0, is_last: bool = False) -> None:
        """Asks for the images of the cell under the cursor."""
        panel, view = self.query_one(CellImages), self.view
        if view is None or self.reader is None or not panel.display:
            return
        true, predicted = self.query_one(ConfusionGrid).cell
        confusion = view.confusion
        panel.name_cell(confusion.classes[true], confusion.classes[predicted], confusion.counts[true][predicted])
        is_reading, self._wanted = self._wanted is not None, Wish(view, true, predicted, first, is_last)
        if not is_reading:
            self._read_images()

    @work(group="images")
    async def _read_images(self) -> None:
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
        view, panel = wish.view, self.query_one(CellImages)
        assert self.reader
        if not view.is_test:
            panel.say("Images are kept of the test only; t goes on to it.", instead=True)
            return
        found = await self.reader.read(view.members(wish.true), view.members(wish.predicted), wish.first)
        if wish != self._wanted:
            return
        if found is None:
            panel.say("No image is in this cell.", instead=True)
        else:
            self._part = found.part
            at = len(found.seen) - 1 if wish.is_last else 0
            panel.show(found, view.evaluation.confusion.classes, self._marks_here, at)

    @work(group="warm-up")
    async def _warm_up(self) -> None:
        """Reads one image, so that the first cell that is opened finds everything ready."""
        assert self.reader
        everything = range(len(self.view.evaluation.confusion.classes)) if self.view else ()
        with suppress(UserError):  # said when a cell is opened
            await self.reader.read(everything, everything, count=1)

    @property
    def _marks_here(self) -> dict[int, Deed]:
        return {row: deed for (part, row), deed in self._marks.items() if part == self._part}

    def _read_marks(self, run: Run) -> dict[tuple[str, int], Deed]:
        if not run.marks_file.exists():
            return {}
        try:
            return {(mark.part, mark.row - 1): mark.mark for mark in read_marks(run.marks_file)}
        except UserError as error:
            self.tui.show_error(error)
            return {}
