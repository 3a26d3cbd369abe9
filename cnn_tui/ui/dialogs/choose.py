"""Choosing one of a list by typing a part of its name."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual import on
from textual.widgets import OptionList

from cnn_tui.ui.dialogs.finder import Entry, Finder

Answer = TypeVar("Answer")


class Choose(Finder[Answer]):
    """Shows every entry; typing keeps those that hold the words, the ones whose name begins so first."""

    DEFAULT_CSS: ClassVar[str] = "Choose OptionList { max-height: 50vh; }"  # what is said below it stays in view

    def __init__(self, title: str, entries: Sequence[Entry[Answer]]) -> None:
        super().__init__(title)
        self._all = tuple(entries)

    @on(OptionList.OptionHighlighted)
    def tell(self) -> None:
        """Says all about the chosen entry, where its line has no room for it."""
        if self.chosen:
            room = self.query_one(OptionList).size.width - max(cell_len(one.title) for one in self._entries)
            told = self.chosen.why_not or self.chosen.about
            self.say(told if cell_len(told) > room - 2 else "")

    def find(self, typed: str) -> Sequence[Entry[Answer]]:
        """The entries whose title or description holds every word."""
        words = typed.lower().split()
        held = [one for one in self._all if all(word in f"{one.title} {one.about}".lower() for word in words)]
        return sorted(held, key=lambda one: _rank(one.title.lower(), words))


def _rank(title: str, words: list[str]) -> int:
    if not words or title.startswith(words[0]):
        return 0
    return 1 if words[0] in title else 2
