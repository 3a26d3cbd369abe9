import re

from textual.app import App, ComposeResult

from cnn_tui.ui.widgets.class_bars import ClassBars
from cnn_tui.ui.widgets.one_hot import OneHot
from cnn_tui.ui.widgets.pixel_histogram import PixelHistogram
from tests.ui.support import a_report


class One(App[None]):
    """One widget and what it said."""

    def __init__(self, widget) -> None:
        super().__init__()
        self.widget = widget
        self.chosen = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_class_bars_chosen(self, event: ClassBars.Chosen) -> None:
        self.chosen.append(event.label)

    def lines(self) -> list[str]:
        return [self.widget.render_line(y).text for y in range(self.widget.size.height)]


def eighths(bar: str) -> int:
    return sum(" ▏▎▍▌▋▊▉█".index(character) for character in bar)


async def test_bars_are_as_long_as_their_counts():
    app = One(ClassBars())
    async with app.run_test(size=(60, 10)) as pilot:
        counts = (1000, 500, 250, 1)
        app.widget.show(("a", "bb", "ccc", "d"), counts, None)
        await pilot.pause()
        lines = app.lines()
        bars = [eighths("".join(re.findall("[▏▎▍▌▋▊▉█]", line))) for line in lines]
        assert [round(1000 * bar / bars[0]) // 10 for bar in bars] == [100, 50, 25, 0]
        assert [line.split()[-2] for line in lines[1:3]] == ["28.6", "14.3"]
        assert [line.split()[-1] for line in lines] == ["most", "%", "%", "fewest"]
        assert (
            len({line.index(f"{count:,}") + len(f"{count:,}") for line, count in zip(lines, counts, strict=True)}) == 1
        )


async def test_equal_classes_have_no_fewest():
    app = One(ClassBars())
    async with app.run_test(size=(60, 10)) as pilot:
        app.widget.show(("a", "b"), (5, 5), None)
        await pilot.pause()
        assert "fewest" not in "".join(app.lines())


async def test_arrows_choose_and_stop_at_the_ends():
    app = One(ClassBars())
    async with app.run_test(size=(60, 10)) as pilot:
        app.widget.show(("a", "b"), (5, 5), 0)
        app.widget.focus()
        await pilot.press("down", "up", "home")
        assert app.chosen == [1, None, None]
        app.widget.show(("a", "b"), (5, 5), 1)
        await pilot.press("down")
        assert app.chosen == [1, None, None]


async def test_the_chosen_class_is_in_view_among_many():
    app = One(ClassBars())
    async with app.run_test(size=(40, 5)) as pilot:
        app.widget.styles.height = 5
        app.widget.show([str(n) for n in range(100)], range(1, 101), 50)
        await pilot.pause()
        assert any(line.startswith("▸50") for line in app.lines())


async def test_every_step_with_a_pixel_has_a_bar_and_the_fullest_is_as_high_as_the_place():
    app = One(PixelHistogram())
    async with app.run_test(size=(40, 6)) as pilot:
        app.widget.show(a_report().train)
        await pilot.pause()
        *bars, scale = app.lines()
        assert all(line[0] == "█" for line in bars)
        assert " " not in bars[-1][:32]
        assert scale.split() == ["0", "255"]


async def test_a_long_vector_shows_the_part_around_the_one():
    app = One(OneHot())
    async with app.run_test(size=(21, 3)) as pilot:
        classes = tuple(f"c{n}" for n in range(100))
        for label in (0, 50, 99):
            app.widget.show(classes, label, all_classes=False)
            await pilot.pause()
            line = app.lines()[0] if app.lines()[0].strip() else app.lines()[1]
            assert line.count("1") == 1
            assert line.strip().startswith("…") == (label > 0)
            assert line.strip().endswith("…") == (label < 99)
