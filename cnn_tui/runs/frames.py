"""Messages between the screens and the service: a length, then one safetensors blob with the JSON in its metadata.

Nothing here can run code: safetensors is a header and plain numbers.
"""

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Arrays = dict[str, np.ndarray[Any, Any]]

HEADER_BYTES = 8
MAX_BYTES = 2**30


def pack(message: dict[str, Any], arrays: "Arrays | None" = None) -> bytes:
    """A frame of a JSON object and arrays by name."""
    from safetensors.numpy import save

    blob = save(arrays or {}, metadata={"json": json.dumps(message, allow_nan=False)})
    return struct.pack("<Q", len(blob)) + blob


def length(header: bytes) -> int:
    """How many bytes follow the header of a frame. Raises ValueError when it is no frame of ours."""
    size: int = struct.unpack("<Q", header)[0]
    if size > MAX_BYTES:
        raise ValueError(f"a frame of {size:,} bytes is too large")
    return size


def unpack(blob: bytes) -> "tuple[dict[str, Any], Arrays]":
    """The JSON object and the arrays of a blob. Raises ValueError when it is no frame of ours."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(blob)
        (header_size,) = struct.unpack("<Q", blob[:8])
        metadata = json.loads(blob[8 : 8 + header_size]).get("__metadata__", {})
        message = json.loads(metadata["json"])
    except (SafetensorError, struct.error, KeyError) as error:
        raise ValueError(f"not a frame: {error}") from None
    if not isinstance(message, dict):
        raise ValueError("not a frame: its message is no object")
    return message, arrays
