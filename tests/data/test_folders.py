"""Folders of pictures: classes, order, parts, and everything else that lies about in folders."""

import os
import socket
import sys
import tracemalloc

import numpy as np
import pytest

from cnn_tui.data.dataset import open_data
from cnn_tui.data.formats.class_folders import natural, ordered
from cnn_tui.data.formats.folders import parts
from cnn_tui.spec.data import Data, Source, Where
from tests.data.pictures import folder_of, notes, opened, png, sentence


@pytest.fixture
def pets(tmp_path):
    names = ["cats/1.png", "cats/10.png", "cats/2.png", "dogs/1.png", "dogs/3.png"]
    return folder_of(tmp_path / "pets", {name: png(seed=place) for place, name in enumerate(names)})


def test_each_folder_is_a_class_and_pictures_are_sorted_by_their_own_name_first(pets):
    held = opened(pets)
    assert held.facts.names == ("cats/1.png", "dogs/1.png", "cats/2.png", "dogs/3.png", "cats/10.png")
    assert held.labels.classes == ("cats", "dogs")
    assert held.labels.codes.tolist() == [0, 1, 0, 1, 0]
    assert (held.values.shape, held.values.dtype) == ((5, 4, 6, 3), np.uint8)
    assert held.facts.format == "folder a class"


def test_pictures_numbered_through_all_classes_keep_their_order():
    names = [f"{number % 7}/{number}.png" for number in range(30)]
    assert ordered(reversed(names)) == names


def test_numbers_in_names_count_as_numbers():
    names = ["a2.png", "a10.png", "a" + "9" * 5000 + ".png", "b1.png"]
    assert sorted(names, key=natural) == names


def test_classes_that_are_numbers_have_the_order_of_numbers(tmp_path):
    held = opened(folder_of(tmp_path, {f"{label}/x.png": png() for label in (10, 9, 2)}))
    assert held.labels.classes == ("2", "9", "10")


def test_a_folder_without_class_folders_has_no_labels(tmp_path):
    held = opened(folder_of(tmp_path, {"2.png": png(seed=2), "10.png": png(seed=10)}))
    assert held.labels is None
    assert held.facts.names == ("2.png", "10.png")


def test_pictures_deeper_down_belong_to_the_class_at_the_top(tmp_path):
    held = opened(folder_of(tmp_path, {"cat/a/1.png": png(), "dog/b/c/2.png": png()}))
    assert held.labels.classes == ("cat", "dog")


def test_parts_are_found_in_any_case_and_below_a_folder_around_them(tmp_path):
    files = {f"set/{part}/cat/1.png": png() for part in ("Train", "val", "test")}
    root = folder_of(tmp_path / "all", files)
    expected = {"train": "Train", "validate": "val", "test": "test"}
    assert parts(Where(root)) == {part: str(root / "set" / name) for part, name in expected.items()}


def test_classes_are_no_parts(pets, tmp_path):
    folder_of(tmp_path / "vehicles", {"train/1.png": png(), "car/1.png": png(), "test/1.png": png()})
    assert parts(Where(pets)) == {}
    assert parts(Where(tmp_path / "vehicles")) == {}


def test_parts_are_never_taken_for_classes(tmp_path):
    root = folder_of(tmp_path / "pets", {f"{part}/cat/1.png": png() for part in ("train", "test")})
    assert sentence(lambda: opened(root)) == (
        "pets: holds train, test, which are parts and not classes. Give one of them, such as pets/train."
    )


def test_the_parts_have_the_same_classes(tmp_path):
    root = folder_of(tmp_path, {"train/cat/1.png": png(), "train/dog/1.png": png(), "test/dog/1.png": png()})
    found = parts(Where(root))
    data = open_data(Data(train=Source(images=found["train"]), test=Source(images=found["test"])))
    assert data.test.classes == ("cat", "dog")
    assert data.test.labels.tolist() == [1]


def test_an_empty_folder_is_refused_with_the_tree_that_is_expected(tmp_path):
    (tmp_path / "pets").mkdir()
    assert sentence(lambda: opened(tmp_path / "pets")) == (
        "pets: holds no pictures. Put each picture into the folder of its class: cats/1.png, dogs/2.png. "
        "They can be PNG, JPEG, GIF, BMP, WEBP or TIFF."
    )


def test_pictures_beside_class_folders_are_refused(pets):
    folder_of(pets, {"stray.png": png()})
    assert sentence(lambda: opened(pets)) == (
        "pets: 1 picture lies beside the class folders: stray.png. "
        "Put each picture into the folder of its class: cats/1.png, dogs/2.png."
    )


def test_an_empty_class_folder_is_said(pets):
    (pets / "birds").mkdir()
    held = opened(pets)
    assert held.labels.classes == ("cats", "dogs")
    assert notes(held) == {"empty classes": "birds holds no pictures and is no class."}


def test_class_folders_that_differ_in_case_only_are_said(pets):
    folder_of(pets, {"Cats/7.png": png()})
    assert notes(opened(pets)) == {
        "class names": "Cats, cats differ in case only. If they are one class, join the folders."
    }


