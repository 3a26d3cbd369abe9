"""Finding a class by a few letters of its name."""

from collections.abc import Sequence

from cnn_tui.results.class_search import find_classes
from cnn_tui.ui.dialogs.finder import Entry, Finder

MAX_LISTED = 100


class FindClass(Finder[int]):
    """Answers with the place of a class; three letters bring any of a thousand into view."""

    PLACEHOLDER = "letters of the name, first letters of its words, or its last ones"

    def __init__(self, names: Sequence[str], about: Sequence[str]) -> None:
        super().__init__("Find a class")
        self._names = names
        self._about = about

    def find(self, typed: str) -> Sequence[Entry[int]]:
        """The classes that go with the letters, the likeliest first."""
        found = find_classes(typed, self._names)[:MAX_LISTED]
        return [Entry(self._names[place], self._about[place], place) for place in found]
