"""What the data of a run is, as far as its training depends on it: kept in the run, compared when it is resumed."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.errors import Place, UserError
from cnn_tui.files import replace_text
from cnn_tui.spec.layers import by

MOST_BLOCKS = 64
"""In how many pieces the images of a part are told apart."""
REMEDY = "Put the data back as it was, or start a new run."


class PartPrint(Struct, frozen=True, kw_only=True):
    """What one part of the data is."""

    images: int
    shape: tuple[int, ...]
    dtype: str
    classes: tuple[str, ...]
    labels: str
    """Their SHA-256."""
    blocks: tuple[str, ...]
    """The SHA-256 of each so many images, in their order."""


Fingerprint = dict[str, PartPrint]


def fingerprint(opened: Opened, look: Callable[[], None]) -> Fingerprint:
    """The fingerprint of all parts; `look` is called again and again meanwhile, and may raise."""
    return {name: _print_of(part, look) for name, part in opened.parts.items()}


def keep_fingerprint(path: Path, prints: Fingerprint) -> None:
    """Writes it into the run."""
    replace_text(path, msgspec.json.format(msgspec.json.encode(prints)).decode() + "\n")


def refuse_other_data(path: Path, prints: Fingerprint) -> None:
    """Raises UserError with the first difference when a run was begun on other data than this."""
    try:
        earlier = msgspec.json.decode(path.read_bytes(), type=Fingerprint)
    except (OSError, ValueError):  # a run that is older than fingerprints
        return
    for name in {**earlier, **prints}:
        fact = difference(earlier.get(name), prints.get(name))
        if fact:
            raise UserError(f"the {name} data has changed since this run began: {fact}", Place(path.parent), REMEDY)


def difference(before: PartPrint | None, now: PartPrint | None) -> str:
    """How a part differs from what it was, or nothing."""
    if before is None or now is None:
        return "" if before is now else "it is there now" if before is None else "it is not there any more"
    if now.images != before.images:
        return f"it has {now.images:,} images and had {before.images:,}"
    if now.shape != before.shape or now.dtype != before.dtype:
        return f"its images are {by(now.shape)} {now.dtype} and were {by(before.shape)} {before.dtype}"
    if now.classes != before.classes:
        return _other_classes(before.classes, now.classes)
    for number, (one, other) in enumerate(zip(before.blocks, now.blocks, strict=True)):
        if one != other:
            size = _block_size(now.images)
            return f"an image among {number * size + 1:,} to {min((number + 1) * size, now.images):,} is another"
    return "labels are others" if now.labels != before.labels else ""


def _other_classes(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    if gone := set(before) - set(now):
        return f'the class "{min(gone)}" is gone'
    if new := set(now) - set(before):
        return f'the class "{min(new)}" is new'
    return "its classes are in another order"


def _print_of(part: Dataset, look: Callable[[], None]) -> PartPrint:
    size = _block_size(len(part))
    blocks = []
    for start in range(0, len(part), size):
        look()
        blocks.append(_sha256(part.images[start : start + size]))
    return PartPrint(
        images=len(part),
        shape=part.images.shape[1:],
        dtype=str(part.images.dtype),
        classes=part.classes,
        labels=_sha256(part.labels),
        blocks=tuple(blocks),
    )


def _block_size(images: int) -> int:
    return max(1, -(-images // MOST_BLOCKS))


def _sha256(array: np.ndarray[Any, Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
