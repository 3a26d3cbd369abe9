"""Images of data as PNG files."""

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


def pngs(images: "Array") -> list[bytes]:
    """Pictures [n, height, width, channels] as PNG; numbers other than bytes are stretched from 0 to 255 together."""
    import numpy as np
    from PIL import Image

    if images.dtype != np.uint8:
        numbers = np.nan_to_num(images.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        low, high = (numbers.min(), numbers.max()) if numbers.size else (0.0, 0.0)
        images = ((numbers - low) * (255 / (high - low) if high > low else 0)).round().astype(np.uint8)
    if images.shape[-1] not in (1, 3, 4):
        images = images.mean(axis=-1, keepdims=True).round().astype(np.uint8)
    files = []
    for image in images:
        out = io.BytesIO()
        Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(out, "PNG")
        files.append(out.getvalue())
    return files
