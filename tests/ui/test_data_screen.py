import asyncio

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Service
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.report import Finding
from cnn_tui.ui.widgets.class_bars import ClassBars
from cnn_tui.ui.widgets.data_form import DataForm
from cnn_tui.ui.widgets.field_line import FieldLine
from cnn_tui.ui.widgets.form import Form
from cnn_tui.ui.widgets.half_blocks import UPPER
from cnn_tui.ui.widgets.pictures import Pictures
from tests.ui.support import FixedService, a_report, an_app, screen_text, some_data, until


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
        assert "2 · row 13" in screen_text(app)
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
        assert "✗ X_train.tsv.gz, line 204: column 17 holds the word 'six'. Set header to yes. f does it." in left_side(
            app
        )
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
        assert "─ Sources ─" in screen_text(app)
        assert app.screen.query_one(Form).has_focus_within
        await pilot.press("escape")
        await until(pilot, lambda: "X_train" in screen_text(app))


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


DUPLICATES = Finding(
    kind="duplicates", sentence="2 images are in training and test.", remedy="Remove them.", part="test", rows=(7, 9)
)
BALANCE = Finding(kind="balance", sentence="Class 4 has 4 images.")


async def test_a_problem_leads_to_its_first_image():
    service = FixedService(a_report(problems=(BALANCE, DUPLICATES)))
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Problems · 2" in screen_text(app)
        await pilot.press("p", "enter")
        await pilot.pause()
        assert service.asked[-1] == ("pictures", "train", 0)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert service.asked[-1] == ("pictures", "test", 7)
        assert "7 · row 8" in screen_text(app)
        assert "Classes · test" in screen_text(app)


async def test_where_there_is_no_problem_there_is_no_list():
    app = an_app(data=some_data())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "✓ none found" in left_side(app)
        assert not app.screen.query_one("ProblemList").display
        await pilot.press("p")
        assert app.screen.query_one(ClassBars).has_focus


