"""How many pictures stand in a row, and how far they are shrunk, so that a place shows as much of them as it can."""

from msgspec import Struct

GAP = 2
"""Empty cells between two pictures of a row; between two rows there is one line."""


class Grid(Struct, frozen=True):
    """Pictures of so many pixels, `columns` in a row, `shown` of them in view at a time."""

    height: int
    width: int
    columns: int
    shown: int

    @property
    def lines(self) -> int:
        """Lines of cells of a picture: two pixels each."""
        return -(-self.height // 2)

    @property
    def area(self) -> int:
        """Pixels in view."""
        return self.shown * self.height * self.width


def best_grid(
    count: int, size: tuple[int, int], room: tuple[int, int], caption: tuple[int, int], least: int = 1
) -> Grid:
    """The grid that brings the most pixels of `count` pictures into view; the fewest rows if several do.

    Where `least` pictures or more can be in view, fewer are not shown.

    `size` is (height, width) of a picture in pixels; `room` (lines, cells) of the place; `caption` (lines, cells) of
    the words under each picture. Pictures are never enlarged.
    """
    grids = [_grid(count, size, room, caption, rows=1)]
    while grids[-1].shown < count and _lines_left(room[0], caption[0], len(grids) + 1) >= 1:
        grids.append(_grid(count, size, room, caption, rows=len(grids) + 1))
    return max(grids, key=lambda grid: (min(grid.shown, least), grid.area))


def _grid(count: int, size: tuple[int, int], room: tuple[int, int], caption: tuple[int, int], rows: int) -> Grid:
    lines = max(1, _lines_left(room[0], caption[0], rows))
    factor = min(1.0, 2 * lines / size[0], room[1] / size[1])
    height, width = max(1, int(size[0] * factor)), max(1, int(size[1] * factor))
    columns = max(1, (room[1] + GAP) // (max(width, caption[1]) + GAP))
    return Grid(height, width, columns, min(count, rows * columns))


def _lines_left(lines: int, caption_lines: int, rows: int) -> int:
    """Lines for each picture when so many rows share the place."""
    return (lines - (rows - 1)) // rows - caption_lines
