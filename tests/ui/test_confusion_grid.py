"""The matrix widget: what it shows, how the cursor moves, and that no label can do anything."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.message import Message

from cnn_tui.results.confusion import Confusion
from cnn_tui.ui.themes import THEMES
from cnn_tui.ui.widgets.confusion_cells import UNITS, Cells, Heat
from cnn_tui.ui.widgets.confusion_grid import ConfusionGrid
from tests.recordings import HOSTILE

DIGITS = Confusion(
    tuple(map(str, range(10))),
    tuple(tuple(951 if row == column else (row * column) % 7 for column in range(10)) for row in range(10)),
)
Messages = list[Message]


class Host(App[None]):
    """Nothing but a grid."""

    CSS = ".panel { border: round white; padding: 0 1; }"

    def __init__(self, confusion: Confusion) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.confusion = confusion
        self.fired = False

    def compose(self) -> ComposeResult:
        yield ConfusionGrid()

    def on_mount(self) -> None:
        self.grid.show(self.confusion)
        self.grid.focus()

    def action_fire(self) -> None:
        self.fired = True

    @property
    def grid(self) -> ConfusionGrid:
        return self.query_one(ConfusionGrid)


def lines(grid: ConfusionGrid) -> list[str]:
    return [grid.render_line(y).text for y in range(grid.scrollable_content_region.height)]


def named(seen: Messages, kind: type[Message]) -> list[tuple[int, int]]:
    """The cells that were told, each once, as a message is seen again at every widget that it passes."""
    return list(dict.fromkeys((one.true, one.predicted) for one in seen if isinstance(one, kind)))  # type: ignore[attr-defined]


async def test_ten_classes_are_whole_at_80_columns():
    app = Host(DIGITS)
    async with app.run_test(size=(80, 24)):
        text = lines(app.grid)
        assert app.grid.max_scroll_x == app.grid.max_scroll_y == 0
        assert text[1].split() == ["true", "↓", *DIGITS.classes, "recall"]
        assert text[3].split() == ["1", "·", "[951]", "2", "3", "4", "5", "6", "·", "1", "2", "0.976"]
        assert text[12].split()[0] == "precision"
        assert len(text[12].split()) == 11
        assert text[13].split() == ["total", *map(str, DIGITS.column_sums)]


async def test_the_cursor_is_seen_without_colour_and_moves_with_arrows_and_letters():
    app = Host(DIGITS)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "▸[951]" in lines(app.grid)[2]
        await pilot.press("down", "right", "l", "j", "h", "k")
        assert app.grid.cell == (1, 1)
        assert sum(line.count("▸") for line in lines(app.grid)) == 1
        await pilot.press("left", "left", "up", "up")
        assert app.grid.cell == (0, 0)


async def test_moving_and_choosing_are_told():
    seen: Messages = []
    async with Host(DIGITS).run_test(size=(80, 24), message_hook=seen.append) as pilot:
        await pilot.press("down", "down", "right", "enter")
    assert named(seen, ConfusionGrid.CellHighlighted)[-3:] == [(1, 0), (2, 0), (2, 1)]
    assert named(seen, ConfusionGrid.CellChosen) == [(2, 1)]


async def test_a_click_moves_the_cursor_and_a_second_one_chooses():
    seen: Messages = []
    app = Host(DIGITS)
    async with app.run_test(size=(80, 24), message_hook=seen.append) as pilot:
        where = (2 + 9 + 6 * 3 + 2, 1 + 2 + 4)  # border and padding, label, three cells; border, headers, four rows
        await pilot.click(ConfusionGrid, offset=where)
        assert app.grid.cell == (4, 3)
        await pilot.click(ConfusionGrid, offset=where, times=2)
        await pilot.click(ConfusionGrid, offset=(4, 1))
        assert app.grid.cell == (4, 3)
    assert named(seen, ConfusionGrid.CellChosen)


@pytest.mark.parametrize(("unit", "cell"), [("counts", "[951]"), ("% of rows", "[97.6]"), ("% of columns", "[97.6]")])
async def test_each_unit_shows_its_numbers(unit, cell):
    app = Host(DIGITS)
    async with app.run_test(size=(80, 24)) as pilot:
        app.grid.unit = unit
        await pilot.pause()
        assert cell in lines(app.grid)[3]
        assert unit in lines(app.grid)[0]


async def test_another_order_keeps_the_cursor_on_its_classes():
    app = Host(DIGITS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "right")
        app.grid.order = tuple(reversed(range(10)))
        await pilot.pause()
        assert app.grid.cell == (2, 1)
        assert app.grid.cursor == (7, 8)
        assert lines(app.grid)[1].split()[2:4] == ["9", "8"]


async def test_many_classes_scroll_both_ways_while_headers_and_precisions_stay():
    names = tuple(f"class {index}" for index in range(200))
    confusion = Confusion(names, tuple(tuple(int(row == column) for column in range(200)) for row in range(200)))
    app = Host(confusion)
    async with app.run_test(size=(80, 24)) as pilot:
        app.grid.select(150, 120)
        await pilot.pause()
        text = lines(app.grid)
        assert any(line.startswith("class 150") and "▸" in line for line in text)
        assert "120" in text[1]
        assert text[-2].startswith("precision")
        assert text[-1].startswith("total")
        app.grid.select(199, 199)
        await pilot.pause()
        assert any(line.startswith("class 199") and "▸" in line for line in lines(app.grid))


async def test_hostile_labels_are_shown_and_nothing_else():
    confusion = Confusion(HOSTILE, tuple(tuple(range(len(HOSTILE))) for _ in HOSTILE))
    app = Host(confusion)
    async with app.run_test(size=(120, 40)) as pilot:
        shown = "\n".join(lines(app.grid))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
        assert "[/]" in shown
        for x in range(0, 60, 4):
            for y in range(len(HOSTILE) + 4):
                await pilot.click(ConfusionGrid, offset=(x, y))
        assert app.is_running
        assert not app.fired


@settings(max_examples=10, deadline=None)
@given(label=st.text(max_size=20))
async def test_any_label_leaves_every_line_as_wide_as_the_widget(label):
    app = Host(Confusion((label, "b"), ((1, 2), (3, 4))))
    async with app.run_test(size=(60, 12)):
        grid = app.grid
        assert {grid.render_line(y).cell_length for y in range(grid.size.height)} == {grid.size.width}


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 5), (200, 60)])
async def test_it_survives_any_size(size):
    app = Host(DIGITS)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "right")
        assert app.grid.cell == (1, 1)


@given(counts=st.lists(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), min_size=3, max_size=3))
def test_no_cell_is_wider_than_it_says(counts):
    for unit in UNITS:
        cells = Cells(Confusion(("a", "b", "c"), tuple(map(tuple, counts))), unit)
        assert all(len(cells.text(row, column)) <= cells.width for row in range(3) for column in range(3))


def test_a_share_too_small_to_round_is_not_shown_as_nothing():
    cells = Cells(Confusion(("a", "b"), ((9_999, 1), (0, 1))), "% of rows")
    assert cells.text(0, 1).strip() == "<0.1"
    assert cells.text(1, 0).strip() == "·"
    assert cells.text(1, 1) == "[100]"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("hit", [True, False])
def test_lightness_rises_or_falls_evenly_with_the_share(theme, hit):
    heat = Heat(theme.variables)
    colours = [heat.style(share / 10, hit).bgcolor.triplet for share in range(11)]
    light = [0.2126 * one.red + 0.7152 * one.green + 0.0722 * one.blue for one in colours]
    assert light == sorted(light, reverse=not theme.dark)
    assert abs(light[-1] - light[0]) > 60
