"""Looking at images of the data: by class, by part, one after the other, or the mean of each class."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Stopped
from cnn_tui.ui.data_view import View
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.found_panel import FoundPanel

if TYPE_CHECKING:
    from cnn_tui.ui.widgets.class_bars import ClassBars

IMAGE = Binding.Group("Image", compact=True)


class Browsing(Place):
    """A place with a `FoundPanel`: what of the data it shows, and the keys that change that."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "next_class", "Class", tooltip="Look at the next class", id="data.class"),
        Binding("left", "step(-1)", "Image", tooltip="The image before", id="data.previous", group=IMAGE),
        Binding("right", "step(1)", "Image", tooltip="The next image", id="data.next", group=IMAGE),
        Binding("t", "part", "Part", tooltip="Training, validation or test images", id="data.part", show=False),
        Binding("m", "means", "Mean images", tooltip="The mean image of each class", id="data.means", show=False),
        Binding("n", "next_target", "Number", tooltip="The next number of the labels", id="data.number", show=False),
        Binding("h", "one_hot", "One-hot", tooltip="The one-hot vector of every class", id="data.one_hot", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.view: View | None = None
        self._shown: View | None = None
        self._asking = False
        self.first_row = 0
        """The row of the first image in view."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what needs images."""
        if action in ("next_class", "step", "means", "one_hot"):
            return True if self.view else None
        if action == "part":
            return True if self.session.report and len(self.session.report.parts) > 1 else None
        return True

    def follow(self, session: Session) -> None:
        """Goes on looking at the same files, or begins with others."""
        if session.report and session.files:
            same = self.view is not None and self.view.files == session.files
            self.look_at(self.view if self.view and same else View(session.files))
        else:
            self.view = self._shown = None

    def action_one_hot(self) -> None:
        """Shows the vectors of all classes, or only that of the image."""
        self.query_one(FoundPanel).images.toggle_one_hot()

    def action_next_target(self) -> None:
        """Looks at the next of the numbers that labels hold."""
        if self.view and self.session.report:
            self.look_at(self.view.with_next_target(self.session.report))

    def action_part(self) -> None:
        """Looks at the next part: training, validation, test."""
        if self.view and self.session.report:
            self.look_at(self.view.with_next_part(self.session.report))

    def action_means(self) -> None:
        """Shows the mean image of each class, or the images again."""
        if self.view:
            self.look_at(self.view.with_means())

    def action_next_class(self) -> None:
        """Looks at the next class; after the last at all."""
        if self.view and self.session.report:
            self.look_at(self.view.with_next_class(self.session.report))

    def on_class_bars_chosen(self, event: "ClassBars.Chosen") -> None:
        """Looks at the class that was chosen."""
        if self.view:
            self.look_at(self.view.with_class(event.label))

    def action_step(self, by: int) -> None:
        """Moves on among the images."""
        if self.view and self.session.report:
            self.look_at(self.view.moved(by, self.session.report))

    def look_at(self, view: View) -> None:
        """Shows what is counted there, and the images as soon as they come."""
        assert self.session.report is not None
        self.view = view
        self.query_one(FoundPanel).show_report(self.session.report, view)
        if view != self._shown and not self._asking:
            self._fetch()

    @work
    async def _fetch(self) -> None:
        """Asks for the images of the newest view; one question at a time, wishes that were overtaken are skipped."""
        self._asking = True
        try:
            while (view := self.view) and view != self._shown:
                answer = await view.ask(self.tui.service)
                self._shown = view
                if view.files == self.session.files and self.session.report:
                    self.first_row = answer.rows[0] if answer.rows else self.first_row
                    self.query_one(FoundPanel).images.show_pictures(answer)
        except Stopped:
            self._shown = None
        except UserError as error:
            self.tell_wrong(error)
        finally:
            self._asking = False

    def tell_wrong(self, error: UserError) -> None:
        """Says why there are no images."""
        self.tui.show_error(error)
