"""Reading the largest table at hand: by pandas, by this program, and by this program from its cache."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from benchmarks.contenders import Measure
from cnn_tui.data.read import read_images
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Reading, Source

MNIST = Path(__file__).parents[2].parent / "shared/data/mnist"
FILE_NAME = "X_train.tsv.gz"


def table_file() -> Path:
    """MNIST's 60,000 images if they lie beside the checkout, else the 8,000 of the sample."""
    large = MNIST / FILE_NAME
    return large if large.is_file() else shipped(f"sample_data/digits/{FILE_NAME}")


@contextmanager
def pandas() -> Iterator[Measure]:
    """Seconds to an array of bytes by pandas, told everything that it can be told."""
    from pandas import read_csv

    path = table_file()

    def read() -> float:
        begun = perf_counter()
        read_csv(path, sep="\t", header=None, dtype="uint8", engine="c").to_numpy()
        return perf_counter() - begun

    yield read


@contextmanager
def cold() -> Iterator[Measure]:
    """Seconds to the same array here when the file was never seen: found out, checked, and put into the cache."""
    path = table_file()

    def read() -> float:
        with _empty_cache():
            begun = perf_counter()
            read_images(Source(images=str(path)), Reading(header="no"))
            return perf_counter() - begun

    yield read


@contextmanager
def cached() -> Iterator[Measure]:
    """Seconds when it was seen before: the file's hash and the copy's checksum are computed each time."""
    path = table_file()
    read_images(Source(images=str(path)), Reading(header="no"))

    def read() -> float:
        begun = perf_counter()
        read_images(Source(images=str(path)), Reading(header="no"))
        return perf_counter() - begun

    yield read


@contextmanager
def _empty_cache() -> Iterator[None]:
    usual = os.environ["CNN_TUI_CACHE"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNN_TUI_CACHE"] = folder
        try:
            yield
        finally:
            os.environ["CNN_TUI_CACHE"] = usual
