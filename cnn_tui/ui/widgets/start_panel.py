"""The start of a run: what it will do, the button, what stands in its way, and the same as a command."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from cnn_tui.text import clean


class StartPanel(VerticalScroll, can_focus=False):
    """Says everything that matters before a start; greyed with the reason while there can be none."""

    DEFAULT_CSS: ClassVar[str] = """
    StartPanel { height: 1fr; min-height: 5; }
    StartPanel Horizontal { height: auto; }
    StartPanel Button { margin-right: 2; min-width: 11; }
    StartPanel #reason { width: 1fr; height: auto; }
    StartPanel #plan, StartPanel #forecast, StartPanel #rate, StartPanel #command, StartPanel #unsaid { height: auto; }
    StartPanel #rate { color: $text-warning; }
    StartPanel #command { color: $text-accent; }
    StartPanel #unsaid { color: $text-muted; }
    """

    class Asked(Message):
        """Someone pressed the button."""

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self.border_title = "start"
        self._shown: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """From what it does to how else it can be done."""
        yield Static(id="plan", markup=False)
        yield Static(id="forecast", markup=False)
        with Horizontal():
            yield Button("s Start", variant="primary", compact=True, id="start")
            yield Static(id="reason", markup=False)
        yield Static(id="rate", markup=False)
        yield Static(id="command", markup=False)
        yield Static(id="unsaid", markup=False)

    def show(self, plan: str, forecast: str, obstacle: str, command: str, unsaid: str, no_rate: str = "") -> None:
        """Draws it all; an empty obstacle means that it can start, `no_rate` says why no learning rate is found."""
        shown = plan, forecast, obstacle, command, unsaid, no_rate
        if shown == self._shown:
            return
        self._shown = shown
        self.query_one("#plan", Static).update(Content(plan))
        self.query_one("#forecast", Static).update(Content(forecast))
        self.query_one("#forecast", Static).display = bool(forecast)
        self.say(obstacle)
        self.query_one("#rate", Static).update(Content(clean(f"f Find rate: {no_rate}", 400)))
        self.query_one("#rate", Static).display = bool(no_rate)
        self.query_one("#command", Static).update(Content(f"$ {clean(command, 600)}"))
        self.query_one("#unsaid", Static).update(Content(clean(unsaid, 600)))
        self.query_one("#unsaid", Static).display = bool(unsaid)

    def say(self, obstacle: str) -> None:
        """Greys the button with a reason, or lets it be pressed."""
        button = self.query_one(Button)
        button.disabled = bool(obstacle)
        ready = "It goes on without this window; c copies the command:"
        self.query_one("#reason", Static).update(Content(clean(obstacle, 400) or ready))

    @on(Button.Pressed)
    def ask(self, event: Button.Pressed) -> None:
        """Passes the wish on."""
        event.stop()
        self.post_message(self.Asked())
