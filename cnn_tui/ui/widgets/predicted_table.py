"""What was predicted for the images of a file: a line an image, its likeliest classes or numbers, what is true."""

from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment

from cnn_tui.runs.model_answers import Predicted
from cnn_tui.text import clean
from cnn_tui.ui.widgets.line_table import LineTable

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

WIDEST_NAME, WIDEST_CLASS = 28, 14
_NUMBER = 10
"""Cells of a number."""
_RIGHT, _WRONG = "✓", "✗"


class PredictedTable(LineTable):
    """The rows of one answer; all of them, or the wrong ones."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"predicted--right", "predicted--wrong"}
    DEFAULT_CSS: ClassVar[str] = """
    PredictedTable > .predicted--right { color: $text-success; }
    PredictedTable > .predicted--wrong { color: $text-error; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._answer: Predicted | None = None
        self._names_shown: tuple[str, ...] = ()
        self._rows: tuple[int, ...] | None = None
        """The rows that are shown; None: all."""

    def show(self, answer: Predicted | None, classes: tuple[str, ...], only_wrong: bool = False) -> None:
        """Draws an answer, its classes by these names."""
        self._answer = answer
        self._names_shown = tuple(clean(name, WIDEST_CLASS) for name in classes)
        self._rows = None
        if answer is not None and only_wrong and answer.labels is not None:
            self._rows = tuple((answer.places[:, 0] != answer.labels).nonzero()[0].tolist())
        self.count = 0 if answer is None else len(answer.places if self._rows is None else self._rows)

    @property
    def row(self) -> int | None:
        """The image under the cursor, from 0."""
        if not self.count:
            return None
        return self.line if self._rows is None else self._rows[self.line]

    def header(self, width: int) -> str:
        """What stands under it."""
        if self._numbers is not None:
            return (
                f"{'image':<{self._name_width}} {''.join(f'{title:>{_NUMBER + 1}}' for title in self._number_titles)}"
            )
        true = f"{'true':<{self._class_width + 2}} " if self._has_labels else ""
        return f"{'image':<{self._name_width}} {true}{'predicted':<{self._class_width + 6}}  then"

    def cells(self, line: int, width: int) -> list[Segment]:
        """One image."""
        assert self._answer is not None
        row = line if self._rows is None else self._rows[line]
        names = self._answer.names
        name = clean(names[row].rpartition("/")[2] if row < len(names) else f"row {row + 1:,}", WIDEST_NAME)
        cells = [Segment(f"{set_cell_size(name, self._name_width)} ")]
        if self._numbers is not None:
            return [*cells, *(Segment(f" {value:>{_NUMBER}.5g}") for value in self._values(row))]
        likely = [
            f"{set_cell_size(self._names_shown[place], self._class_width)} {chance:.3f}"
            for place, chance in zip(self._answer.places[row].tolist(), self._answer.chances[row].tolist(), strict=True)
        ]
        if self._has_labels:
            cells += self._truth(row)
        return [*cells, Segment(f"{likely[0]}  "), *(Segment(f"{one}  ") for one in likely[1:])]

    @property
    def _numbers(self) -> "Array | None":
        """What is predicted instead of classes."""
        return None if self._answer is None else self._answer.numbers

    @property
    def _number_titles(self) -> list[str]:
        """A column a number; where the true ones are known, three."""
        assert self._answer
        names = [clean(name, _NUMBER) for name in self._names_shown]
        if self._answer.true is None:
            return names
        return [title for name in names for title in ("true", name, "error")]

    def _values(self, row: int) -> list[float]:
        assert self._answer
        assert self._answer.numbers is not None
        predicted = self._answer.numbers[row].tolist()
        if self._answer.true is None:
            return list(predicted)
        true = self._answer.true[row].tolist()
        return [value for one, other in zip(true, predicted, strict=True) for value in (one, other, other - one)]

    def _truth(self, row: int) -> list[Segment]:
        assert self._answer is not None
        assert self._answer.labels is not None
        label = int(self._answer.labels[row])
        is_right = label == int(self._answer.places[row, 0])
        style = self.get_component_rich_style(f"predicted--{'right' if is_right else 'wrong'}", partial=True)
        mark = _RIGHT if is_right else _WRONG
        return [Segment(f"{mark} {set_cell_size(self._names_shown[label], self._class_width)} ", style)]

    @property
    def _has_labels(self) -> bool:
        return self._answer is not None and self._answer.labels is not None

    @property
    def _class_width(self) -> int:
        return max((2, *map(cell_len, self._names_shown)))

    @property
    def _name_width(self) -> int:
        if self._answer is None or not self._answer.names:
            return len(f"row {len(self._answer.places) if self._answer else 0:,}")
        return min(WIDEST_NAME, max(5, *(len(name.rpartition("/")[2]) for name in self._answer.names[:200])))
