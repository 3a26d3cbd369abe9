"""Marks of images, appended to a file one by one; each is on the disk before the next key is heard."""

import os
from pathlib import Path

from cnn_tui.errors import writing
from cnn_tui.spec.marks import Mark, marks_text


def append_mark(path: Path, mark: Mark) -> None:
    """Adds a mark, durably; what a writer that was killed left half written is taken away. Raises UserError."""
    with writing(path), path.open("ab+") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.write(marks_text((mark,), header=file.tell() == 0).encode())
        file.flush()
        os.fsync(file.fileno())
