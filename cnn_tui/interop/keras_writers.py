"""Keras's files written without Keras: `.keras`, `.weights.h5`, and the older `.h5` that Galaxy's Keras 2.10 reads.

The same model and weights give the same bytes.
"""

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cnn_tui.interop.keras_layout import units
from cnn_tui.interop.keras_zip import CONFIG, METADATA, WEIGHTS
from cnn_tui.interop.notes import KEY, notes_document
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import to_document

if TYPE_CHECKING:
    from h5py import Group

    from cnn_tui.interop.weights import Arrays

VERSION_3, VERSION_2 = "3.3.3", "2.10.0"
"""The oldest versions that read what is written here."""
NO_DATE = (1980, 1, 1, 0, 0, 0)
MAX_ATTRIBUTE_BYTES = 60_000
"""What HDF5 keeps in one attribute."""


def weights_h5(model: Model, arrays: "Arrays", about: Mapping[str, Any]) -> bytes:
    """The bytes of a `.weights.h5` of Keras 3, with our notes as an attribute."""
    return _h5(model, arrays, about)


def keras(model: Model, arrays: "Arrays", about: Mapping[str, Any]) -> bytes:
    """The bytes of a `.keras`, with our notes in its metadata."""
    noted = {"keras_version": VERSION_3, "date_saved": "1980-01-01@00:00:00", KEY: {"about": dict(about)}}
    members = {
        METADATA: json.dumps(noted, allow_nan=False).encode(),
        CONFIG: json.dumps(to_document(model), allow_nan=False).encode(),
        WEIGHTS: _h5(model, arrays, None),
    }
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, NO_DATE), content)
    return written.getvalue()


def legacy_h5(model: Model, arrays: "Arrays", about: Mapping[str, Any]) -> bytes:
    """The bytes of an `.h5` that holds a whole model, for Keras 2 and 3, with our notes as an attribute."""
    import h5py

    written = BytesIO()
    with h5py.File(written, "w") as file:
        file.attrs["keras_version"] = VERSION_2
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(to_document(model), allow_nan=False)
        file.attrs[KEY] = json.dumps({"about": dict(about)}, allow_nan=False)
        stored = file.create_group("model_weights")
        stored.attrs["keras_version"] = VERSION_2
        stored.attrs["backend"] = "tensorflow"
        placed = units(model)
        _names(stored, "layer_names", [unit.name for unit in placed])
        for unit in placed:
            group = stored.create_group(unit.name)
            weights = {f"{unit.name}/{array.rpartition('.')[2]}:0": array for array in unit.arrays}
            _names(group, "weight_names", list(weights))
            for name, array in weights.items():
                group.create_dataset(name, data=arrays[array])
    return written.getvalue()


def _h5(model: Model, arrays: "Arrays", about: Mapping[str, Any] | None) -> bytes:
    import h5py

    written = BytesIO()
    with h5py.File(written, "w") as file:
        if about is not None:
            file.attrs[KEY] = json.dumps(notes_document(model, about), allow_nan=False)
        file.create_group("vars").attrs["name"] = model.name
        file.create_group("layers")
        for unit in units(model):
            group = file.create_group(f"layers/{unit.group}/vars")
            group.attrs["name"] = unit.name
            for number, array in enumerate(unit.arrays):
                group.create_dataset(str(number), data=arrays[array])
    return written.getvalue()


def _names(group: "Group", key: str, names: list[str]) -> None:
    """A list of names as an attribute, split as Keras splits it where it is too long for one."""
    import numpy as np

    encoded = np.array([name.encode() for name in names])
    if encoded.nbytes <= MAX_ATTRIBUTE_BYTES:
        group.attrs[key] = encoded
        return
    at_once = max(1, MAX_ATTRIBUTE_BYTES // encoded.itemsize)
    for part, first in enumerate(range(0, len(names), at_once)):
        group.attrs[f"{key}{part}"] = encoded[first : first + at_once]
