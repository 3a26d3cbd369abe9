"""How soon the application stands on the screen, beside an empty Textual application."""

import tempfile
from functools import partial
from pathlib import Path

import benchmarks.empty_app
from benchmarks.report import Row, Wanted
from benchmarks.terminal import Terminal
from benchmarks.workers import in_turn

OURS = (["-m", "cnn_tui", "demo"], "cnn-tui")
EMPTY = ([benchmarks.empty_app.__file__], "empty-app")
"""What is started, and the word of its first frame."""


def rows(rounds: int) -> list[Row]:
    """One row."""
    with tempfile.TemporaryDirectory() as folder:
        first_frame = partial(_first_frame, Path(folder))
        first_frame(*OURS), first_frame(*EMPTY)  # what Python compiles and the disk reads only once
        runs = in_turn({"ours": lambda: first_frame(*OURS), "peer": lambda: first_frame(*EMPTY)}, rounds)
    what = "First frame of `cnn-tui demo`; an empty Textual application"
    return [Row(what=what, unit="s", ours=runs["ours"], peer=runs["peer"], wanted=Wanted("ratio", "≤", 2))]


def _first_frame(folder: Path, arguments: list[str], word: str) -> float:
    with Terminal(arguments, folder) as terminal:
        return terminal.seconds_until(word)
