"""Text that changes often: the screen is laid out anew only when it needs more or fewer lines."""

from textual.content import Content
from textual.widgets import Static


class Words(Static):
    """Says something, never read as markup."""

    def __init__(self, *, id: str | None = None, least_height: int = 0) -> None:
        super().__init__(id=id, markup=False)
        self._said = ""
        self._least_height = least_height
        self.styles.min_height = least_height

    def say(self, text: str) -> None:
        """Shows a text; nothing happens when it is shown already."""
        if text == self._said:
            return
        self._said = text
        content, width = Content(text), self.size.width
        lines = len(content.wrap(width)) if width and text else 0
        self.update(content, layout=max(lines, self._least_height) != self.size.height)
