"""Edits are kept against a crash, offered once, and forgotten when nothing can be lost."""

import json
import os
import signal
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cnn_tui.settings import state_folder
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import read_model, write_model
from cnn_tui.ui.dialogs.recover import Recover
from cnn_tui.ui.unsaved import Kept, left_behind
from tests.strategies import any_layer, any_shape
from tests.ui.support import an_app, screen_text, until
from tests.ui.test_terminal import program  # noqa: F401 # a fixture

SIZE = (80, 24)


def folder() -> Path:
    return state_folder() / "unsaved"


def files() -> list[Path]:
    return sorted(folder().glob("*")) if folder().exists() else []


def kept() -> list[Path]:
    return [path for path in files() if path.suffix == ".json"]


async def crashed(*keys: str, size: tuple[int, int] = SIZE):
    """The model of an application that ends without having been left."""
    app = an_app("model")
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
    return app.current_session.model


async def test_what_a_crash_left_is_offered_and_enter_brings_it_back():
    model = await crashed("down", "x", "down", "d")
    assert [read_model(path) for path in kept()] == [model]
    app = an_app("data")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Recover) and "Unsaved work" in screen_text(app))
        now = datetime.now()
        assert f"Unsaved work from {now:%H:}" in screen_text(app)
        assert "enter brings it back" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "model")
        assert app.current_session.model == model
        assert not app.current_session.is_saved
        await pilot.press("u")
        assert app.current_session.model != model


async def test_what_was_brought_back_is_kept_again():
    model = await crashed("down", "x")
    app = an_app("model")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Recover))
        await pilot.press("enter")
        await pilot.pause()
    assert [read_model(path) for path in kept()] == [model]


@pytest.mark.parametrize(("key", "left"), [("delete", 0), ("escape", 1)])
async def test_it_can_be_thrown_away_or_left_for_later(key, left):
    await crashed("down", "x")
    app = an_app("model")
    before = app.current_session.model
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Recover))
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(app.screen, Recover))
        await until(pilot, lambda: len(kept()) == left)
        assert app.current_session.model == before


@pytest.mark.parametrize(
    "keys",
    [
        ["ctrl+q"],
        ["down", "x", "u", "ctrl+q"],
        ["down", "x", "ctrl+q", "y"],
    ],
)
async def test_nothing_is_left_when_nothing_was_edited_or_it_was_discarded_knowingly(keys):
    await crashed(*keys)
    assert files() == []


async def test_nothing_is_left_of_what_was_saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = an_app("model")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down", "x")
        await until(pilot, kept)
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: not kept())
    assert files() == []


async def test_every_key_of_a_burst_ends_in_the_file():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "down", "enter", *"123456")
        await until(pilot, lambda: kept() and read_model(kept()[0]) == app.current_session.model)
        assert read_model(kept()[0]).layers[1].filters == 123_456


async def test_what_a_running_program_keeps_is_not_offered_to_another():
    running = Kept(folder())
    running.keep(an_app().current_session.model)
    assert left_behind(folder()) is None
    running.leave()
    found = left_behind(folder())
    assert found
    assert left_behind(folder()) is None  # the first who asks has it
    found.done(remove=False)
    assert left_behind(folder())


async def test_a_file_that_cannot_be_read_is_never_offered_and_never_an_error():
    folder().mkdir(parents=True)
    (folder() / "1-a.json").write_text("{")
    assert left_behind(folder()) is None
    assert left_behind(folder() / "1-a.json") is None


async def test_without_a_place_to_write_it_is_said_once_and_all_else_works(tmp_path, monkeypatch):
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(nowhere))
    app = an_app("model")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.press("down", "x")
        await until(pilot, lambda: "A crash would lose" in screen_text(app))
        await pilot.press("d", "d")
        await pilot.pause()
        assert len([one for one in app._notifications if "crash" in one.message]) == 1
        assert len(app.current_session.model.layers) == 8


def test_a_crash_of_another_day_is_named_with_its_day():
    kept_file = Kept(folder())
    kept_file.keep(Model((4,), ()))
    kept_file.leave()
    os.utime(kept_file.path, (0, 1_000_000_000))
    found = left_behind(folder())
    assert found
    assert found.when.split()[1] == "Sep"


@given(layers=st.lists(any_layer(), max_size=4), shape=any_shape(), off=st.integers(0, 3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_whatever_is_wrong_with_a_model_its_file_holds_all_of_it(tmp_path, layers, shape, off):
    named = [replace(one, name="", enabled=at != off) for at, one in enumerate(layers)]
    model = Model(shape, tuple(named), "sequential")
    path = tmp_path / "model.json"
    write_model(model, path)
    assert read_model(path) == model
    json.loads(path.read_text())


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
def test_a_program_that_was_killed_loses_nothing(program):  # noqa: F811
    program.expect("MaxPooling2D")
    program.send("jx")
    while not kept():
        program.expect(".+", timeout=30)
    program.kill(signal.SIGKILL)
    program.wait()
    found = left_behind(folder())
    assert found
    assert len(found.model.layers) == 6
