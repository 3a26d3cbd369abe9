import io
import struct
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from cnn_tui.data.cache import Held
from cnn_tui.data.formats.arrays import array_names
from cnn_tui.data.formats.label_files import read_label_array
from cnn_tui.data.read import read_images
from cnn_tui.errors import UserError
from cnn_tui.spec.data import AS_IT_COMES, Source, Where

PIXELS = np.arange(2 * 5 * 7).reshape(2, 5, 7)
DAMAGED = "Copy or download it again."
SAVE = 'Save it again as plain numbers, such as numpy.save(path, x.astype("float32")).'


def npy(values: np.ndarray, pickled: bool = False) -> bytes:
    file = io.BytesIO()
    np.save(file, values, allow_pickle=pickled)
    return file.getvalue()


def declared(header: str, body: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + body


def of_shape(shape: str, descr: str = "'<f8'", body: bytes = b"") -> bytes:
    return declared(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}", body)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as held:
        for name, content in members.items():
            held.writestr(name, content)
    return file.getvalue()


def held(path: Path | str) -> Held:
    return read_images(Source(images=str(path)), AS_IT_COMES)[0]


def sentence(path: Path | str) -> str:
    with pytest.raises(UserError) as caught:
        held(path)
    return caught.value.sentence


@pytest.mark.parametrize("kind", ["?", "i1", "u2", ">i4", "<i8", "u8", "f2", ">f4", "f8", "g"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_every_type_and_order_of_numbers_is_read_as_numpy_reads_it(write, kind, order, name):
    content = npy(np.asarray(PIXELS.astype(kind), order=order))
    values = held(write(name, zipped({"x.npy": content}) if name == "a.npz" else content)).values
    assert values.dtype == np.uint8
    assert np.array_equal(values[..., 0], np.load(io.BytesIO(content)))


@pytest.mark.parametrize("order", ["C", "F"])
def test_blocks_come_together_again(write, order, monkeypatch):
    for module in ("pixels", "arrays"):
        monkeypatch.setattr(f"cnn_tui.data.formats.{module}.BLOCK_BYTES", 1000)
    pixels = np.random.default_rng(0).random((60, 5, 7))
    values = held(write("a.npy", npy(np.asarray(pixels, order=order)))).values
    assert np.array_equal(values[..., 0], pixels.astype(np.float32))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((2, 35), (2, 35)),
        ((2, 5, 7), (2, 5, 7, 1)),
        ((2, 5, 7, 3), (2, 5, 7, 3)),
        ((2, 4, 5, 6, 2), (2, 4, 5, 6, 2)),
        ((2, 4, 4, 1), (2, 4, 4, 1)),
    ],
)
def test_every_rank_is_channels_last(write, shape, expected):
    found = held(write("a.npy", npy(np.zeros(shape))))
    assert found.values.shape == expected
    assert not found.facts.notes


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_that_come_first_are_put_last_and_it_is_said(write, channels):
    pixels = np.random.default_rng(0).random((2, channels, 5, 7), np.float32)
    found = held(write("a.npy", npy(pixels)))
    assert np.array_equal(found.values, pixels.transpose(0, 2, 3, 1))
    assert [str(note) for note in found.facts.notes] == [
        f"Channels came first ({channels}x5x7) and were put last (5x7x{channels})."
    ]


def test_channels_that_may_be_first_or_last_are_asked_for(write):
    pixels = np.random.default_rng(0).random((2, 3, 3, 3), np.float32)
    found = held(write("a.npy", npy(pixels)))
    assert np.array_equal(found.values, pixels)
    assert [str(note) for note in found.facts.notes] == [
        "Images of 3x3x3 may have their channels first or last; they are read as channels last. "
        "If they come first, save them with numpy.moveaxis(x, 1, -1)."
    ]


def broken(value: float) -> bytes:
    pixels = np.zeros((4, 5, 7))
    pixels[2, 1, 6] = value
    return npy(pixels)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            broken(np.nan),
            "row 3, value [1, 6] is not a number (nan). Fill it in, or remove the row and its label.",
        ),
        (broken(np.inf), "row 3, value [1, 6] is inf, which is too large. Use numbers up to 3.4e+38."),
        (broken(-1e39), "row 3, value [1, 6] is -1e+39, which is too large. Use numbers up to 3.4e+38."),
        (
            of_shape("(1000000000000,)"),
            f"breaks off: 8,000,000,000,000 bytes of its 1000000000000 float64 array are missing. {DAMAGED}",
        ),
        (of_shape("(-1, 4)"), f"declares the shape -1x4. {DAMAGED}"),
        (of_shape("(2.5, 4)"), f"has a damaged header. {DAMAGED}"),
        (declared("{" * 9000), f"has a damaged header. {DAMAGED}"),
        (
            b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b"{",
            f"declares a header of 2,147,483,648 bytes. {SAVE}",
        ),
        (npy(PIXELS)[:50], f"breaks off in its header. {DAMAGED}"),
        (npy(PIXELS)[:-1], f"breaks off: 1 byte of its 2x5x7 int64 array is missing. {DAMAGED}"),
        (
            npy(PIXELS) + npy(PIXELS),
            "688 bytes stand behind its 2x5x7 int64 array. Save each array in a file of its own, or download it again.",
        ),
        (npy(PIXELS.astype(complex)), f"holds complex numbers, not plain numbers. {SAVE}"),
        (npy(np.zeros(3, "f4,i4")), f"holds records, not plain numbers. {SAVE}"),
        (npy(np.zeros(3, "M8[s]")), f"holds dates, not plain numbers. {SAVE}"),
        (npy(np.array([{}, None]), pickled=True), f"holds Python objects, not plain numbers. {SAVE}"),
        (npy(np.array([["cat"]])), "holds words, not pixels. Give the numbers of the pixels."),
        (npy(np.float64(3)), "holds a single number. Give an array with a row an image."),
        (npy(np.zeros((0, 3))), "holds no rows (0x3). Give an array with a row an image."),
        (
            npy(np.zeros(3)),
            "holds 3 single numbers, which are labels and not images. Give the images here, and this as their labels.",
        ),
        (
            npy(np.zeros((2,) * 6)),
            "has 6 axes (2x2x2x2x2x2). "
            "Give images [N, H, W] or [N, H, W, C], volumes [N, D, H, W, C], or rows [N, columns].",
        ),
    ],
)
def test_what_is_said_of_a_bad_array(write, content, expected):
    path = write("a.npy", content)
    assert sentence(path) == f"a.npy: {expected}"
    assert sentence(write("a.npz", zipped({"x.npy": content}))) == f"a.npz, x: {expected}"