def test_what_systems_leave_is_ignored_and_counted(pets):
    folder_of(
        pets, {".DS_Store": b"x", "cats/Thumbs.db": b"x", "__MACOSX/cats/._1.png": b"x", "dogs/.hidden.png": png()}
    )
    held = opened(pets)
    assert len(held.values) == 5
    assert notes(held) == {"ignored": "4 hidden or system files and folders were ignored."}


def test_files_that_are_no_pictures_by_name_and_content_are_ignored_and_named(pets):
    folder_of(pets, {"README.txt": b"read me", "cats/labels.csv": b"1,2"})
    assert notes(opened(pets)) == {"other files": "README.txt, cats/labels.csv are no pictures and were ignored."}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither")
def test_loops_pipes_sockets_and_broken_links_are_skipped_and_named(pets, monkeypatch):
    (pets / "cats/loop").symlink_to(pets)
    (pets / "cats/gone.png").symlink_to("nowhere")
    os.mkfifo(pets / "dogs/pipe.png")
    monkeypatch.chdir(pets)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("dogs/socket.png")
    held = opened(pets)
    assert len(held.values) == 5
    assert notes(held) == {
        "special files": "cats/gone.png, cats/loop, dogs/pipe.png, dogs/socket.png are no files and were skipped."
    }


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_to_pictures_and_to_folders_elsewhere_are_followed(pets, tmp_path):
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/cats").symlink_to(pets / "cats")
    assert np.array_equal(opened(tmp_path / "linked").values, opened(pets).values[[0, 2, 4]])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere such names cannot be made")
@pytest.mark.parametrize(
    "name", [b"\xff\xfe.png", b"a\nb.png", b"\x1b[31m.png", b"-rf.png", "\u202egnp.png".encode(), b"x" * 251 + b".png"]
)
def test_any_name_of_a_file_works_and_is_kept_as_text(tmp_path, name):
    (tmp_path / "cat").mkdir()
    with open(os.fsencode(tmp_path / "cat") + b"/" + name, "wb") as file:  # noqa: PTH123
        file.write(png())
    held = opened(tmp_path)
    assert held.facts.names == (f"cat/{name.decode('utf-8', 'backslashreplace')}",)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere such names cannot be made")
def test_a_class_whose_name_is_not_utf_8_is_shown_escaped(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    (tmp_path / os.fsdecode(b"caf\xe9") / "1.png").write_bytes(png())
    assert opened(tmp_path).labels.classes == (r"caf\xe9",)


def test_hostile_names_cannot_steer_the_terminal(pets):
    folder_of(pets, {"cats/\x1b[2J.png": b"no"})
    assert sentence(lambda: opened(pets)) == (
        r"pets: 1 of 6 pictures cannot be read: cats/\x1b[2J.png (is no picture). "
        "Repair or remove them, or say --skip-damaged."
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser reads everything")
def test_a_picture_that_may_not_be_read_is_named(pets):
    (pets / "cats/1.png").chmod(0)
    assert sentence(lambda: opened(pets)) == (
        "pets: 1 of 5 pictures cannot be read: cats/1.png (cannot be read: Permission denied). "
        "Repair or remove them, or say --skip-damaged."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the file that nobody may read is one of Linux")
def test_a_picture_that_nobody_can_read_is_named(pets):
    (pets / "cats/7.png").symlink_to("/proc/self/mem")
    assert sentence(lambda: opened(pets)) == (
        "pets: 1 of 6 pictures cannot be read: cats/7.png (cannot be read: Input/output error). "
        "Repair or remove them, or say --skip-damaged."
    )
    assert len(opened(pets, skip_damaged=True).values) == 5


def test_a_picture_that_changed_is_read_again(pets):
    before = opened(pets).values[0].copy()
    (pets / "cats/1.png").write_bytes(png(seed=99))
    assert not np.array_equal(opened(pets).values[0], before)


def test_two_folders_with_like_listings_are_not_mixed_up(tmp_path):
    for place, name in enumerate("ab"):
        path = folder_of(tmp_path / name, {"x/1.png": png(seed=place, compress_level=0)}) / "x/1.png"
        os.utime(path, (0, 0))
    assert not np.array_equal(opened(tmp_path / "a").values, opened(tmp_path / "b").values)


def test_a_folder_that_changes_while_it_is_read_is_refused(pets, monkeypatch):
    from cnn_tui.data.read import read_images
    from cnn_tui.spec.data import Reading

    def add_one(share):
        (pets / "cats/99.png").write_bytes(png())

    source = Source(images=str(pets))
    assert sentence(lambda: read_images(source, Reading(), add_one)) == (
        "pets: changed while it was read. Read it again when it is complete."
    )


def test_memory_grows_no_faster_than_the_number_of_classes(tmp_path):
    """One image for each of many classes: every list a reader keeps is as long as the names, none is longer."""
    content = png(2, 2, "L")

    def peak(count):
        root = folder_of(tmp_path / str(count), {f"class{number}/1.png": content for number in range(count)})
        tracemalloc.start()
        held = opened(root)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(held.labels.classes) == count
        return most

    peak(10)
    small, large = peak(300), peak(1200)
    assert large < 4 * small + 2**20
