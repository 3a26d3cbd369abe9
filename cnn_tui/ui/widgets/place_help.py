"""The help of what has the focus; of the whole place where nothing has it."""

from textual.widget import Widget
from textual.widgets import HelpPanel


class PlaceHelp(HelpPanel):
    """A place that has nothing to show yet has no focus either, and its help is needed most."""

    def update_help(self, focused_widget: Widget | None) -> None:
        """Shows the help."""
        super().update_help(focused_widget or self.screen)
