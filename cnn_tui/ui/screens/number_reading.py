"""Looking at the test of a run that predicts numbers: its files are read, and its images as the cursor goes."""

from textual import on, work
from textual.widgets import ContentSwitcher

from cnn_tui.errors import UserError
from cnn_tui.results.numbers import Numbers, read_numbers
from cnn_tui.runs.run import Run
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import data_meant
from cnn_tui.spec.marks import MarkedPart
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.widgets.number_results import NumberResults


class NumberReading(Place):
    """A place with `NumberResults` in a switcher, as its part `numbers`."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: Numbers | None = None
        """What is looked at; None: the run tells classes apart, or was not tested."""
        self._data: Data | None = None
        self._row: int | None = None
        self._is_asking = False

    @property
    def number_view(self) -> NumberResults:
        """What shows them."""
        return self.query_one(NumberResults)

    def begin_numbers(self, run: Run) -> bool:
        """Shows the numbers that a run has predicted in its test; False: there are none."""
        self.numbers = self._read_numbers(run)
        if self.numbers is None:
            return False
        try:
            self._data = data_meant(run.experiment())
        except UserError as error:
            self.tui.show_error(error)
            self._data = None
        self.query_one(ContentSwitcher).current = "numbers"
        self.number_view.show(self.numbers)
        self.call_after_refresh(self.number_view.table.focus)
        return True

    @on(NumberResults.ImageAsked)
    def ask_for_image(self, event: NumberResults.ImageAsked) -> None:
        """Reads the image of the newest line; one question at a time."""
        self._row = event.row
        if not self._is_asking:
            self._read_image()

    @work(group="miss")
    async def _read_image(self) -> None:
        self._is_asking, done = True, None
        try:
            while self.numbers and self._data and (row := self._row) is not None and row != done:
                done, part = row, self._source_of(self._data)
                self.number_view.show_image(row, await self.tui.service.pictures(self._data, part, [row]))
        except UserError as error:
            self.number_view.say(error.sentence)
        finally:
            self._is_asking = False

    def _source_of(self, data: Data) -> MarkedPart:
        """Which of the given images the tested ones are among."""
        assert self.numbers
        part: MarkedPart = "test" if self.numbers.part == "test" else "validate"
        return part if part in data.sources else "train"

    def _read_numbers(self, run: Run) -> Numbers | None:
        if not run.has_results:
            return None
        try:
            return read_numbers(run.scores_file, run.predictions_file)
        except UserError as error:
            self.tui.show_error(error)
            return None
