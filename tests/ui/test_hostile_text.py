"""Names and labels from outside that try to steer the terminal or to run an action are shown as text, everywhere."""

import pytest
from textual.content import Content

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.layers import Dense
from cnn_tui.spec.model import Model
from tests.ui.support import FixedService, a_report, an_app, screen_text

EVIL = (
    "\x1b]52;c;x\x07",
    "[/]",
    "[@click=app.quit]x[/]",
    "[bold red]x",
    "a\rb\x00c",
    "\u202egnp.exe",
    "\x9b31m",
    "wide 漢字 \U0001f600",
    "tab\tand\nline",
    "\udcff\udc00",
)
SIZES = [(80, 24), (120, 40)]


def evil_app(text: str, place: str, service: FixedService | None = None):
    classes = (text, *(f"{text}{n}" for n in range(9)))
    data = Data(train=Source(images=f"/tmp/{text}/X{text}", labels=f"/tmp/y{text}"))
    app = an_app(place, data=data, service=service or FixedService(a_report(classes, problems=(text,))))
    model = Model((4,), (Dense(units=3),), text)
    app.set_reactive(type(app).session, app.current_session.with_model(model))
    return app


def check_the_screen(app) -> None:
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert all(character.isprintable() for character in segment.text), repr(segment.text)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", EVIL)
async def test_names_and_labels_are_shown_as_text(text, size):
    for place in ("data", "model"):
        app = evil_app(text, place)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            check_the_screen(app)
            if place == "data":
                await pilot.press("c", "h")
                await pilot.pause()
                check_the_screen(app)


async def test_clicking_on_them_does_nothing():
    app = evil_app("[@click=app.quit]x[/]", "data")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for spot in ((10, 2), (4, 7), (38, 1), (38, 10), (37, 12), (37, 14), (64, 20), (78, 0)):
            await pilot.click(offset=spot)
        assert app.is_running
        assert app.current_mode == "data"


@pytest.mark.parametrize("text", EVIL)
async def test_errors_of_the_service_are_shown_as_text(text):
    app = evil_app(text, "data", FixedService(problem=UserError(text, text, text)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.pause()
        check_the_screen(app)
        app.show_error(UserError(text, text, text))
        await pilot.pause()
        check_the_screen(app)
        assert "✗" in screen_text(app)


async def test_a_model_name_goes_into_no_markup():
    app = evil_app("[/", "model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "[/" in screen_text(app).splitlines()[0]
        assert isinstance(app.screen.query_one("Rail").render(), Content)


async def test_pasted_control_characters_do_not_reach_the_terminal():
    from textual.events import Paste

    app = an_app("model")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await pilot.pause()
        app.post_message(Paste("x\x1b]52;c;x\x07y"))
        await pilot.pause()
        check_the_screen(app)
