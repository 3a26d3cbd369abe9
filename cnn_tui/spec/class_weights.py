"""How class weights are written: `none`, `balanced`, or classes with their weights such as `cat=2, "dog, wet"=0.5`."""

import re
from math import isfinite
from typing import Literal

from cnn_tui.errors import UserError, nearest

SETTING = "class_weights"
MOST_NAMED = 12
"""How many classes a sentence names."""
_WAY_OUT = "Use none, balanced, or classes with their weights such as cat=2, dog=0.5."
_NAME = r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|[^,="\']+'
_ENTRY = re.compile(rf"\s*({_NAME}|)\s*=\s*([^,]*?)\s*(?:,|\Z)")
_NUMBER = re.compile(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)


def parse_class_weights(text: str) -> Literal["none", "balanced"] | dict[str, float]:
    """What the text asks for: a word, or the weight of each class that is named. Raises UserError.

    Names with a comma, an equals sign or a quote stand in quotes, a quote inside them doubled.
    """
    match text.strip():
        case "none" | "":
            return "none"
        case "balanced":
            return "balanced"
        case given:
            return _mapping(given)


def weights_asked(text: str, classes: tuple[str, ...]) -> Literal["none", "balanced"] | dict[str, float]:
    """As `parse_class_weights`, of these classes only. Raises UserError for another, and where all weigh nothing."""
    asked = parse_class_weights(text)
    if not isinstance(asked, dict):
        return asked
    for name in sorted(asked.keys() - set(classes)):
        more = f", ... ({len(classes):,} in all)" if len(classes) > MOST_NAMED else ""
        known = f"The classes are {', '.join(classes[:MOST_NAMED])}{more}."
        raise UserError(f'there is no class "{name}"', SETTING, nearest(name, classes) or known)
    if not any(asked.get(name, 1.0) for name in classes):
        raise nothing_weighs()
    return asked


def nothing_weighs() -> UserError:
    """What is wrong when no image of a training counts."""
    return UserError("every training image weighs 0", SETTING, "Give a class that is trained on a weight above 0.")


def _mapping(text: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    place = 0
    while place < len(text):
        if not (entry := _ENTRY.match(text, place)):
            part = text[place:].split(",")[0].strip()
            raise UserError(f'"{part}" is not a class and its weight', SETTING, _WAY_OUT)
        name, weight = _plain(entry[1].strip()), entry[2]
        if not name:
            raise UserError(f'the weight "{weight}" has no class', SETTING, _WAY_OUT)
        if not _NUMBER.fullmatch(weight) or not isfinite(float(weight)):
            problem = f'the weight of "{name}" is "{weight}", not a number from 0 on'
            raise UserError(problem, SETTING, "Give a number such as 2 or 0.5.")
        if name in weights:
            raise UserError(f'"{name}" has two weights', SETTING, "Give each class one weight.")
        weights[name] = float(weight)
        place = entry.end()
    return weights


def _plain(name: str) -> str:
    """A name without the quotes around it."""
    quote = name[:1]
    return name[1:-1].replace(quote * 2, quote) if quote in ('"', "'") and quote else name
