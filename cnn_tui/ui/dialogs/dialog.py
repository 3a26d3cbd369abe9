"""What all dialogs have in common: the key that leaves the application works in them too."""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A screen over a place, which hides the keys of the application; of those it keeps the one for leaving."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.quit", "Quit", tooltip="Leave; a run goes on", id="app.quit", show=False),
    ]
