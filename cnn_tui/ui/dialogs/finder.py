"""A dialog with an input above a list: typing narrows the list, the arrow keys move in it, enter takes."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cnn_tui.text import clean
from cnn_tui.ui.dialogs.dialog import Dialog
from cnn_tui.ui.widgets.plain_input import PlainInput

Answer = TypeVar("Answer")
_TITLES, _LONGEST_TITLE = 14, 24
"""Columns for titles: at least, and at most before the words about them are moved on."""


class Entry(Struct, Generic[Answer], frozen=True):
    """One line of the list: what it is called, a few words about it, and what choosing it gives."""

    title: str
    about: str
    answer: Answer
    why_not: str = ""
    """Why it cannot be chosen now."""


class Finder(Dialog[Answer | None], Generic[Answer]):
    """Asks for one of many. Escape answers None."""

    PLACEHOLDER: ClassVar[str] = "type to find"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", tooltip="Close and change nothing", id="dialog.close"),
        Binding("down", "move(1)", "Down", tooltip="Go down in the list", id="dialog.down", show=False),
        Binding("up", "move(-1)", "Up", tooltip="Go up in the list", id="dialog.up", show=False),
        Binding("pagedown", "move(10)", "Page down", tooltip="Go ten down", id="dialog.page_down", show=False),
        Binding("pageup", "move(-10)", "Page up", tooltip="Go ten up", id="dialog.page_up", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Finder { align: center middle; }
    Finder > Vertical {
        width: 76; max-width: 95%; height: auto; max-height: 90%;
        border: round $accent; border-title-color: $accent; background: $surface; padding: 0 1;
    }
    Finder Input { background: $panel; margin-bottom: 1; }
    Finder OptionList {
        height: auto; max-height: 16; border: none; padding: 0; background: $surface;
        scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Finder OptionList > .option-list--option-highlighted { background: $accent 25%; color: $foreground; }
    Finder #note { height: auto; color: $text-muted; margin-top: 1; }
    Finder #note.-wrong { color: $text-error; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._entries: list[Entry[Answer]] = []

    def find(self, typed: str) -> Sequence[Entry[Answer]]:
        """The lines that go with what is typed."""
        raise AssertionError(f"{type(self).__name__} finds nothing")

    def compose(self) -> ComposeResult:
        """The input, the list, and a line of advice or trouble."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            yield PlainInput(placeholder=self.PLACEHOLDER, compact=True)
            yield OptionList(compact=True)
            yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        """Shows the whole list first; the focus stays in the input."""
        self.query_one(OptionList).can_focus = False
        self.narrow("")

    def narrow(self, typed: str) -> None:
        """Lists what goes with the text, the first line chosen."""
        self._entries = list(self.find(typed))
        listed = self.query_one(OptionList)
        listed.clear_options()
        longest = max((len(entry.title) for entry in self._entries), default=0)
        width = max(_TITLES, min(longest, _LONGEST_TITLE))
        listed.add_options([Option(_line(entry, width)) for entry in self._entries])
        listed.highlighted = 0 if self._entries else None
        self.say("" if self._entries else "Nothing goes with this.")

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Shows a sentence under the list."""
        note = self.query_one("#note", Static)
        note.update(Content(sentence))
        note.display = bool(sentence)
        note.set_class(wrong, "-wrong")

    @property
    def chosen(self) -> Entry[Answer] | None:
        """The line that is highlighted."""
        at = self.query_one(OptionList).highlighted
        return self._entries[at] if at is not None and at < len(self._entries) else None

    def take(self) -> None:
        """Answers with the chosen line, or says why it cannot be chosen."""
        if self.chosen and self.chosen.why_not:
            self.say(self.chosen.why_not, wrong=True)
        elif self.chosen:
            self.dismiss(self.chosen.answer)

    def action_move(self, by: int) -> None:
        """Moves in the list."""
        listed = self.query_one(OptionList)
        if self._entries:
            listed.highlighted = max(0, min((listed.highlighted or 0) + by, len(self._entries) - 1))

    def action_leave(self) -> None:
        """Closes without an answer."""
        self.dismiss(None)

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Narrows the list at each key."""
        self.narrow(event.value)

    @on(Input.Submitted)
    def entered(self) -> None:
        """Takes the chosen line."""
        self.take()

    @on(OptionList.OptionSelected)
    def clicked(self) -> None:
        """Takes the line that was clicked."""
        self.take()


def _line(entry: Entry[Answer], width: int) -> Content:
    """The title and the words about it, neither ever read as markup."""
    title = Content(f"{clean(entry.title):<{width}} ")
    if entry.why_not:
        return (title + Content(clean(entry.why_not))).stylize("$foreground 40%")
    return title.stylize("bold") + Content(clean(entry.about)).stylize("$foreground 65%")
