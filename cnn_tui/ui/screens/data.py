"""Data: which files there are, how they are read, what the images look like and what is doubtful about them."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Key

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data
from cnn_tui.spec.presets import sample_digits
from cnn_tui.text import clean
from cnn_tui.ui import data_files
from cnn_tui.ui.data_mending import setting_meant
from cnn_tui.ui.data_obstacles import obstacle
from cnn_tui.ui.data_view import absence, mending
from cnn_tui.ui.screens.browsing import Browsing
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.found_panel import FoundPanel
from cnn_tui.ui.widgets.source_list import SourceList
from cnn_tui.ui.widgets.sources_panel import SourcesPanel

if TYPE_CHECKING:
    from cnn_tui.ui.widgets.data_form import DataForm
    from cnn_tui.ui.widgets.problem_list import ProblemList


class DataScreen(Browsing):
    """Look at the images before training on them."""

    CSS_PATH = "data.tcss"
    AUTO_FOCUS = "ClassBars"
    HELP = """
    The sources on the left, their images on the right; below, how many images each class has and how bright they are.

    `o` opens a folder or a file of yours, `O` what was opened before, `s` the sample digits, `a` adds test images.
    `e` goes to the **sources**: `enter` corrects one, `J` and `K` its role, `w` exchanges images and labels.

    `c`, `↑` and `↓` choose a class, `←` and `→` move on among its images, `t` goes from training to test images, `m`
    shows the mean image of each class. `p` goes to the **problems**; `enter` on one shows its first image.

    `f` does what the sentence under the sources advises. `enter` goes to the settings: how files are read, how the
    pixels are **scaled** before the model sees them, and which rows are held out for **validation**. `g` sets the
    **augmentation**. `r` reads everything again.

    Labels that are **numbers** are chosen by `targets` in the settings, or by a loss for numbers in Train. Their bars
    count the images of each step from the least to the greatest; `n` goes to the next number where there are several.

    **One-hot** is what the model is asked to answer: one number a class, a 1 at the true one. `h` shows all of them.
    `y` shows the same as a command.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "Open", tooltip="Open a folder or a file of images", id="data.open"),
        Binding("s", "sample", "Sample data", tooltip="Take the 10,000 sample digits", id="data.sample", show=False),
        Binding("O", "recent", "Recent", tooltip="Open what was opened before", id="data.recent", show=False),
        Binding("a", "add", "Add source", tooltip="Add images to test or to validate on", id="data.add", show=False),
        Binding("f", "mend", "Mend", tooltip="Do what the sentence below advises", id="data.mend", show=False),
        Binding("enter", "settings", "Settings", tooltip="Reading, scaling and validation", id="data.settings"),
        Binding("e", "sources", "Sources", tooltip="Go to the sources", id="data.sources", show=False),
        Binding("p", "problems", "Problems", tooltip="Go to what is doubtful", id="data.problems", show=False),
        Binding("g", "augment", "Augment", tooltip="Change images at random", id="data.augment", show=False),
        Binding("y", "command", "Command", tooltip="The same as a command", id="data.command"),
        Binding("r", "read_again", "Read again", tooltip="Read the files again", id="data.read", show=False),
        Binding("x", "stop", "Stop", tooltip="Stop the reading", id="data.stop"),
        Binding("left_square_bracket", "fold", "Sources", tooltip="Show or hide them", id="view.left", show=False),
        Binding("escape", "back", "Back", tooltip="Leave this, or stop the reading", id="data.back", show=False),
    ]

    def compose_place(self) -> ComposeResult:
        """The sources; the pictures and what is counted in them."""
        with Horizontal(id="work"):
            yield SourcesPanel()
            yield FoundPanel(classes="panel")

    def on_mount(self) -> None:
        """Makes the form, the list of problems and what shows images after the first frame."""
        super().on_mount()
        self.watch(self.app, "share_read", self._draw_share, init=False)
        self.after_first_frame(self._mount_rest)

    async def _mount_rest(self) -> None:
        await self.panel.mount_rest()
        await self.query_one(FoundPanel).mount_rest()
        self.show_session(self.session)

    @property
    def panel(self) -> SourcesPanel:
        """The left side."""
        return self.query_one(SourcesPanel)

    def show_session(self, session: Session) -> None:
        """Draws what is known of the data; what was found in them once there is what shows it."""
        self.panel.show(session)
        found = self.query_one(FoundPanel)
        if session.report is None or found.is_whole:
            self.follow(session)
        if session.report is None:
            found.show_empty(absence(session, self.tui.share_read))
        elif self.focused is None and found.is_whole:
            self.call_after_refresh(self._focus_images)
        self.refresh_keys()

    def _focus_images(self) -> None:
        self.set_focus(next((bars for bars in self.query("ClassBars") if bars.focusable), None))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys what has an obstacle."""
        if action == "stop":
            return self.session.is_reading
        if action == "command" and self.session.is_reading:
            return False  # what can be stopped takes its room in the footer
        return None if obstacle(action, self.session) else super().check_action(action, parameters)

    def on_key(self, event: Key) -> None:
        """Says why a greyed key does nothing."""
        pressed = self.active_bindings.get(event.key)
        if pressed and pressed.node is self and not pressed.enabled:
            reason = obstacle(pressed.binding.action.partition("(")[0], self.session)
            self.panel.explain(reason)
        elif not self.panel.has_focus_within:
            self.panel.draw_hint()

    async def action_open(self) -> None:
        """Asks for a path and takes the data that is there."""
        await self.converse(self._open(None))

    async def action_add(self) -> None:
        """Asks for a path and takes what is there as a further source."""
        await self.converse(self._open(self.session.data))

    async def _open(self, added_to: Data | None) -> None:
        path = await data_files.ask_for_data(self.tui)
        if path is None:
            return
        self.tui.stop_reading()
        self.panel.say(f"Looking for data in {clean(path.name)} ...")
        find = data_files.add_path(self.tui, added_to, path) if added_to else data_files.open_path(self.tui, path)
        await self._telling(find)

    async def action_recent(self) -> None:
        """Takes data that were opened before."""
        await self.converse(data_files.choose_recent(self.tui))

    def action_sample(self) -> None:
        """Takes the sample digits."""
        self.tui.set_data(sample_digits())

    def action_mend(self) -> None:
        """Does what the sentence under the sources advises: reads in another way, or scales the pixels."""
        if data := mending(self.session):
            self.tui.set_data(data)

    async def action_command(self) -> None:
        """Shows the commands that do the same."""
        await self.converse(data_files.show_command(self.tui))

    async def action_augment(self) -> None:
        """Edits the augmentation, with a look at the image in view."""
        if self.session.data and self.view:
            await self.converse(
                data_files.edit_augmentation(self.tui, self.session.data, self.view.part, self.first_row)
            )

    def action_read_again(self) -> None:
        """Reads the files again."""
        self.tui.read_again()

    def action_stop(self) -> None:
        """Stops the reading."""
        self.tui.stop_reading()

    def action_back(self) -> None:
        """Leaves the settings, the sources or the problems; else it stops the reading."""
        if self.session.is_reading and not self.panel.has_focus_within:
            self.tui.stop_reading()
        self.leave_form()

    def action_settings(self) -> None:
        """Goes to the settings, at once to the one that a problem is about."""
        self.remove_class("-sources-closed")
        self.panel.focus_settings(setting_meant(self.session.data_problem) or "scale")

    def action_sources(self) -> None:
        """Goes to the sources."""
        self.remove_class("-sources-closed")
        self.query_one(SourceList).focus()

    def action_problems(self) -> None:
        """Goes to the problems."""
        self.remove_class("-sources-closed")
        self.panel.focus_problems()

    def leave_form(self) -> None:
        """Goes back to the images."""
        self.panel.leave()
        self._focus_images()

    def on_form_done(self) -> None:
        """Goes back to the images."""
        self.leave_form()

    def on_data_form_changed(self, event: "DataForm.Changed") -> None:
        """Takes other settings for the same files; those that say how they are read make them be read again."""
        self.tui.set_data(event.data)

    async def on_data_form_augmentation_asked(self) -> None:
        """Edits the augmentation."""
        await self.run_action("augment")

    @on(SourceList.Asked)
    async def correct_source(self, event: SourceList.Asked) -> None:
        """Edits a source, or exchanges it for another."""
        data = self.session.data
        if data is None:
            return
        if event.deed == "edit":
            await self.converse(data_files.edit_source(self.tui, data, event.role))
        elif changed := data_files.corrected(data, event.role, event.deed):
            self.query_one(SourceList).choose(changed[1])
            self.tui.set_data(changed[0])
        else:
            self.panel.say(data_files.obstacle_to(event.deed), wrong=True)

    def on_problem_list_followed(self, event: "ProblemList.Followed") -> None:
        """Looks at the first image that a problem is about."""
        if self.view and event.finding.rows:
            self.look_at(self.view.at(event.finding))

    def action_fold(self) -> None:
        """Shows the sources or hides them."""
        self.toggle_class("-sources-closed")
        self.leave_form()

    def tell_wrong(self, error: UserError) -> None:
        """Says it beside the files."""
        self.panel.say(error.sentence, wrong=True)

    async def _telling(self, deed: Awaitable[None]) -> None:
        try:
            await deed
        except UserError as error:
            self.tell_wrong(error)
        else:
            self.panel.draw_hint()

    def _draw_share(self, share: float) -> None:
        if self.session.is_reading:
            self.query_one(FoundPanel).show_empty(absence(self.session, share))
