"""What the tests of the data room share: small files, and a cache of their own."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from cnn_tui.data.formats import tables

settings.register_profile("files", deadline=None)  # the first example of a test may load a library
settings.load_profile("files")

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("CNN_TUI_CACHE", str(folder))
    return folder / "images"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes text or bytes to a file of the test's folder; a name in .gz is gzipped."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        return path

    return write_file


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast reader of fractions takes a few lines at a time."""
    monkeypatch.setattr(tables, "_ARROW_BLOCK", 64)
