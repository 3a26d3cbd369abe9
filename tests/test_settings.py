"""The user's settings: read, defaulted, and a damaged file named."""

from pathlib import Path

import pytest

from cnn_tui.errors import UserError
from cnn_tui.settings import Settings, read_settings, settings_file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    path = settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_without_a_file_there_are_defaults(file: Path):
    assert read_settings() == Settings()


def test_a_file_is_read(file: Path):
    file.write_text('theme = "cnn-light"\nruns = "/data/runs"\n[keys]\n"model.add" = "insert"\n')
    assert read_settings() == Settings(theme="cnn-light", runs="/data/runs", keys={"model.add": "insert"})


@pytest.mark.parametrize("text", ["theme = ", "refreshes_per_second = 99", "colour = 1", "\x00"])
def test_a_damaged_file_is_named(file: Path, text: str):
    file.write_text(text)
    with pytest.raises(UserError, match=r"settings\.toml: cannot be used"):
        read_settings()
