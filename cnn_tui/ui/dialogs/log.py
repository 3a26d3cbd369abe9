"""What the trainer wrote into its log: the last lines, and new ones as they come."""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog

MOST_BYTES = 64_000
SECONDS_BETWEEN_LOOKS = 1.0


class LogDialog(Dialog[None]):
    """The end of a log file; it follows what is written as long as its end is in view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,t,enter", "dismiss", "Close", tooltip="Back to the run", id="log.close"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    LogDialog { align: center middle; }
    LogDialog VerticalScroll { width: 96%; height: 90%; background: $surface; scrollbar-size-vertical: 1; }
    LogDialog Static { height: auto; }
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._shown = ""

    def compose(self) -> ComposeResult:
        """The text in a panel that scrolls."""
        with VerticalScroll(classes="panel") as box:
            box.border_title = Content(clean(str(self._path), 200))
            yield Static(id="log", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Reads it now, and again and again."""
        self.look()
        self.set_interval(SECONDS_BETWEEN_LOOKS, self.look)

    def look(self) -> None:
        """Shows what is new."""
        text = tail(self._path)
        if text == self._shown:
            return
        box = self.query_one(VerticalScroll)
        is_at_end = not self._shown or box.scroll_offset.y >= box.max_scroll_y
        self._shown = text
        lines = (clean(line, 2000) for line in text.splitlines())
        self.query_one("#log", Static).update(Content("\n".join(lines) or "The trainer has written nothing."))
        if is_at_end:
            self.call_after_refresh(box.scroll_end, animate=False)


def tail(path: Path) -> str:
    """The last lines of a file; a sentence when it cannot be read."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(end - MOST_BYTES, 0))
            data = file.read()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"It cannot be read: {error.strerror}"
    if end > MOST_BYTES:
        data = data[data.find(b"\n") + 1 :]
    return data.decode(errors="replace")
