"""Any of a thousand names comes into view within three letters, and what is likeliest comes first."""

from itertools import combinations

import pytest

from cnn_tui.results.class_search import find_classes

IN_VIEW = 10
"""Lines that the list of found classes shows at 24 lines."""
SYLLABLES = ("ba", "co", "de", "fi", "gu", "lo", "mi", "na", "pe", "ri", "so", "tu", "va")
ANIMALS = ("shark", "owl", "snake", "spider", "fox", "whale", "terrier", "frog", "lizard", "crab", "goose", "hound")


def words() -> tuple[str, ...]:
    """`great white shark` and its like, many with the same words."""
    firsts = [a + b for a in SYLLABLES for b in SYLLABLES if a != b][:84]
    return tuple(f"{first} {animal}" for first in firsts for animal in ANIMALS)[:1000]


NAMES = {
    "numbers": tuple(map(str, range(1000))),
    "numbered": tuple(f"class {number:03}" for number in range(1000)),
    "padded": tuple(f"n{1440000 + 7 * number:08}" for number in range(1000)),
    "words": words(),
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_three_letters_bring_any_name_into_view(names):
    assert len(set(names)) == 1000
    for place, name in enumerate(names):
        likely = [name[:3], name[-3:], name[:1] + name.split()[-1][:2], name[:2] + name.split()[-1][:1]]
        tried = [*likely, *("".join(letters) for letters in combinations(name.replace(" ", ""), 3))]
        assert any(place in find_classes(letters, names)[:IN_VIEW] for letters in tried), name


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("9", "9"),
        ("gre", "great grey owl"),
        ("gws", "great white shark"),
        ("GW S", "great white shark"),
        ("shark", "tiger shark"),
        ("owl", "owl"),
        ("137", "class 0137"),
    ],
)
def test_the_likeliest_comes_first(typed, first):
    names = ("class 0137", "great white shark", "tiger shark", "great grey owl", "bowl", "owl", "9", "19")
    assert names[find_classes(typed, names)[0]] == first


def test_nothing_typed_is_every_class_and_nonsense_is_none():
    assert find_classes(" ", ("b", "a")) == (0, 1)
    assert find_classes("zz", ("b", "a")) == ()


def test_odd_names_break_nothing():
    assert find_classes("[/", ("\x1b[/]", "", "=1")) == (0,)
