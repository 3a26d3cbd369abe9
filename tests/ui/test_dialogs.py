from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input, OptionList

from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.dialogs.finder import Entry
from cnn_tui.ui.dialogs.path import AskPath


class Asking(App[None]):
    """Asks one question and keeps the answer."""

    def __init__(self, question) -> None:
        super().__init__()
        self.question = question
        self.answer = "none yet"

    def on_mount(self) -> None:
        self.push_screen(self.question, self.take)

    def take(self, answer) -> None:
        self.answer = answer

    @property
    def titles(self) -> list[str]:
        return [entry.title for entry in self.question._entries]

    @property
    def note(self) -> str:
        return str(self.question.query_one("#note").render())


def fruit():
    return Choose("Fruit", [Entry("pear", "green", 1), Entry("apple", "red or green", 2), Entry("grape", "blue", 3)])


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("", ["pear", "apple", "grape"]),
        ("ap", ["apple", "grape"]),
        ("green", ["pear", "apple"]),
        ("GREEN p", ["pear", "apple"]),
        ("x", []),
    ],
)
async def test_typing_keeps_what_holds_the_words_best_first(typed, titles):
    app = Asking(fruit())
    async with app.run_test() as pilot:
        app.question.query_one(Input).value = typed
        await pilot.pause()
        assert app.titles == titles
        assert bool(app.note) == (not titles)


async def test_arrows_move_and_enter_takes_and_escape_takes_nothing():
    for keys, answer in ((["down", "enter"], 2), (["up", "enter"], 1), (["pagedown", "enter"], 3), (["escape"], None)):
        app = Asking(fruit())
        async with app.run_test() as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            assert app.answer == answer


async def test_a_line_is_taken_by_a_click():
    app = Asking(fruit())
    async with app.run_test() as pilot:
        await pilot.click(OptionList, offset=(2, 1))
        await pilot.pause()
        assert app.answer == 2


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    for name in ("digits", "letters"):
        (tmp_path / name).mkdir()
    for name in ("digits/X.tsv", "digits/y.tsv", "model.json", ".hidden"):
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_folders_stand_before_files_and_hidden_ones_only_when_asked_for(folder):
    app = Asking(AskPath("Open", folder))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.titles == ["digits/", "letters/", "model.json", "../"]
        await pilot.press(".")
        await pilot.pause()
        assert app.titles == [".hidden", "../"]


async def test_enter_opens_a_folder_and_takes_a_file(folder):
    app = Asking(AskPath("Open", folder))
    async with app.run_test() as pilot:
        await pilot.press("d", "enter")
        await pilot.pause()
        assert app.titles == ["X.tsv", "y.tsv", "../"]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.answer == folder / "digits" / "y.tsv"


async def test_a_whole_folder_is_taken_when_folders_are_asked_for(folder):
    app = Asking(AskPath("Open", folder, folders=True))
    async with app.run_test() as pilot:
        await pilot.press("d", "tab", "ctrl+o")
        await pilot.pause()
        assert app.answer == folder / "digits"


async def test_a_path_can_be_typed_relative_or_from_home(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder / "digits"))
    for typed, answer in (("model.json", Path("model.json")), ("~/X.tsv", folder / "digits" / "X.tsv")):
        app = Asking(AskPath("Open", folder))
        async with app.run_test() as pilot:
            await pilot.pause()
            app.question.query_one(Input).value = typed
            await pilot.pause()
            await pilot.press("ctrl+o")
            await pilot.pause()
            assert app.answer == answer


async def test_a_path_from_the_root_takes_the_place_of_the_proposed_one(folder):
    app = Asking(AskPath("Open", folder / "letters"))
    async with app.run_test() as pilot:
        await pilot.pause()
        app.question.query_one(Input).value += f"{folder}/digits/X"
        await pilot.pause()
        assert app.titles == ["X.tsv"]
        await pilot.press("enter")
        await pilot.pause()
        assert app.answer == folder / "digits" / "X.tsv"


async def test_what_is_meant_inside_a_file_can_be_typed_where_data_is_asked_for(folder):
    for folders, answer in ((True, folder / "model.json::x_train"), (False, "none yet")):
        app = Asking(AskPath("Open", folder, folders=folders))
        async with app.run_test() as pilot:
            await pilot.pause()
            app.question.query_one(Input).value += "model.json::x_train"
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            assert app.answer == answer


@pytest.mark.parametrize(
    ("typed", "to_save", "sentence"),
    [
        ("nowhere.json", False, "There is nothing at nowhere.json"),
        ("", False, "Type a path"),
        ("digits", False, "This is a folder"),
        ("digits/", True, "This is a folder"),
        ("no/such/place.json", True, "There is no folder no/such"),
    ],
)
async def test_a_path_that_cannot_be_is_told_and_asked_again(folder, typed, to_save, sentence):
    app = Asking(AskPath("A path", folder, to_save=to_save))
    async with app.run_test() as pilot:
        await pilot.pause()
        app.question.query_one(Input).value = typed
        await pilot.pause()
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert sentence in app.note
        assert app.answer == "none yet"


async def test_a_name_that_could_steer_the_terminal_is_shown_and_taken_as_it_is(folder):
    evil = folder / "a\x1b]52;c;x\x07[red]b.json"
    evil.write_text("")
    app = Asking(AskPath("Open", folder))
    async with app.run_test() as pilot:
        await pilot.press("a")
        await pilot.pause()
        shown = app.question.query_one(OptionList).render_line(0).text
        assert "a\\x1b]52;c;x\\x07[red]b.json" in shown
        await pilot.press("enter")
        await pilot.pause()
        assert app.answer == evil


@pytest.mark.parametrize(("keys", "answer"), [("y", True), ("n", False), ("escape", False), ("enter", False)])
async def test_a_question_is_answered_by_a_key_and_enter_changes_nothing(keys, answer):
    app = Asking(Confirm("Replace it?", yes="Replace"))
    async with app.run_test() as pilot:
        await pilot.press(keys)
        await pilot.pause()
        assert app.answer is answer


async def test_the_other_answer_is_reached_by_an_arrow():
    app = Asking(Confirm("Replace it?", yes="Replace"))
    async with app.run_test() as pilot:
        await pilot.press("right", "enter")
        await pilot.pause()
        assert app.answer is True
