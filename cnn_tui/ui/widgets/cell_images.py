"""The images behind one cell of the matrix, the largest loss first, to walk through, enlarge and mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnn_tui.results.evaluation import Seen
from cnn_tui.spec.marks import Deed
from cnn_tui.text import clean
from cnn_tui.ui.cell_reader import CellPictures
from cnn_tui.ui.short_names import short_name
from cnn_tui.ui.widgets.cell_words import caption, enlarged, row_line
from cnn_tui.ui.widgets.pictures import Pictures

IMAGE = Binding.Group("Image", compact=True)


class Gallery(Pictures):
    """Pictures that can always have the focus."""

    def allow_focus(self) -> bool:
        """Its pictures can be walked through even where all are in view."""
        return True


class CellImages(Vertical):
    """A title that says which cell it is, its images (or rows of a table), or why there are none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,up,k", "step(-1)", "Image", tooltip="The image before", id="images.previous", group=IMAGE),
        Binding("right,l,down,j", "step(1)", "Image", tooltip="The next image", id="images.next", group=IMAGE),
        Binding("z", "zoom", "Zoom", tooltip="One image as large as there is room, or all of them", id="images.zoom"),
        Binding(
            "m", "mark('mislabelled')", "Mislabelled", tooltip="Mark: its label is wrong; again: not", id="images.mark"
        ),
        Binding("x", "mark('excluded')", "Exclude", tooltip="Mark: not to be used; again: it is", id="images.exclude"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    CellImages #why { height: auto; color: $text-muted; }
    CellImages #rows { height: 1fr; border: none; background: $background; padding: 0; }
    CellImages #rows { scrollbar-size-vertical: 1; text-wrap: nowrap; }
    """

    @dataclass
    class Marked(Message):
        """Someone marked an image, or took a mark back."""

        seen: Seen
        name: str
        mark: Deed

    @dataclass
    class PageAsked(Message):
        """Someone walks on from the images that were read."""

        first: int
        at_end: bool

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._found: CellPictures | None = None
        self._class_names: tuple[str, ...] = ()
        self._marks: Mapping[int, Deed] = {}
        self._images = 0
        self._at = 0
        self._zoomed = False

    def compose(self) -> ComposeResult:
        """The images, and a sentence."""
        yield Static(id="why", markup=False)
        yield Gallery()
        yield OptionList(id="rows", markup=False)

    @property
    def target(self) -> Gallery | OptionList:
        """What has the keys: the pictures, or the rows of a table that makes none."""
        return self.query_one(OptionList) if self._is_table else self.query_one(Gallery)

    @property
    def is_shown(self) -> bool:
        """Whether the images of a cell are drawn."""
        return self._found is not None

    def name_cell(self, true: str, predicted: str, images: int) -> None:
        """Says which cell is looked at; until its images come there are none to mark."""
        self._found = None
        cell = f"true {short_name(true, 14)}, predicted {short_name(predicted, 14)}"
        self._images = images
        self.border_title = Content(f"{cell} · {images:,} image{'' if images == 1 else 's'}")

    def show(self, found: CellPictures, classes: tuple[str, ...], marks: Mapping[int, Deed], at: int = 0) -> None:
        """Draws images, each with its row or file and what the model made of it; `marks` by their rows."""
        self._found, self._class_names, self._marks, self._at = found, classes, marks, at
        self._draw()

    def say(self, sentence: str, *, instead: bool = False) -> None:
        """Writes a sentence above the images, or instead of them."""
        why = self.query_one("#why", Static)
        why.update(Content(clean(sentence, 300)))
        why.display = bool(sentence)
        if instead:
            self._found = None
        self.query_one(Gallery).display = not instead and not self._is_table
        self.query_one(OptionList).display = not instead and self._is_table

    def action_step(self, by: int) -> None:
        """Goes to a neighbour; from the last that was read on to the next of the cell."""
        if self._found is None:
            return
        at, first = self._at + by, self._found.first
        if 0 <= at < len(self._found.seen):
            self._at = at
            self._draw() if self._zoomed else self._select()
        elif 0 <= first + at < self._images:
            self.post_message(self.PageAsked(first + at, at_end=by < 0))

    def action_zoom(self) -> None:
        """Enlarges one image, or shows all."""
        if self._found:
            self._zoomed = not self._zoomed
            self._draw()

    def action_mark(self, deed: Deed) -> None:
        """Marks the image, or takes the same mark back."""
        if self._found:
            seen = self._found.seen[self._at]
            names = self._found.pictures.names
            new: Deed = "kept" if self._marks.get(seen.row) == deed else deed
            self.post_message(self.Marked(seen, names[self._at] if names else "", new))

    def show_marks(self, marks: Mapping[int, Deed]) -> None:
        """Writes the marks under the images."""
        self._marks = marks
        if self._found:
            self._draw()

    def on_resize(self) -> None:
        """Enlarges for the new size."""
        if self._zoomed and self._found:
            self._draw()

    @on(OptionList.OptionHighlighted)
    def follow_list(self, event: OptionList.OptionHighlighted) -> None:
        """Another row of a table is looked at."""
        event.stop()
        self._at = event.option_index

    @property
    def _is_table(self) -> bool:
        """Whether they are rows of numbers that make no picture."""
        return self._found is not None and self._found.pictures.images.shape[1] == 1

    def _draw(self) -> None:
        assert self._found
        images, gallery = self._found.pictures.images, self.query_one(Gallery)
        if self._is_table:
            lines = (
                row_line(seen, self._class_names, images[at], self._mark_of(seen))
                for at, seen in enumerate(self._found.seen)
            )
            self.query_one(OptionList).set_options([Option(Content(line)) for line in lines])
        elif self._zoomed:
            words = self._caption(self._at)
            room = self.scrollable_content_region.size
            height = room.height - words.count("\n") - 3
            gallery.show(enlarged(images[self._at], (height, room.width))[None], [words])
        else:
            gallery.show(images, [self._caption(at) for at in range(len(images))])
        self._select()

    def _select(self) -> None:
        assert self._found
        self.say(f"{self._found.first + self._at + 1:,} of {self._images:,}, the largest loss first")
        if self._is_table:
            self.query_one(OptionList).highlighted = self._at
        else:
            self.query_one(Gallery).select(0 if self._zoomed else self._at)

    def _caption(self, at: int) -> str:
        assert self._found
        seen, names = self._found.seen[at], self._found.pictures.names
        return caption(seen, self._class_names, names[at] if names else "", self._mark_of(seen))

    def _mark_of(self, seen: Seen) -> Deed:
        return self._marks.get(seen.row, "kept")
