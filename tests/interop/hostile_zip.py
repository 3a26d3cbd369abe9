"""Hostile zips: names that lead out, bombs, secrets, doubles, lies about sizes, damage."""

import struct
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from cnn_tui.interop.keras_writers import keras
from cnn_tui.spec.model import Model
from tests.interop.hostile_h5 import flipped
from tests.interop.support import random_arrays

NAMES = {
    "up": "../../evil.txt",
    "absolute": "/etc/evil",
    "backslash": "..\\..\\evil",
    "drive": "C:\\evil",
    "deep": "assets/../../../evil",
    "long": "a" * 300,
}


def files(model: Model, folder: Path) -> Iterable[tuple[str, bytes]]:
    good = keras(model, random_arrays(model), {})
    for name, member in NAMES.items():
        yield f"own_slip_{name}.keras", more(good, member, b"evil")
    link = zipfile.ZipInfo("assets/link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    yield "own_link.keras", more(good, link, b"/etc/passwd")
    yield "own_doubled.keras", more(good, "config.json", b"{}")
    yield "own_doubled_case.keras", more(good, "CONFIG.json", b"{}")
    yield "own_many.keras", more(good, "x", b"", times=20_000)
    yield "own_bomb.keras", more(good, "zeros", bytes(2**27), packed=True)
    yield "own_bomb_config.keras", without(good, "config.json", bytes(2**26))
    yield "own_bomb_weights.keras", without(good, "model.weights.h5", bytes(2**28))
    yield "own_encrypted.keras", _flag(good)
    yield "own_size.keras", _sizes(good)
    yield "own_crc.keras", good.replace(b'"class_name": "Dense"', b'"class_name": "Dance"')
    yield "own_no_config.keras", without(good, "config.json", None)
    yield "own_no_weights.keras", without(good, "model.weights.h5", None)
    yield "own_text_weights.keras", without(good, "model.weights.h5", b"weights")
    yield "own_config_bytes.keras", without(good, "config.json", b"\xff\xfe\x00{")
    yield "own_metadata.keras", without(good, "metadata.json", b"[1, 2")
    yield "own_in_itself.keras", without(good, "model.weights.h5", good)
    for share in (0.1, 0.5, 0.9, 0.999):
        yield f"own_cut_{share}.keras", good[: int(len(good) * share)]
    yield from ((f"own_{name}", content) for name, content in flipped(good, "keras", 4))
    yield "own_empty.keras", b""
    yield "own_text.keras", b"<html>404</html>"
    yield "own_tar.keras", b"evil.txt" + bytes(504)
    yield "own_jar.keras", b"PK\x03\x04" + bytes(26)


def more(content: bytes, member: str | zipfile.ZipInfo, held: bytes, packed: bool = False, times: int = 1) -> bytes:
    made = BytesIO(content)
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(made, "a", kind) as archive:
        for number in range(times):
            name = f"{member}{number}" if times > 1 else member
            import warnings

            with warnings.catch_warnings(action="ignore"):  # Python warns of doubles
                archive.writestr(name, held)
    return made.getvalue()


def without(content: bytes, name: str, instead: bytes | None) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
            elif instead is not None:
                target.writestr(member, instead)
    return made.getvalue()


def _flag(content: bytes) -> bytes:
    """Every member marked as encrypted."""
    marked = bytearray(content)
    for start, behind in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = marked.find(start)
        while place >= 0:
            marked[place + behind] |= 1
            place = marked.find(start, place + 4)
    return bytes(marked)


def _sizes(content: bytes) -> bytes:
    """Every member says in the list that it is 3 GB large."""
    marked = bytearray(content)
    place = marked.find(b"PK\x01\x02")
    while place >= 0:
        marked[place + 24 : place + 28] = struct.pack("<I", 3 * 10**9)
        place = marked.find(b"PK\x01\x02", place + 4)
    return bytes(marked)