def test_numbers_of_an_old_python_are_read(write):
    path = write("a.npy", of_shape("(2L, 3L)", body=bytes(48)))
    assert held(path).values.shape == (2, 3)


def test_an_array_of_an_npz_is_named(write):
    path = write("a.npz", zipped({"x.npy": npy(PIXELS), "y.npy": npy(np.array([1, 0]))}))
    assert array_names(path) == ("x", "y")
    assert np.array_equal(held(f"{path}::x").values[..., 0], PIXELS)
    assert sentence(path) == "a.npz: holds 2 arrays. Name one of x, y, such as a.npz::x."
    assert sentence(f"{path}::z") == 'a.npz: holds no array "z". Name one of x, y, such as a.npz::x.'


def encrypted(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[6] |= 1
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            zipped({"x.npy": npy(PIXELS), "why.txt": b"so"}),
            "a.npz, why.txt: is no array. Save the arrays with numpy.savez.",
        ),
        (encrypted(zipped({"x.npy": npy(PIXELS)})), "a.npz, x: is encrypted. Save it again without a password."),
        (
            zipped({"x.npy": npy(PIXELS)}, zipfile.ZIP_LZMA),
            "a.npz, x: is compressed in a way that NumPy does not write. Save it with numpy.savez.",
        ),
        (
            zipped({"x.npy": npy(np.zeros((90, 1000, 1000), np.uint8))}),
            "a.npz, x: becomes more than 200 times as large when it is unzipped. "
            "If that is meant, save it with numpy.savez, which does not compress.",
        ),
        (zipped({"x.npy": npy(PIXELS)})[:-30], f"a.npz: is a damaged .zip. {DAMAGED}"),
        (
            zipped({"x.npy": npy(PIXELS)}, zipfile.ZIP_STORED).replace(npy(PIXELS)[-40:], bytes(40)),
            f"a.npz, x: is damaged. {DAMAGED}",
        ),
    ],
)
def test_what_is_said_of_a_bad_npz(write, content, expected):
    assert sentence(write("a.npz", content)) == expected


