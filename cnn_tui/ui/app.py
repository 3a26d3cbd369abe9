"""The application: its places, the session they share, and the run they watch."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Service
from cnn_tui.runs.events import read_events
from cnn_tui.runs.history import History, fold_all
from cnn_tui.runs.run import ENDED, Run
from cnn_tui.settings import Settings
from cnn_tui.spec.data import Data
from cnn_tui.ui.places import PLACES
from cnn_tui.ui.session import Session
from cnn_tui.ui.themes import THEMES


def _screen(module: str, name: str) -> Callable[[], Screen[None]]:
    """Makes a screen when its place is first visited, so that the first frame waits for one screen only."""

    def make() -> Screen[None]:
        screen: Screen[None] = getattr(import_module(f"cnn_tui.ui.screens.{module}"), name)()
        return screen

    return make


class CnnApp(App[None]):
    """Places, keys and the state that they share: attributes down, messages up."""

    TITLE = "cnn-tui"
    CSS_PATH = "app.tcss"
    MODES: ClassVar = {place.key: _screen(place.module, place.screen) for place in PLACES}
    HORIZONTAL_BREAKPOINTS: ClassVar = [(0, "-narrow"), (100, "-normal"), (120, "-wide")]
    VERTICAL_BREAKPOINTS: ClassVar = [(0, "-short"), (30, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                place.digit, f"go('{place.key}')", place.title, tooltip=place.purpose, id=f"go.{place.key}", show=False
            )
            for place in PLACES
        ),
        Binding(
            "question_mark,f1", "show_help_panel", "Help", tooltip="Keys and help of what has the focus", id="app.help"
        ),
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave; a run goes on without the screen", id="app.quit"),
    ]

    session: reactive[Session | None] = reactive(None, init=False)
    history: reactive[History] = reactive(History(), init=False)
    """What is known of the session's run, read from its files a few times a second."""

    def __init__(self, session: Session, settings: Settings, runs_folder: Path, place: str = "data") -> None:
        super().__init__()
        self.settings = settings
        self.runs_folder = runs_folder
        self.service = Service()
        self.set_reactive(CnnApp.session, session)
        self._first_place = place
        self._followed: Run | None = None
        self._offset = 0
        self._events_history = History()

    def on_mount(self) -> None:
        """Restores the terminal on SIGTERM and SIGHUP too, then opens the first place."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme if self.settings.theme in self.available_themes else THEMES[0].name
        self.set_keymap(self.settings.keys)
        with contextlib.suppress(NotImplementedError):  # Windows has no such signals
            for name in ("SIGTERM", "SIGHUP"):
                if number := getattr(signal, name, None):
                    asyncio.get_running_loop().add_signal_handler(number, self.exit)
        self.switch_mode(self._first_place)
        self.set_interval(1 / self.settings.refreshes_per_second, self.follow_run)
        self.follow_run()
        self.read_data()

    async def on_unmount(self) -> None:
        """Ends the reader of the data; a trainer goes on."""
        await self.service.close()

    @property
    def current_session(self) -> Session:
        """The session; there always is one."""
        assert self.session is not None
        return self.session

    def action_go(self, place: str) -> None:
        """Goes to another place."""
        if place != self.current_mode:
            self.switch_mode(place)

    def set_data(self, data: Data) -> None:
        """Takes other data, or the same read in another way, and reads it."""
        self.session = replace(self.current_session, data=data, report=None)
        self.read_data()

    @work(exclusive=True, group="data", exit_on_error=False)
    async def read_data(self) -> None:
        """Asks the service what is in the data."""
        data = self.current_session.data
        if data is None:
            return
        try:
            report = await self.service.describe(data)
        except UserError as error:
            self.show_error(error)
            return
        if self.current_session.data == data:
            self.session = replace(self.current_session, report=report)

    def watch_run(self, run: Run) -> None:
        """Shows another run."""
        self.session = replace(self.current_session, run=run)
        self.follow_run()

    def follow_run(self) -> None:
        """Reads what is new in the run's events; says nothing when nothing is."""
        run = self.current_session.run
        if run is None:
            return
        if run != self._followed:
            self._followed, self._offset, self._events_history = run, 0, History()
        events, self._offset = read_events(run.events_file, self._offset)
        self._events_history = fold_all(events, self._events_history)
        history = self._events_history
        self.history = history if history.state in ENDED else run.confirmed(history)

    def show_error(self, error: UserError) -> None:
        """The one place where the screens show what is wrong with what a person gave."""
        self.notify(Content(error.sentence).plain, title="", severity="error", timeout=12, markup=False)
