import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from cnn_tui.data.formats.label_files import read_label_array
from cnn_tui.data.read import read_images
from cnn_tui.errors import UserError
from cnn_tui.spec.data import AS_IT_COMES, Source, Where

CODES = {"u1": 8, "i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}


def idx(values: np.ndarray, kind: str = "u1") -> bytes:
    sizes = struct.pack(f">{values.ndim}I", *values.shape)
    return bytes([0, 0, CODES[kind], values.ndim]) + sizes + values.astype(kind).tobytes()


def values_of(path: Path) -> np.ndarray:
    return read_images(Source(images=str(path), format="idx"), AS_IT_COMES)[0].values


def sentence(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        values_of(path)
    return caught.value.sentence


PIXELS = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_every_type_of_number_is_read(write, kind, name):
    signed = PIXELS - 12 if kind != "u1" else PIXELS
    values = values_of(write(name, idx(signed, kind)))
    assert values.dtype == (np.uint8 if kind == "u1" else np.float32)
    assert np.array_equal(values, signed[..., None])


def test_whole_numbers_of_other_types_become_bytes(write):
    assert values_of(write("images", idx(PIXELS, ">f8"))).dtype == np.uint8


def test_labels_are_read(write):
    labels = read_label_array(Where(write("labels", idx(np.array([7, 2, 7])))))
    assert labels.classes == ("2", "7")
    assert labels.codes.tolist() == [1, 0, 1]


WHOLE = idx(PIXELS)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            WHOLE[:4][::-1] + WHOLE[4:],
            "a: is IDX with its bytes swapped: it begins with 03 08 00 00, not 00 00 08 03. "
            "Download the file again, or save its array with numpy.save.",
        ),
        (
            b"\x01" + WHOLE[1:],
            "a: is not IDX: it begins with 01 00 08 03, not 00 00, a type from 08 to 0e and the number of axes. "
            "Download the file again, or save its array with numpy.save.",
        ),
        (
            WHOLE[:-5],
            "a: breaks off: 5 bytes of its 2x3x4 uint8 array are missing. Copy or download it again.",
        ),
        (WHOLE[:9], "a: breaks off in its header. Copy or download it again."),
        (
            WHOLE + b"1",
            "a: 1 byte stands behind its 2x3x4 uint8 array. "
            "Save each array in a file of its own, or download it again.",
        ),
        (idx(np.empty((0, 3, 4))), "a: holds no rows (0x3x4). Give an array with a row an image."),
        (idx(np.empty((2, 0, 4))), "a: holds rows without values (2x0x4). Give an array with a row an image."),
        (
            WHOLE[:4] + struct.pack(">3I", 2, 2**31, 4) + WHOLE[16:],
            "a: breaks off: 17,179,869,160 bytes of its 2x2147483648x4 uint8 array are missing. "
            "Copy or download it again.",
        ),
        (
            idx(np.array([7, 2, 7])),
            "a: holds 3 single numbers, which are labels and not images. "
            "Give the images here, and this as their labels.",
        ),
    ],
)
def test_what_is_said_of_a_bad_file(write, content, expected):
    assert sentence(write("a", content)) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (gzip.compress(WHOLE)[:-3], "a: breaks off: the .gz is not whole. Copy or download it again."),
        (gzip.compress(WHOLE)[:-8] + bytes(8), "a: is a damaged .gz. Copy or download it again."),
        (gzip.compress(gzip.compress(WHOLE)), "a: is gzipped twice. Unzip it once."),
        (gzip.compress(WHOLE) + b"more", "a: is a damaged .gz. Copy or download it again."),
        (
            gzip.compress(WHOLE[:-5]),
            "a: breaks off: 5 bytes of its 2x3x4 uint8 array are missing. Copy or download it again.",
        ),
        (
            gzip.compress(WHOLE + b"1"),
            "a: more stands behind its 2x3x4 uint8 array. Save each array in a file of its own, or download it again.",
        ),
        (
            gzip.compress(idx(np.zeros((80, 1000, 1000)))),
            "a: becomes more than 200 times as large when it is unzipped. "
            "If that is meant, unzip it and give the plain file.",
        ),
        (
            gzip.compress(WHOLE[:4] + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1)),
            "a: breaks off: 79,228,162,458,924,105,385,300,197,375 bytes of its "
            "4294967295x4294967295x4294967295 uint8 array are missing. Copy or download it again.",
        ),
    ],
)
def test_what_is_said_of_a_bad_gz(write, content, expected):
    assert sentence(write("a", content)) == expected


def test_images_given_as_labels(write):
    with pytest.raises(UserError) as caught:
        read_label_array(Where(write("a", WHOLE)))
    assert caught.value.sentence == (
        "a: holds 2 arrays of 3x4, which are images and not labels. Give the file of their labels."
    )


@pytest.mark.parametrize("zipped", [False, True])
def test_any_damage_is_said_or_changes_nothing_but_values(tmp_path, zipped):
    whole = gzip.compress(WHOLE, mtime=0) if zipped else WHOLE
    random = np.random.default_rng(3)
    path = tmp_path / "a"
    for _ in range(50):
        changed = bytearray(whole)
        changed[random.integers(len(whole))] ^= 1 << int(random.integers(8))
        path.write_bytes(changed)
        try:
            values = values_of(path)
        except UserError:
            continue
        plain = gzip.decompress(changed) if zipped else bytes(changed)
        kind = {code: kind for kind, code in CODES.items()}[plain[2]]
        sizes = struct.unpack(f">{plain[3]}I", plain[4 : 4 + 4 * plain[3]])
        expected = np.frombuffer(plain, kind, offset=4 + 4 * plain[3]).reshape(sizes)
        assert np.array_equal(values.reshape(sizes), expected)
