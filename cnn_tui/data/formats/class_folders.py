"""What the names of files say: which are meant, which part and which class they belong to, and their order."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Where
from cnn_tui.text import clean

PARTS = {"train": "train", "valid": "validate", "val": "validate", "validation": "validate", "test": "test"}
"""The folders above class folders, in any case, and the parts that they are."""
TREE = "Put each picture into the folder of its class: cats/1.png, dogs/2.png."
MOST_NAMED = 12
_DEEPEST = 8
_NAME_CELLS = 60
_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_DIGITS = re.compile(r"[0-9]+")

Children = Callable[[str], tuple[Sequence[str], bool]]
"""The folders in a folder (its path with / at the end; "" is the first one), and whether files are there too."""


def is_litter(name: str) -> bool:
    """Whether a file or folder is hidden, or left by a system for itself."""
    return name.startswith(".") or name.lower() in _LITTER


def top(children: Children) -> str:
    """The folder where classes or parts begin: below folders that hold nothing but one other."""
    here = ""
    for _ in range(_DEEPEST):
        folders, files = children(here)
        if len(folders) != 1 or files or folders[0].lower() in PARTS:
            break
        below = f"{here}{folders[0]}/"
        if not children(below)[0]:
            break
        here = below
    return here


def part_folders(children: Children) -> dict[str, str]:
    """The folders train, validate and test, when there is nothing but such; else none."""
    here = top(children)
    folders, _ = children(here)
    parts = {PARTS[name.lower()]: f"{here}{name}" for name in sorted(folders) if name.lower() in PARTS}
    whole = "train" in parts and len(parts) == len(folders) and children(f"{parts['train']}/")[0]
    return {part: parts[part] for part in ("train", "validate", "test") if part in parts} if whole else {}


def natural(name: str) -> str:
    """What sorts 2.png before 10.png: before each number how long it is, which says more than its digits do."""
    return _DIGITS.sub(_with_its_length, name)


def _with_its_length(number: re.Match[str]) -> str:
    """The zero comes before all that a name may go on with, so that `a1` is before `aa1`."""
    digits = number[0].lstrip("0")
    return f"\0{chr(len(digits))}{digits}"


def ordered(names: Iterable[str]) -> list[str]:
    """The pictures (`class/name`, or `name`) sorted by their own name, then by class.

    So pictures that were numbered through all classes keep that order, and the last rows are not one class only.
    """

    of_folder = cache(natural)

    def key(name: str) -> tuple[str, str, str]:
        folder, _, rest = name.rpartition("/") if name.count("/") < 2 else name.partition("/")
        return natural(rest), of_folder(folder), name

    return sorted(names, key=key)


def labels_of(names: Sequence[str], where: Where) -> list[str] | None:
    """The class of each picture: the folder it is in; None when none is in a folder. Raises UserError for some."""
    outside = [name for name in names if "/" not in name]
    if len(outside) == len(names):
        return None
    if outside:
        count = f"{len(outside):,} picture{'s lie' if len(outside) > 1 else ' lies'}"
        problem = f"{count} beside the class folders: {some(outside)}"
        raise UserError(problem, Place(where.path, inside=where.inside), TREE)
    return [name.partition("/")[0] for name in names]


def some(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """The names as a list for a sentence; of many the first ones."""
    shown = ", ".join(clean(name, cells=_NAME_CELLS) for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def with_reasons(faults: Mapping[str, str], most: int = MOST_NAMED) -> str:
    """The names as a list for a sentence, each with what is wrong with it behind it; of many the first ones."""
    shown = ", ".join(f"{clean(name, cells=_NAME_CELLS)} ({fault})" for name, fault in list(faults.items())[:most])
    return f"{shown} and {len(faults) - most:,} more" if len(faults) > most else shown


def written(name: str) -> str:
    r"""The name as text that can be kept: bytes that are not UTF-8 become `\xff`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
