"""What stands under an image of a cell: its row or file, its mark, true and predicted class, the likeliest classes."""

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from cnn_tui.results.evaluation import Seen
from cnn_tui.spec.marks import Deed
from cnn_tui.ui.short_names import short_name

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_ONE_LINE = 30
"""Columns up to which the likeliest classes share a line."""
_NAME, _FILE = 14, 26
MARKS: dict[Deed, str] = {"mislabelled": "✗ mislabelled", "excluded": "✗ excluded", "kept": ""}


def caption(seen: Seen, classes: tuple[str, ...], name: str, mark: Deed) -> str:
    """The lines under a picture."""
    names = [short_name(label, _NAME) for label in classes]
    chances = [f"{names[one]} {chance:.3f}" for one, chance in seen.likeliest]
    together = "  ".join(chances)
    answer = names[seen.likeliest[0][0]]
    title = short_name(name, _FILE) if name else f"row {seen.row + 1:,}"
    lines = [
        f"{title}  {MARKS[mark]}".rstrip(),
        f"true {names[seen.true]} → {answer}",
        *([together] if cell_len(together) <= _ONE_LINE else chances),
    ]
    return "\n".join(lines)


def row_line(seen: Seen, classes: tuple[str, ...], values: "Array", mark: Deed) -> str:
    """The same and the numbers of a row, in one line: for tables that make no pictures."""
    names = [short_name(label, _NAME) for label in classes]
    chances = "  ".join(f"{names[one]} {chance:.3f}" for one, chance in seen.likeliest)
    numbers = " ".join(f"{value:.4g}" for value in values.reshape(-1)[:50].tolist())
    answer = f"true {names[seen.true]} → {names[seen.likeliest[0][0]]}"
    return "  ".join(part for part in (f"row {seen.row + 1:,}", MARKS[mark], answer, chances, f"│ {numbers}") if part)


def enlarged(image: "Array", room: tuple[int, int]) -> "Array":
    """An image [H, W, C] with every pixel as many times as fits into (lines, columns)."""
    factor = max(1, min(2 * room[0] // image.shape[0], room[1] // image.shape[1]))
    larger: Array = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return larger
