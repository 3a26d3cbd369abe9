"""The table: what was measured, beside the peer and beside what is wanted."""

from collections.abc import Sequence
from statistics import median
from typing import Any, Literal

from msgspec import Struct
from rich.table import Table
from rich.text import Text

Runs = tuple[float, ...]


class Wanted(Struct, frozen=True):
    """A bound on our own figure, or on its ratio to the peer's."""

    of: Literal["ours", "ratio"]
    sense: Literal["≥", "≤", "<"]
    limit: float

    def is_met(self, value: float) -> bool:
        """Whether the value keeps to the bound."""
        match self.sense:
            case "≥":
                return value >= self.limit
            case "≤":
                return value <= self.limit
            case "<":
                return value < self.limit


class Row(Struct, frozen=True, kw_only=True):
    """One line of the table: every run of ours and of the peer, whose medians are compared."""

    what: str
    unit: str
    ours: Runs = ()
    peer: Runs = ()
    wanted: Wanted | None = None
    """None: the row is for reference."""
    reason: str = ""
    """Why it was not measured."""

    @property
    def ratio(self) -> float | None:
        """Our median by the peer's."""
        return median(self.ours) / median(self.peer) if self.ours and self.peer else None

    @property
    def met(self) -> bool | None:
        """Whether what is wanted is so; None where nothing is wanted or nothing was measured."""
        if self.wanted is None or not self.ours:
            return None
        value = median(self.ours) if self.wanted.of == "ours" else self.ratio
        return None if value is None else self.wanted.is_met(value)


def table(rows: Sequence[Row]) -> Table:
    """The rows for a terminal."""
    drawn = Table(caption="Medians of runs in turn; the ratio is ours by the peer's.", caption_justify="left")
    drawn.add_column("what", overflow="fold")
    for name in ("ours", "peer", "ratio", "wanted"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("met")
    for row in rows:
        drawn.add_row(*map(Text, _cells(row)))
    return drawn


def document(machine: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """The same for a JSON file, with every run."""
    return {"machine": machine, "rows": [_plain(row) for row in rows]}


def _cells(row: Row) -> tuple[str, ...]:
    if row.reason:
        return (f"{row.what} (not measured: {row.reason})", "–", "–", "–", _bound(row), "–")
    return (
        row.what,
        _figure(row.ours, row.unit),
        _figure(row.peer, row.unit),
        f"{row.ratio:.2f}×" if row.ratio else "–",
        _bound(row),
        {True: "yes", False: "no", None: "–"}[row.met],
    )


def _figure(runs: Runs, unit: str) -> str:
    """The median with three digits that count."""
    if not runs:
        return "–"
    value = median(runs)
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def _bound(row: Row) -> str:
    if row.wanted is None:
        return "for reference"
    unit = f" {row.unit}" if row.wanted.of == "ours" else "×"
    return f"{row.wanted.sense} {row.wanted.limit:g}{unit}"


def _plain(row: Row) -> dict[str, Any]:
    return {
        "what": row.what,
        "unit": row.unit,
        "ours": median(row.ours) if row.ours else None,
        "peer": median(row.peer) if row.peer else None,
        "ratio": row.ratio,
        "wanted": None if row.wanted is None else _bound(row),
        "met": row.met,
        "reason": row.reason or None,
        "runs": {"ours": row.ours, "peer": row.peer},
    }