@pytest.mark.parametrize(
    ("kind", "shown", "hidden"),
    [
        ("table", {"header", "delimiter", "label_column", "columns"}, {"size", "colour"}),
        ("folder", {"size", "fit", "colour", "skip_damaged"}, {"header", "label_column", "columns"}),
        ("npz", {"scale"}, {"header", "size", "columns"}),
        ("list", {"header", "size", "label_column"}, set()),
    ],
)
async def test_only_settings_that_matter_for_the_format_are_offered(kind, shown, hidden):
    app = an_app(data=some_data(), service=FixedService(replace(a_report(), kind=kind)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(app.screen.query(Form)) == 1 and app.current_session.report)
        await pilot.pause()
        names = {line.field.name for line in app.screen.query(FieldLine)}
        assert shown | {"scale", "split", "validation", "class_weights"} <= names
        assert not hidden & names
        await pilot.press("enter")
        assert app.screen.query_one(Form).has_focus_within


@pytest.mark.parametrize("height", [24, 40])
async def test_every_setting_can_be_reached_and_its_help_is_in_view(height):
    app = an_app(data=some_data())
    async with app.run_test(size=(80, height)) as pilot:
        await pilot.pause()
        await pilot.press("enter", *["up"] * 10)
        for line in list(app.screen.query(FieldLine)):
            rows = app.screen.query_one("#rows")
            await until(pilot, lambda line=line, rows=rows: rows.region.contains_region(line.region))
            assert line.has_focus_within
            assert line.region.height == 1
            assert line.field.help.split()[0] in left_side(app)
            await pilot.press("down")


async def test_a_source_is_renamed_and_corrected_in_a_form():
    service = FixedService()
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("e", "down", "enter")
        await pilot.pause()
        assert "Source · test" in screen_text(app)
        await pilot.press("down", "down", "down", *"new digits", "enter")
        await pilot.pause()
        assert app.current_session.data.test.name == "new digits"
        assert "new digits" in left_side(app)
        assert app.current_session.data.train == some_data().train


async def test_roles_are_exchanged_and_sources_left_out_by_keys():
    app = an_app(data=some_data())
    before = some_data()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("e", "down", "K")
        await pilot.pause()
        assert app.current_session.data == replace(before, validate=before.test, test=None)
        await pilot.press("K")
        await pilot.pause()
        assert app.current_session.data == replace(before, train=before.test, validate=before.train, test=None)
        await pilot.press("w")
        await pilot.pause()
        assert app.current_session.data.train.images == "/data/y_test.tsv.gz"
        assert app.current_session.data.train.labels == "/data/X_test.tsv.gz"
        await pilot.press("delete")
        await pilot.pause()
        assert "✗ The training images cannot be left out." in left_side(app)
        await pilot.press("down", "delete")
        await pilot.pause()
        assert list(app.current_session.data.sources) == ["train"]


async def test_a_test_is_added_to_what_has_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    service = FixedService()
    alone = replace(some_data(), test=None)
    app = an_app(data=alone, service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("a")
        app.screen.query_one(Input).value = f"{tmp_path}"
        await pilot.pause()
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert app.current_session.data.train == alone.train
        assert app.current_session.data.test.images == f"{tmp_path}/X.tsv"


async def test_a_reading_tells_how_far_it_is_and_can_be_stopped_and_begun_again():
    for key in ("x", "escape"):
        service = FixedService()
        service.held = True
        app = an_app(data=some_data(), service=service)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda app=app: "43%" in screen_text(app))
            assert "escape stops." in screen_text(app)
            await pilot.press(key)
            await until(pilot, lambda app=app: not app.current_session.is_reading)
            assert "Reading was stopped. r reads again." in left_side(app)
            await pilot.press("r")
            await until(pilot, lambda app=app: app.current_session.report)
            assert "✗" not in screen_text(app)
            await pilot.press("down")
            assert app.screen.view.label == 0


async def test_mean_images_are_shown_for_each_class_and_go_away_again():
    service = FixedService()
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("m")
        await pilot.pause()
        assert service.asked[-1] == ("means", "train")
        assert "3 · mean" in screen_text(app)
        await pilot.press("t", "m")
        await pilot.pause()
        assert service.asked[-1] == ("pictures", "test", 0)


async def test_every_part_is_looked_at_in_turn():
    report = a_report()
    app = an_app(data=some_data(), service=FixedService(replace(report, validate=report.test)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        seen = []
        for _ in range(4):
            seen.append(app.screen.view.part)
            await pilot.press("t")
        assert seen == ["train", "validate", "test", "train"]
        assert "60 train · 10 validate · 10 test" in screen_text(app)


async def test_channels_are_told_one_by_one():
    report = a_report()
    found = replace(report.train, shape=(8, 8, 3), channels=((10.0, 1.0), (20.0, 2.0), (30.0, 3.5)))
    app = an_app(data=some_data(), service=FixedService(replace(report, train=found)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "blue 30  std 3.5" in screen_text(app))
        assert "8×8×3 red, green, blue" in left_side(app)


async def test_the_same_as_a_command_is_shown_and_copied():
    app = an_app(data=replace(some_data(), header="no", folds=5))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert "cnn-tui data info /data --header no" in screen_text(app)
        await pilot.press("c")
        assert app.clipboard == "cnn-tui data info /data --header no"
        await pilot.press("d")
        assert "--header no --folds 5" in app.clipboard
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.screen_stack[0]


async def test_augmentation_is_set_beside_what_it_makes_of_the_image():
    service = FixedService()
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("right", "right", "g")
        await pilot.pause()
        assert "as it is" in screen_text(app)
        await pilot.press("right")
        await pilot.pause()
        flipped = Augmentation(flip="horizontal")
        assert service.asked[-1] == ("augmented", flipped, 2, 0)
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert service.asked[-1] == ("augmented", flipped, 2, 1)
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert app.current_session.data.augmentation == flipped
        assert "augmentation horizontal ▾" in left_side(app)
        assert app.current_session.report is service.report
        await pilot.press("g", "left", "ctrl+o")
        await pilot.pause()
        assert app.current_session.data.augmentation is None


async def test_without_kornia_the_way_to_get_it_stands_in_its_place(monkeypatch):
    monkeypatch.setattr("cnn_tui.spec.augmentation.find_spec", lambda name: None)
    app = an_app(data=some_data())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "pip install 'cnn-tui[augment]'" in left_side(app)
        await pilot.press("g")
        await pilot.pause()
        assert len(app.screen_stack) == 1


async def test_what_was_opened_before_is_opened_again(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    app = an_app(data=some_data("X_old.tsv"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: any(tmp_path.rglob("recent.json")))
        await pilot.press("s")
        await pilot.pause()
        await pilot.press("O", "enter")
        await pilot.pause()
        assert app.current_session.data == some_data("X_old.tsv")


async def test_help_and_the_way_out_are_in_the_footer_of_a_small_terminal():
    app = an_app(data=some_data())
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("o Open", "c Class", "? Help", "^q Quit", "^p palette"):
            await until(pilot, lambda key=key: key in screen_text(app).splitlines()[-1])


async def test_a_folder_of_pictures_is_read_and_shown_by_the_service_itself(tmp_path):
    from PIL import Image

    for place, name in enumerate(("cats", "dogs")):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("RGB", (8, 6), (40 * place, 90, 200)).save(tmp_path / name / f"{number}.png")
    app = an_app(data=Data(train=Source(images=str(tmp_path))), service=Service())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: not app.current_session.is_reading)
        assert app.current_session.data_problem == ""
        assert app.current_session.report.classes == ("cats", "dogs")
        await until(pilot, lambda: "cats · row 1" in screen_text(app))
        assert "6×8×3 red, green, blue" in left_side(app)
        assert {line.field.name for line in app.screen.query(FieldLine)} >= {"size", "colour"}


SIZES_DIFFER = UserError("the pictures have 40 sizes", "mixed", "Say --size 32x48.")


async def test_what_a_problem_advises_is_told_in_the_words_of_the_form_and_done_by_one_key():
    service = FixedService(problem=SIZES_DIFFER)
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Set size to 32x48. f does it." in left_side(app))
        service.problem = None
        await pilot.press("f")
        await until(pilot, lambda: app.current_session.report)
        assert app.current_session.data.size == (32, 48)


async def test_enter_goes_to_the_setting_that_a_problem_is_about_and_its_help_hides_no_problem():
    app = an_app(data=some_data(), service=FixedService(problem=SIZES_DIFFER))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "40 sizes" in left_side(app) and app.screen.query(FieldLine))
        await pilot.press("enter")
        await until(pilot, lambda: "Height and width" in left_side(app))
        assert "40 sizes" in left_side(app)
        line = next(line for line in app.screen.query(FieldLine) if line.field.name == "size")
        assert line.has_focus_within


async def test_a_way_of_reading_is_taken_when_it_is_typed_and_no_key_goes_past_it():
    service = FixedService(problem=SIZES_DIFFER)
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "40 sizes" in left_side(app) and app.screen.query(FieldLine))
        service.problem = None
        service.report = replace(service.report, kind="folder")
        await pilot.press("enter", *"32x24")
        assert sum(asked[0] == "describe" for asked in service.asked) == 1
        await pilot.press("enter")
        await until(pilot, lambda: app.current_session.report)
        assert app.current_mode == "data"
        assert app.current_session.data.size == (32, 24)
        assert sum(asked[0] == "describe" for asked in service.asked) == 2
        await until(pilot, lambda: "header" not in {line.field.name for line in app.screen.query(FieldLine)})


async def test_leaving_a_setting_takes_it_too_and_the_form_keeps_its_lines_while_someone_is_in_it():
    service = FixedService(problem=SIZES_DIFFER)
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "40 sizes" in left_side(app) and app.screen.query(FieldLine))
        service.problem = None
        service.report = replace(service.report, kind="folder")
        await pilot.press("enter", *"32x24", "down")
        await until(pilot, lambda: app.current_session.report)
        await pilot.press("right")
        assert (app.current_session.data.size, app.current_session.data.fit) == ((32, 24), "crop")
        assert app.screen.query_one(Form).has_focus_within
        await pilot.press("escape")
        await until(pilot, lambda: "header" not in {line.field.name for line in app.screen.query(FieldLine)})


@pytest.mark.parametrize("size", SIZES)
async def test_a_wrong_number_is_told_where_it_stands_and_stays_in_view(size):
    app = an_app(data=some_data(), service=FixedService(problem=SIZES_DIFFER))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "40 sizes" in left_side(app) and app.screen.query(FieldLine))
        app.screen.panel.focus_settings("validation")
        await pilot.press("7")
        await until(pilot, lambda: "Until then it stays 0.2." in left_side(app))


async def test_images_are_walked_through_from_the_problems_too():
    service = FixedService(a_report(problems=(DUPLICATES,)))
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Problems · 1" in screen_text(app))
        await pilot.press("p", "enter", "right")
        await until(pilot, lambda: service.asked[-1] == ("pictures", "test", 8))


async def test_while_it_reads_the_footer_of_a_small_terminal_still_shows_help_and_the_way_out():
    service = FixedService()
    service.held = True
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("x Stop", "? Help", "^q Quit"):
            await until(pilot, lambda key=key: key in screen_text(app).splitlines()[-1])
        assert "escape stops" in screen_text(app)
        await pilot.press("x")
        await until(pilot, lambda: not app.current_session.is_reading)


async def test_pictures_in_colour_leave_room_for_bars_and_the_one_hot_vector_in_a_small_terminal():
    report = a_report(("greenfinch", "kingfisher", "robin"))
    found = replace(report.train, shape=(8, 8, 3), channels=((86.7, 71.8), (93.5, 49.4), (88.2, 77.5)))
    app = an_app(data=some_data(), service=FixedService(replace(report, train=found)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "red 86.7  std 71.8" in screen_text(app))
        await until(pilot, lambda: "1 0 0" in screen_text(app))
        kingfisher = next(line for line in screen_text(app).splitlines() if " kingfisher █" in line)
        assert "%" not in kingfisher  # whole or not at all


async def test_all_one_hot_vectors_stand_whole_in_a_small_terminal():
    app = an_app(data=some_data())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("h")
        await until(pilot, lambda: "9  0000000001" in screen_text(app))


async def test_images_are_walked_through_from_the_sources_too():
    service = FixedService()
    app = an_app(data=some_data(), service=service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("e", "right")
        await until(pilot, lambda: service.asked[-1] == ("pictures", "train", 1))


async def test_a_long_list_of_files_leaves_what_enter_does_in_view(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(40):
        (tmp_path / f"{number}.tsv").touch()
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: "ctrl+o takes the whole folder" in screen_text(app))


async def test_several_draws_are_seen_side_by_side_in_a_small_terminal_and_it_says_that_it_draws(monkeypatch):
    service = FixedService()
    app = an_app(data=replace(some_data(), augmentation=Augmentation(flip="both")), service=service)
    drawn, augmented = asyncio.Event(), service.augmented

    async def late(*asked):
        await drawn.wait()
        return await augmented(*asked)

    monkeypatch.setattr(service, "augmented", late)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("g")
        await until(pilot, lambda: "drawing ..." in screen_text(app))
        drawn.set()
        await until(pilot, lambda: "draw 4" in screen_text(app))
        await until(pilot, lambda: "drawing ..." not in screen_text(app))


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("t", "There are training images only; a adds others."),
        ("p", "No problems were found."),
        ("f", "There is no advice that a key could follow."),
    ],
)
async def test_a_greyed_key_says_why(key, reason):
    data = replace(some_data(), test=None, scale="unit")
    app = an_app(data=data, service=FixedService(replace(a_report(), test=None)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.current_session.report)
        await pilot.pause()
        await pilot.press(key)
        await until(pilot, lambda: reason in left_side(app))
        await pilot.press("c")
        await until(pilot, lambda: reason not in left_side(app))


async def test_what_needs_data_says_so_without_any_and_a_problem_stays_in_view():
    problem = UserError("holds nothing", "X.tsv", "Give another.")
    app = an_app(service=FixedService(problem=problem))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("g")
        await until(pilot, lambda: "There is no data yet: o opens some" in left_side(app))
        app.set_data(some_data())
        await until(pilot, lambda: "holds nothing" in left_side(app))
        await pilot.press("c")
        await until(pilot, lambda: "There are no images: these files cannot be read." in left_side(app))
        assert "holds nothing" in left_side(app)
