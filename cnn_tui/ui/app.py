"""The application: its places, the session they share, and the run they watch."""

import asyncio
import gc
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.screen import Screen

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Service, Stopped
from cnn_tui.runs.following import Following
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.settings import Settings
from cnn_tui.spec.data import Data
from cnn_tui.ui.helping import Helping
from cnn_tui.ui.places import PLACES
from cnn_tui.ui.recent import remember
from cnn_tui.ui.session import STOPPED, Session
from cnn_tui.ui.terminal import catch_signals, leave_if_gone
from cnn_tui.ui.themes import THEMES

if TYPE_CHECKING:
    from cnn_tui.ui.autosave import Autosave


def _screen(module: str, name: str) -> Callable[[], Screen[None]]:
    """Makes a screen when its place is first visited, so that the first frame waits for one screen only."""

    def make() -> Screen[None]:
        screen: Screen[None] = getattr(import_module(f"cnn_tui.ui.screens.{module}"), name)()
        return screen

    return make


class CnnApp(Helping):
    """Places, keys and the state that they share: attributes down, messages up."""

    TITLE = "cnn-tui"
    CSS_PATH = "app.tcss"
    MODES: ClassVar = {place.key: _screen(place.module, place.screen) for place in PLACES}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (120, "-wide")]  # noqa: RUF012 # Textual's own type
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                place.digit, f"go('{place.key}')", place.title, tooltip=place.purpose, id=f"go.{place.key}", show=False
            )
            for place in PLACES
        ),
        Binding(
            "ctrl+t",
            "copy_panel",
            "Copy as text",
            show=False,
            tooltip="The panel that has the focus into the clipboard",
            id="app.copy",
        ),
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave; a run goes on without the screen", id="app.quit"),
    ]

    session: var[Session | None] = var(None, init=False)
    history: var[History] = var(History(), init=False)
    """What is known of the session's run, read from its files a few times a second."""
    share_read: var[float] = var(0.0, init=False)
    """How much of the data has been read and looked through, from 0 to 1, while that goes on."""

    def __init__(self, session: Session, settings: Settings, runs_folder: Path, place: str = "data") -> None:
        self.DEFAULT_MODE = place  # type: ignore[misc] # Textual reads it here; else an empty screen is drawn first
        first = next(one for one in PLACES if one.key == place)
        super().__init__(css_path=[self.CSS_PATH, f"screens/{first.module}.tcss"])  # later, all would be parsed anew
        self.settings = settings
        self.runs_folder = runs_folder
        self.service = Service()
        self.set_reactive(CnnApp.session, session)
        self._autosave: Autosave | None = None
        self._following = Following()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else THEMES[0].name
        self.set_keymap(settings.keys)

    def on_mount(self) -> None:
        """Restores the terminal on SIGTERM and SIGHUP too; reads the run, and after the first frame the data."""
        self._put_signals_back = catch_signals(lambda code: self.exit(return_code=code))
        self.set_interval(1, partial(leave_if_gone, 1))
        self.set_interval(1 / self.settings.refreshes_per_second, self.follow_run)
        self.follow_run()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """What waits for the first frame."""
        from cnn_tui.ui.autosave import Autosave

        gc.freeze()  # what the start has made stays; no search for garbage need look through it
        gc.enable()
        self.read_data()
        self._autosave = Autosave(self)
        self.run_worker(self._autosave.offer())
        self.run_worker(self._look_at_machine())

    async def _look_at_machine(self) -> None:
        """Tells the session how much memory there is, which a model may be too large for."""
        from cnn_tui.machine import memory_bytes

        memory = await asyncio.to_thread(memory_bytes)
        self.session = replace(self.current_session, memory_bytes=memory)

    def validate_session(self, session: Session) -> Session:
        """Forgets what was found in the data when another loss makes classes of numbers or numbers of classes."""
        known = self.session
        if known is None or not session.is_known_from(known):
            return session
        self.call_later(self.read_data)
        return replace(session, report=None, data_problem="")

    def watch_session(self, session: Session) -> None:
        """Keeps edits against a crash."""
        if self._autosave:
            self._autosave.follow(session)

    async def on_unmount(self) -> None:
        """Ends the reader of the data; a trainer goes on."""
        if self._autosave:
            self._autosave.end()
        self._put_signals_back()
        await self.service.close()

    @property
    def current_session(self) -> Session:
        """The session; there always is one."""
        assert self.session is not None
        return self.session

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Everything that a key does here, so that the palette finds it by its words."""
        yield from super().get_system_commands(screen)
        seen: set[str] = set()
        for node, binding, enabled, tooltip in screen.active_bindings.values():
            if binding.id and enabled and binding.action not in seen:
                seen.add(binding.action)
                about = f"{tooltip} · {self.get_key_display(binding)}"
                yield SystemCommand(binding.description, about, partial(self.run_action, binding.action, node))

    def action_copy_panel(self) -> None:
        """Puts the panel that has the focus into the clipboard as text."""
        from cnn_tui.ui.clipboard import copy_panel

        self.notify(copy_panel(self), timeout=4, markup=False)

    async def action_quit(self) -> None:
        """Leaves; edits of the model that are in no file are asked about first."""
        from cnn_tui.ui.dialogs.confirm import Confirm

        session = self.current_session
        if session.is_saved or not session.past:
            self._leave(True)
        elif isinstance(self.screen, Confirm):
            self.exit()
        else:
            self.push_screen(
                Confirm("The model has edits that are not saved.", yes="Leave without saving"), self._leave
            )

    def _leave(self, sure: bool | None) -> None:
        if sure:
            if self._autosave:
                self._autosave.end(discard=True)
            self.exit()

    def action_go(self, place: str) -> None:
        """Goes to another place."""
        if place != self.current_mode:
            self.switch_mode(place)

    def set_data(self, data: Data) -> None:
        """Takes other data, or the same scaled or split in another way, and reads what is new."""
        self.session = self.current_session.with_data(data)
        if self.current_session.is_reading:
            self.read_data()

    def read_again(self) -> None:
        """Reads the files again, which may have changed."""
        self.session = replace(self.current_session, report=None, data_problem="")
        self.read_data()

    def stop_reading(self) -> None:
        """Ends a reading that goes on."""
        if self.current_session.is_reading:
            self.service.stop()

    @work(exclusive=True, group="data", exit_on_error=False)
    async def read_data(self) -> None:
        """Asks the service what is in the data."""
        files = self.current_session.files
        if files is None:
            return
        self.share_read = 0.0
        report, problem = None, ""
        try:
            report = await self.service.describe(files, self._take_share)
        except Stopped:
            problem = STOPPED
        except UserError as error:
            problem = error.sentence
            if self.current_mode != "data":  # the Data place shows it beside the files
                self.show_error(error)
        session = self.current_session
        if session.files == files:
            self.session = replace(session, report=report, data_problem=problem)
            if report and session.data:
                await asyncio.to_thread(remember, session.data)

    def _take_share(self, share: float) -> None:
        self.share_read = share

    def watch_run(self, run: Run) -> None:
        """Shows another run."""
        self.session = replace(self.current_session, run=run)
        self.follow_run()

    def follow_run(self) -> None:
        """Reads what is new in the run's events; says nothing when nothing is."""
        run = self.current_session.run
        if run is None:
            return
        self.history, has_ended = self._following.look(run)
        if has_ended:
            from cnn_tui.ui.notices import tell_end

            tell_end(self, run, self.history)

    def show_error(self, error: UserError) -> None:
        """The one place where the screens show what is wrong with what a person gave."""
        self.notify(error.sentence, title="", severity="error", timeout=12, markup=False)


def run_app(session: Session, settings: Settings, runs_folder: Path, place: str = "data") -> int:
    """Shows the application until it is left; the exit code."""
    app = CnnApp(session, settings, runs_folder, place)
    app.run()
    return app.return_code or 0
