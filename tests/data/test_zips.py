"""A zip of pictures, read in place: as the folder it was made of, and nothing is ever written beside it."""

import stat
import struct
import time
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from cnn_tui.data.formats import zips
from cnn_tui.data.formats.folders import parts
from cnn_tui.data.formats.recognise import recognise
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Where
from tests.data.pictures import folder_of, notes, opened, png, sentence

FILES = {"cats/1.png": png(seed=1), "cats/2.png": png(seed=2), "dogs/1.png": png(seed=3)}
REMEDY = "Make the .zip again, of plain pictures only."


@pytest.fixture
def pack(tmp_path):
    """Makes a .zip of files, or of members as they are described."""

    def write(files, name="pets.zip", method=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for member, content in files.items() if isinstance(files, dict) else files:
                archive.writestr(member, content)
        return path

    return write


def test_a_zip_gives_what_the_folder_gives(tmp_path, pack):
    folder, zipped = opened(folder_of(tmp_path / "pets", FILES)), opened(pack(FILES))
    assert np.array_equal(folder.values, zipped.values)
    assert folder.labels.codes.tolist() == zipped.labels.codes.tolist()
    assert folder.labels.classes == zipped.labels.classes
    assert folder.facts.names == zipped.facts.names
    assert zipped.facts.format == "zip of a folder a class"


def test_a_folder_around_the_class_folders_is_no_class(pack):
    assert opened(pack({f"pets/{name}": content for name, content in FILES.items()})).labels.classes == ("cats", "dogs")


def test_the_parts_of_a_zip_are_named_inside_it(pack):
    path = pack(
        {f"pets/{part}/{name}": content for part in ("train", "valid", "test") for name, content in FILES.items()}
    )
    found = parts(Where(path))
    assert found == {
        "train": f"{path}::pets/train",
        "validate": f"{path}::pets/valid",
        "test": f"{path}::pets/test",
    }
    assert opened(found["test"]).facts.names == ("cats/1.png", "dogs/1.png", "cats/2.png")


def test_a_folder_that_is_not_in_the_zip_is_refused(pack):
    path = pack(FILES)
    assert sentence(lambda: opened(f"{path}::birds")) == 'pets.zip: holds no folder "birds". It holds cats, dogs.'


def test_what_macs_add_is_ignored_and_counted(pack):
    held = opened(pack(FILES | {"__MACOSX/cats/._1.png": b"x", ".DS_Store": b"x"}))
    assert notes(held) == {"ignored": "2 hidden or system files and folders were ignored."}


def _member(name, mode=stat.S_IFREG | 0o644, flags=0):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_STORED
    info.flag_bits = flags
    return info


HOSTILE = {
    "../x.png": "leads out of the .zip",
    "cats/../../x.png": "leads out of the .zip",
    "/etc/x.png": "is an absolute path",
    "C:/x.png": "names a drive",
    "cats\\x.png": "has a backslash in its name",
    f"cats/{'x' * 256}.png": "has too long a name",
    "cats/inner.zip": "is an archive itself",
    "cats/inner.tar.gz": "is an archive itself",
}


@pytest.mark.parametrize(("name", "fault"), HOSTILE.items())
def test_a_name_that_no_picture_has_is_refused(pack, name, fault):
    shown = name if len(name) <= 60 else f"{name[:59]}…"
    path = pack(FILES | {name: FILES["cats/1.png"]})
    assert sentence(lambda: opened(path)) == f"pets.zip: 1 member cannot be used: {shown} ({fault}). {REMEDY}"


@pytest.mark.parametrize(
    ("mode", "fault"),
    [(stat.S_IFLNK | 0o777, "is a link"), (stat.S_IFIFO, "is no plain file"), (stat.S_IFCHR, "is no plain file")],
)
def test_links_and_devices_are_refused(pack, mode, fault):
    path = pack([*FILES.items(), (_member("cats/x.png", mode), b"/etc/passwd")])
    assert sentence(lambda: opened(path)) == f"pets.zip: 1 member cannot be used: cats/x.png ({fault}). {REMEDY}"


def test_an_encrypted_member_is_refused(pack):
    path = pack(FILES)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert sentence(lambda: opened(path)) == f"pets.zip: 1 member cannot be used: cats/1.png (is encrypted). {REMEDY}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("twin", ["cats/1.png", "Cats/1.PNG"])
def test_two_members_of_one_name_are_refused(pack, twin):
    path = pack([*FILES.items(), (twin, b"other")])
    names = dict.fromkeys(["cats/1.png", twin])
    listed = ", ".join(f"{name} (is there twice)" for name in names)
    problem = "1 member cannot" if len(names) == 1 else "2 members cannot"
    assert sentence(lambda: opened(path)) == f"pets.zip: {problem} be used: {listed}. {REMEDY}"


def test_every_evil_name_is_named_and_nothing_is_written(tmp_path, pack, monkeypatch):
    names = [f"{'../' * (1 + depth % 3)}evil{depth}.png" for depth in range(25)]
    path = pack(dict.fromkeys(names, b"evil"))
    (tmp_path / "a/b/c").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a/b/c")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError) as caught:
        opened(path)
    listed = ", ".join(f"{name} (leads out of the .zip)" for name in names)
    assert caught.value.problem == f"25 members cannot be used: {listed}"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_wrong_checksum_is_named(pack):
    path = pack(FILES, method=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(FILES["dogs/1.png"]) + 60] ^= 1
    path.write_bytes(content)
    assert sentence(lambda: opened(path)) == (
        "pets.zip: 1 of 3 pictures cannot be read: dogs/1.png (its checksum is wrong). "
        "Repair or remove them, or say --skip-damaged."
    )
    assert opened(path, skip_damaged=True).facts.names == ("cats/1.png", "cats/2.png")


def test_a_truncated_directory_is_a_damaged_zip(pack):
    path = pack(FILES)
    path.write_bytes(path.read_bytes()[:-30])
    assert sentence(lambda: recognise(path)) == "pets.zip: is a damaged .zip. Copy or download it again."


def test_members_that_share_their_bytes_are_refused(pack):
    path = pack(FILES, method=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(content)
    assert sentence(lambda: opened(path)) == (
        f"pets.zip: 2 members cannot be used: cats/1.png (overlaps another), cats/2.png (overlaps another). {REMEDY}"
    )


def test_a_zip_of_many_members_is_refused_before_they_are_looked_at(pack, monkeypatch):
    monkeypatch.setattr(zips, "MOST_MEMBERS", 2)
    assert sentence(lambda: opened(pack(FILES))) == (
        "pets.zip: holds 3 members, more than 2. Unzip it and give the folder."
    )


def test_members_that_may_be_of_any_size_are_read(tmp_path, pack):
    with zipfile.ZipFile(tmp_path / "large.zip", "w") as archive:
        for name, content in FILES.items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                member.write(content)
    assert np.array_equal(opened(tmp_path / "large.zip").values, opened(pack(FILES)).values)


def test_a_long_comment_does_no_harm(pack):
    path = pack(FILES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"x" * 65_535
    assert len(opened(path).values) == 3


def test_a_zip_that_declares_ten_gigabytes_is_refused_at_once(pack):
    path = _bomb(pack(FILES), size=10 * 2**30, declared=10 * 2**30)
    begun = time.perf_counter()
    assert sentence(lambda: opened(path)) == (
        f"pets.zip: 1 member cannot be used: cats/9.png (unzips to much more than its size). {REMEDY}"
    )
    assert time.perf_counter() - begun < 2


def test_a_zip_that_hides_its_size_is_stopped_while_it_is_unzipped(pack):
    path = _bomb(pack(FILES), size=2**30, declared=1000)
    tracemalloc.start()
    said = sentence(lambda: opened(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said == (
        "pets.zip: 1 of 4 pictures cannot be read: cats/9.png (its checksum is wrong). "
        "Repair or remove them, or say --skip-damaged."
    )
    assert peak < 100 * 2**20


def _bomb(path, size, declared):
    """Adds a member that begins as a picture and goes on with zeros, and declares this size."""
    packer = zlib.compressobj(9, wbits=-15)
    zeros = bytes(2**24)
    start = FILES["cats/1.png"][:33]
    block = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block + piece * (size // 2**24) + packer.flush()
    with zipfile.ZipFile(path, "a") as archive:
        info = _member("cats/9.png")
        archive.writestr(info, packed)
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = content.rindex(b"cats/9.png") if mark == b"PK\x01\x02" else content.index(b"cats/9.png")
        header = content.rindex(mark, 0, place)
        content[header + at : header + at + 2] = struct.pack("<H", zipfile.ZIP_DEFLATED)
        length_at = header + (22 if mark == b"PK\x03\x04" else 24)
        content[length_at : length_at + 4] = struct.pack("<I", min(declared, 2**32 - 2))
    path.write_bytes(content)
    return path
