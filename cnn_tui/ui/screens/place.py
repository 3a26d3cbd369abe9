"""What every place has: the rail above, its keys below, and the session that it follows."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer

from cnn_tui.runs.history import History
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.rail import Rail

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp


class Place(Screen[None]):
    """A place draws itself when the session or its run changes, and only while it is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[str, bool] = {}

    def compose(self) -> ComposeResult:
        """The rail, what the place itself is made of, and the keys."""
        yield Rail()
        yield from self.compose_place()
        yield Footer()

    def compose_place(self) -> ComposeResult:
        """The widgets of this place."""
        yield from ()

    def show_session(self, session: Session) -> None:
        """Draws a session, whoever changed it."""

    def show_history(self, history: History) -> None:
        """Draws what is known of the run."""

    def refresh_keys(self) -> None:
        """Greys and ungreys keys; the footer is made anew only when that changes anything, as it takes its time."""
        keys = self._enabled()
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def _enabled(self) -> dict[str, bool]:
        return {key: active.enabled for key, active in self.active_bindings.items()}

    @property
    def tui(self) -> "CnnApp":
        """The application."""
        return cast("CnnApp", self.app)

    @property
    def session(self) -> Session:
        """The session as it is now."""
        return self.tui.current_session

    @session.setter
    def session(self, session: Session) -> None:
        self.tui.session = session

    def after_first_frame(self, deed: Callable[[], Any]) -> None:
        """Does it when the place has been drawn, so that what is not seen at first does not delay what is.

        While the application starts, nothing is drawn until all its messages are dealt with. A screen's own
        `call_after_refresh` does not wait for that; the application's, which reads its messages afterwards, does.
        """
        self.app.call_after_refresh(deed)

    async def converse(self, talk: Coroutine[Any, Any, None]) -> None:
        """Runs a talk of dialogs beside the screen; returns when the first of them listens.

        Keys that are typed meanwhile wait, so that none goes past the dialog to the screen under it.
        """
        worker = self.run_worker(talk)
        while not worker.is_finished and (self.app.screen is self or self.app.screen.focused is None):
            await asyncio.sleep(0)

    def on_mount(self) -> None:
        """Follows the session and the run from now on."""
        self.watch(self.app, "session", self._session_changed, init=False)
        self.watch(self.app, "history", self._history_changed, init=False)

    def on_screen_resume(self) -> None:
        """Draws what changed while nobody looked; Textual makes the footer anew in any case."""
        self._keys = self._enabled()
        self._session_changed(self.session)
        self._history_changed(self.tui.history)

    def _session_changed(self, session: Session) -> None:
        if self.is_current:
            self.query_one(Rail).show(self.tui.current_mode, session)
            self.show_session(session)

    def _history_changed(self, history: History) -> None:
        if self.is_current:
            self.show_history(history)
