"""The rail: every place with its key, the one you are in, and the name of what you edit."""

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from cnn_tui.text import clean
from cnn_tui.ui.places import PLACES, PlaceInfo
from cnn_tui.ui.session import Session

NOT_SAVED = " *"
"""What stands for it where there is no room for words."""


class Rail(Widget):
    """One line at the top of every place."""

    DEFAULT_CSS: ClassVar[str] = """
    Rail { height: 1; background: $panel; color: $text-muted; link-color: $foreground; link-style: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._here = ""
        self._works: tuple[str, ...] = ()
        """What is said of the model, the longest first."""

    def show(self, here: str, session: Session) -> None:
        """Marks the place that is looked at and names the model."""
        self._here = here
        name, saved = clean(session.model.name, 40), session.is_saved
        mark = "" if saved else NOT_SAVED
        self._works = (f"{name} · {'saved' if saved else 'not saved'} ", f"{name}{mark} ", mark.strip())
        self.refresh()

    def render(self) -> Content:
        """The program, the places, and at the right end the model, as far as there is room."""
        places = Content(" cnn-tui ").stylize("bold $accent") + Content("").join(map(self._link, PLACES))
        room = self.size.width - places.cell_length - 1
        work = next((fits for fits in map(Content, self._works) if fits.cell_length <= room), Content(""))
        return places + Content(" " * max(0, room - work.cell_length + 1)) + work

    def _link(self, place: PlaceInfo) -> Content:
        """The key and name of a place. They are ours, not the user's: a click on them may run an action."""
        words = f" {place.digit} {place.title} "
        if place.key == self._here:
            return Content(words).stylize("bold $background on $accent")
        return Content.from_markup(f"[@click=app.go('{place.key}')]{words}[/]")
