"""The keys of the help panel, the same in every place."""

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType


class Helping(App[None]):
    """Shows the help of what has the focus, hides it and turns its pages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "question_mark,f1", "toggle_help", "Help", tooltip="Show or hide the help of this place", id="app.help"
        ),
        Binding(
            "escape", "hide_help", "Hide help", show=False, priority=True, tooltip="Hide the help", id="app.no_help"
        ),
        *(
            Binding(
                f"page{way}",
                f"scroll_help({by})",
                f"Help {way}",
                show=False,
                priority=True,
                tooltip=f"A page of the help {way}",
                id=f"app.help_{way}",
            )
            for way, by in (("up", -1), ("down", 1))
        ),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape hides the help and pages turn it where it is shown; elsewhere these are the screen's own keys."""
        if action in ("hide_help", "scroll_help"):
            return bool(self.screen_stack and self.screen.query("HelpPanel"))
        return super().check_action(action, parameters)

    def action_hide_help(self) -> None:
        """Hides the help panel."""
        self.action_hide_help_panel()

    def action_scroll_help(self, by: int) -> None:
        """Shows what of the help is further down, or up."""
        panel = self.screen.query_one("HelpPanel")
        panel.scroll_relative(y=by * (panel.size.height - 2), animate=False)

    def action_show_help_panel(self) -> None:
        """Shows the help of what has the focus, or of the place."""
        from cnn_tui.ui.widgets.place_help import PlaceHelp  # it brings Markdown, which the first frame can do without

        if not self.screen.query("HelpPanel"):
            self.screen.mount(PlaceHelp())

    def action_toggle_help(self) -> None:
        """Shows the help panel, or hides it."""
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()
