"""f on the Train form: a learning rate is looked for, its curve is shown, and the rate goes into the form."""

from math import exp, log10

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.runs.client import Service
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.optimizers import SGD
from cnn_tui.spec.rate_curve import rate_curve, trial_rates
from cnn_tui.spec.schedules import Cosine, OneCycle
from cnn_tui.spec.training import Training
from cnn_tui.ui.dialogs.rate import RateDialog
from cnn_tui.ui.dialogs.working import Working
from cnn_tui.ui.rate_chart import rate_lines
from cnn_tui.ui.widgets.field_line import FieldLine
from tests import recordings
from tests.ui.support import FixedService, a_report, an_app, screen_text, some_data, until

SIZES = [(80, 24), (100, 30), (120, 40)]
RATES = trial_rates()
FALLING = tuple(0.2 + 2.1 / (1 + exp(3 * (log10(rate) + 2.5))) for rate in RATES)
"""Losses that fall steepest at a rate of 0.0032."""
CURVE = rate_curve(RATES[:90], (*FALLING[:85], 3.0, 7.0, 15.0, 40.0, 90.0), diverged=True)
FLAT = rate_curve(RATES, (2.3,) * len(RATES), diverged=False)


def a_form(curve=CURVE, **session):
    service = FixedService(session.get("report"))
    service.curve = curve
    return an_app("train", service=service, **({"data": some_data(), "report": a_report()} | session))


def text_of(app):
    return " ".join(screen_text(app).split())


async def find(app, pilot):
    await pilot.pause()
    await pilot.press("f")
    await until(pilot, lambda: isinstance(app.screen, RateDialog))
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_the_curve_is_shown_with_its_rate_in_words_and_one_key_takes_it(size):
    app = a_form(training=Training(optimizer=SGD(momentum=0.9)))
    async with app.run_test(size=size) as pilot:
        await find(app, pilot)
        seen = text_of(app)
        for words in (
            "1e-7 1e-6 1e-5",
            "● now 0.01",
            f"★ suggested {CURVE.advised:.3g}",
            "90 steps with sgd in batches of 500",
            f"The loss fell steepest at {CURVE.advised:.2g}",
            "it replaces 0.01",
            f"enter Take {CURVE.advised:.3g}",
        ):
            assert words in seen
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, RateDialog))
        await pilot.pause()
        assert app.current_session.training == Training(optimizer=SGD(momentum=0.9, learning_rate=CURVE.advised))
        line = next(one for one in app.screen.query(FieldLine) if one.field.name == "learning_rate")
        assert line.query_one("Input").value == f"{CURVE.advised}"
        assert app.service.asked[-1] == (
            "find_rate",
            replace(app.current_session.experiment, training=Training(optimizer=SGD(momentum=0.9))),
        )


async def test_leaving_changes_nothing():
    app = a_form()
    async with app.run_test() as pilot:
        await find(app, pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert app.current_session.training == Training()


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        (Training(schedule=Cosine()), "The schedule cosine begins with it."),
        (Training(schedule=OneCycle()), "It is the highest rate of the schedule one_cycle."),
        (Training(warmup=2.0), "The warm-up rises to it."),
        (replace(Training(), optimizer=SGD(learning_rate=CURVE.advised)), "That is the rate that is set already."),
    ],
)
async def test_what_the_schedule_makes_of_it_is_said(training, sentence):
    app = a_form(training=training)
    async with app.run_test(size=(120, 40)) as pilot:
        await find(app, pilot)
        assert sentence in text_of(app)


async def test_a_loss_that_falls_nowhere_suggests_nothing():
    app = a_form(FLAT)
    async with app.run_test() as pilot:
        await find(app, pilot)
        assert "The loss did not fall at any rate. Look at the data" in text_of(app)
        assert "enter Take" not in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.current_session.training == Training()


