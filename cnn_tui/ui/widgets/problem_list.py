"""What is doubtful in the data: a list of findings; enter on one shows its first image."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cnn_tui.spec.report import Finding
from cnn_tui.text import clean
from cnn_tui.ui.data_mending import in_words_of_the_form

LONGEST = 600


class ProblemList(OptionList, inherit_bindings=False):
    """A few lines a finding: what it is, where, what to do. It is not there when nothing was found."""

    BINDINGS: ClassVar[list[BindingType]] = OptionList.BINDINGS  # without the sideways keys: they change the image
    DEFAULT_CSS: ClassVar[str] = """
    ProblemList { height: auto; max-height: 45%; display: none; background: $background; }
    ProblemList.-any { display: block; }
    ProblemList, ProblemList:focus { border: round $foreground 25%; padding: 0 1; }
    ProblemList:focus { border: round $accent; }
    ProblemList > .option-list--option-highlighted { background: $background; color: $foreground; text-style: none; }
    ProblemList:focus > .option-list--option-highlighted { background: $accent 25%; }
    """

    @dataclass
    class Followed(Message):
        """Someone wants to see what a finding is about."""

        finding: Finding

    def __init__(self) -> None:
        super().__init__()
        self._findings: tuple[Finding, ...] = ()

    def show(self, findings: Sequence[Finding]) -> None:
        """Lists them."""
        if tuple(findings) == self._findings:
            return
        self._findings = tuple(findings)
        self.set_class(bool(findings), "-any")
        self.border_title = Content(f"Problems · {len(findings)} · p")
        self.clear_options()
        self.add_options([Option(_words(finding)) for finding in findings])
        self.highlighted = 0 if findings else None

    @on(OptionList.OptionSelected)
    def follow(self, event: OptionList.OptionSelected) -> None:
        """Passes the wish on."""
        event.stop()
        self.post_message(self.Followed(self._findings[event.option_index]))


def _words(finding: Finding) -> Content:
    """The mark, the sentence, what to do, and that enter shows it where there are rows."""
    words = Content("⚠ ").stylize("$text-warning") + Content(clean(in_words_of_the_form(finding.sentence), LONGEST))
    if finding.remedy:
        words += Content(f" {clean(in_words_of_the_form(finding.remedy), LONGEST)}").stylize("$foreground 65%")
    if finding.rows:
        words += Content(" ⏎ shows it").stylize("$text-accent")
    return words
