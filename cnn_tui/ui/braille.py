"""Curves as braille: eight dots a cell, each cell with the name of the curve that was drawn through it last."""

from collections.abc import Iterable

ACROSS, DOWN = 2, 4
"""Dots of a cell."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_FIRST = 0x2800

Dot = tuple[float, float]
"""Column and row in dots, from the upper left corner."""


class Braille:
    """A raster of cells. What lies outside is not drawn."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._masks = [[0] * width for _ in range(height)]
        self._signs: dict[tuple[int, int], str] = {}
        self._owners: list[list[str]] = [[""] * width for _ in range(height)]

    def line(self, dots: Iterable[Dot], owner: str) -> None:
        """A line from each dot to the next; one alone is a dot."""
        before: Dot | None = None
        for dot in dots:
            self._stroke(before or dot, dot, owner)
            before = dot

    def rule(self, column: int, owner: str, sign: str = "┊") -> None:
        """A vertical line behind the curves, in one column of cells."""
        if 0 <= column < self.width:
            for row in range(self.height):
                if not self._masks[row][column]:
                    self.sign(column, row, sign, owner)

    def sign(self, column: int, row: int, sign: str, owner: str) -> None:
        """A sign instead of dots."""
        if 0 <= column < self.width and 0 <= row < self.height:
            self._signs[column, row] = sign
            self._owners[row][column] = owner

    def rows(self) -> list[list[tuple[str, str]]]:
        """The cells: their character, and whose it is."""
        return [
            [
                (self._signs.get((column, row)) or (chr(_FIRST + mask) if mask else " "), owner)
                for column, (mask, owner) in enumerate(zip(masks, owners, strict=True))
            ]
            for row, (masks, owners) in enumerate(zip(self._masks, self._owners, strict=True))
        ]

    def _stroke(self, start: Dot, end: Dot, owner: str) -> None:
        steps = max(1, int(max(abs(end[0] - start[0]), abs(end[1] - start[1]))) + 1)
        across, down = (end[0] - start[0]) / steps, (end[1] - start[1]) / steps
        x, y = start
        for _ in range(steps + 1):
            column, row = int(x), int(y)
            if 0 <= column < self.width * ACROSS and 0 <= row < self.height * DOWN:
                cell, line = column // ACROSS, row // DOWN
                self._masks[line][cell] |= _DOTS[row % DOWN][column % ACROSS]
                self._owners[line][cell] = owner
                self._signs.pop((cell, line), None)
            x, y = x + across, y + down
