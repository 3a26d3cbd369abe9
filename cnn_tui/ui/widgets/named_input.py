"""An input for a name that may have settings, such as `l2(0.01)`: it completes names, and lists them on a key."""

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.suggester import SuggestFromList

from cnn_tui.spec.fields import Field, fields, show
from cnn_tui.spec.named import snake
from cnn_tui.ui.widgets.plain_input import PlainInput


class NamedInput(PlainInput):
    """Typing shows the rest of the name, which the right arrow takes; the list tells what each is for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+space,ctrl+@,ctrl+l,alt+down",
            "choose",
            "Names",
            tooltip="Choose from all names",
            id="named.all",
            key_display="^l",
        ),
    ]

    def __init__(self, field: Field, text: str) -> None:
        self._names = {snake(part.__name__): part for part in field.parts}
        usual = [show(None)] if field.optional else []
        super().__init__(text, compact=True, suggester=SuggestFromList([*usual, *self._names], case_sensitive=False))
        self._title = field.name
        self._optional = field.optional

    @work
    async def action_choose(self) -> None:
        """Lets one be found in the list of all; its settings can be typed behind it."""
        from cnn_tui.ui.dialogs.choose import Choose  # not before it is needed: the first frame waits for every import
        from cnn_tui.ui.dialogs.finder import Entry

        entries = [Entry(show(None), "Nothing of the kind.", show(None))] if self._optional else []
        for name, part in self._names.items():
            entries.append(Entry(name, (part.__doc__ or "").strip(), _with_settings(name, part)))
        chosen = await self.app.push_screen_wait(Choose(self._title, entries))
        if chosen is not None:
            self.value = chosen
            self.cursor_position = len(chosen)


def _with_settings(name: str, part: type) -> str:
    """The name, and its first setting to be edited: `l2(0.01)`."""
    first = next((one for one in fields(part) if not one.more and one.default is not None), None)
    return f"{name}({show(first.default)})" if first and first.kind == "number" else name
