"""One source of images or labels, whatever holds it: recognised, read once, kept in the cache."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from cnn_tui.data.cache import Held, content_of, held
from cnn_tui.data.classes import Labels, among
from cnn_tui.data.formats import arrays, folders, idx, parquet, picture_lists, pictures, tables, zips
from cnn_tui.data.formats.content import Facts, Reader, Tell, silently
from cnn_tui.data.formats.label_files import read_label_array
from cnn_tui.data.formats.lines import unreadable
from cnn_tui.data.formats.recognise import recognise
from cnn_tui.data.growing import Growing
from cnn_tui.data.labels import read_labels
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import SETTINGS, Format, Reading, Source, Where, where

READERS: dict[Format, Reader] = {
    "table": tables.read,
    "parquet": parquet.read,
    "npy": arrays.read_npy,
    "npz": arrays.read_npz,
    "idx": idx.read,
    "folder": folders.read,
    "zip": zips.read,
    "list": picture_lists.read,
    "image": pictures.read,
}
"""The reader of each format."""


def read_images(source: Source, reading: Reading, tell: Tell = silently) -> tuple[Held, Format]:
    """The images of a source, with the labels that lie with them, and what it turned out to be. Raises UserError."""
    place = where(source.images)
    if source.labels is not None:
        reading = replace(reading, label_column="none")
    try:
        kind = recognise(place.path) if source.format == "auto" else source.format
        signs = signs_of_change(place.path, kind, reading)
        key = _key(place, kind, reading, signs)
        return held(key, lambda out: _fill(place, kind, reading, signs, out, tell)), kind
    except OSError as error:
        raise unreadable(place.path, error) from None


def read_labels_of(source: Source, reading: Reading, images: Held, classes: Sequence[str] | None = None) -> Labels:
    """The labels of a source whose images were read; with `classes`, each must be one of them. Raises UserError."""
    if source.labels is None:
        if images.labels is None:
            raise no_labels(source, images)
        labels = images.labels
    else:
        place = where(source.labels)
        kind = recognise(place.path)
        labels = read_labels(place.path, reading) if kind == "table" else read_label_array(place, reading)
    return labels if classes is None else among(labels, tuple(classes), where(source.labels or source.images))


def no_labels(source: Source, images: Held) -> UserError:
    """What is said of images that were read without labels where they are needed."""
    if images.facts.names:
        remedy = "Put the pictures of each class into a folder of its own, or give a table of paths and labels."
        return UserError("has no labels", Place(where(source.images).path), remedy)
    place = where(source.images)
    if recognise(place.path) in ("npy", "npz", "idx"):
        remedy = "Give one label for each image too: a file beside it such as y_train, or an array."
        return UserError("has no labels", Place(place.path, inside=place.inside), remedy)
    return tables.no_labels(place.path, images.values.shape[-1])


def signs_of_change(path: Path, kind: Format, reading: Reading) -> tuple[int, int, str]:
    """What changes when a file does, or one of the pictures that a folder or a list is about; nothing large is read.

    Raises OSError, and UserError when a folder or a list cannot be read.
    """
    facts = path.stat()
    pictures = ""
    if kind == "folder":
        pictures = folders.digest(path)
    elif kind == "list":
        pictures = picture_lists.digest(path, reading)
    return facts.st_size, facts.st_mtime_ns, pictures


def _fill(
    place: Where, kind: Format, reading: Reading, signs: tuple[int, int, str], out: Growing, tell: Tell
) -> tuple[Facts, Labels | None]:
    """What a reader reads, unless the file has changed since it had these signs."""
    facts, labels = READERS[kind](place, reading, out, tell)
    if signs_of_change(place.path, kind, reading) != signs:
        raise UserError("changed while it was read", Place(place.path), "Read it again when it is complete.")
    return replace(facts, notes=(*facts.notes, *labels.notes)) if labels else facts, labels


def _key(place: Where, kind: Format, reading: Reading, signs: tuple[int, int, str]) -> tuple[str, ...]:
    """What is the same for the same bytes read in the same way; of pictures that are files, their names and times."""
    matters = {name: getattr(reading, name) for name in SETTINGS[kind]}
    content = signs[2] or content_of(place.path)
    return kind, place.inside, msgspec.json.encode(matters).decode(), content
