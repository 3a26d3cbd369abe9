"""Files are written whole or not at all, and nothing else about them changes."""

import os
import stat
from pathlib import Path

import pytest

from cnn_tui.files import replace_text, replacing


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "usual").touch()
    replace_text(folder / "new", "x")
    assert mode(folder / "new") == mode(folder / "usual")


def test_a_new_file_in_a_private_folder_is_private(tmp_path: Path):
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    replace_text(folder / "new", "x")
    assert mode(folder / "new") == 0o600


def test_a_file_keeps_its_permissions(tmp_path: Path):
    path = tmp_path / "file"
    path.touch(mode=0o640)
    replace_text(path, "x")
    assert (path.read_text(), mode(path)) == ("x", 0o640)


def test_a_link_is_followed(tmp_path: Path):
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "target").write_text("old")
    replace_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_pipe_is_written_into(tmp_path: Path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    replace_text(path, "through")
    assert os.read(reader, 100) == b"through"
    assert stat.S_ISFIFO(path.stat().st_mode)
    os.close(reader)


def test_what_ends_badly_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
