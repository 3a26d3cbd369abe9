"""An input whose text never steers the terminal, however it came there."""

from textual.reactive import reactive
from textual.widgets import Input

from cnn_tui.text import clean

LONGEST = 4096


class PlainInput(Input):
    """One line in a form; control characters, pasted or from a file, become visible ones.

    Its cursor does not blink: over a slow line every blink would be sent.
    """

    cursor_blink = reactive(False, init=False)

    def validate_value(self, value: str) -> str:
        """The text as it may be shown."""
        return clean(value, LONGEST)
