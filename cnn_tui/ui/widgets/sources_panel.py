"""The left side of the Data place: the sources, their settings, what must be said about them, and the problems."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cnn_tui.ui.data_view import hint
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.source_list import SourceList

if TYPE_CHECKING:
    from cnn_tui.ui.widgets.data_form import DataForm
    from cnn_tui.ui.widgets.form import Form
    from cnn_tui.ui.widgets.problem_list import ProblemList


class Rows(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Follows the focus; the arrow keys are left to what is in it and to the images."""


class SourcesPanel(Vertical):
    """Sources and settings scroll; the sentence under them, which may say what is wrong, is always in view."""

    DEFAULT_CSS: ClassVar[str] = """
    SourcesPanel { height: 1fr; }
    SourcesPanel #sources { height: 1fr; }
    SourcesPanel #rows { height: 1fr; scrollbar-size-vertical: 1; }
    SourcesPanel #hint { height: auto; max-height: 12; margin-top: 1; color: $text-muted; }
    SourcesPanel #hint.-wrong { color: $text-error; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._session: Session | None = None
        self._help = ""
        self._form: DataForm | None = None
        self._problems: ProblemList | None = None

    def compose(self) -> ComposeResult:
        """The sources and the sentence; the rest is mounted after the first frame, which it would delay."""
        with Vertical(id="sources", classes="panel") as sources:
            sources.border_title = "Sources"
            with Rows(id="rows"):
                yield SourceList()
            yield Static(id="hint", markup=False)

    def on_mount(self) -> None:
        """Keeps what is typed in view when what is wrong with it comes under it."""
        self.watch(self.query_one("#rows"), "virtual_size", self._rows_changed, init=False)

    def _rows_changed(self) -> None:
        self.call_after_refresh(self._keep_in_view)

    async def mount_rest(self) -> None:
        """Adds the settings and the problems."""
        from cnn_tui.ui.widgets.data_form import DataForm
        from cnn_tui.ui.widgets.problem_list import ProblemList

        form, problems = DataForm(), ProblemList()
        await self.query_one("#rows").mount(form)
        await self.mount(problems)
        self._form, self._problems = form, problems

    def show(self, session: Session) -> None:
        """Draws what is known of the data."""
        self._session = session
        self.query_one(SourceList).show(session.data, session.report)
        if self._form:
            self._form.show(session.data, session.report, session.problems_of_data)
        if self._problems:
            self._problems.show(session.report.problems if session.report else ())
        self.draw_hint()

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Shows a sentence under the sources."""
        line = self.query_one("#hint", Static)
        line.update(Content(f"✗ {sentence}" if wrong else sentence))
        line.set_class(wrong, "-wrong")
        line.display = bool(sentence)
        self.call_after_refresh(self._keep_in_view)

    def draw_hint(self) -> None:
        """Shows what is to be said now: bad news, help, or advice."""
        if self._session:
            self.say(*hint(self._session, self._help))

    def explain(self, reason: str) -> None:
        """Shows why a key does nothing, until something else is done; bad news stays above it."""
        if self._session:
            self.say(*hint(self._session, reason))

    def _keep_in_view(self) -> None:
        """Scrolls to what has the focus and what is said under it, as a longer sentence leaves less room for them."""
        focused = self.screen.focused
        if focused and self.query_one("#rows") in focused.ancestors:
            from cnn_tui.ui.widgets.field_line import FieldLine

            line = focused.parent if isinstance(focused.parent, FieldLine) else focused
            line.scroll_visible(animate=False)

    def leave(self) -> None:
        """Forgets the help of what had the focus, and shows the sources again."""
        self._help = ""
        self.query_one("#rows").scroll_home(animate=False)
        self.draw_hint()

    def focus_settings(self, name: str) -> None:
        """Goes to the setting of that name."""
        if self._form:
            self._form.focus_field(name)

    def focus_problems(self) -> None:
        """Goes to the problems."""
        if self._problems:
            self._problems.focus()

    def on_form_helped(self, event: "Form.Helped") -> None:
        """Shows the help of the setting in focus."""
        event.stop()
        self._help = event.text
        self.draw_hint()

    @on(SourceList.Visited)
    def show_keys(self, event: SourceList.Visited) -> None:
        """Shows what can be done with a source."""
        event.stop()
        self._help = SourceList.KEYS
        self.draw_hint()
