"""What is wrong, a sentence a line, and which key mends it."""

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from cnn_tui.spec.shapes import Problem


class ProblemLines(Static):
    """The problems of a model, the most important first; or that there are none."""

    DEFAULT_CSS: ClassVar[str] = """
    ProblemLines { height: auto; max-height: 6; color: $text-muted; }
    ProblemLines.-wrong { color: $text-error; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def show(self, problems: tuple[Problem, ...], no_problem: str, mend_key: str) -> None:
        """Shows the problems; without any, the sentence `no_problem`. The first that can be mended has a key."""
        self.set_class(bool(problems), "-wrong")
        mends = next((one for one in problems if one.remedy.applies), None)
        lines = [f"✗ {one.sentence}" + (f"  [ {mend_key} does it ]" if one is mends else "") for one in problems]
        self.update(Content("\n".join(lines) or f"✓ {no_problem}"))
