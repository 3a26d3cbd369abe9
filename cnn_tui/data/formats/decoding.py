"""One picture: what its header says, and its pixels as an array."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from cnn_tui.spec.data import Reading

if TYPE_CHECKING:
    from PIL.Image import Image

Array = np.ndarray[Any, Any]
Colour = Literal["grey", "rgb", "rgba"]
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
MOST_PIXELS = 200_000_000
SIXTEEN_BITS = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
GREY = SIXTEEN_BITS | {"1", "L", "LA", "La", "F"}
MODES = {"grey": "L", "rgb": "RGB", "rgba": "RGBA"}
CHANNELS = {"grey": 1, "rgb": 3, "rgba": 4}
_STRIP_PIXELS = 2**22


class Header(NamedTuple):
    """What is known of a picture before it is decoded."""

    height: int
    width: int
    """Both as it is shown: after the rotation that its EXIF asks for."""
    mode: str
    """As Pillow names it: L, RGB, P, I;16, ..."""
    alpha: bool
    frames: bool
    """Whether there is more than one: an animation, or several pages."""
    turned: bool
    deep: bool = False
    """Whether each channel has 16 bits in the file."""


class Damaged(Exception):
    """Why a picture cannot be read, to be put in brackets behind its name."""


def header(file: IO[bytes]) -> Header:
    """What the header of a picture says; nothing is decoded. Raises Damaged."""
    with _opened(file) as picture:
        return _header(picture)


def header_and_pixels(
    file: IO[bytes], reading: Reading, wanted: Callable[[Header], Colour | None]
) -> tuple[Header, Array | Damaged | None]:
    """What `header` and `decoded` give, opened once; the pixels only if `wanted` says in which colour. Raises Damaged.

    Of a picture whose header is whole and whose pixels are not, the damage is given back.
    """
    with _opened(file) as picture:
        found = _header(picture)
        colour = wanted(found)
        if colour is None:
            return found, None
        try:
            return found, _decoded(picture, colour, reading)
        except Damaged as error:
            return found, error


def decoded(file: IO[bytes], colour: Colour, reading: Reading) -> Array:
    """The first frame as uint8 [height, width, channels], upright by its EXIF and resized. Raises Damaged."""
    with _opened(file) as picture:
        return _decoded(picture, colour, reading)


def colour_of(headers: Iterable[Header], reading: Reading) -> Colour:
    """The channels that pictures get: grey if every one is; alpha only if it is asked for."""
    if reading.colour != "auto":
        return reading.colour
    return "grey" if all(found.mode in GREY for found in headers) else "rgb"


class _opened:
    """A picture whose header was read, closed at the end."""

    _picture: "Image"

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __enter__(self) -> "Image":
        try:
            self._picture = _pillow().open(self._file, formats=FORMATS)
        except Exception as error:
            raise Damaged(_of_the_system(error) or ("is empty" if _is_empty(self._file) else _reason(error))) from None
        width, height = self._picture.size
        if width * height > MOST_PIXELS:
            raise Damaged(_too_large(f"{height:,}x{width:,}"))
        return self._picture

    def __exit__(self, *error: object) -> None:
        self._picture.close()


@cache
def _pillow() -> Any:
    """Pillow, told to be strict and to keep its warnings off the terminal."""
    import warnings

    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.filterwarnings("ignore", module=r"PIL\.")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    return Image


def _header(picture: "Image") -> Header:
    orientation = _orientation(picture)
    height, width = picture.size if orientation >= 5 else picture.size[::-1]
    alpha = picture.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info
    frames = bool(getattr(picture, "is_animated", False))
    return Header(height, width, picture.mode, alpha, frames, orientation != 1, _is_deep(picture))


def _is_deep(picture: "Image") -> bool:
    """Whether the file has 16 bits a channel; of colour Pillow takes the upper 8 without a word."""
    if picture.mode in SIXTEEN_BITS:
        return True
    for _, _, _, settings in getattr(picture, "tile", ())[:1]:
        return ";16" in str(settings[0] if isinstance(settings, tuple) and settings else settings)
    return False


def _decoded(picture: "Image", colour: Colour, reading: Reading) -> Array:
    try:
        return _pixels(picture, colour, reading)
    except Damaged:
        raise
    except Exception as error:
        raise Damaged(_of_the_system(error) or _reason(error)) from None


def _pixels(picture: "Image", colour: Colour, reading: Reading) -> Array:
    if _orientation(picture) != 1:
        from PIL import ImageOps

        ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode in SIXTEEN_BITS or picture.mode == "F":
        picture = _pillow().fromarray(_as_bytes(np.asarray(picture)))
    if picture.mode != MODES[colour]:
        picture = picture.convert(MODES[colour])
    if reading.size and picture.size != reading.size[::-1]:
        picture = _resized(picture, reading)
    return _as_array(picture, CHANNELS[colour])


def _resized(picture: "Image", reading: Reading) -> "Image":
    from PIL import ImageOps
    from PIL.Image import Resampling

    assert reading.size
    size = reading.size[::-1]
    method = Resampling[reading.interpolation.upper()]
    match reading.fit:
        case "crop":
            return ImageOps.fit(picture, size, method)
        case "pad":
            return ImageOps.pad(picture, size, method)
        case _:
            return picture.resize(size, method)


def _as_bytes(values: Array) -> Array:
    """16-bit grey as 8 bits (65,535 is 257 times 255), and fractions rounded."""
    most = 255 if values.dtype.kind == "f" else 65_535
    if not ((values >= 0) & (values <= most)).all():
        raise Damaged(f"holds pixels outside 0 to {most:,}")
    if values.dtype.kind == "f":
        return np.rint(values).astype(np.uint8)
    return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _as_array(picture: "Image", channels: int) -> Array:
    """The pixels [height, width, channels], copied strip by strip so that a large picture is not in memory thrice."""
    width, height = picture.size
    rows = max(1, _STRIP_PIXELS // width)
    if rows >= height:
        return np.frombuffer(picture.tobytes(), np.uint8).reshape(height, width, channels)
    pixels = np.empty((height, width, channels), np.uint8)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        strip = picture.crop((0, top, width, bottom))
        pixels[top:bottom] = np.asarray(strip).reshape(bottom - top, width, channels)
    return pixels


def _orientation(picture: "Image") -> int:
    """What EXIF says: 1 is upright, 5 and more lie on their side. A PNG's is looked for before its pixels only."""
    if picture.format == "PNG" and "exif" not in picture.info:
        return 1
    try:
        found = picture.getexif().get(0x0112, 1)
    except Exception:
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _is_empty(file: IO[bytes]) -> bool:
    file.seek(0)
    return not file.read(1)


def _of_the_system(error: Exception) -> str:
    """What the system has against reading the file, or nothing: Pillow's own errors have no number."""
    number = error.errno if isinstance(error, OSError) else None
    return f"cannot be read: {os.strerror(number)}" if number else ""


def _reason(error: Exception) -> str:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, (Image.DecompressionBombError, Image.DecompressionBombWarning)):
        return _too_large("too many")
    if isinstance(error, UnidentifiedImageError):
        return "is no picture"
    return "breaks off" if "truncated" in str(error).lower() else "is damaged"


def _too_large(size: str) -> str:
    return f"has {size} pixels, more than {MOST_PIXELS:,}"
