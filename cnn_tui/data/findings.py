"""Findings in words: how many, of which part, in which rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnn_tui.spec.report import Finding, PartName

MOST_ROWS = 20
"""How many rows a finding carries."""
IN_WORDS: dict[PartName, str] = {"train": "training", "validate": "validation", "test": "test"}
"""The parts as sentences call them."""


def about_rows(
    kind: str, sentence: str, remedy: str, part: PartName, rows: "np.ndarray[Any, Any]", count: int | None = None
) -> Finding:
    """A finding about some rows of a part (from 0); it counts them, unless it counts something else."""
    first = tuple(rows[:MOST_ROWS].tolist())
    return Finding(
        kind=kind,
        sentence=sentence,
        remedy=remedy,
        count=len(rows) if count is None else count,
        part=part,
        rows=first,
    )


def places(rows: Sequence[int], what: str = "row") -> str:
    """The first of some rows or columns (from 0), as people count them: `row 5`, `first in rows 5, 9 and 12`."""
    named = [f"{row + 1:,}" for row in rows[:3]]
    if len(named) == 1:
        return f"{what} {named[0]}"
    words = f"{what}s {', '.join(named[:-1])} and {named[-1]}"
    return words if len(rows) <= 3 else f"first in {words}"


def many(count: int, one: str, more: str) -> str:
    """A count with its word: `1 class has`, `12 classes have`."""
    return f"{count:,} {one if count == 1 else more}"
