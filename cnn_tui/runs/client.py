"""The screens' end of the service: asks one question at a time, starts it again when it has died."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from cnn_tui.errors import UserError
from cnn_tui.runs.frames import HEADER_BYTES, length, pack, unpack
from cnn_tui.runs.model_answers import Drawn, ModelFacts, Predicted
from cnn_tui.spec.data import AS_IT_COMES, Data, Reading
from cnn_tui.spec.experiment import Experiment, dump_experiment
from cnn_tui.spec.rate_curve import RateCurve
from cnn_tui.spec.report import Report

if TYPE_CHECKING:
    import numpy as np

    from cnn_tui.runs.frames import Arrays


PATIENCE = 2.0
"""Seconds that the process has to clear up before it is killed."""
Told = Callable[[float], None]
"""Is called with the share of a question that is done, from 0 to 1, up to ten times a second."""


class Stopped(UserError):
    """A question was stopped before its answer came."""

    def __init__(self) -> None:
        super().__init__("the reading was stopped", remedy="Open the data again to go on.")


class Pictures(msgspec.Struct, frozen=True):
    """Images of some rows: [n, height, width, channels] uint8 or float32, with their labels and rows (from 0)."""

    images: "np.ndarray[Any, Any]"
    labels: tuple[int, ...]
    """Empty where labels are numbers."""
    rows: tuple[int, ...]
    names: tuple[str, ...] = ()
    """The file of each, where images have files of their own."""
    numbers: tuple[tuple[float, ...], ...] = ()
    """The numbers of each, where labels are numbers."""


class Service:
    """A child process that reads data and answers about it. Every method raises UserError for what the files hold."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._exchanging: asyncio.Task[tuple[dict[str, Any], Arrays]] | None = None

    async def find(self, paths: list[str]) -> Data:
        """The data at these paths: a folder, or files of images and labels."""
        message, _ = await self._ask({"ask": "find", "paths": paths})
        return msgspec.convert(message["data"], Data)

    async def describe(self, data: Data, told: Told | None = None) -> Report:
        """What is in the data; reading it and looking through it are told as one."""
        message, _ = await self._ask({"ask": "describe", "data": msgspec.to_builtins(data)}, told)
        return msgspec.convert(message["report"], Report)

    async def pictures(self, data: Data, part: str, rows: list[int]) -> Pictures:
        """The images of these rows of a part: `train`, `validate` or `test`."""
        return await self._pictures({"ask": "pictures", "part": part, "rows": rows}, data)

    async def pictures_of_class(
        self, data: Data, part: str, label: int, first: int, count: int, target: int = 0
    ) -> Pictures:
        """Up to `count` images of a class, from the `first` of them on; of numbers, of a step of the `target`."""
        asked = {"ask": "pictures", "part": part, "label": label, "first": first, "count": count, "target": target}
        return await self._pictures(asked, data)

    async def means(self, data: Data, part: str, target: int = 0) -> Pictures:
        """The mean image of each class that has images in the part; `labels` says which, `rows` is empty.

        Of labels that are numbers, of each step of the `target`.
        """
        return await self._pictures({"ask": "means", "part": part, "target": target}, data)

    async def augmented(self, data: Data, part: str, row: int, seed: int, count: int) -> Pictures:
        """What the data's augmentation makes of one image, `count` times; the same seed makes the same pictures."""
        return await self._pictures({"ask": "augmented", "part": part, "row": row, "seed": seed, "count": count}, data)

    async def model(self, file: str) -> ModelFacts:
        """What the model of a weights file is."""
        message, _ = await self._ask({"ask": "about", "model": file})
        return msgspec.convert(message, ModelFacts)

    async def drawn(self, file: str, ink: "np.ndarray[Any, Any]", brightest: float = 255.0) -> Drawn:
        """What a model says about a drawing, uint8 [height, width]; `brightest` is the value of its full light."""
        _, arrays = await self._ask({"ask": "drawn", "model": file, "brightest": brightest}, arrays={"ink": ink})
        return Drawn(arrays["seen"], tuple(arrays["chances"].tolist()))

    async def predicted(
        self, file: str, path: str, labels: str = "", reading: Reading = AS_IT_COMES, told: Told | None = None
    ) -> Predicted:
        """What a model says about the images at a path, and how right it is where labels are there."""
        message, arrays = await self._ask({"ask": "predicted", **_about(file, path, labels, reading)}, told)
        known = {"names": tuple(message["names"]), "note": message["note"], "evaluation": message["evaluation"]}
        if (numbers := arrays.get("numbers")) is not None:
            none = numbers[:, :0]
            return Predicted(places=none, chances=none, labels=None, numbers=numbers, true=arrays.get("true"), **known)
        return Predicted(places=arrays["places"], chances=arrays["chances"], labels=arrays.get("labels"), **known)

    async def looked_at(
        self, file: str, path: str, row: int, labels: str = "", reading: Reading = AS_IT_COMES
    ) -> Drawn:
        """One of the images at a path, and the probability of every class."""
        _, arrays = await self._ask({"ask": "looked_at", "row": row, **_about(file, path, labels, reading)})
        return Drawn(arrays["seen"], tuple(arrays["chances"].tolist()))

    async def write_predictions(
        self,
        file: str,
        path: str,
        out: str,
        *,
        labels: str = "",
        reading: Reading = AS_IT_COMES,
        probabilities: bool = False,
        names: tuple[str, ...] = (),
        told: Told | None = None,
    ) -> int:
        """Writes the predictions in one of Galaxy's layouts; how many. `names` stand for the model's classes."""
        wanted = {"out": out, "probabilities": probabilities, "names": list(names)}
        message, _ = await self._ask({"ask": "write", **_about(file, path, labels, reading), **wanted}, told)
        return int(message["images"])

    async def keep_drawing(self, out: str, picture: "np.ndarray[Any, Any]", label: str) -> int:
        """Adds a picture, [height, width, channels], to a file of drawings; how many it holds then."""
        asked = {"ask": "keep_drawing", "out": out, "label": label}
        message, _ = await self._ask(asked, arrays={"picture": picture})
        return int(message["images"])

    async def export_run(self, run: str, out: str, told: Told | None = None) -> None:
        """Writes what a run came to into a file of the kind that its name says."""
        await self._ask({"ask": "export_run", "run": run, "out": out}, told)

    async def export_model(
        self, file: str, out: str, to: str, bake_scaling: bool = False, told: Told | None = None
    ) -> None:
        """Writes the model of a weights file in a format for other programs, by the word for it, such as `onnx`."""
        await self._ask({"ask": "export_model", "model": file, "out": out, "to": to, "bake": bake_scaling}, told)

    async def find_rate(self, experiment: Experiment, told: Told | None = None) -> RateCurve:
        """How the loss falls with ever higher learning rates, and the rate that follows; takes some seconds."""
        message, _ = await self._ask({"ask": "find_rate", "experiment": dump_experiment(experiment)}, told)
        return msgspec.convert(message, RateCurve)

    def stop(self) -> None:
        """Ends the question in flight, which raises Stopped; the next question starts another process."""
        if self._exchanging:
            self._exchanging.cancel()

    async def close(self) -> None:
        """Ends the process; it has a moment to remove what it has half written."""
        process = self._process
        if process and process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), PATIENCE)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def _pictures(self, question: dict[str, Any], data: Data) -> Pictures:
        message, arrays = await self._ask({**question, "data": msgspec.to_builtins(data)})
        labels, rows, names = (tuple(message.get(key, ())) for key in ("labels", "rows", "names"))
        return Pictures(arrays["images"], labels, rows, names, tuple(map(tuple, message.get("numbers", ()))))

    async def _ask(
        self, question: dict[str, Any], told: Told | None = None, arrays: "Arrays | None" = None
    ) -> "tuple[dict[str, Any], Arrays]":
        async with self._turn:
            self._exchanging = asyncio.create_task(self._exchange(pack(question, arrays), told))
            try:
                message, arrays = await self._exchanging
            except (asyncio.IncompleteReadError, OSError, ValueError):
                await self.close()
                raise UserError(
                    "the reader of the data has died", remedy="Ask again: another is started. The file may be damaged."
                ) from None
            except asyncio.CancelledError:
                await self.close()  # a half-read answer must not be taken for the next one
                asker = asyncio.current_task()
                if asker and asker.cancelling():
                    raise
                raise Stopped from None
            finally:
                self._exchanging = None
        if "problem" in message:
            raise UserError(message["problem"], message["where"], message["remedy"])
        return message, arrays

    async def _exchange(self, frame: bytes, told: Told | None) -> "tuple[dict[str, Any], Arrays]":
        """Asks; listens until the answer comes."""
        if self._process is None or self._process.returncode is not None:
            self._process = await _started()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(frame)
        await self._process.stdin.drain()
        while True:
            header = await self._process.stdout.readexactly(HEADER_BYTES)
            message, arrays = unpack(await self._process.stdout.readexactly(length(header)))
            if "progress" not in message:
                return message, arrays
            if told:
                told(message["progress"])


def _about(file: str, path: str, labels: str, reading: Reading) -> dict[str, Any]:
    return {"model": file, "path": path, "labels": labels, "reading": msgspec.to_builtins(reading)}


async def _started() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "cnn_tui.engine.service",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
