"""The rail: every place with its key, the one you are in, and the name of what you edit."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from cnn_tui.text import clean
from cnn_tui.ui.places import PLACES
from cnn_tui.ui.session import Session


class Rail(Horizontal):
    """One line at the top of every place."""

    DEFAULT_CSS: ClassVar[str] = """
    Rail { height: 1; background: $panel; }
    Rail Static { width: auto; padding: 0 1; color: $text-muted; }
    Rail #brand { color: $accent; text-style: bold; }
    Rail .-here { background: $accent; color: $background; text-style: bold; }
    Rail #work { width: 1fr; text-align: right; }
    """

    def compose(self) -> ComposeResult:
        """A name, the places, and the work."""
        yield Static("cnn-tui", id="brand")
        for place in PLACES:
            # The key is ours, not the user's: a click on it may run an action.
            yield Static(f"[@click=app.go('{place.key}')]{place.digit} {place.title}[/]", id=f"to-{place.key}")
        yield Static(id="work", markup=False)

    def show(self, here: str, session: Session) -> None:
        """Marks the place that is looked at and names the model."""
        for place in PLACES:
            self.query_one(f"#to-{place.key}").set_class(place.key == here, "-here")
        saved = "saved" if session.is_saved else "not saved"
        self.query_one("#work", Static).update(Content(f"{clean(session.model.name, 40)} · {saved}"))
