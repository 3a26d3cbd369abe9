"""The images behind one cell of the matrix, the surest first."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cnn_tui.text import clean
from cnn_tui.ui.cell_reader import CellPictures
from cnn_tui.ui.widgets.pictures import Pictures


class CellImages(Vertical):
    """A title that says which cell it is, its images, or why there are none."""

    DEFAULT_CSS: ClassVar[str] = """
    CellImages #why { height: auto; color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        """The images, and a sentence."""
        yield Static(id="why", markup=False)
        yield Pictures()

    def name_cell(self, true: str, predicted: str, images: int) -> None:
        """Says which cell is looked at."""
        cell = f"true {clean(true, 16)}, predicted {clean(predicted, 16)}"
        self.border_title = Content(f"{cell} · {images:,} image{'' if images == 1 else 's'}")

    def show(self, found: CellPictures) -> None:
        """Draws images, each with its row in the file and the probability of the predicted class."""
        rows = zip(found.pictures.rows, found.chances, strict=True)
        self.query_one(Pictures).show(found.pictures.images, [f"row {row + 1:,}\n{chance:.3f}" for row, chance in rows])
        self.say(f"the surest of them; {found.hidden:,} more" if found.hidden else "")

    def say(self, sentence: str, *, instead: bool = False) -> None:
        """Writes a sentence above the images, or instead of them."""
        why = self.query_one("#why", Static)
        why.update(Content(clean(sentence, 300)))
        why.display = bool(sentence)
        self.query_one(Pictures).display = not instead
