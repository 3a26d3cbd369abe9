import re

import pytest

from cnn_tui.errors import UserError
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.places import PLACES
from cnn_tui.ui.themes import THEMES
from cnn_tui.ui.widgets.layer_form import LayerForm
from cnn_tui.ui.widgets.layer_table import LayerTable
from cnn_tui.ui.widgets.rail import Rail
from tests.ui.support import a_report, an_app, screen_text, some_data, until


@pytest.mark.parametrize(("width", "model"), [(80, "galaxy_cnn *"), (120, "galaxy_cnn · not saved")])
async def test_the_rail_shows_exactly_the_places_and_the_model(width, model):
    app = an_app()
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        rail = screen_text(app).splitlines()[0]
        assert rail.split("galaxy_cnn")[0].split() == ["cnn-tui", *(w for p in PLACES for w in (p.digit, p.title))]
        assert rail.rstrip().endswith(model)


@pytest.mark.parametrize("place", [place.key for place in PLACES])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
async def test_every_place_opens_at_any_size(place, size):
    app = an_app(place, data=some_data(), report=a_report())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.current_mode == place


async def test_digits_and_clicks_go_from_place_to_place():
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert app.current_mode == "model"
        await pilot.click(Rail, offset=(12, 0))
        await pilot.pause()
        assert app.current_mode == "data"


async def test_every_key_of_a_place_is_found_in_the_palette():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        titles = {command.title: command.help for command in app.get_system_commands(app.screen)}
        assert "Theme" in titles
        assert "Add a layer below this one · a" in titles["Add"]
        assert "Results" in titles
        assert "Redo" not in titles  # there is nothing to redo
        await pilot.press("ctrl+p", *"remove", "enter")
        await pilot.pause()
        assert len(app.current_session.model.layers) == 6


async def test_help_comes_and_goes_with_the_same_key():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Each row is a layer" in screen_text(app)
        await pilot.press("question_mark")
        await pilot.pause()
        assert not app.screen.query("HelpPanel")


async def test_a_place_without_anything_in_it_has_its_help_too():
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: "opens a folder or a file of yours, O" in screen_text(app))


@pytest.mark.parametrize("place", [place.key for place in PLACES])
async def test_in_a_small_terminal_the_help_is_as_wide_as_the_place_and_read_to_its_end_by_keys(place):
    app = an_app(place, data=some_data(), report=a_report())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen.query("#widget-help MarkdownParagraph"))
        panel = app.screen.query_one("HelpPanel")
        await until(pilot, lambda: panel.max_scroll_y and panel.query_one("#widget-help").size.height > 4)
        await pilot.pause()
        assert panel.region.width == 80
        assert "cnn-tui" in screen_text(app).splitlines()[0]
        assert "palette" in screen_text(app).splitlines()[-1]
        seen = screen_text(app)
        while panel.scroll_y < panel.max_scroll_y:
            await pilot.press("pagedown")
            await pilot.pause()
            seen += screen_text(app)
        for words in (*re.findall(r"[a-z]+", app.screen.HELP), "Show or hide the help"):
            assert words in seen
        await pilot.press("pageup", "escape")
        await pilot.pause()
        assert not app.screen.query("HelpPanel")


async def test_escape_hides_the_help_and_is_the_screens_own_key_again():
    app = an_app("model")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", "f1")
        await pilot.pause()
        assert app.screen.query("HelpPanel")
        await pilot.press("escape")
        await pilot.pause()
        assert not app.screen.query("HelpPanel")
        assert app.screen.query_one(LayerForm).has_focus_within
        await pilot.press("escape")
        await pilot.pause()
        assert not app.screen.query_one(LayerForm).has_focus_within


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_words_can_be_read_on_their_ground(theme):
    app = an_app("model", theme=theme)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for line in app.screen._compositor.render_strips():
            for segment in line:
                if segment.text.strip(" ▏│╭╮╰╯─▾") and segment.style and segment.style.color and segment.style.bgcolor:
                    assert contrast(segment.style) > 2.8, segment  # a greyed key has 2.83


def contrast(style) -> float:
    """The contrast of two colours by WCAG 2."""
    light, dark = sorted((luminance(colour.get_truecolor()) for colour in (style.color, style.bgcolor)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


async def test_the_theme_can_be_changed_while_it_runs():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        dark = app.screen.query_one(LayerTable).render_line(1)
        app.theme = "cnn-light"
        await pilot.pause()
        assert app.current_theme.dark is False
        light = app.screen.query_one(LayerTable).render_line(1)
        assert light.text == dark.text
        assert light != dark


async def test_what_is_wrong_is_told_as_one_sentence_without_markup():
    app = an_app("model")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.show_error(UserError("holds [@click=app.quit]nothing[/]", "a.json", "Look again."))
        await until(pilot, lambda: "a.json: holds" in screen_text(app))
        assert "[@click=app.quit]" in screen_text(app)


async def test_leaving_asks_only_when_edits_would_be_lost():
    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "x", "ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        await pilot.pause()
        assert app.is_running
        await pilot.press("u", "d", "ctrl+q", "y")
    assert not app.is_running

    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+q")
    assert not app.is_running
