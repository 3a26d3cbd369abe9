"""Which files are meant by a folder or a few paths: tables of images and labels recognised by their names."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from cnn_tui.data.formats.lines import unreadable
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Data, Source

SUFFIXES = (".tsv", ".csv", ".txt", ".tabular")
EXPECTED = (
    "Give a folder with X_train, y_train and perhaps X_test, y_test (.tsv, .csv, .txt or .tabular, plain or .gz), "
    "or those two or four files."
)
_WORDS = re.compile(r"[xy](?=train|test)|train|test|images?|pixels|labels?|[a-z]+|[0-9]+")
_KINDS: dict[str, "Kind"] = {
    **dict.fromkeys(("x", "image", "images", "pixels"), "images"),
    **dict.fromkeys(("y", "label", "labels"), "labels"),
}

Kind = Literal["images", "labels"]


class Name(NamedTuple):
    """What a file's name says: `y_test.tsv.gz` is labels, of `test`."""

    kind: Kind | None
    rest: tuple[str, ...]


def find_data(paths: Sequence[Path]) -> Data:
    """The data that the paths name: a folder, an X file with its y beside it, or two or four files; all absolute.

    Raises UserError that says what is expected.
    """
    try:
        return _find(paths)
    except OSError as error:
        raise unreadable(Path(error.filename), error) from None


def _find(paths: Sequence[Path]) -> Data:
    for path in paths:
        if not path.exists():
            raise UserError("there is no such file or folder", Place(path), "Check the path.")
        if path.is_dir() and len(paths) > 1:
            raise UserError("is a folder among files", Place(path), EXPECTED)
    match paths:
        case [folder] if folder.is_dir():
            return _in_folder(folder)
        case [file]:
            return Data(train=_with_partner(file))
        case [first, second]:
            return Data(train=_pair(first, second))
        case [_, _, _, _]:
            return _from_four(paths)
    raise UserError(f"{len(paths)} files were given" if paths else "no data was given", "", EXPECTED)


def _in_folder(folder: Path) -> Data:
    files = sorted(path for path in folder.iterdir() if _is_table(path))
    training = _part(files, ("train",)) or _part(files, ())
    if training is None:
        raise UserError("holds no X_train with a y_train", Place(folder), EXPECTED)
    test = _part(files, ("test",))
    if test is None and (alone := _only(files, Name("images", ("test",)))):
        raise UserError("has no y_test beside it", Place(alone), "Add it, or give the two training files only.")
    return Data(train=training, test=test)


def _part(files: Sequence[Path], rest: tuple[str, ...]) -> Source | None:
    """The images and labels of one part, when both are there."""
    images, labels = _only(files, Name("images", rest)), _only(files, Name("labels", rest))
    return _table(images, labels) if images and labels else None


def _with_partner(file: Path) -> Source:
    kind, rest = _name(file)
    if kind:
        beside = [path for path in sorted(file.absolute().parent.iterdir()) if _is_table(path)]
        partner = _only(beside, Name("labels" if kind == "images" else "images", rest))
        if partner:
            return _table(file, partner) if kind == "images" else _table(partner, file)
    missing = "images" if kind == "labels" else "labels"
    raise UserError(f"its {missing} were not found beside it", Place(file), EXPECTED)


def _pair(first: Path, second: Path) -> Source:
    """Images and labels by their names, or else in this order."""
    kinds = _name(first).kind, _name(second).kind
    if kinds[0] and kinds[0] == kinds[1]:
        raise UserError(f"holds {kinds[0]} by its name, as {first.name} does", Place(second), EXPECTED)
    return _table(second, first) if kinds[0] == "labels" or kinds[1] == "images" else _table(first, second)


def _from_four(paths: Sequence[Path]) -> Data:
    """Training and test by their names, or else in this order."""
    training, test = _part(paths, ("train",)), _part(paths, ("test",))
    if training and test:
        return Data(train=training, test=test)
    return Data(train=_pair(*paths[:2]), test=_pair(*paths[2:]))


def _only(files: Iterable[Path], name: Name) -> Path | None:
    """The one file of that name. Raises UserError when there are two, such as a .tsv and a .csv."""
    found = [path for path in files if _name(path) == name]
    if len(found) > 1:
        raise UserError(f"{found[0].name} is there too", Place(found[1]), "Name the files to read.")
    return found[0] if found else None


def _name(path: Path) -> Name:
    words = _WORDS.findall(_stem(path).lower())
    kinds = [word for word in words if word in _KINDS]
    if len(kinds) != 1:
        return Name(None, tuple(words))
    return Name(_KINDS[kinds[0]], tuple(word for word in words if word != kinds[0]))


def _is_table(path: Path) -> bool:
    return path.is_file() and path.name != _stem(path)


def _stem(path: Path) -> str:
    """The name without the ending of a table, and without .gz."""
    bare = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    return next((bare[: -len(suffix)] for suffix in SUFFIXES if bare.lower().endswith(suffix)), path.name)


def _table(images: Path, labels: Path) -> Source:
    return Source(images=str(images.absolute()), labels=str(labels.absolute()))
