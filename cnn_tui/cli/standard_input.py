"""`-` as a file: what comes through standard input, kept for as long as the command lasts."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnn_tui.errors import UserError

DASH = "-"
NAME = "standard input"


@contextmanager
def files(paths: list[str]) -> Iterator[list[str]]:
    """The same paths, with a file in the place of `-`. Raises UserError when standard input is a terminal."""
    if DASH not in paths:
        yield paths
        return
    if paths.count(DASH) > 1:
        raise UserError("standard input was given twice", remedy="Give one of the two as a file.")
    if sys.stdin.isatty():
        raise UserError("standard input is the terminal", remedy="Send a file into the command, or name one.")
    with tempfile.TemporaryDirectory(prefix="cnn-tui-") as folder:
        kept = Path(folder) / NAME
        with kept.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield [str(kept) if path == DASH else path for path in paths]
