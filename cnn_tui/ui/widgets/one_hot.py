"""The one-hot vector of a class: what the model is asked to answer, a 1 at the class and 0 elsewhere."""

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from cnn_tui.text import clean


class OneHot(Static):
    """The vector of one class, or those of all classes."""

    DEFAULT_CSS: ClassVar[str] = """
    OneHot { height: auto; }
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes, markup=False)
        self._labels: tuple[str, ...] = ()
        self._label: int | None = None
        self._all = False

    def show(self, classes: tuple[str, ...], label: int | None, all_classes: bool) -> None:
        """Draws the vector of the class at place `label`, or a line for every class."""
        self._labels, self._label, self._all = classes, label, all_classes
        self._draw()

    def on_resize(self) -> None:
        """Draws as much of the vector as there is room for."""
        self._draw()

    def _draw(self) -> None:
        if self._all or self._label is None:
            self.border_title = "One-hot"
        else:
            self.border_title = Content(f"One-hot of {clean(self._labels[self._label], 12)}")
        if self._all:
            width = max((len(clean(label, 8)) for label in self._labels), default=0)
            lines = [
                Content(f"{clean(label, 8):>{width}}  ") + self._vector(place, self.size.width - width - 2)
                for place, label in enumerate(self._labels)
            ]
            self.update(Content("\n").join(lines))
        else:
            self.update(Content("") if self._label is None else self._vector(self._label, self.size.width))

    def _vector(self, label: int, width: int) -> Content:
        """Zeros and the one, close together where that makes them fit; of a long vector the part around the one."""
        count, room = len(self._labels), max(1, (width + 1) // 2)
        gap = "" if room < count <= width else " "
        if not gap:
            room = width
        if count <= room:
            first, shown, dots = 0, count, ("", "")
        else:
            shown = max(1, room - 2)
            first = max(0, min(label - shown // 2, count - shown))
            dots = ("… " if first else "", " …" if first + shown < count else "")
        digits = [
            Content("1").stylize("bold $accent") if place == label else Content("0").stylize("$foreground 55%")
            for place in range(first, first + shown)
        ]
        return Content(dots[0]) + Content(gap).join(digits) + Content(dots[1])
