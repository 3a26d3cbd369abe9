import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from cnn_tui.ui.widgets.half_blocks import SHADES, UPPER
from cnn_tui.ui.widgets.picture_grid import GAP, best_grid
from cnn_tui.ui.widgets.pictures import Pictures


class Gallery(App[None]):
    """Nothing but pictures."""

    def compose(self) -> ComposeResult:
        yield Pictures()

    @property
    def pictures(self) -> Pictures:
        return self.query_one(Pictures)

    def lines(self) -> list[str]:
        return [self.pictures.render_line(y).text for y in range(self.pictures.size.height)]


def numbered(count: int, side: int = 8) -> np.ndarray:
    """Picture n is all of the grey 10 n."""
    return np.repeat(np.arange(count, dtype=np.uint8) * 10, side * side).reshape(count, side, side, 1)


async def test_pictures_stand_side_by_side_with_their_captions_under_them():
    app = Gallery()
    async with app.run_test(size=(44, 12)) as pilot:
        app.pictures.show(numbered(3), ["five · row 0", "two · row 7", "x"])
        await pilot.pause()
        strip = app.pictures.render_line(0)
        greys = [segment.style.color.triplet.red for segment in strip if UPPER in segment.text]
        assert greys == [0, 10, 20]
        assert app.lines()[4].split() == ["five", "·", "row", "0", "two", "·", "row", "7", "x"]


async def test_rows_wrap_and_what_has_no_room_is_scrolled():
    app = Gallery()
    async with app.run_test(size=(21, 11)) as pilot:
        app.pictures.show(numbered(10), [str(n) for n in range(10)])
        await pilot.pause()
        assert app.lines()[4].split() == ["0", "1"]
        assert app.lines()[10].split() == ["2", "3"]
        assert app.pictures.allow_focus()
        app.pictures.focus()
        await pilot.press("pagedown", "pagedown", "pagedown")
        await pilot.pause()
        assert app.lines()[10].split() == ["8", "9"]


async def test_a_large_picture_is_shrunk_to_the_height():
    app = Gallery()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pictures.show(np.full((1, 100, 50, 3), 9, np.uint8), ["a"])
        await pilot.pause()
        lines = app.lines()
        assert sum(UPPER in line for line in lines) == 9
        assert lines[0].count(UPPER) == 9
        assert lines[9].strip() == "a"


async def test_nothing_to_show_is_an_empty_place():
    app = Gallery()
    async with app.run_test(size=(30, 5)) as pilot:
        app.pictures.show(numbered(2), ["a", "b"])
        app.pictures.show(np.zeros((0, 28, 28, 1), np.uint8), [])
        await pilot.pause()
        assert "".join(app.lines()).strip() == ""


async def test_captions_cannot_steer_the_terminal_or_run_anything():
    app = Gallery()
    async with app.run_test(size=(60, 9)) as pilot:
        app.pictures.show(numbered(1), ["\x1b]52;c;x\x07[@click=app.quit]x[/]"])
        await pilot.pause()
        text = "".join(app.lines())
        assert "\\x1b]52;c;x\\x07[@click=app.quit]x[/]" in text
        assert all(character.isprintable() for character in text)
        await pilot.click(Pictures, offset=(20, 4))
        assert app.is_running


async def test_without_colour_there_are_shades(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = Gallery()
    async with app.run_test(size=(30, 8)) as pilot:
        app.pictures.show(np.tile(np.linspace(0, 255, 5).astype(np.uint8), (4, 1))[None], ["ramp"])
        await pilot.pause()
        assert app.lines()[0].startswith(SHADES)
        assert UPPER not in "".join(app.lines())


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 1), (200, 60)])
async def test_any_size_of_the_place_will_do(size):
    app = Gallery()
    async with app.run_test(size=size) as pilot:
        app.pictures.show(numbered(4, side=28), ["a caption that is longer than the place"] * 4)
        await pilot.pause()
        assert all(len(line) == app.pictures.size.width for line in app.lines())


@given(
    count=st.integers(1, 30),
    size=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    room=st.tuples(st.integers(1, 60), st.integers(1, 200)),
    caption=st.tuples(st.integers(0, 2), st.integers(0, 30)),
)
def test_what_the_grid_shows_fits_and_is_never_enlarged(count, size, room, caption):
    grid = best_grid(count, size, room, caption)
    assert 1 <= grid.height <= size[0]
    assert 1 <= grid.width <= min(size[1], room[1])
    assert 1 <= grid.shown <= count
    rows = -(-grid.shown // grid.columns)
    if room[0] > caption[0]:
        assert rows * (grid.lines + caption[0] + 1) - 1 <= room[0]
    if grid.columns > 1:
        assert grid.columns * (max(grid.width, caption[1]) + GAP) - GAP <= room[1]


def test_digits_keep_their_pixels_where_they_fit():
    assert best_grid(24, (28, 28), (15, 58), (1, 11)).height == 28


def test_several_smaller_pictures_are_shown_where_several_are_wanted():
    alone, several = (best_grid(12, (28, 28), (15, 38), (1, 7), least=least) for least in (1, 4))
    assert alone.shown == 1
    assert several.shown >= 4
    assert best_grid(1, (28, 28), (15, 38), (1, 7), least=4).height == alone.height
