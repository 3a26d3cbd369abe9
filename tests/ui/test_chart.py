"""A plot as lines of text: every line as wide as the place, curves where their values are, axes that are round."""

from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.ui.braille import Braille
from cnn_tui.ui.chart import BEST_MARK, VALIDATION_MARK, Chart, chart_lines

FALLING = tuple((float(x), 1.0 / x) for x in range(1, 11))


def drawn(chart: Chart, width: int = 60, height: int = 12) -> list[str]:
    return ["".join(text for text, _ in line) for line in chart_lines(chart, width, height)]


def test_a_line_of_dots_is_where_it_was_drawn():
    raster = Braille(2, 1)
    raster.line([(0, 0), (3, 3)], "train")
    assert ["".join(character for character, _ in row) for row in raster.rows()] == ["⠑⢄"]


def test_what_lies_outside_is_not_drawn():
    raster = Braille(1, 1)
    raster.line([(-5, -5), (-1, -1)], "train")
    raster.rule(7, "muted")
    raster.sign(0, 9, "x", "strong")
    assert raster.rows() == [[(" ", "")]]


def test_the_curve_falls_from_the_upper_left_to_the_lower_right():
    lines = drawn(Chart(training=FALLING))
    assert lines[1].startswith("   1┤")
    assert lines[-2].startswith(" 0.1┤")
    assert "⠒⠒ train 0.100" in lines[0]
    assert lines[1][4:].strip()
    assert lines[-2].rstrip()[-1] != "┤"


def test_the_best_epoch_and_what_happened_have_signs():
    text = "\n".join(drawn(Chart(training=FALLING, validation=FALLING, best=10.0, happenings=((5.0, "r"),))))
    assert BEST_MARK in text
    assert VALIDATION_MARK in text
    assert "r" in text.splitlines()[-2]
    assert "┊" in text


def test_a_logarithmic_axis_leaves_out_what_is_not_above_0():
    assert drawn(Chart(training=((1.0, -1.0),), log_scale=True)) == ["Nothing above 0 to draw."]
    assert drawn(Chart()) == ["Nothing to draw yet."]


def test_a_window_shows_its_part_at_its_own_height():
    lines = drawn(Chart(training=FALLING, window=(8.0, 10.0)))
    assert lines[1].startswith("0.143┤")
    assert lines[-1].split()[0] == "8"
    assert lines[-1].split()[-1] == "10"


def test_steps_are_counted_where_they_are_asked_for():
    assert drawn(Chart(training=FALLING, steps=100))[-1].split()[-1] == "1,000"


POINTS = st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(-1e300, 1e300)), max_size=50)


@given(
    training=POINTS,
    validation=POINTS,
    size=st.tuples(st.integers(1, 90), st.integers(1, 30)),
    options=st.fixed_dictionaries(
        {
            "log_scale": st.booleans(),
            "smooth": st.booleans(),
            "steps": st.sampled_from([0, 7]),
            "window": st.sampled_from([None, (1.0, 3.0), (0.0, 1e-3)]),
            "best": st.sampled_from([None, 2.0]),
            "happenings": st.sampled_from([(), ((1.5, "p"), (1e7, "r"))]),
        }
    ),
)
def test_any_curve_is_drawn_in_any_size(training, validation, size, options):
    chart = Chart(training=tuple(sorted(training)), validation=tuple(sorted(validation)), **options)
    lines = drawn(chart, *size)
    assert lines
    if size[0] > 20 and not lines[0].startswith("Nothing"):
        assert all(len(line) <= size[0] for line in lines[1:])
        assert len(lines) <= max(size[1], 2)
