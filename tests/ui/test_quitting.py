"""`ctrl+q` leaves from every dialog as it does from every place, and a run goes on."""

import asyncio
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest
from textual.screen import ModalScreen

from cnn_tui.runs.run import create_run
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.training import Training
from cnn_tui.ui import dialogs
from cnn_tui.ui.dialogs.ask_text import AskText
from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.dialogs.dialog import Dialog
from cnn_tui.ui.dialogs.edit import Edit
from cnn_tui.ui.dialogs.finder import Entry
from cnn_tui.ui.dialogs.log import LogDialog
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.dialogs.recover import Recover
from cnn_tui.ui.dialogs.working import Working
from tests.recordings import at_work, beginning, record
from tests.ui.support import an_app, until

SIZE = (80, 24)


async def for_ever(tell) -> None:
    await asyncio.Event().wait()


DIALOGS = {
    "a question": lambda: Confirm("Is it so?", yes="Yes"),
    "a line of text": lambda: AskText("A name", "of anything", "a name"),
    "a choice": lambda: Choose("Fruit", [Entry("pear", "green", 1)]),
    "a path": lambda: AskPath("A file", Path()),
    "a form": lambda: Edit("Training", Training()),
    "a log": lambda: LogDialog(Path("trainer.log")),
    "an offer": lambda: Recover("noon", tutorial().model),
    "work that goes on": lambda: Working("Writing", for_ever),
}


def all_dialogs() -> set[type]:
    for module in pkgutil.iter_modules(dialogs.__path__):
        import_module(f"{dialogs.__name__}.{module.name}")
    found, new = set(), {ModalScreen}
    while new:
        new = {one for kind in new for one in kind.__subclasses__()} - found
        found |= new
    return {one for one in found if one.__module__.startswith("cnn_tui.")}


def test_every_dialog_has_the_key():
    found = all_dialogs()
    assert len(found) > 12
    for one in found:
        assert issubclass(one, Dialog), one
        assert [binding.action for binding in one._merged_bindings.key_to_bindings["ctrl+q"]] == ["app.quit"], one


@pytest.mark.parametrize("dialog", DIALOGS)
async def test_it_leaves_from_a_dialog_and_a_run_goes_on(dialog: str, tmp_path: Path):
    run = record(create_run(tmp_path, tutorial()), beginning())
    app = an_app("train", run=run)
    with at_work(run):
        async with app.run_test(size=SIZE) as pilot:
            app.push_screen(shown := DIALOGS[dialog]())
            await until(pilot, lambda: app.screen is shown and shown.is_mounted)
            await pilot.press("ctrl+q")
        assert app.return_code == 0
        assert not app.is_running
        assert run.is_running


async def test_edits_are_asked_about_before_a_dialog_is_left_by_it():
    app = an_app("model")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down", "x")
        app.push_screen(under := AskText("A name", "of anything"))
        await until(pilot, lambda: app.screen is under)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        await until(pilot, lambda: app.screen is under)
        await pilot.press("ctrl+q", "y")
    assert not app.is_running
