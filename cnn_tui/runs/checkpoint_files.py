"""Checkpoints as files: folders that are whole or not there, proven by hashes; nothing here knows what is in them.

A checkpoint is written into a folder of its own, every file made durable, the MANIFEST with their sizes and SHA-256
last; then the folder is renamed. What has no such name is half written or half removed, and may go.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from cnn_tui.files import make_durable, write_durably

MANIFEST = "MANIFEST.json"
FORMAT = 1


class Corrupt(Exception):
    """A checkpoint whose files are not what its manifest says."""


def name_of(epoch: int, step: int) -> str:
    """What a checkpoint is called that was made after so many epochs and so many batches of the next."""
    return f"epoch-{epoch:04d}-step-{step:06d}"


def place_of(name: str) -> tuple[int, int]:
    """The epoch and the step in a checkpoint's name."""
    _, epoch, _, step = name.split("-")
    return int(epoch), int(step)


def found_checkpoints(folder: Path) -> list[Path]:
    """The newest first, by their numbers: epoch 10000 comes after epoch 9999."""
    return sorted(folder.glob("epoch-*-step-*"), key=lambda path: place_of(path.name), reverse=True)


def write_checkpoint(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Writes a checkpoint; one of that name, from before a resume, goes only when the new one is there.

    Raises OSError, and then leaves everything as it was.
    """
    beside = folder / f".{name}.{os.getpid()}"
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)
        for file, data in {**files, MANIFEST: _manifest(files)}.items():
            write_durably(beside / file, data)
        make_durable(beside)
        _put_in_place(beside, folder / name)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return folder / name


def read_checkpoint(path: Path) -> dict[str, bytes]:
    """The files of a checkpoint by name. Raises Corrupt when one is not to the bit what was written."""
    try:
        written = (path / MANIFEST).read_bytes()
        manifest = json.loads(written)
        if json.dumps(manifest, indent=1).encode() != written:
            raise Corrupt(f"{MANIFEST} was changed")
        if (given := manifest.pop("format", FORMAT)) != FORMAT:
            raise Corrupt(f"it has the format {given!s:.20}, and this program reads format {FORMAT}")
        files = {name: (path / name).read_bytes() for name in manifest}
        for name, data in files.items():
            if manifest[name] != _entry(data):
                raise Corrupt(f"{name} was changed")
    except FileNotFoundError as error:
        raise Corrupt(f"{Path(error.filename).name} is missing") from None
    except OSError as error:
        raise Corrupt(f"{Path(error.filename or path).name} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, AttributeError):
        raise Corrupt(f"{MANIFEST} was changed") from None
    return files


def remove_surplus(folder: Path, kept: int, never: Iterable[str]) -> None:
    """Removes all but the newest ones and those named; first their names go, so that none is ever half there."""
    spared = set(never)
    for path in found_checkpoints(folder)[kept:]:
        if path.name not in spared:
            going = path.with_name(f".{path.name}.surplus")
            with suppress(OSError):  # one that is too many does no harm
                shutil.rmtree(going, ignore_errors=True)
                path.rename(going)
            shutil.rmtree(going, ignore_errors=True)


def found_stale(folder: Path) -> list[Path]:
    """What writers that were killed left half done, and is of no use to anyone."""
    return sorted(path for path in folder.glob(".epoch-*") if not _lost_only_its_name(path))


def clear_stale(folder: Path) -> None:
    """Removes what is half done; a checkpoint that lost only its name gets it back."""
    for path in folder.glob(".epoch-*.older"):
        if _lost_only_its_name(path):
            path.rename(_named(path))
    for path in found_stale(folder):
        shutil.rmtree(path, ignore_errors=True)


def _put_in_place(beside: Path, path: Path) -> None:
    older = path.with_name(f".{path.name}.older")
    if path.exists():
        shutil.rmtree(older, ignore_errors=True)
        path.rename(older)
    try:
        beside.rename(path)
    except OSError:
        if older.exists():
            older.rename(path)
        raise
    make_durable(path.parent)
    shutil.rmtree(older, ignore_errors=True)


def _lost_only_its_name(path: Path) -> bool:
    """Whether its writer was killed between taking its name and giving it to the new one."""
    return path.suffix == ".older" and not _named(path).exists()


def _named(older: Path) -> Path:
    return older.with_name(older.name.removeprefix(".").removesuffix(".older"))


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return json.dumps({"format": FORMAT, **{name: _entry(data) for name, data in files.items()}}, indent=1).encode()


def _entry(data: bytes) -> dict[str, int | str]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
