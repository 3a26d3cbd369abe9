"""The process that answers the screens: what is in the data, and its images. Questions and answers are frames.

python -m cnn_tui.engine.service
"""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import numpy as np

from cnn_tui.data.dataset import Dataset, Opened, open_data
from cnn_tui.data.find import find_data
from cnn_tui.data.statistics import describe
from cnn_tui.errors import UserError
from cnn_tui.runs.frames import HEADER_BYTES, length, pack, unpack
from cnn_tui.spec.data import Data, as_read, where
from cnn_tui.spec.layers.windows import picture_shape

if TYPE_CHECKING:
    from cnn_tui.runs.frames import Arrays

    Answer = tuple[dict[str, Any], Arrays]

MAX_PICTURES = 1_000


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answers until the questions end."""
    while header := questions.read(HEADER_BYTES):
        question, _ = unpack(questions.read(length(header)))
        answers.write(pack(*_answer(question)))
        answers.flush()


def _answer(question: dict[str, Any]) -> "Answer":
    try:
        match question["ask"]:
            case "find":
                return {"data": msgspec.to_builtins(find_data([Path(path) for path in question["paths"]]))}, {}
            case "describe":
                return {"report": msgspec.to_builtins(describe(_opened(_data(question))))}, {}
            case "pictures":
                return _pictures(question)
    except UserError as error:
        return {"problem": error.problem, "where": str(error.where), "remedy": error.remedy}, {}
    raise AssertionError(f"nobody answers {question['ask']}")


def _pictures(question: dict[str, Any]) -> "Answer":
    """Images as [n, height, width, channels], with their labels and rows."""
    opened = _opened(_data(question))
    dataset = opened.parts.get(question["part"], opened.train)
    rows = _rows(dataset, question)
    images = np.ascontiguousarray(dataset.images[rows])
    shape = picture_shape(images.shape[1:]) or (1, int(np.prod(images.shape[1:])), 1)
    labels = dataset.labels[rows].tolist()
    return {"labels": labels, "rows": rows.tolist()}, {"images": images.reshape(len(rows), *shape)}


def _rows(dataset: Dataset, question: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    if "rows" in question:
        rows = np.asarray(question["rows"][:MAX_PICTURES], dtype=np.int64)
        return rows[(rows >= 0) & (rows < len(dataset.labels))]
    first, count = question["first"], min(question["count"], MAX_PICTURES)
    return np.flatnonzero(dataset.labels == question["label"])[first : first + count]


def _data(question: dict[str, Any]) -> Data:
    return msgspec.convert(question["data"], Data)


def _opened(data: Data) -> Opened:
    """The data, kept open as long as its files do not change."""
    files = [path for source in data.sources.values() for path in (source.images, source.labels) if path]
    return _kept(as_read(data), tuple(_stamp(where(path).path) for path in files))


@lru_cache(maxsize=2)
def _kept(data: Data, stamps: tuple[tuple[int, int] | None, ...]) -> Opened:
    return open_data(data)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def main() -> None:
    """Answers on the standard streams; whatever a library prints goes to the error stream, not among the frames."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
