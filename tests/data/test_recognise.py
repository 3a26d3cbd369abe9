import gzip
import io
import tarfile
import zipfile

import numpy as np
import pytest

from cnn_tui.data.formats.recognise import recognise
from cnn_tui.errors import UserError

MODEL = "Give it as the model, and images as the data."
UNPACK = "Unpack it, and give the folder or the file that was in it."
PLAIN = "Save its arrays with numpy.savez, or as a table."
NPY = b"\x93NUMPY\x01\x00"


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as held:
        for name in names:
            held.writestr(name, b"")
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as held:
        held.addfile(tarfile.TarInfo("a.png"))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (NPY, "npy"),
        (zipped("x.npy", "y.npy"), "npz"),
        (zipped("x.npy", "why.txt"), "npz"),
        (zipped("cat/1.png"), "zip"),
        (b"PAR1", "parquet"),
        (b"\0\0\x08\x03", "idx"),
        (b"\x03\x08\0\0", "idx"),
        (gzip.compress(b"\0\0\x08\x03"), "idx"),
        (gzip.compress(b"1\t2\n"), "table"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"RIFF....WEBPVP8 ", "image"),
        (b"1\t2\n", "table"),
        (b"", "table"),
    ],
)
def test_a_file_is_known_by_its_content(write, content, kind):
    assert recognise(write("a", content)) == kind


def test_a_file_named_as_idx_that_is_none_is_told_by_its_reader(write):
    assert recognise(write("train-images-idx3-ubyte", b"\0\1\x08\x03")) == "idx"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x89HDF\r\n\x1a\n", f"is an HDF5 file. {PLAIN}"),
        (b"\x80\x04\x95", f"is a Python pickle, which could run anything when it is opened. {PLAIN}"),
        (b'\x40\0\0\0\0\0\0\0{"w":{}}', f"is a safetensors file. {MODEL}"),
        (b"MATLAB 5.0 MAT-file, ", f"is a MATLAB file. {PLAIN}"),
        (b"SQLite format 3\0", "is a database. Export the table as .csv."),
        (b"%PDF-1.7", "is a PDF. Give the table or the pictures that it shows."),
        (b"\n<!DOCTYPE html><html>", "is a web page. Download the file itself."),
        (tarred(), f"is a tar archive. {UNPACK}"),
        (gzip.compress(tarred()), f"is a tar archive. {UNPACK}"),
        (b"7z\xbc\xaf\x27\x1c", f"is a 7z archive. {UNPACK}"),
        (b"Rar!\x1a\x07\x01\0", f"is a RAR archive. {UNPACK}"),
        (b"\xfd7zXZ\0", f"is compressed with xz. {UNPACK}"),
        (b"BZh91AY&SY", f"is compressed with bzip2. {UNPACK}"),
        (b"\x28\xb5\x2f\xfd", f"is compressed with Zstandard. {UNPACK}"),
        (zipped("metadata.json", "config.json", "model.weights.h5"), f"is a Keras model. {MODEL}"),
        (
            zipped("m/data.pkl"),
            f"is a PyTorch file of Python pickles, which could run anything when it is opened. {PLAIN}",
        ),
        (zipped("xl/workbook.xml"), "is an Excel workbook. Save the sheet as .csv."),
        (zipped("x.npy")[:-5], "is a damaged .zip. Copy or download it again."),
        (gzip.compress(NPY), "is an .npy in a .gz. Unzip it."),
        (gzip.compress(zipped("x.npy")), "is a .zip in a .gz. Unzip it."),
        (gzip.compress(gzip.compress(b"1\n")), "is gzipped twice. Unzip it once."),
        (gzip.compress(b"\0\0\x08\x03")[:-9], "breaks off: the .gz is not whole. Copy or download it again."),
        (b"\x1f\x8bnot one at all", "is a damaged .gz. Copy or download it again."),
    ],
)
def test_what_is_no_data_is_named_with_the_way_out(write, content, expected):
    with pytest.raises(UserError) as caught:
        recognise(write("a", content))
    assert caught.value.sentence == f"a: {expected}"


def test_a_real_file_of_each_kind_is_recognised(tmp_path):
    np.save(tmp_path / "a", np.zeros(3))
    np.savez_compressed(tmp_path / "b", x=np.zeros(3))
    assert recognise(tmp_path / "a.npy") == "npy"
    assert recognise(tmp_path / "b.npz") == "npz"
    assert recognise(tmp_path) == "folder"
