"""What a name says about a file, a folder or an array: images or labels, of training, validation or test."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Where
from cnn_tui.spec.report import PartName

Kind = Literal["images", "labels"]
_PARTS: dict[str, PartName] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "val", "validation", "validate", "dev"), "validate"),
    **dict.fromkeys(("test", "testing", "t10k"), "test"),
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("x", "image", "images", "pixels", "features"), "images"),
    **dict.fromkeys(("y", "label", "labels", "target", "targets"), "labels"),
}
_SAYS_NOTHING = {"data", "dataset", "set"}
_ENDING = re.compile(r"(\.(tsv|csv|txt|tabular|npy|npz|parquet|idx|zip)|[-.]idx[0-9]+-ubyte)(\.gz)?$", re.IGNORECASE)
_END = r"(?=train|test|val|[^a-z]|$)"
_WORDS = re.compile(
    rf"[xy](?=train|test|val)|t10k|train(?:ing)?|test(?:ing)?|valid(?:ation|ate)?|val{_END}|dev{_END}"
    rf"|images?{_END}|pixels|labels?{_END}|targets?{_END}|[a-z]+|[0-9]+"
)


class Name(NamedTuple):
    """What a name says: `y_test_small.tsv.gz` is labels, of the test, of `small`."""

    kind: Kind | None
    part: PartName | None
    rest: tuple[str, ...]


class Thing(NamedTuple):
    """A file, a folder or an array in a file, and what its name says."""

    where: Where
    name: Name

    @property
    def place(self) -> Place:
        """Where a sentence says that it is."""
        return Place(self.where.path, inside=self.where.inside)

    @property
    def title(self) -> str:
        """Its own name."""
        return self.where.inside or self.where.path.name


def thing(where: Where) -> Thing:
    """What is there, with what its name says: that of the array where one is meant, else that of the file."""
    return Thing(where, name_of(where.inside or where.path.name))


def name_of(text: str) -> Name:
    """What a name says."""
    words = _WORDS.findall(_ENDING.sub("", text).lower())
    kinds = {_KINDS[word] for word in words if word in _KINDS}
    parts = {_PARTS[word] for word in words if word in _PARTS}
    kind = kinds.pop() if len(kinds) == 1 else None
    part = parts.pop() if len(parts) == 1 else None
    told = (_KINDS.keys() if kind else set()) | (_PARTS.keys() if part else set()) | _SAYS_NOTHING
    return Name(kind, part, tuple(word for word in words if word not in told))


def ending(path: Path) -> str:
    """The ending of a file of data, such as `.tsv.gz`; empty where it has none that is known."""
    found = _ENDING.search(path.name)
    return found.group().lower() if found else ""


def only(things: Iterable[Thing], kind: Kind | None) -> Thing | None:
    """The one of that kind. Raises UserError when there are two, such as a .tsv and a .csv."""
    found = [one for one in things if one.name.kind == kind]
    if len(found) > 1:
        raise UserError(f"{found[0].title} is there too", found[1].place, "Name the files to read.")
    return found[0] if found else None
