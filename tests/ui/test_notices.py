"""The end of a run is told to who looks elsewhere: bell, desktop, a command of the user's."""

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.runs.history import fold_all
from cnn_tui.settings import AtEnd
from cnn_tui.ui.notices import desktop_notice, run_command, wants_desktop
from tests import recordings
from tests.recordings import at_work, beginning, epoch, new_run, record
from tests.ui.support import an_app, until

GOES_ON = [*beginning(), *epoch(1)]
ENDS = recordings.done(1)[-1:]


def test_terminals_get_the_sequence_that_they_know():
    assert desktop_notice("run", "Done.", {"TERM": "xterm-256color"}) == "\x1b]9;run: Done.\x1b\\"
    assert desktop_notice("run", "Done.", {"TERM": "foot"}) == "\x1b]777;notify;run;Done.\x1b\\"


def test_tmux_passes_on_what_is_wrapped():
    wrapped = desktop_notice("run", "Done.", {"TERM": "tmux-256color", "TMUX": "/tmp/tmux,1,0"})
    assert wrapped == "\x1bPtmux;\x1b\x1b]9;run: Done.\x1b\x1b\\\x1b\\"


def test_no_name_can_end_the_sequence():
    notice = desktop_notice("a\x07b", "c\x1b\\d;e", {})
    assert notice.count("\x1b") == 2
    assert "\x07" not in notice
    assert ";e" not in notice


@pytest.mark.parametrize(
    ("setting", "has_focus", "wanted"),
    [("auto", True, False), ("auto", False, True), ("always", True, True), ("never", False, False)],
)
def test_the_desktop_is_told_when_nobody_looks_or_when_asked_for(setting, has_focus, wanted):
    assert wants_desktop(setting, has_focus) is wanted


async def end_while_watched(tmp_path: Path, at_end: AtEnd) -> tuple[list[str], list[str]]:
    """A run ends under the eyes of the application: what it wrote, and the errors it showed."""
    run = record(new_run(tmp_path), GOES_ON)
    app = an_app("data", run=run)
    app.settings = replace(app.settings, at_end=at_end)
    written: list[str] = []
    shown: list[str] = []
    app.bell = lambda: written.append("bell")  # type: ignore[method-assign]
    app.show_error = lambda error: shown.append(error.sentence)  # type: ignore[method-assign]
    async with app.run_test() as pilot:
        assert app._driver
        with at_work(run):
            app.follow_run()
            await pilot.pause()
        assert not written
        app._driver.write = written.append  # type: ignore[method-assign]
        record(run, ENDS)
        app.follow_run()
        app.follow_run()
    return written, shown


async def test_a_run_that_ends_rings_once_wherever_one_is(tmp_path):
    written, _ = await end_while_watched(tmp_path, AtEnd())
    assert written == ["bell"]


async def test_asked_for_the_desktop_is_told_too(tmp_path):
    written, _ = await end_while_watched(tmp_path, AtEnd(bell=False, desktop="always"))
    assert len(written) == 1
    assert "Done: 1 epoch" in written[0]


async def test_a_command_that_is_not_there_is_said(tmp_path):
    _, shown = await end_while_watched(tmp_path, AtEnd(bell=False, command=["/nowhere/at-all"]))
    assert shown == [
        "/nowhere/at-all: cannot be started: No such file or directory. Mend at_end.command in the settings."
    ]


async def test_a_run_that_had_ended_before_is_not_told_again(tmp_path):
    app = an_app("data", run=record(new_run(tmp_path), recordings.done(1)))
    rung: list[str] = []
    app.bell = lambda: rung.append("bell")  # type: ignore[method-assign]
    async with app.run_test() as pilot:
        app.follow_run()
        await pilot.pause()
    assert not rung


async def test_the_command_gets_its_arguments_as_they_stand_and_is_told_of_the_run(tmp_path):
    run, out = record(new_run(tmp_path), recordings.done(1)), tmp_path / "out"
    code = "import os, sys; open(sys.argv[1], 'w').write('|'.join([*sys.argv[2:], os.environ['CNN_TUI_STATE']]))"
    run_command([sys.executable, "-c", code, str(out), "$HOME; *", "a b"], run, fold_all(recordings.done(1)))
    async with an_app("data").run_test() as pilot:
        await until(pilot, lambda: out.exists() and out.read_text())
    assert out.read_text() == "$HOME; *|a b|done"


def test_an_empty_name_of_a_command_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"at_end\.command"):
        run_command(["a\x00b"], new_run(tmp_path), fold_all(recordings.done(1)))
