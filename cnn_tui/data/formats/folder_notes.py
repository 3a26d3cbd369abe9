"""What is said about the files beside the pictures of a folder or a .zip, and about its class folders."""

from collections.abc import Sequence

from cnn_tui.data.formats.class_folders import some
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import INSIDE, Where
from cnn_tui.spec.report import Finding


def notes_on_files(
    names: Sequence[str], folders: Sequence[str], others: Sequence[str], litter: int, special: Sequence[str]
) -> tuple[Finding, ...]:
    """What to know of a listing: class folders that are empty or alike, and files that were passed over."""
    classes = sorted({name.partition("/")[0] for name in names if "/" in name})
    empty = sorted({folder.partition("/")[0] for folder in folders}.difference(classes)) if classes else []
    notes = [
        _note("empty classes", "{} holds no pictures and is no class", "{} hold no pictures and are no classes", empty),
        _note("class names", "", "{} differ in case only", _alike(classes), "If they are one class, join the folders."),
        _note("other files", "{} is no picture and was ignored", "{} are no pictures and were ignored", others),
        _note("special files", "{} is no file and was skipped", "{} are no files and were skipped", special),
    ]
    if litter:
        what = "file or folder was" if litter == 1 else "files and folders were"
        notes.append(Finding(kind="ignored", sentence=f"{litter:,} hidden or system {what} ignored.", count=litter))
    return tuple(note for note in notes if note)


def refuse_parts(parts: dict[str, str], where: Where) -> None:
    """Raises UserError when a folder holds training and test beside each other, which are no classes."""
    if len(parts) > 1:
        mark = "/" if where.path.is_dir() else INSIDE
        problem = f"holds {some(list(parts.values()))}, which are parts and not classes"
        remedy = f"Give one of them, such as {where.path.name}{mark}{parts['train']}."
        raise UserError(problem, Place(where.path, inside=where.inside), remedy)


def _alike(classes: Sequence[str]) -> list[str]:
    spellings: dict[str, list[str]] = {}
    for name in classes:
        spellings.setdefault(name.casefold(), []).append(name)
    return [name for names in spellings.values() if len(names) > 1 for name in names]


def _note(kind: str, one: str, many: str, names: Sequence[str], remedy: str = "") -> Finding | None:
    if not names:
        return None
    sentence = (one if len(names) == 1 else many).format(some(sorted(names)))
    return Finding(kind=kind, sentence=f"{sentence}.", remedy=remedy, count=len(names))
