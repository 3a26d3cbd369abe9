"""Measures everything side by side and prints one table.

python -m benchmarks [--quick] [--json FILE] [PART...]
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from benchmarks.contenders import NotMeasured
from benchmarks.machine import describe_machine, one_line
from benchmarks.parts import (
    editing,
    first_frame,
    gpu,
    long_runs,
    pictures,
    prediction,
    reading,
    results,
    saving,
    screens,
    tracing,
    training,
    watching,
)
from benchmarks.report import Row, document, table

PARTS: dict[str, Callable[[int], list[Row]]] = {
    "training": training.rows,
    "gpu": gpu.rows,
    "prediction": prediction.rows,
    "reading": reading.rows,
    "pictures": pictures.rows,
    "tracing": tracing.rows,
    "editing": editing.rows,
    "first-frame": first_frame.rows,
    "screens": screens.rows,
    "watching": watching.rows,
    "long-runs": long_runs.rows,
    "results": results.rows,
    "saving": saving.rows,
}
ROUNDS, QUICK_ROUNDS = 7, 3
NARROWEST = 110
"""Columns of the table when the output is no terminal."""


def main() -> None:
    """Reads the arguments, measures, prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed side by side with peers.")
    parser.add_argument("parts", metavar="PART", nargs="*", help=f"{', '.join(PARTS)}; without any: all")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds instead of {ROUNDS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures of every round too")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"there is no part {min(unknown)}; there are {', '.join(PARTS)}")
    with _own_folders():
        machine = describe_machine()
        rows = _measure(chosen.parts or list(PARTS), QUICK_ROUNDS if chosen.quick else ROUNDS)
    console = Console()
    console.width = max(console.width, NARROWEST)
    console.print(one_line(machine), highlight=False)
    console.print(table(rows))
    if chosen.json:
        chosen.json.write_text(json.dumps(document(machine, rows), indent=1) + "\n", encoding="utf-8")


def _measure(parts: list[str], rounds: int) -> list[Row]:
    """The rows of the parts; one that cannot be measured says why and does not keep the others from it."""
    rows: list[Row] = []
    with Console(stderr=True).status("") as status:
        for part in parts:
            status.update(f"measuring {part}")
            try:
                rows += PARTS[part](rounds)
            except NotMeasured as reason:
                rows.append(Row(what=part, unit="", reason=str(reason)))
    return rows


@contextmanager
def _own_folders() -> Iterator[None]:
    """Neither the user's cache nor the user's settings take part."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CNN_TUI_CACHE", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "KERAS_HOME"):
            os.environ[name] = str(Path(folder) / name.lower())
        yield


if __name__ == "__main__":
    main()
