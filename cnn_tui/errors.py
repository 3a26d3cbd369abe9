"""The one error for what people give us: the place, the fact, the way out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cnn_tui.text import clean


@dataclass(frozen=True)
class Place:
    """A spot in a file, or in what is inside a file; lines count from 1."""

    path: Path | str
    line: int | None = None
    inside: str = ""
    """An array of an .npz, a member of a .zip, a picture of a folder."""

    def __str__(self) -> str:
        name = Path(self.path).name or str(self.path)
        within = f", {self.inside}" if self.inside else ""
        return f"{name}{within}" if self.line is None else f"{name}{within}, line {self.line:,}"


class UserError(Exception):
    """Something a person gave us cannot be used: where, what is wrong, and what to do.

    It prints itself as one sentence that is safe to show: `X_train.tsv, line 204: column 17 holds the word 'six'.
    Say --header yes if the first line names the columns.`
    """

    def __init__(self, problem: str, where: Place | str = "", remedy: str = "") -> None:
        super().__init__(problem, where, remedy)
        self.problem = problem
        self.where = where
        self.remedy = remedy

    @property
    def sentence(self) -> str:
        """Place, fact and way out, on one line, without control characters."""
        place = f"{self.where}: " if str(self.where) else ""
        fact = self.problem if self.problem.endswith((".", "!", "?")) else f"{self.problem}."
        if not place:
            fact = fact[:1].upper() + fact[1:]
        return clean(f"{place}{fact} {self.remedy}".strip(), cells=1000)

    def __str__(self) -> str:
        return self.sentence


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the system has against writing a file into a UserError."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UserError(f"cannot be written: {reason}", Place(path), "Choose another place.") from None


def refuse_to_replace(source: Path, out: Path) -> None:
    """Raises UserError when what is to be written would take the place of what is read."""
    if out.exists() and source.exists() and out.samefile(source):
        raise UserError("would be replaced by what is made of it", Place(source), "Give the result another name.")


def one_of(choices: tuple[str, ...]) -> str:
    """The choices as people say them: `valid or same`, `none, unit or standard`."""
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def nearest(word: str, choices: tuple[str, ...]) -> str:
    """A question that names the choice that was probably meant, or nothing."""
    from difflib import get_close_matches  # 5 ms that only a mistake should cost

    by_case = {choice.lower(): choice for choice in choices}
    found = get_close_matches(word.lower(), by_case, n=1, cutoff=0.7)
    return f'Did you mean "{by_case[found[0]]}"?' if found else ""
