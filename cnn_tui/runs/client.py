"""The screens' end of the service: asks one question at a time, starts it again when it has died."""

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from cnn_tui.errors import UserError
from cnn_tui.runs.frames import HEADER_BYTES, length, pack, unpack
from cnn_tui.spec.data import Data
from cnn_tui.spec.report import Report

if TYPE_CHECKING:
    import numpy as np

    from cnn_tui.runs.frames import Arrays


class Pictures(msgspec.Struct, frozen=True):
    """Images of some rows: [n, ...] as they are in the data, with their labels and row numbers (from 0)."""

    images: "np.ndarray[Any, Any]"
    labels: tuple[int, ...]
    rows: tuple[int, ...]


class Service:
    """A child process that reads data and answers about it. Every method raises UserError for what the files hold."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def find(self, paths: list[str]) -> Data:
        """The data at these paths: a folder, or files of images and labels."""
        message, _ = await self._ask({"ask": "find", "paths": paths})
        return msgspec.convert(message["data"], Data)

    async def describe(self, data: Data) -> Report:
        """What is in the data."""
        message, _ = await self._ask({"ask": "describe", "data": msgspec.to_builtins(data)})
        return msgspec.convert(message["report"], Report)

    async def pictures(self, data: Data, part: str, rows: list[int]) -> Pictures:
        """The images of these rows of a part, `train` or `test`."""
        return await self._pictures({"ask": "pictures", "part": part, "rows": rows}, data)

    async def pictures_of_class(self, data: Data, part: str, label: int, first: int, count: int) -> Pictures:
        """Up to `count` images of a class, from the `first` of them on."""
        return await self._pictures(
            {"ask": "pictures", "part": part, "label": label, "first": first, "count": count}, data
        )

    async def close(self) -> None:
        """Ends the process."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _pictures(self, question: dict[str, Any], data: Data) -> Pictures:
        message, arrays = await self._ask({**question, "data": msgspec.to_builtins(data)})
        return Pictures(arrays["images"], tuple(message["labels"]), tuple(message["rows"]))

    async def _ask(self, question: dict[str, Any]) -> "tuple[dict[str, Any], Arrays]":
        async with self._turn:
            try:
                message, arrays = await self._exchange(pack(question))
            except (asyncio.IncompleteReadError, OSError, ValueError):
                await self.close()
                raise UserError(
                    "the reader of the data has died", remedy="Ask again: another is started. The file may be damaged."
                ) from None
            except asyncio.CancelledError:
                await self.close()  # a half-read answer must not be taken for the next one
                raise
        if "problem" in message:
            raise UserError(message["problem"], message["where"], message["remedy"])
        return message, arrays

    async def _exchange(self, frame: bytes) -> "tuple[dict[str, Any], Arrays]":
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "cnn_tui.engine.service",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(frame)
        await self._process.stdin.drain()
        header = await self._process.stdout.readexactly(HEADER_BYTES)
        return unpack(await self._process.stdout.readexactly(length(header)))
