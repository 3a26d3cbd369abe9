"""What changes how a matrix is looked at: its numbers, colours, order, classes, and one class in words."""

import asyncio

from msgspec.structs import replace

from cnn_tui.results.ordering import Order, ordered
from cnn_tui.ui.dialogs.explanation import ExplanationDialog
from cnn_tui.ui.screens.comparing import Comparing
from cnn_tui.ui.widgets.confusion_cells import SCALES, UNITS
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from cnn_tui.ui.widgets.score_table import ScoreTable

ORDER_WORDS: dict[Order, str] = {
    "class": "Classes in their own order.",
    "images": "Classes with the most images first.",
    "errors": "Classes with the most mistakes first.",
    "similarity": "Classes that are confused with each other stand side by side.",
}


class MatrixKeys(Comparing):
    """A place with a `ConfusionGrid` and a `ScoreTable`."""

    def action_unit(self) -> None:
        """Counts, percentages of rows, of columns, of all, and so on."""
        grid = self.query_one(ConfusionGrid)
        self._leave_comparison()
        grid.unit = UNITS[(UNITS.index(grid.unit) + 1) % len(UNITS)]

    def action_scale(self) -> None:
        """Colours that lift rare misses, rise with the share, or with its logarithm."""
        grid = self.query_one(ConfusionGrid)
        self._leave_comparison()
        grid.scale = SCALES[(SCALES.index(grid.scale) + 1) % len(SCALES)]

    async def action_order(self) -> None:
        """The classes in the next order; the likeness of very many takes a moment."""
        if self.view:
            view = self.view.with_next_order()
            await asyncio.to_thread(ordered, view.confusion, view.order) if view.order == "similarity" else None
            self.look(view)
            self.notify(ORDER_WORDS[view.order], timeout=2)

    def action_fold(self) -> None:
        """All classes, or only the most confused and the rest as one."""
        if self.view:
            self.look(self.view.with_next_fold())

    async def action_find(self) -> None:
        """Goes to a class."""
        await self.converse(self._find())

    def action_why(self) -> None:
        """Explains the scores of the class that is looked at."""
        assert self.view
        table = self.query_one(ScoreTable)
        index = table.index if table.has_focus else None
        true, _ = self.query_one(ConfusionGrid).cell
        self.app.push_screen(ExplanationDialog(self.view.confusion, true if index is None else index))

    def jump(self, true: int, predicted: int) -> None:
        """Goes to the cell of these classes."""
        grid = self.query_one(ConfusionGrid)
        grid.select(true, predicted)
        grid.focus()

    async def _find(self) -> None:
        from cnn_tui.ui.dialogs.find_class import FindClass

        assert self.view
        confusion = self.view.confusion
        about = [f"{images:,} images" for images in confusion.row_sums]
        found = await self.app.push_screen_wait(FindClass(confusion.classes, about))
        if found is not None:
            self.jump(found, found)

    def _leave_comparison(self) -> None:
        """Numbers have their units again."""
        if self.view and self.view.other:
            self.look(replace(self.view, other=None))
