"""Reading 10,000 digits as PNGs in class folders: by a plain Pillow loop, and by this program, first and again."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
from PIL import Image

from benchmarks.contenders import Measure
from benchmarks.contenders.digits import all_digits
from cnn_tui.data.read import read_images
from cnn_tui.spec.data import Reading, Source

CLASSES = 10


@contextmanager
def pillow() -> Iterator[Measure]:
    """Seconds to the same array by the loop that everybody writes."""
    with _digits_as_pngs() as folder:

        def read() -> float:
            begun = perf_counter()
            pictures = []
            for path in sorted(folder.rglob("*.png"), key=lambda path: path.name):
                with Image.open(path) as picture:
                    pictures.append(np.asarray(picture))
            np.stack(pictures)
            return perf_counter() - begun

        yield read


@contextmanager
def cold() -> Iterator[Measure]:
    """Seconds here when the folder was never seen: listed, every header checked, decoded, put into the cache."""
    with _digits_as_pngs() as folder:
        usual = os.environ["CNN_TUI_CACHE"]

        def read() -> float:
            with tempfile.TemporaryDirectory() as cache:
                os.environ["CNN_TUI_CACHE"] = cache
                try:
                    return _seconds(folder)
                finally:
                    os.environ["CNN_TUI_CACHE"] = usual

        yield read


@contextmanager
def cached() -> Iterator[Measure]:
    """Seconds when it was seen before: the folder is listed and the copy's checksum computed each time."""
    with _digits_as_pngs() as folder:
        _seconds(folder)
        yield lambda: _seconds(folder)


def _seconds(folder: Path) -> float:
    begun = perf_counter()
    read_images(Source(images=str(folder)), Reading())
    return perf_counter() - begun


@contextmanager
def _digits_as_pngs() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label in range(CLASSES):
            (folder / str(label)).mkdir()
        for place, pixels in enumerate(all_digits()):
            Image.fromarray(pixels.reshape(28, 28)).save(folder / str(place % CLASSES) / f"{place:05}.png")
        yield folder
