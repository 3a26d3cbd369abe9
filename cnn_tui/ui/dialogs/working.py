"""Work that takes a while: how far it is, for how long it has been going on, and a way to stop it."""

from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, ProgressBar, Static
from textual.worker import Worker, WorkerState

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Stopped, Told
from cnn_tui.ui.dialogs.dialog import Dialog

LOOKS_A_SECOND = 4
Deed = Callable[[Told], Coroutine[Any, Any, None]]
"""What is done; it tells the share of it that is done."""


class Working(Dialog[UserError | None]):
    """Does something and closes: with None when it is done, with what was wrong, or with `Stopped`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", tooltip="Stop it", id="working.stop"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Working { align: center middle; }
    Working > Vertical {
        width: 60; max-width: 95%; height: auto; padding: 0 1; border: round $accent; background: $surface;
    }
    Working Static { height: auto; }
    Working ProgressBar, Working Bar { width: 100%; }
    Working Horizontal { height: 1; align-horizontal: right; margin-top: 1; }
    """

    def __init__(self, what: str, deed: Deed) -> None:
        super().__init__()
        self._what = what
        self._deed = deed
        self._began = monotonic()
        self._worker: Worker[None] | None = None
        self._share = 0.0

    def compose(self) -> ComposeResult:
        """What is done, how far it is, and the way to stop it."""
        with Vertical():
            yield Static(id="what", markup=False)
            yield ProgressBar(total=1.0, show_percentage=False, show_eta=False)
            with Horizontal():
                yield Button("esc Stop", compact=True, action="screen.stop", id="stop")

    def on_mount(self) -> None:
        """Begins."""
        self._worker = self.run_worker(self._work())
        self.set_interval(1 / LOOKS_A_SECOND, self._show)
        self._show()

    def action_stop(self) -> None:
        """Stops; the dialog closes when all is cleared up."""
        assert self._worker
        self._what = "Stopping …"
        self._show()
        self._worker.cancel()

    @on(Worker.StateChanged)
    def close_when_stopped(self, event: Worker.StateChanged) -> None:
        """Closes after a stop."""
        if event.state is WorkerState.CANCELLED:
            self.dismiss(Stopped())

    async def _work(self) -> None:
        try:
            await self._deed(self._tell)
        except UserError as error:
            self.dismiss(error)
        else:
            self.dismiss(None)

    def _tell(self, share: float) -> None:
        self._share = share

    def _show(self) -> None:
        seconds = int(monotonic() - self._began)
        self.query_one("#what", Static).update(Content(f"{self._what} {self._share:.0%} · {seconds} s"))
        self.query_one(ProgressBar).update(progress=self._share)