def test_a_name_that_is_there_twice(tmp_path):
    path = tmp_path / "a.npz"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as file:
        warnings.simplefilter("ignore")
        file.writestr("x.npy", npy(PIXELS))
        file.writestr("x.npy", npy(PIXELS))
    assert sentence(path) == "a.npz, x: is there twice. Save the arrays with numpy.savez."


@pytest.mark.parametrize(
    ("labels", "classes", "codes"),
    [
        (np.array([7, 2, 7]), ("2", "7"), [1, 0, 1]),
        (np.array([[7], [2]], ">u8"), ("2", "7"), [1, 0]),
        (np.array([2.0, 10.0]), ("2", "10"), [0, 1]),
        (np.array([2**60 + 1, 2**60]), (str(2**60), str(2**60 + 1)), [1, 0]),
        (np.array([True, False]), ("0", "1"), [1, 0]),
        (np.eye(3)[[2, 0]], ("0", "1", "2"), [2, 0]),
        (np.array(["dog", "cat", "NA"]), ("NA", "cat", "dog"), [2, 1, 0]),
        (np.array([b"dog", b"cat"]), ("cat", "dog"), [1, 0]),
        (np.array(["10", "9"]), ("9", "10"), [1, 0]),
    ],
)
def test_labels_are_whole_numbers_words_or_one_hot(write, labels, classes, codes):
    found = read_label_array(Where(write("y.npy", npy(labels))))
    assert found.classes == classes
    assert found.codes.tolist() == codes


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (
            np.array([1, 0.5]),
            "row 2 holds the label 0.5, not a class. Classes are whole numbers or words; say --targets numbers to predict numbers.",
        ),
        (
            np.array([1, np.inf]),
            "row 2 holds the label inf, not a class. Classes are whole numbers or words; say --targets numbers to predict numbers.",
        ),
        (
            np.array([[1, 0], [1, 1]]),
            "row 2 is not one-hot. Give one column of labels, or one-hot columns: a single 1 in each row, and 0.",
        ),
        (np.array(["a", " "]), "the label of row 2 is empty. Fill it in, or remove the row."),
        (np.array([["a", "b"]]), "holds rows of 2 words. Give one label for each image."),
        (np.array([b"\xff"]), 'holds words that are not UTF-8. Save them with .astype("U").'),
    ],
)
def test_what_is_said_of_bad_labels(write, labels, expected):
    with pytest.raises(UserError) as caught:
        read_label_array(Where(write("y.npy", npy(labels))))
    assert caught.value.sentence == f"y.npy: {expected}"


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_any_damage_is_said_or_read_as_numpy_reads_it(tmp_path, name):
    whole = zipped({"x.npy": npy(PIXELS)}) if name == "a.npz" else npy(PIXELS)
    random = np.random.default_rng(5)
    path, said = tmp_path / name, list[str]()
    for _ in range(50):
        changed = bytearray(whole)
        changed[random.integers(len(whole))] ^= 1 << int(random.integers(8))
        path.write_bytes(changed)
        try:
            values = held(path).values
        except UserError as error:
            said.append(str(error))
            continue
        loaded = np.load(path, allow_pickle=False)
        expected = loaded if name == "a.npy" else loaded[loaded.files[0]]
        assert np.array_equal(values[..., 0] if expected.ndim == 3 else values, expected.astype(np.float32))
    assert said
    assert not any("allow_pickle" in sentence for sentence in said)
