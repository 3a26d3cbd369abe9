"""The settings of runs side by side: only those that differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

NOTHING = "–"


class Difference(Struct, frozen=True):
    """A setting that is not the same in all runs, with what each of them has."""

    setting: str
    values: tuple[str, ...]


def flat(document: Any, name: str = "") -> dict[str, str]:
    """Every setting of an experiment, as its file holds it, by its path: `training learning_rate`, `layer 2 filters`.

    What is unset or empty is left out.
    """
    if isinstance(document, Mapping):
        found: dict[str, str] = {}
        for key, value in document.items():
            found |= flat(value, f"{name} {key}".strip())
        return found
    if isinstance(document, Sequence) and not isinstance(document, str):
        if not any(isinstance(one, Mapping) for one in document):
            return {name: " × ".join(map(_word, document))} if document else {}
        found = {}
        for place, one in enumerate(document, start=1):
            found |= flat(one, f"{name.removesuffix('s')} {place}")
        return found
    return {} if document is None else {name: _word(document)}


def differing(documents: Sequence[Mapping[str, Any]]) -> tuple[Difference, ...]:
    """The settings in which the experiments of these runs differ, in the order of the first that has them."""
    flattened = [flat(document) for document in documents]
    names = list(dict.fromkeys(name for one in flattened for name in one))
    rows = (Difference(name, tuple(one.get(name, NOTHING) for one in flattened)) for name in names)
    return tuple(row for row in rows if len(set(row.values)) > 1)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
