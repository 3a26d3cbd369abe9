"""Names made short enough: the middle goes, as the ends tell names apart."""

from rich.cells import cell_len, set_cell_size

from cnn_tui.text import clean

LONGEST = 300
"""Columns of a name that are looked at."""


def short_name(name: str, cells: int) -> str:
    """A name in at most so many columns: `snow…l 26` of `snowtail 26`."""
    shown = clean(name, LONGEST)
    if cell_len(shown) <= cells:
        return shown
    kept = max(1, cells // 3)
    end = shown[-kept:]
    while cell_len(end) > kept:
        end = end[1:]
    head = max(0, cells - 1 - cell_len(end))
    return f"{set_cell_size(shown, head)}…{end}" if head else set_cell_size(shown, cells)
