"""One word of a few, on one line: arrow keys go through them, letters find one, enter shows them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """Shows the chosen word. It has no list of its own on the screen, so that a form of many is made quickly."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", tooltip="The choice before", id="choice.previous", show=False),
        Binding("right,space", "step(1)", "Next", tooltip="The next choice", id="choice.next", show=False),
        Binding("enter", "choose", "Choose", tooltip="Show all there is to choose from", id="choice.all", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Choice { height: 1; width: 1fr; background: $panel; }
    Choice:focus { background: $accent 25%; }
    """

    @dataclass
    class Changed(Message):
        """Another word was chosen."""

        choice: "Choice"

    value: reactive[str] = reactive("")

    def __init__(self, words: Sequence[str], value: str, title: str = "") -> None:
        super().__init__()
        assert value in words
        self._words = tuple(words)
        self._typed = ""
        self._title = title
        self.set_reactive(Choice.value, value)

    def render(self) -> Content:
        """The word, and the sign that there are others."""
        room = max(1, self.size.width - 2)
        word = self.value if len(self.value) <= room else f"{self.value[: room - 1]}…"
        return Content(f"{word:{room}}▾")

    def watch_value(self) -> None:
        """Says that another word is chosen."""
        self.post_message(self.Changed(self))

    def action_step(self, by: int) -> None:
        """Goes to the next word; after the last comes the first."""
        self.value = self._words[(self._words.index(self.value) + by) % len(self._words)]

    @work
    async def action_choose(self) -> None:
        """Lets one be found in the list of all."""
        from cnn_tui.ui.dialogs.choose import Choose  # not before it is needed: the first frame waits for every import
        from cnn_tui.ui.dialogs.finder import Entry

        chosen = await self.app.push_screen_wait(Choose(self._title, [Entry(word, "", word) for word in self._words]))
        if chosen is not None:
            self.value = chosen

    def on_key(self, event: events.Key) -> None:
        """Letters are text, not keys that do something: they go to the word that begins so."""
        letter = event.character or ""
        if not (letter.isalnum() or letter == "_"):
            self._typed = ""
            return
        event.stop()
        event.prevent_default()
        for typed in (self._typed + letter, letter):
            if found := [word for word in self._words if word.startswith(typed.lower())]:
                self._typed = typed
                self.value = self.value if self.value in found and len(typed) > 1 else found[0]
                return

    def on_blur(self) -> None:
        """What was typed is over."""
        self._typed = ""

    def on_click(self) -> None:
        """Shows the list."""
        self.action_choose()
