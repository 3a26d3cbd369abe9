"""What the user has chosen once and for all: theme, refresh rate, where runs are kept."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from cnn_tui.errors import Place, UserError

FILE_NAME = "settings.toml"


class AtEnd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the application does when a run that it watches has ended."""

    bell: bool = True
    """Rings the terminal's bell."""
    desktop: Literal["auto", "always", "never"] = "auto"
    """Shows it on the desktop, where the terminal can; auto: when this terminal has not the focus."""
    command: list[str] = []
    """A program and its arguments, run as they stand, without a shell."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The user's settings, each with a default."""

    theme: str = "cnn-dark"
    refreshes_per_second: Annotated[float, Meta(ge=1, le=10)] = 4.0
    runs: str = "runs"
    """Where runs are kept; a relative path counts from the current folder."""
    at_end: AtEnd = AtEnd()
    keys: dict[str, str] = {}
    """Keys by the id of what they do, such as `model.add = "insert"`."""


def read_settings() -> Settings:
    """The settings of the user's file, or the defaults when there is none. Raises UserError for a damaged file."""
    path = settings_file()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        raise UserError(f"cannot be used: {error}", Place(path), "Mend the line, or remove the file.") from None


def runs_folder(given: Path | None = None) -> Path:
    """Where runs are kept: as said, else as the settings say. Raises UserError."""
    return given or Path(read_settings().runs)


def settings_file() -> Path:
    """Where the settings are."""
    from platformdirs import user_config_path

    return user_config_path("cnn_tui", appauthor=False) / FILE_NAME


def state_folder() -> Path:
    """Where the program keeps what it needs from one start to the next, such as work that a crash would lose."""
    from platformdirs import user_state_path

    return user_state_path("cnn_tui", appauthor=False)
