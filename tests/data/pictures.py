"""Pictures for tests: small, of one colour or of random pixels, written by Pillow."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cnn_tui.data.cache import Held
from cnn_tui.data.read import read_images
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Reading, Source


def png(height: int = 4, width: int = 6, mode: str = "RGB", seed: int = 0, **options: Any) -> bytes:
    """A picture of random pixels."""
    return encoded(random_picture(height, width, mode, seed), "PNG", **options)


def random_picture(height: int = 4, width: int = 6, mode: str = "RGB", seed: int = 0) -> Image.Image:
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode) if mode != "RGB" else Image.fromarray(pixels)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def folder_of(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def opened(path: Path | str, **settings: Any) -> Held:
    return read_images(Source(images=str(path)), Reading(**settings))[0]


def sentence(call: Callable[[], object]) -> str:
    """The error of a call, as people see it."""
    try:
        call()
    except UserError as error:
        return error.sentence
    raise AssertionError("there was no error")


def notes(held: Held) -> dict[str, str]:
    return {note.kind: str(note) for note in held.facts.notes}
