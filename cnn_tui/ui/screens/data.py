"""Data: which files there are, how they are read, what the images look like and how the classes are filled."""

from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.presets import sample_digits
from cnn_tui.text import clean
from cnn_tui.ui.data_view import View, absence, hint, scales_to_one
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.class_bars import ClassBars
from cnn_tui.ui.widgets.form import Form
from cnn_tui.ui.widgets.found_panel import FoundPanel
from cnn_tui.ui.widgets.source_list import SourceList

IMAGE = Binding.Group("Image", compact=True)
NO_FILES = Data(train=Source(images=""))


class DataScreen(Place):
    """Look at the images before training on them."""

    CSS_PATH = "data.tcss"
    AUTO_FOCUS = "ClassBars"
    HELP = """
    The files on the left, their images on the right; below, how many images each class has and how bright they are.

    `o` opens a folder or a file of yours, `s` the sample digits. `c`, `↑` and `↓` choose a class, `←` and `→` move on
    among its images, `t` changes between training and test images. `enter` goes to the settings: how the pixels are
    **scaled** before the model sees them, and how many training rows are held out for **validation**.

    **One-hot** is what the model is asked to answer: one number a class, a 1 at the true one. `h` shows all of them.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "Open", tooltip="Open a folder or a file of images", id="data.open"),
        Binding("s", "sample", "Sample data", tooltip="Take the 10,000 sample digits", id="data.sample"),
        Binding("c", "next_class", "Class", tooltip="Look at the next class", id="data.class"),
        Binding("left", "step(-1)", "Image", tooltip="The image before", id="data.previous", group=IMAGE),
        Binding("right", "step(1)", "Image", tooltip="The next image", id="data.next", group=IMAGE),
        Binding("f", "scale", "Scale 0-1", tooltip="Scale the pixels to 0-1, if they go further", id="data.scale"),
        Binding("enter", "settings", "Settings", tooltip="Scaling and validation", id="data.settings"),
        Binding("h", "one_hot", "One-hot", tooltip="Show the one-hot vector of every class", id="data.one_hot"),
        Binding("t", "part", "Train/test", tooltip="Change between training and test", id="data.part", show=False),
        Binding(
            "left_square_bracket", "fold", "Sources", tooltip="Show or hide the sources", id="view.left", show=False
        ),
        Binding("escape", "leave_form", "Back", tooltip="Leave the settings", id="data.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._shown: View | None = None
        self._asking = False
        self._help = ""

    def compose_place(self) -> ComposeResult:
        """The sources; the pictures and what is counted in them."""
        with Horizontal(id="work"):
            with Vertical(id="sources", classes="panel") as sources:
                sources.border_title = "Sources"
                yield SourceList()
                yield Static(id="hint", markup=False)
            yield FoundPanel(classes="panel")

    def on_mount(self) -> None:
        """Makes the form after the first frame, which it would delay."""
        super().on_mount()
        self.call_after_refresh(self._mount_form)

    async def _mount_form(self) -> None:
        form = Form(self.session.data or NO_FILES, leave_out=("train", "test"))
        await self.query_one("#sources").mount(form, before="#hint")
        self.show_session(self.session)

    def show_session(self, session: Session) -> None:
        """Draws what is known of the data."""
        self.query_one(SourceList).show(session.data, session.report)
        for form in self.query(Form):
            form.display = session.data is not None
            form.show(session.data or NO_FILES)
        self._draw_hint()
        if session.report and session.files:
            same = self._view is not None and self._view.files == session.files
            self._look_at(self._view if self._view and same else View(session.files))
        elif not session.is_reading:
            self._view = None
        if not session.report:
            self.query_one(FoundPanel).show_empty(absence(session))
        self.refresh_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what needs data, and what would change nothing."""
        match action:
            case "next_class" | "step" | "one_hot":
                return True if self._view else None
            case "part":
                return True if self.session.report and self.session.report.test else None
            case "scale":
                return True if scales_to_one(self.session) else None
            case "settings":
                return True if self.session.data else None
            case "leave_form":
                return any(form.has_focus_within for form in self.query(Form))
        return True

    async def action_open(self) -> None:
        """Asks for a path and takes the data that is there."""
        await self.converse(self._ask_and_open())

    async def _ask_and_open(self) -> None:
        from cnn_tui.ui.dialogs.path import AskPath  # not before it is needed: the first frame waits for every import

        path = await self.app.push_screen_wait(AskPath("Open data", _folder(self.session), folders=True))
        if path is None:
            return
        try:
            self._say(f"Looking for data in {clean(path.name)} ...")
            self.tui.set_data(await self.tui.service.find([str(path)]))
        except UserError as error:
            self._say(error.sentence, wrong=True)

    def action_sample(self) -> None:
        """Takes the sample digits."""
        self.tui.set_data(sample_digits())

    def action_scale(self) -> None:
        """Scales the pixels to 0-1."""
        if self.session.data:
            self.tui.set_data(replace(self.session.data, scale="unit"))

    def action_settings(self) -> None:
        """Goes to the settings."""
        self.remove_class("-sources-closed")
        for form in self.query(Form):
            form.focus_field("scale")

    @on(Form.Done)
    def action_leave_form(self) -> None:
        """Leaves the settings."""
        self._help = ""
        self._draw_hint()
        self.query_one(ClassBars).focus()

    @on(Form.Changed)
    def take_settings(self, event: Form.Changed) -> None:
        """Takes other settings for the same files; those that say how they are read make them be read again."""
        if isinstance(event.value, Data):
            self.tui.set_data(event.value)

    @on(Form.Helped)
    def show_help(self, event: Form.Helped) -> None:
        """Shows the help of the setting in focus."""
        self._help = event.text
        self._draw_hint()

    def action_fold(self) -> None:
        """Shows the sources or hides them."""
        self.toggle_class("-sources-closed")
        self.query_one(ClassBars).focus()

    def action_one_hot(self) -> None:
        """Shows the vectors of all classes, or only that of the image."""
        self.query_one(FoundPanel).toggle_one_hot()

    def action_part(self) -> None:
        """Changes between training and test images."""
        if self._view:
            self._look_at(self._view.with_other_part())

    def action_next_class(self) -> None:
        """Looks at the next class; after the last at all."""
        if self._view and self.session.report:
            self._look_at(self._view.with_next_class(len(self.session.report.classes)))

    @on(ClassBars.Chosen)
    def choose_class(self, event: ClassBars.Chosen) -> None:
        """Looks at the class that was chosen."""
        if self._view:
            self._look_at(self._view.with_class(event.label))

    def action_step(self, by: int) -> None:
        """Moves on among the images."""
        if self._view and self.session.report:
            self._look_at(self._view.moved(by, self.session.report))

    def _look_at(self, view: View) -> None:
        assert self.session.report is not None
        self._view = view
        self.query_one(FoundPanel).show_report(self.session.report, view)
        if view != self._shown and not self._asking:
            self._fetch()

    @work
    async def _fetch(self) -> None:
        """Asks for the images of the newest view; one question at a time, wishes that were overtaken are skipped."""
        self._asking = True
        try:
            while self._view and self._view != self._shown:
                view = self._view
                self.query_one(FoundPanel).show_pictures(await view.ask(self.tui.service))
                self._shown = view
        except UserError as error:
            self._say(error.sentence, wrong=True)
        finally:
            self._asking = False

    def _draw_hint(self) -> None:
        self._say(*hint(self.session, self._help))

    def _say(self, sentence: str, wrong: bool = False) -> None:
        line = self.query_one("#hint", Static)
        line.update(Content(f"✗ {sentence}" if wrong else sentence))
        line.set_class(wrong, "-wrong")


def _folder(session: Session) -> Path:
    """Where the data are, or the current folder."""
    return Path(session.data.train.images).parent if session.data else Path.cwd()
