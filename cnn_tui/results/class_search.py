"""Classes found by a few letters of their names, the likeliest first."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")


def find_classes(typed: str, names: Sequence[str]) -> tuple[int, ...]:
    """The classes whose name has these letters in this order, as places; all of them for nothing.

    Before others: the very name; one that begins so; that has the beginnings of its words so; a word that begins so;
    that ends so; that has the letters side by side. Of equals the shorter name comes first.
    """
    letters = "".join(typed.lower().split())
    ranked = [
        (rank, len(name), place) for place, name in enumerate(names) if (rank := _rank(letters, name)) is not None
    ]
    return tuple(place for _, _, place in sorted(ranked)) if letters else tuple(range(len(names)))


def _rank(letters: str, name: str) -> int | None:
    name = name.lower()
    if not _holds(letters, name):
        return None
    words = _WORD.findall(name)
    tests = (
        name == letters,
        name.startswith(letters),
        "".join(word[0] for word in words) == letters,
        any(word == letters for word in words),
        any(word.startswith(letters) for word in words),
        name.endswith(letters),
        "".join(word[0] for word in words).startswith(letters),
        letters in name,
        _begin(letters, words),
    )
    return tests.index(True) if True in tests else len(tests)


def _holds(letters: str, name: str) -> bool:
    """Whether the letters stand in the name in this order."""
    rest = iter(name)
    return all(letter in rest for letter in letters)


def _begin(letters: str, words: list[str]) -> bool:
    """Whether the letters are beginnings of words in their order: `grsh` of `great white shark`."""
    if not letters:
        return True
    return any(
        letters.startswith(word[:length]) and _begin(letters[length:], words[at + 1 :])
        for at, word in enumerate(words)
        for length in range(1, min(len(word), len(letters)) + 1)
    )
