"""Hostile HDF5: links out of the file, arrays elsewhere or larger than any memory, wrong kinds, damage."""

from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import h5py
import numpy as np

from cnn_tui.interop.keras_writers import legacy_h5, weights_h5
from cnn_tui.spec.model import Model
from tests.interop.support import random_arrays

KERNEL = "layers/conv2d/vars/0"
OLDER = "model_weights/conv2d/conv2d/kernel:0"
SHAPE = (3, 3, 1, 2)
Change = Callable[[h5py.File, str, Path], None]


def files(model: Model, folder: Path) -> Iterable[tuple[str, bytes]]:
    arrays = random_arrays(model)
    new, old = weights_h5(model, arrays, {}), legacy_h5(model, arrays, {})
    for name, change in CHANGES.items():
        yield f"{name}.weights.h5", changed(new, change, KERNEL, folder)
        yield f"{name}_old.h5", changed(old, change, OLDER, folder)
    for name, change in OF_OLD.items():
        yield f"{name}.h5", changed(old, change, OLDER, folder)
        yield f"own_{name}.h5", changed(old, change, OLDER, folder)
    for share in (0.1, 0.5, 0.9, 0.999):
        yield f"cut_{share}.weights.h5", new[: int(len(new) * share)]
        yield f"cut_{share}.h5", old[: int(len(old) * share)]
    yield from flipped(new, "weights.h5", 5)
    yield from flipped(old, "h5", 5)


def flipped(content: bytes, ending: str, times: int) -> Iterable[tuple[str, bytes]]:
    """With random bits the other way round; such a file may still be read, then what it holds has changed."""
    dice = np.random.default_rng(0)
    for number in range(times):
        damaged = bytearray(content)
        for place in dice.integers(0, len(content) // 2, 20):
            damaged[place] ^= 1 << int(dice.integers(8))
        yield f"flip_{number}.{ending}", bytes(damaged)


def changed(content: bytes, change: Change, path: str, folder: Path) -> bytes:
    held = BytesIO(content)
    with h5py.File(held, "r+") as file:
        change(file, path, folder)
    return held.getvalue()


def _instead(make: Callable[[h5py.File, str, Path], object]) -> Change:
    def change(file: h5py.File, path: str, folder: Path) -> None:
        del file[path]
        make(file, path, folder)

    return change


def _external_storage(file: h5py.File, path: str, folder: Path) -> None:
    file.create_dataset(path, SHAPE, "f4", external=[(str(folder / "secret"), 0, 72)])


def _virtual(file: h5py.File, path: str, folder: Path) -> None:
    layout = h5py.VirtualLayout(SHAPE, "f4")
    layout[...] = h5py.VirtualSource(str(folder / "other.h5"), "x", SHAPE)
    file.create_virtual_dataset(path, layout)


def _cyclic(file: h5py.File, path: str, folder: Path) -> None:
    parent = file[path].parent
    del file[path]
    file[path] = parent


def _compound(file: h5py.File, path: str, folder: Path) -> None:
    file.create_dataset(path, SHAPE, np.dtype([("a", "f4"), ("b", "f8")]))


def _huge_chunk(file: h5py.File, path: str, folder: Path) -> None:
    file.create_dataset(path, SHAPE, "f4", chunks=(2**10, 2**10, 2**5, 2**2), maxshape=(None,) * 4, compression="gzip")


def _packed(file: h5py.File, path: str, folder: Path) -> None:
    """A gigabyte of zeros in a megabyte."""
    for number in range(8):
        file.create_dataset(f"{path}{number}", (2**25,), "f4", chunks=(2**22,), compression="gzip")
    file.create_dataset(path, (2**12, 2**12), "f4", data=np.zeros((2**12, 2**12), "f4"), compression="gzip")


CHANGES: dict[str, Change] = {
    "external_link": _instead(lambda file, path, folder: file.__setitem__(path, h5py.ExternalLink("other.h5", "/x"))),
    "soft_link": _instead(lambda file, path, folder: file.__setitem__(path, h5py.SoftLink("/vars"))),
    "link_to_nothing": _instead(lambda file, path, folder: file.__setitem__(path, h5py.SoftLink("/nothing"))),
    "external_storage": _instead(_external_storage),
    "virtual": _instead(_virtual),
    "cyclic": _cyclic,
    "64_gib": _instead(lambda file, path, folder: file.create_dataset(path, (2**34,), "f4")),
    "64_gib_packed": _instead(
        lambda file, path, folder: file.create_dataset(path, (2**34,), "f4", chunks=(2**20,), compression="gzip")
    ),
    "never_written": _instead(lambda file, path, folder: file.create_dataset(path, SHAPE, "f4")),
    "huge_chunk": _instead(_huge_chunk),
    "packed": _instead(_packed),
    "group": _instead(lambda file, path, folder: file.create_group(path)),
    "type": _instead(lambda file, path, folder: file.__setitem__(path, np.dtype("f4"))),
    "words": _instead(lambda file, path, folder: file.create_dataset(path, SHAPE, h5py.string_dtype())),
    "lists": _instead(lambda file, path, folder: file.create_dataset(path, SHAPE, h5py.vlen_dtype("f4"))),
    "references": _instead(lambda file, path, folder: file.create_dataset(path, SHAPE, h5py.ref_dtype)),
    "compound": _instead(_compound),
    "complex": _instead(lambda file, path, folder: file.create_dataset(path, SHAPE, "c8")),
    "filter": _instead(lambda file, path, folder: file.create_dataset(path, SHAPE, "f4", compression="lzf")),
    "turned": _instead(lambda file, path, folder: file.create_dataset(path, SHAPE[::-1], "f4")),
    "scalar": _instead(lambda file, path, folder: file.create_dataset(path, (), "f4")),
    "none": _instead(lambda file, path, folder: file.create_dataset(path, data=h5py.Empty("f4"))),
    "missing": _instead(lambda file, path, folder: None),
}


def _attribute(name: str, value: object, where: str = "/") -> Change:
    return lambda file, path, folder: file[where].attrs.__setitem__(name, value)


OF_OLD: dict[str, Change] = {
    "layer_names_out": _attribute("layer_names", [b"../../secret", b"dense"], "model_weights"),
    "layer_names_absolute": _attribute("layer_names", [b"/", b"/vars"], "model_weights"),
    "layer_names_number": _attribute("layer_names", 7, "model_weights"),
    "layer_names_many": _attribute("layer_names", np.zeros(60_000, "S1"), "model_weights"),
    "layer_names_twice": _attribute("layer_names", [b"dense", b"dense"], "model_weights"),
    "weight_names_out": _attribute("weight_names", [b"../kernel", b"//bias"], "model_weights/dense"),
    "weight_names_bytes": _attribute("weight_names", [b"\xff\xfe", b"bias"], "model_weights/dense"),
}
