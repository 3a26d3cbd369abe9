"""A program in a real pseudo-terminal, with the moment of everything it wrote."""

import os
import signal
import sys
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

import pexpect
import pyte

from benchmarks.contenders import NotMeasured
from benchmarks.workers import default_environment

COLUMNS, LINES = 120, 40
_NOT_A_USERS = ("COLUMNS", "LINES", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")
"""What a user's terminal does not have set; with the last, each start would compile again what it compiled before."""


class Terminal:
    """`python ARGUMENTS` in a terminal of its own, alive as long as the `with` block."""

    def __init__(self, arguments: list[str], folder: Path, size: tuple[int, int] = (COLUMNS, LINES)) -> None:
        kept = {name: value for name, value in default_environment().items() if name not in _NOT_A_USERS}
        self._size = size
        self._chunks: list[tuple[float, bytes]] = []
        self._begun = perf_counter()
        self._child = pexpect.spawn(
            sys.executable,
            arguments,
            dimensions=size[::-1],
            cwd=str(folder),
            env={**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._child.pid)

    def read(self, seconds: float) -> bytes:
        """What it writes within this time; returns early, with nothing, when the program has ended."""
        deadline = perf_counter() + seconds
        first = len(self._chunks)
        while (left := deadline - perf_counter()) > 0:
            try:
                chunk = self._child.read_nonblocking(2**16, timeout=left)
            except pexpect.TIMEOUT:
                break
            except pexpect.EOF:
                break
            self._chunks.append((perf_counter() - self._begun, chunk))
        return b"".join(chunk for _, chunk in self._chunks[first:])

    def seconds_until(self, word: str, patience: float = 30.0) -> float:
        """From the start until the word stands on the screen. Raises NotMeasured when it does not come.

        What was written is drawn afterwards, so that the drawing takes no time from the program.
        """
        written = b""
        while word.encode() not in written:
            if perf_counter() - self._begun > patience or not self._child.isalive():
                raise NotMeasured(f'"{word}" was not drawn')
            written += self.read(0.05)
        self.read(0.1)
        screen = pyte.Screen(*self._size)
        stream = pyte.ByteStream(screen)
        for moment, chunk in self._chunks:
            stream.feed(chunk)
            if any(word in line for line in screen.display):
                return moment
        raise NotMeasured(f'"{word}" was written but not drawn')

    def close(self) -> None:
        """Asks the program to end, and ends it when it does not."""
        if self._child.isalive():
            os.kill(self.pid, signal.SIGTERM)
            self.read(3.0)
        self._child.close(force=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