async def test_it_says_how_far_it_is_and_escape_stops_it():
    app = a_form()
    app.service.held = True
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f")
        await until(pilot, lambda: "Trying learning rates … 43%" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Working))
        await pilot.pause()
        assert not isinstance(app.screen, RateDialog)
        assert "f Find rate:" not in text_of(app)
        assert app.screen.active_bindings["f"].enabled


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_wrong_is_said_beside_the_start_until_something_changes(size):
    app = a_form()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.service.problem = UserError("has changed", "X.tsv", "Open it again.")
        await pilot.press("f")
        await until(pilot, lambda: "f Find rate: X.tsv: has changed. Open it again." in text_of(app))
        app.session = replace(app.current_session, training=Training(epochs=3))
        await pilot.pause()
        assert "f Find rate:" not in text_of(app)


async def test_what_is_typed_wrong_is_gone_to_first():
    app = a_form()
    async with app.run_test() as pilot:
        await pilot.press("e", "end", "x", "escape", "f")
        await pilot.pause()
        line = next(one for one in app.screen.query(FieldLine) if one.field.name == "epochs")
        assert line.has_focus_within
        assert not any(one[0] == "find_rate" for one in app.service.asked)


@pytest.mark.parametrize(
    ("session", "reason"),
    [
        ({"data": None, "report": None}, "There is no data yet. Open some in 1 Data."),
        ({"report": a_report(classes=("a", "b"))}, "Mend it in 2 Model"),
    ],
)
async def test_it_is_grey_with_the_reason_while_there_is_nothing_to_train(session, reason):
    app = a_form(**session)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert not app.screen.active_bindings["f"].enabled
        assert reason in text_of(app)


async def test_it_is_grey_with_the_reason_beside_a_run_at_work_and_belongs_to_the_form(tmp_path):
    run = recordings.record(recordings.new_run(tmp_path, "digits"), recordings.interrupted())
    app = a_form(run=run)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "f" not in app.screen.active_bindings
        await pilot.press("n")
        assert app.screen.active_bindings["f"].enabled
        with recordings.at_work(run):
            recordings.record(run, recordings.beginning())
            await until(pilot, lambda: "digits is at work" in text_of(app))
            assert not app.screen.active_bindings["f"].enabled


async def test_the_real_service_is_stopped_and_finds_a_rate_for_the_form_when_asked_again(experiment: Experiment):
    app = an_app("train", service=Service(), data=experiment.data, training=experiment.training)
    app.session = app.current_session.with_model(experiment.model)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.current_session.report, looks=6_000)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, Working))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Working), looks=6_000)
        assert not isinstance(app.screen, RateDialog)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, RateDialog), looks=6_000)
        await pilot.press("enter")
        await pilot.pause()
        rate = app.current_session.training.optimizer.learning_rate
        assert rate != experiment.training.optimizer.learning_rate
        assert 1e-7 < rate < 10


@given(
    losses=st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=100),
    now=st.floats(1e-9, 1000),
    width=st.integers(1, 150),
    height=st.integers(1, 50),
)
def test_any_curve_is_drawn_in_any_size(losses, now, width, height):
    curve = rate_curve(RATES[: len(losses)], tuple(losses), diverged=False)
    lines = rate_lines(curve, now, width, height)
    body = ["".join(text for text, _ in line) for line in lines[1:-1]]
    assert len({len(line) for line in body}) == 1


def test_the_mark_stands_at_the_rate():
    lines = ["".join(text for text, _ in line) for line in rate_lines(CURVE, 1e-5, 100, 20)]
    margin = lines[1].index("│") if "│" in lines[1] else lines[1].index("┤")
    shown = [rate for rate, loss in zip(CURVE.rates, CURVE.smoothed, strict=True) if loss <= CURVE.top]
    place = (log10(CURVE.advised) - log10(shown[0])) / (log10(shown[-1]) - log10(shown[0])) * (98 - margin)
    (column,) = {line.index("★") for line in lines[1:] if "★" in line}
    assert column == pytest.approx(margin + 1 + place, abs=1)
