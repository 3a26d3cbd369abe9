"""The line of a form behind which the settings are that most people leave alone."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class MoreLine(Widget, can_focus=True):
    """Folds them out and away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space,right", "turn", "More", tooltip="Show the settings that are rarely changed", id="more.turn"
        ),
        Binding("left", "turn", "Less", tooltip="Hide them again", id="more.less", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    MoreLine { height: 1; color: $text-muted; }
    MoreLine:focus { background: $accent 25%; color: $foreground; }
    """

    @dataclass
    class Turned(Message):
        """Someone wants to see more, or less."""

        line: "MoreLine"

    unfolded: reactive[bool] = reactive(False)

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = ", ".join(names)

    def render(self) -> Content:
        """The sign, and while it is folded what is behind it."""
        text = "▾ more" if self.unfolded else f"▸ more: {self._names}"
        room = max(1, self.size.width)
        return Content(text if len(text) <= room else f"{text[: room - 1]}…")

    def action_turn(self) -> None:
        """Asks for it."""
        self.post_message(self.Turned(self))

    def on_click(self) -> None:
        """Asks for it."""
        self.action_turn()

    def focus_editor(self) -> None:
        """Puts the focus here, now, as a line with an editor does."""
        self.screen.set_focus(self)
