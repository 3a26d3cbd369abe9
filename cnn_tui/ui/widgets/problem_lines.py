"""What is wrong with a model or could be better, a sentence a line, and which key mends it."""

from typing import ClassVar

from cnn_tui.spec.advice import Advice
from cnn_tui.spec.shapes import Problem
from cnn_tui.ui.widgets.words import Words

LEAST_HEIGHT = 2
"""So that the table above it does not jump at each key."""


class ProblemLines(Words):
    """The problems of a model, the most important first; or advice about it; or that all is well."""

    DEFAULT_CSS: ClassVar[str] = """
    ProblemLines { height: auto; max-height: 6; color: $text-muted; }
    ProblemLines.-wrong { color: $text-error; }
    ProblemLines.-advised { color: $text-warning; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, least_height=LEAST_HEIGHT)

    def show(
        self, problems: tuple[Problem, ...], no_problem: str, mend_key: str, advice: tuple[Advice, ...] = ()
    ) -> None:
        """Shows the problems; without any, advice; without both, the sentence `no_problem`.

        The first that can be mended has a key.
        """
        self.set_class(bool(problems), "-wrong")
        self.set_class(bool(advice) and not problems, "-advised")
        said: tuple[Problem, ...] = problems or advice
        mends = next((one for one in said if one.remedy.applies), None)
        told = said if problems else [mends or said[0]] if said else []  # of advice one at a time: it can wait
        lines = [
            f"{'✗' if problems else '!'} {one.sentence}" + (f"  [ {mend_key} does it ]" if one is mends else "")
            for one in told
        ]
        self.say("\n".join(lines) + _rest(len(said) - len(lines)) if said else f"✓ {no_problem}")


def _rest(number: int) -> str:
    return f"  ({number} more: n goes to them)" if number > 0 else ""
