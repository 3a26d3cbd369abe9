"""The right side of the Data place: what was found in the data, or why there is nothing to look at yet."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cnn_tui.spec.report import Report
from cnn_tui.ui.data_view import View, title

if TYPE_CHECKING:
    from cnn_tui.ui.widgets.found_images import FoundImages


class FoundPanel(Vertical):
    """A sentence while nothing is known, else the images and their numbers."""

    DEFAULT_CSS: ClassVar[str] = """
    FoundPanel { width: 1fr; height: 1fr; }
    FoundPanel > #empty { height: 1fr; content-align: center middle; text-align: center; color: $text-muted; }
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._images: FoundImages | None = None

    def compose(self) -> ComposeResult:
        """The sentence; the images are mounted after the first frame, in which there are none."""
        yield Static(id="empty", markup=False)

    async def mount_rest(self) -> None:
        """Adds what shows images, out of sight as long as there are none."""
        from cnn_tui.ui.widgets.found_images import FoundImages

        images = FoundImages()
        images.display = False
        await self.mount(images)
        self._images = images

    @property
    def is_whole(self) -> bool:
        """Whether there is what shows images."""
        return self._images is not None

    @property
    def images(self) -> "FoundImages":
        """What shows images; it is there once the panel is whole."""
        assert self._images is not None
        return self._images

    def show_empty(self, sentence: str) -> None:
        """Shows why there is nothing to look at."""
        self.border_title = ""
        self.query_one("#empty", Static).update(Content(sentence))
        self._set_empty(True)

    def show_report(self, report: Report, view: View) -> None:
        """Shows what is counted in the part that is looked at."""
        self._set_empty(False)
        self.border_title = Content(title(report))
        self.images.show_report(report, view)

    def _set_empty(self, empty: bool) -> None:
        self.query_one("#empty").display = empty
        if self._images:
            self._images.display = not empty
