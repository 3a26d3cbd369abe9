"""What was predicted of each image of a test: true and predicted number, and by how much it is wrong."""

from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType

from cnn_tui.results.numbers import NumberOrder, Numbers
from cnn_tui.ui.widgets.line_table import LineTable

MOST_CELLS = 10
"""Of a number; where there is less room its columns are narrower, and lose their distance before any digit."""
TITLES: dict[NumberOrder, str] = {
    "largest": "the largest errors first",
    "too high": "too high first",
    "too low": "too low first",
    "rows": "in the order of the file",
}


class MissTable(LineTable):
    """A line an image, in the order that was asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Image", tooltip="Show the image of this line", id="misses.image"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"miss-table--error"}
    DEFAULT_CSS: ClassVar[str] = """
    MissTable > .miss-table--error { color: $text-error; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self._numbers: Numbers | None = None
        self._target = 0
        self._order: list[int] = []

    def show(self, numbers: Numbers, target: int, by: NumberOrder) -> None:
        """Draws one of the numbers."""
        self._numbers, self._target = numbers, target
        self._order = numbers.order(target, by).tolist()
        self.border_title = TITLES[by]
        self.line = 0
        self.count = len(self._order)
        self.scroll_home(animate=False)

    @property
    def at(self) -> int | None:
        """The place of the image under the cursor."""
        return self._order[self.line] if self._order else None

    @property
    def shown(self) -> list[int]:
        """The places of all images, as they stand."""
        return self._order

    def action_choose(self) -> None:
        """Says that the image is to be shown."""
        self.post_message(self.Chosen(self, self.line))

    def header(self, width: int) -> str:
        """What stands under it."""
        wide = self._cells_of_a_number(width)
        predicted = "predicted" if wide >= len("predicted") else "pred."
        return f"{'image':<{self._row_cells}} {'true':>{wide}} {predicted:>{wide}} {'error':>{wide}}"

    def cells(self, line: int, width: int) -> list[Segment]:
        """One image."""
        assert self._numbers
        one = self._numbers.missed(self._order[line], self._target)
        wide = self._cells_of_a_number(width)
        head = f"{f'row {one.row + 1:,}':<{self._row_cells}} {one.true:>{wide}.4g} {one.predicted:>{wide}.4g} "
        style = self.get_component_rich_style("miss-table--error", partial=True)
        return [Segment(head), Segment(f"{one.error:>+{wide}.3g}", style)]

    def _cells_of_a_number(self, width: int) -> int:
        return min((width - self._row_cells) // 3 - 1, MOST_CELLS)

    @property
    def _row_cells(self) -> int:
        return len(f"row {int(self._numbers.rows.max()) + 1:,}") if self._numbers and self._order else 5
