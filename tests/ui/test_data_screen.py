import pytest

from cnn_tui.errors import UserError
from cnn_tui.ui.widgets.class_bars import ClassBars
from cnn_tui.ui.widgets.data_form import DataForm
from cnn_tui.ui.widgets.form import Form
from cnn_tui.ui.widgets.half_blocks import UPPER
from cnn_tui.ui.widgets.pictures import Pictures
from tests.ui.support import FixedService, a_report, an_app, screen_text, some_data


def left_side(app) -> str:
    """The words of the sources and the problems, in one line."""
    left = app.screen.query_one("SourcesPanel").region
    lines = screen_text(app).splitlines()[left.y : left.bottom]
    return " ".join(" ".join(line[left.x + 1 : left.right - 1].split()) for line in lines)


SIZES = [(80, 24), (100, 30), (120, 40)]


def light_rows(app) -> int:
    """Rows of light in the first picture: its class and one, in the fixed service."""
    pictures = app.screen.query_one(Pictures)
    lines = [pictures.render_line(y)._segments[0] for y in range(14)]
    colours = [colour for line in lines for colour in (line.style.color, line.style.bgcolor)]
    return sum(colour is not None and colour.triplet.red > 128 for colour in colours)


@pytest.mark.parametrize("size", SIZES)
async def test_the_data_are_told_at_a_glance(size):
    app = an_app(data=some_data())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = screen_text(app)
        for words in ("X_train.tsv.gz", "60×784", "60×1", "28×28×1", "10 classes", "min 0", "max 255", "std 78.6"):
            assert words in text
        assert "fewest" in next(line for line in text.splitlines() if " 4 █" in line)
        assert "1 0 0 0 0 0 0 0 0 0" in text
        assert UPPER in text


async def test_classes_and_images_are_walked_through_by_keys():
    service = FixedService()
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert ("pictures", "train", 0) in service.asked
        await pilot.press("right")
        await pilot.pause()
        assert service.asked[-1] == ("pictures", "train", 1)
        await pilot.press("c", "c", "c")
        await pilot.pause()
        assert service.asked[-1] == ("class", "train", 2, 0)
        assert "0 0 1 0 0 0 0 0 0 0" in screen_text(app)
        assert "▸2" in screen_text(app)
        await pilot.press("right", "right", "left")
        await pilot.pause()
        assert service.asked[-1] == ("class", "train", 2, 1)
        assert "2 · row 12" in screen_text(app)
        await pilot.press("down", "t")
        await pilot.pause()
        assert service.asked[-1] == ("class", "test", 3, 0)


async def test_after_the_last_class_and_before_the_first_come_all():
    app = an_app(data=some_data())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press(*["c"] * 10)
        assert app.screen.view.label == 9
        await pilot.press("c")
        assert app.screen.view.label is None
        await pilot.press("down", "up")
        assert app.screen.view.label is None


async def test_a_class_is_chosen_by_the_mouse_too():
    app = an_app(data=some_data())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click(ClassBars, offset=(3, 5))
        await pilot.pause()
        assert app.screen.view.label == 4


async def test_the_picture_is_that_of_the_class():
    app = an_app(data=some_data())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press(*["c"] * 6)
        await pilot.pause()
        assert light_rows(app) == 6


async def test_images_end_at_the_last():
    app = an_app(data=some_data())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("left")
        assert app.screen.view.first == 0
        await pilot.press("c", *["right"] * 9)
        assert app.screen.view.first == 5


async def test_scaling_is_advised_for_bytes_and_done_by_one_key_without_reading_again():
    service = FixedService()
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "f scales" in left_side(app)
        await pilot.press("f")
        await pilot.pause()
        assert app.current_session.data.scale == "unit"
        assert "f scales" not in left_side(app)
        assert app.current_session.report is service.report
        assert sum(asked[0] == "describe" for asked in service.asked) == 1


async def test_settings_are_edited_in_their_place_and_reread_only_when_they_say_how_to_read():
    service = FixedService()
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("enter", "down", "right", "down")
        await pilot.press(*"0.3")
        await pilot.pause()
        data = app.current_session.data
        assert (data.split, data.validation) == ("stratified", 0.3)
        assert sum(asked[0] == "describe" for asked in service.asked) == 1
        await pilot.press(*["up"] * 7, "right")
        await pilot.pause()
        assert app.current_session.data.header == "yes"
        assert sum(asked[0] == "describe" for asked in service.asked) == 2
        await pilot.press("escape")
        assert app.screen.query_one(ClassBars).has_focus


async def test_what_cannot_be_read_is_told_beside_the_files_until_other_data_come():
    problem = UserError("column 17 holds the word 'six'", "X_train.tsv.gz, line 204", "Say --header yes.")
    service = FixedService(problem=problem)
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "✗ X_train.tsv.gz, line 204: column 17 holds the word 'six'. Say --header yes." in left_side(app)
        service.problem = None
        await pilot.press("s")
        await pilot.pause()
        assert "✗" not in screen_text(app)
        assert app.current_session.report


async def test_problems_of_the_data_are_told_with_a_mark():
    service = FixedService(a_report(problems=("2 images are in training and test.",)))
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "⚠ 2 images are in training and test." in left_side(app)


async def test_while_the_service_reads_it_says_so():
    app = an_app(data=some_data())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.session = app.current_session.with_data(some_data("other.tsv"))
        await pilot.pause()
        assert "Reading ..." in screen_text(app)


async def test_without_data_it_says_how_to_get_some():
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "No data yet" in screen_text(app)
        assert not app.screen.query_one(DataForm).display
        await pilot.press("c", "right", "h", "t", "f", "enter")
        await pilot.press("s")
        await pilot.pause()
        assert "digits" in app.current_session.data.train.images
        assert UPPER in screen_text(app)


async def test_a_folder_is_opened_and_a_wrong_one_told_in_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist").mkdir()
    service = FixedService()
    app = an_app(service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o", *"mn", "tab", "ctrl+o")
        await pilot.pause()
        assert app.current_session.data.train.images == f"{tmp_path}/mnist/X.tsv"
        service.problem = UserError("holds no table of images", "mnist", "Give a folder of tables.")
        await pilot.press("o", "ctrl+o")
        await pilot.pause()
        assert "✗ mnist: holds no table of" in screen_text(app)
        assert app.current_session.data.train.images == f"{tmp_path}/mnist/X.tsv"


async def test_the_sources_fold_away_and_come_back():
    app = an_app(data=some_data())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("left_square_bracket")
        assert "X_train" not in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "X_train" in screen_text(app)
        assert app.screen.query_one(Form).has_focus_within


async def test_one_hot_shows_every_class_when_asked():
    app = an_app(data=some_data())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("h")
        await pilot.pause()
        text = screen_text(app)
        assert "3  0 0 0 1 0 0 0 0 0 0" in text
        assert "9  0 0 0 0 0 0 0 0 0 1" in text


async def test_many_classes_with_long_names_still_fit():
    classes = tuple(f"a very long name of a class {n}" for n in range(9))
    service = FixedService(a_report(classes))
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("c", "h")
        await pilot.pause()
        assert "a very long n…" in screen_text(app)
