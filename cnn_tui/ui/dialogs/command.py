"""The same as a command: shown whole, copied with one key."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog
from cnn_tui.ui.start import Command

LONGEST = 2000


class CommandDialog(Dialog[None]):
    """Commands with what each is for, and what none of them can say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c", "copy(0)", "Copy the first", tooltip="Put the first command into the clipboard", id="command.first"
        ),
        Binding("d", "copy(1)", "the second", tooltip="Put the second command into the clipboard", id="command.second"),
        Binding("escape,y,enter", "dismiss", "Close", tooltip="Back to the data", id="command.close"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    CommandDialog { align: center middle; }
    CommandDialog VerticalScroll { width: 90; max-width: 100%; height: auto; max-height: 90%; background: $surface; }
    CommandDialog Static { height: auto; }
    CommandDialog .command { color: $text-accent; margin-bottom: 1; }
    CommandDialog .unsaid, CommandDialog #copied { color: $text-muted; }
    """

    def __init__(self, commands: Mapping[str, Command]) -> None:
        super().__init__()
        self._commands = dict(commands)

    def compose(self) -> ComposeResult:
        """Each command under its purpose."""
        with VerticalScroll(classes="panel") as box:
            box.border_title = "The same as a command"
            for purpose, command in self._commands.items():
                yield Static(f"{purpose}:", markup=False)
                yield Static(f"$ {clean(command.text, LONGEST)}", classes="command", markup=False)
            unsaid = sorted({name for command in self._commands.values() for name in command.unsaid})
            if unsaid:
                yield Static(
                    f"No option says {', '.join(unsaid)}; an experiment file does.", classes="unsaid", markup=False
                )
            yield Static(id="copied", markup=False)
        yield Footer(show_command_palette=False)

    def action_copy(self, place: int) -> None:
        """Puts a command into the clipboard, as far as the terminal lets it."""
        self.app.copy_to_clipboard(list(self._commands.values())[place].text)
        self.query_one("#copied", Static).update(Content("It is in the clipboard, if this terminal allows that."))
