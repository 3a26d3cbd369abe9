"""How wide the columns of the matrix are: numbers have what they need, names what is left."""

from msgspec import Struct

HEADERS, FOOTERS = 2, 2
"""Lines above the first row, and below the last."""
TAIL = 6
"""Columns of a recall, and of a total."""
_SHORTEST_LABEL, _USUAL_LABEL, _LONGEST_LABEL = 6, 9, 24
_WIDE_CELL = 12
"""Columns of a cell where the matrix has to be panned anyway, so that names can be read."""


class Layout(Struct, frozen=True):
    """Columns of the labels, of a cell, and of what stands at the end of a row; how many cells are in view."""

    label: int
    cell: int
    tail: int
    room: int
    """Columns for cells between labels and tail."""
    is_panned: bool = False
    """Whether there are more cells than there is room for."""

    @property
    def has_totals(self) -> bool:
        """Whether there is room for the images of each row."""
        return self.tail > TAIL

    @property
    def columns(self) -> int:
        """Whole cells that are in view."""
        return max(1, self.room // self.cell)


def layout(width: int, count: int, longest_label: int, cell_width: int, longest_total: int) -> Layout:
    """The widths for a matrix of `count` classes in `width` columns."""
    least = max(TAIL, cell_width)
    totals = max(TAIL, longest_total + 1)
    wanted = min(max(longest_label + 1, _SHORTEST_LABEL), _LONGEST_LABEL)
    short = min(wanted, _USUAL_LABEL)
    if width - count * least - TAIL < short:
        label = max(1, min(wanted, max(short, width // 5), width - TAIL - totals - 1))
        room = max(1, width - label - TAIL - totals)
        return Layout(label, max(least, min(longest_label + 2, _WIDE_CELL)), TAIL + totals, room, is_panned=True)
    tail = TAIL + totals if width - count * least - TAIL - totals >= short else TAIL
    spare = width - count * least - tail
    label = min(max(wanted, _USUAL_LABEL), spare)
    cell = max(least, min(longest_label + 2, (width - tail - label) // max(1, count)))
    return Layout(label, cell, tail, width - label - tail)
