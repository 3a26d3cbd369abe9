"""Reading the largest table at hand: by pandas, by pyarrow, by this program, and by this program from its cache."""

import gzip
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from benchmarks.contenders import Measure, NotMeasured
from cnn_tui.data.dataset import look_into
from cnn_tui.data.read import read_images
from cnn_tui.data.statistics import describe
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Reading, Source

MNIST = Path(__file__).parents[2].parent / "shared/data/mnist"
FILE_NAME = "X_train.tsv.gz"
COLUMNS = 784
LARGE = 2**32
"""How many bytes the table has whose reading must not take more memory than there is."""
READING = Reading(header="no", label_column="none")


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
def arrow() -> Iterator[Measure]:
    """Seconds to an array of bytes by pyarrow, told everything that it can be told."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    path = table_file()
    names = [str(column) for column in range(COLUMNS)]
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.uint8()))

    def read() -> float:
        begun = perf_counter()
        table = csv.read_csv(path, csv.ReadOptions(column_names=names), csv.ParseOptions(delimiter="\t"), convert)
        np.column_stack([column.to_numpy() for column in table.columns])
        return perf_counter() - begun

    yield read


@contextmanager
def cold() -> Iterator[Measure]:
    """Seconds to the same array here when the file was never seen: found out, checked, and put into the cache."""
    path = table_file()

    def read() -> float:
        with _empty_cache():
            begun = perf_counter()
            read_images(Source(images=str(path)), READING)
            return perf_counter() - begun

    yield read


@contextmanager
def cached() -> Iterator[Measure]:
    """Seconds when it was seen before: the file's hash and the copy's checksum are computed each time."""
    path = table_file()
    read_images(Source(images=str(path)), READING)

    def read() -> float:
        begun = perf_counter()
        read_images(Source(images=str(path)), READING)
        return perf_counter() - begun

    yield read


def peak_of_a_large_table() -> float:
    """The most memory, in MB, that a process had resident while it read and described a table of `LARGE` bytes.

    Raises NotMeasured where there is no room for the table.
    """
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < 2 * LARGE:
            raise NotMeasured(f"there is no room for a table of {LARGE / 2**30:.0f} GiB")
        path = Path(folder) / "large.tsv"
        rows = gzip.decompress(shipped(f"sample_data/digits/{FILE_NAME}").read_bytes())
        with path.open("wb") as file:
            while file.tell() < LARGE:
                file.write(rows)
        command = [sys.executable, "-m", "benchmarks.contenders.tables", str(path)]
        environment = {**os.environ, "CNN_TUI_CACHE": folder}
        ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if ran.returncode:
        raise NotMeasured("the table could not be read")
    return float(ran.stdout)


def _peak() -> float:
    """The most memory, in MB, that this process had resident."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e6


@contextmanager
def _empty_cache() -> Iterator[None]:
    usual = os.environ["CNN_TUI_CACHE"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNN_TUI_CACHE"] = folder
        try:
            yield
        finally:
            os.environ["CNN_TUI_CACHE"] = usual


if __name__ == "__main__":
    describe(look_into(Data(train=Source(images=sys.argv[1]), header="no", label_column="none")))
    print(_peak())
