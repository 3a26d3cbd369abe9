"""The least that Textual can show: the peer of our first frame."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """One word."""

    def compose(self) -> ComposeResult:
        """It."""
        yield Static("empty-app")


if __name__ == "__main__":
    EmptyApp().run()
