"""HDF5 files from outside, of which only plain numbers and short texts are read, and only from the file itself.

HDF5 can point into other files, describe arrays larger than any memory, and run filters that it loads from plug-ins.
Here a path is walked step by step through hard links, and everything is compared with what is expected before a byte
of it is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.weights import OTHER_MODEL, as_float32, most_bytes
from cnn_tui.spec.layers import Shape, by

if TYPE_CHECKING:
    from h5py import Dataset, Group

    from cnn_tui.interop.weights import Array

FILTERS = {1: "gzip", 2: "shuffle"}
MAX_TEXT_BYTES = 4 * 2**20
MAX_NAMES = 10_000
DAMAGED = "is damaged, or no file of Keras"


class SafeH5:
    """An open file, and what was noted while reading it."""

    def __init__(self, file: "Group", name: str, file_bytes: int) -> None:
        self.root = file
        self.name = name
        self.notes: list[str] = []
        self._left = most_bytes(file_bytes)

    def place(self, inside: str = "") -> Place:
        """A spot of the file."""
        return Place(self.name, inside=inside.strip("/"))

    def group(self, parent: "Group", path: str) -> "Group | None":
        """The group at a path, None when there is nothing. Raises UserError for a link or anything else."""
        import h5py

        found = self._walked(parent, path)
        if found is not None and not isinstance(found, h5py.Group):
            raise UserError("is no group", self.place(found.name or path))
        return found

    def numbers(self, parent: "Group", path: str, shape: Shape) -> "Array":
        """The float32 array at a path. Raises UserError when it is missing, of another shape, or not plain numbers."""
        found = self._dataset(parent, path)
        place = self.place(found.name)
        if found.shape != shape:
            have = by(found.shape) if found.shape else "no array"
            raise UserError(f"is {have}, not {by(shape)}", place, OTHER_MODEL)
        is_bfloat16 = found.dtype.kind == "V" and found.dtype.itemsize == 2 and self.text(found, "dtype") == "bfloat16"
        if found.dtype.kind not in "fiu" and not is_bfloat16:
            raise UserError(f"holds {found.dtype.name:.40}, not numbers", place, "Only plain numbers are read.")
        self._afford(found, place)
        array, notes = as_float32(found[()], place, is_bfloat16)
        self.notes += [note for note in notes if note not in self.notes]
        return array

    def some_numbers(self, parent: "Group", path: str, most: int) -> list[Any]:
        """The whole numbers or words of a short list. Raises UserError when it is long or holds anything else."""
        import h5py

        found = self._dataset(parent, path)
        place = self.place(found.name)
        is_text = h5py.check_string_dtype(found.dtype) is not None
        if len(found.shape) != 1 or found.shape[0] > most or not (is_text or found.dtype.kind in "fiubS"):
            raise UserError("is no short list of numbers or words", place)
        self._afford(found, place)
        held: list[Any] = (found.asstr()[()] if is_text else found[()]).tolist()
        return held

    def stored_text(self, parent: "Group", path: str) -> str:
        """The text of a dataset. Raises UserError when it is missing, large or no text."""
        import h5py

        found = self._dataset(parent, path)
        if h5py.check_string_dtype(found.dtype) is None or found.shape != ():
            raise UserError("is no text", self.place(found.name))
        return self._short(found[()], found.name)

    def text(self, holder: Any, key: str) -> str | None:
        """The text of an attribute, None when there is none. Raises UserError when it is large or no text."""
        import h5py

        if key not in holder.attrs:
            return None
        described = holder.attrs.get_id(key)
        is_text = h5py.check_string_dtype(described.dtype) is not None
        if not is_text or described.shape != () or described.get_storage_size() > MAX_TEXT_BYTES:
            raise UserError(f"its attribute {key} is no text", self.place(holder.name))
        return self._short(holder.attrs[key], f"{holder.name}/{key}")

    def names(self, holder: "Group", key: str) -> list[str] | None:
        """The texts of an attribute, which Keras splits into key0, key1, ... when they are many; None: no such."""
        if key in holder.attrs:
            return self._names(holder, key)
        found: list[str] = []
        for part in range(MAX_NAMES):
            if f"{key}{part}" not in holder.attrs:
                return found if part else None
            found += self._names(holder, f"{key}{part}")
            if len(found) > MAX_NAMES:
                break
        raise UserError(f"its attribute {key} is longer than any model", self.place(holder.name))

    def _names(self, holder: "Group", key: str) -> list[str]:
        import h5py

        described = holder.attrs.get_id(key)
        if described.shape == (0,):
            return []  # what type an empty list has is chance
        size = described.shape[0] if len(described.shape) == 1 else MAX_NAMES + 1
        is_text = h5py.check_string_dtype(described.dtype) is not None
        if not is_text or size > MAX_NAMES or described.get_storage_size() > MAX_TEXT_BYTES:
            raise UserError(f"its attribute {key} is no list of names", self.place(holder.name))
        return [self._short(name, f"{holder.name}/{key}") for name in holder.attrs[key].tolist()]

    def _short(self, value: Any, inside: str) -> str:
        if len(value) > MAX_TEXT_BYTES:
            raise UserError(f"holds more than {MAX_TEXT_BYTES >> 20} MB of text", self.place(inside))
        try:
            text = value.decode() if isinstance(value, bytes) else str(value)
            text.encode()  # bytes that are no UTF-8 come as halves of characters
        except UnicodeError:
            raise UserError("is no text", self.place(inside)) from None
        return text

    def _walked(self, parent: "Group", path: str) -> Any:
        import h5py

        held: Any = parent
        for step in path.split("/"):
            place = self.place(f"{held.name}/{step}")
            if step in ("", ".", "..") or not isinstance(held, h5py.Group):
                raise UserError("is no place in a file", place)
            link = held.get(step, getlink=True)
            if link is None:
                return None
            if not isinstance(link, h5py.HardLink):
                raise UserError("is a link to another place", place, "Only what is in the file itself is read.")
            held = held[step]
        return held

    def _dataset(self, parent: "Group", path: str) -> "Dataset":
        import h5py

        found = self._walked(parent, path)
        if found is None:
            raise UserError("is missing", self.place(f"{parent.name}/{path}"), OTHER_MODEL)
        place = self.place(found.name)
        if not isinstance(found, h5py.Dataset) or found.shape is None:
            raise UserError("is no array", place)
        if found.external or found.is_virtual:
            raise UserError("keeps its numbers in another file", place, "Only what is in the file itself is read.")
        plan = found.id.get_create_plist()
        unknown = [
            code for code in (plan.get_filter(at)[0] for at in range(plan.get_nfilters())) if code not in FILTERS
        ]
        if unknown:
            raise UserError(f"is packed by the filter {unknown[0]}", place, "Only gzip is unpacked.")
        return found

    def _afford(self, dataset: "Dataset", place: Place) -> None:
        """Raises UserError when unpacking would take far more memory than the file is large."""
        piece = dataset.dtype.itemsize
        for size in dataset.chunks or ():
            piece *= size
        self._left -= max(int(dataset.nbytes), piece)
        if self._left < 0:
            raise UserError(f"says it holds {dataset.nbytes:,} bytes, which so small a file cannot", place)
        if dataset.chunks is None and dataset.id.get_storage_size() < dataset.nbytes:
            raise UserError("is empty", place, "The file is not whole.")


@contextmanager
def open_h5(source: IO[bytes], name: str) -> Iterator[SafeH5]:
    """A file opened for safe reading. Raises UserError when it is none, or damaged."""
    import h5py

    size = source.seek(0, 2)
    try:
        with h5py.File(source, "r") as file:
            yield SafeH5(file, name, size)
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, OverflowError, MemoryError, AttributeError):
        raise UserError(DAMAGED, Place(name)) from None
