"""Saying that a run has ended to someone who looks elsewhere: the terminal's bell, the desktop, a command of theirs."""

import os
import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from cnn_tui.errors import UserError
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.run_text import outcome

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp

LONGEST = 200
_URXVT_STYLE = ("foot", "rxvt")
"""Terminals that know OSC 777 and not OSC 9, by the beginning of TERM."""


def tell_end(app: "CnnApp", run: Run, history: History) -> None:
    """Says that a run has ended, in the ways that the settings ask for."""
    wanted = app.settings.at_end
    if wanted.bell:
        app.bell()
    if app._driver and wants_desktop(wanted.desktop, app.app_focus):
        app._driver.write(desktop_notice(f"cnn-tui, run {run.name}", outcome(history), os.environ))
    if wanted.command:
        try:
            run_command(wanted.command, run, history)
        except UserError as error:
            app.show_error(error)


def desktop_notice(title: str, text: str, environment: Mapping[str, str]) -> str:
    """What makes the terminal show a notice on the desktop: OSC 9 (iTerm2, kitty, WezTerm, Ghostty, Windows) or 777."""
    title, text = (clean(part, LONGEST).replace(";", ",") for part in (title, text))
    if environment.get("TERM", "").startswith(_URXVT_STYLE):
        sequence = f"\x1b]777;notify;{title};{text}\x1b\\"
    else:
        sequence = f"\x1b]9;{title}: {text}\x1b\\"
    if "TMUX" in environment:  # it passes on what is wrapped so, with each escape doubled
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    return sequence


def wants_desktop(setting: Literal["auto", "always", "never"], has_focus: bool) -> bool:
    """Whether to show it on the desktop; auto: not to someone who looks at this terminal."""
    return setting == "always" or (setting == "auto" and not has_focus)


def run_command(words: list[str], run: Run, history: History) -> None:
    """Starts the user's command, without a shell, its arguments as they are given; nobody waits for it.

    What has ended stands in its environment. Raises UserError when it cannot be started.
    """
    told = {"CNN_TUI_RUN": str(run.path.absolute()), "CNN_TUI_STATE": history.state, "CNN_TUI_TEXT": outcome(history)}
    try:
        subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **told},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"cannot be started: {reason}", words[0], "Mend at_end.command in the settings.") from None
