"""The data that were opened last, kept in a file of the user's; whatever is wrong with that file is never an error."""

from pathlib import Path

import msgspec

from cnn_tui.files import replace_text
from cnn_tui.settings import settings_file
from cnn_tui.spec.data import Data, as_read
from cnn_tui.spec.presets import sample_digits

KEPT = 10


def recent_data() -> tuple[Data, ...]:
    """What was opened last, the newest first."""
    try:
        return msgspec.json.decode(_file().read_bytes(), type=tuple[Data, ...])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return ()


def remember(data: Data) -> None:
    """Puts data before all others; the same files are kept once. The sample digits have a key of their own."""
    if as_read(data) == as_read(sample_digits()):
        return
    others = [one for one in recent_data() if one.train.images != data.train.images]
    kept = msgspec.json.format(msgspec.json.encode([data, *others][:KEPT]), indent=1)
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        replace_text(_file(), kept.decode())
    except OSError:
        return  # a folder that cannot be written only costs the list


def _file() -> Path:
    return settings_file().with_name("recent.json")
