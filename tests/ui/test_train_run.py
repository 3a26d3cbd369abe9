"""Train while a run goes on and after its end, replayed from recorded events."""

import os
import re
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cnn_tui.runs.control import Wish, asked, take_requests
from cnn_tui.runs.events import Changed, EpochEnd, EventWriter, Paused, Sample, Unsaved
from cnn_tui.runs.history import fold_all
from cnn_tui.runs.run import Run
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.run_curves import training_curve, validation_curve
from cnn_tui.ui.ticks import epoch_ticks, even_ticks
from cnn_tui.ui.widgets.epoch_table import EpochTable
from cnn_tui.ui.widgets.loss_plot import LossPlot
from cnn_tui.ui.widgets.run_view import RunView
from tests import recordings
from tests.recordings import STEPS, at_work, beginning, epoch, new_run, record
from tests.ui.support import an_app, screen_text, some_data

SIZES = [(80, 24), (100, 30), (120, 40)]
TWO_EPOCHS = [*beginning(), *epoch(1), *epoch(2), *epoch(3)[:2]]


def watching(run: Run) -> CnnApp:
    return an_app("train", run=run, data=some_data())


def footer(app: CnnApp) -> dict[str, bool]:
    """What the keys of the place do now, and whether they can."""
    mine = (one for one in app.screen.active_bindings.values() if one.node is app.screen)
    return {one.binding.description: one.enabled for one in mine}


@pytest.mark.parametrize("size", SIZES)
async def test_a_running_run_shows_where_it_is(tmp_path, size):
    with at_work(record(new_run(tmp_path), TWO_EPOCHS)) as run:
        app = watching(run)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            text = screen_text(app)
            for words in (
                "training",
                "epoch 3 of 10",
                "11,930 images/s",
                "00:10 elapsed · 00:30 left",
                "25 %",
                "40/160",
                "50 %",
                "8/16",
                "0.8593",
                "★",
                "train",
                "val 0.398",
            ):
                assert words in text
            assert re.search("[\u2801-\u28ff]", text)


async def test_new_events_are_shown_when_the_run_is_followed(tmp_path):
    with at_work(record(new_run(tmp_path), TWO_EPOCHS)) as run:
        app = watching(run)
        async with app.run_test(size=(120, 40)) as pilot:
            record(run, epoch(3)[2:])
            app.follow_run()
            await pilot.pause()
            assert "epoch 4 of 10" in screen_text(app)
            assert "0.1595" in screen_text(app)


async def test_keys_leave_requests_for_the_trainer(tmp_path):
    with at_work(record(new_run(tmp_path), TWO_EPOCHS)) as run:
        async with watching(run).run_test() as pilot:
            await pilot.press("space", "k", "x")
            assert set(take_requests(run)) == {"pause", "save", "stop"}


async def test_a_paused_run_can_be_continued_by_the_same_key(tmp_path):
    with at_work(record(new_run(tmp_path), [*TWO_EPOCHS, Paused()])) as run:
        app = watching(run)
        async with app.run_test() as pilot:
            assert footer(app)["Continue"]
            await pilot.press("space", "x")
            assert set(take_requests(run)) == {"continue", "stop"}


async def test_what_is_impossible_is_grey_or_gone(tmp_path):
    with at_work(record(new_run(tmp_path), beginning()[:1])) as run:
        app = watching(run)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert footer(app)["Pause"] is footer(app)["Stop and keep"] is False
            assert not {"Start", "Resume", "New run", "Continue"} & set(footer(app))


@pytest.mark.parametrize(
    ("events", "sentence", "resumable"),
    [
        (recordings.done(2), "Done: 2 epochs", False),
        (recordings.interrupted(), "Interrupted after 2 of 10 epochs", True),
        (recordings.diverging(), "Diverged: The loss is not a number", False),
    ],
)
@pytest.mark.parametrize("size", SIZES)
async def test_after_the_end_it_says_what_happened_and_what_can_be_done(tmp_path, events, sentence, resumable, size):
    app = watching(record(new_run(tmp_path), events))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert sentence in screen_text(app)
        assert footer(app)["New run"]
        assert ("Resume" in footer(app)) is resumable
        assert not {"Pause", "Stop and keep", "Save now"} & set(footer(app))


async def test_notes_of_the_trainer_are_shown(tmp_path):
    app = watching(record(new_run(tmp_path), recordings.interrupted()))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "note: The checkpoint of step 40 was damaged." in screen_text(app)


@pytest.mark.parametrize("keys", [[], ["l"], ["m"], ["l", "m", "z"], ["z", "z", "l"]])
async def test_a_diverging_run_is_drawn_whatever_its_numbers(tmp_path, keys):
    app = watching(record(new_run(tmp_path), recordings.diverging()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert "e+300" in screen_text(app) or keys.count("z") == 2  # the second zoom shows the accuracy alone


@pytest.mark.parametrize("size", [(1, 1), (10, 5), (30, 12), (250, 70)])
async def test_a_run_is_drawn_in_any_size(tmp_path, size):
    app = watching(record(new_run(tmp_path), recordings.done(3)))
    async with app.run_test(size=size) as pilot:
        await pilot.press("z", "z", "z")
        assert app.is_running


async def test_zoom_gives_one_plot_all_the_room_and_then_the_other(tmp_path):
    app = watching(record(new_run(tmp_path), recordings.done(3)))
    async with app.run_test(size=(120, 40)) as pilot:
        seen = []
        for _ in range(3):
            await pilot.press("z")
            seen.append([plot.quantity for plot in app.screen.query(LossPlot) if plot.size.area])
        assert seen == [["loss"], ["accuracy"], ["loss", "accuracy"]]


async def test_log_scale_and_smoothing_are_said_on_the_plot(tmp_path):
    app = watching(record(new_run(tmp_path), recordings.done(3)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l", "m")
        await pilot.pause()
        assert "log scale · smoothed · epochs" in screen_text(app)


async def test_nothing_is_drawn_again_while_nothing_has_changed(tmp_path, monkeypatch):
    with at_work(record(new_run(tmp_path), TWO_EPOCHS)) as run:
        app = watching(run)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            view = app.screen.query_one(RunView)
            drawn: list[str] = []
            monkeypatch.setattr(LossPlot, "draw", lambda plot, lines: drawn.append(plot.quantity))
            for _ in range(3):
                app.follow_run()
                view.draw_plots()
                await pilot.pause()
            assert drawn == []


async def test_a_very_long_run_draws_only_the_epochs_in_view(tmp_path):
    one = epoch(1)[4]
    table = EpochTable()
    app = an_app("train")
    async with app.run_test(size=(120, 40)) as pilot:
        await app.screen.mount(table)
        table.show(tuple(replace(one, epoch=number) for number in range(1, 100_001)), best=99_999)
        await pilot.pause()
        assert table.render_line(table.size.height - 1).text.startswith("100,000")
        assert "★ best" in table.render_line(table.size.height - 2).text


async def test_hostile_notes_and_names_cannot_steer_the_terminal(tmp_path):
    run = record(new_run(tmp_path, name="[@click=app.quit]x[/]"), [*recordings.interrupted()])
    run.machine_file.write_text('{"device": "\\u001b]52;c;x\\u0007", "device_reason": "[/]", "precision": "[/x]"}')
    app = watching(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
        assert "[/]" in text
        for x, y in ((10, 1), (10, 6), (70, 27), (72, 28)):
            await pilot.click(offset=(x, y))
        assert app.is_running


@pytest.mark.parametrize(
    ("keys", "wish"), [(["r", *"0.02"], Wish(learning_rate=0.02)), (["e", *"25"], Wish(epochs=25))]
)
async def test_rate_and_epochs_of_a_running_run_are_set_by_keys(tmp_path, keys, wish):
    with at_work(record(new_run(tmp_path), TWO_EPOCHS)) as run:
        async with watching(run).run_test() as pilot:
            await pilot.press(keys[0], *["backspace"] * 8, *keys[1:], "enter")
            await pilot.pause()
            assert asked(run).wish == wish


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [(["r", "x"], 'Learning_rate is "x"'), (["e", *"2"], "Epoch 3 has begun already"), (["e", "x"], "epochs")],
)
async def test_what_cannot_be_set_is_said_at_the_key_and_is_not_asked_for(tmp_path, keys, sentence):
    with at_work(record(new_run(tmp_path), TWO_EPOCHS)) as run:
        app = watching(run)
        async with app.run_test() as pilot:
            await pilot.press(keys[0], *["backspace"] * 8, *keys[1:])
            await pilot.pause()
            assert sentence in " ".join(screen_text(app).split())
            await pilot.press("enter", "escape")
            assert asked(run).wish == Wish()


async def test_what_was_changed_is_marked_on_the_curve(tmp_path):
    changed = Changed(epoch=1, step=4, learning_rate=0.02)
    with at_work(record(new_run(tmp_path), [*TWO_EPOCHS[:-2], changed, Paused(), *epoch(3)[:2]])) as run:
        app = watching(run)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert "r rate · p paused" in screen_text(app)
            assert "┊" in screen_text(app)


def with_metrics(events):
    """As if mean_squared_error were computed too, and the rate fell."""
    for event in events:
        if isinstance(event, EpochEnd):
            event = replace(
                event,
                learning_rate=0.1 / event.epoch,
                metrics={"mean_squared_error": 0.5},
                val_metrics={"mean_squared_error": 0.75},
            )
        yield event


async def test_metrics_have_columns_and_curves_and_so_has_a_rate_that_changes(tmp_path):
    app = watching(record(new_run(tmp_path), [*with_metrics(recordings.done(3))]))
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        assert "mse" in screen_text(app)
        seen = []
        for _ in range(4):
            seen.append(app.screen.query_one("#second", LossPlot).quantity)
            await pilot.press("v")
        assert seen == ["accuracy", "mean_squared_error", "learning rate", "accuracy"]


async def test_without_accuracy_there_is_one_plot(tmp_path):
    events = [replace(one, accuracy=None) if isinstance(one, Sample) else one for one in recordings.done(3)]
    events = [replace(one, accuracy=None, val_accuracy=None) if isinstance(one, EpochEnd) else one for one in events]
    app = watching(record(new_run(tmp_path), events))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert [plot.quantity for plot in app.screen.query(LossPlot) if plot.size.area] == ["loss"]
        assert "accuracy" not in screen_text(app)


async def test_a_part_of_the_epochs_can_be_looked_at(tmp_path):
    app = watching(record(new_run(tmp_path), recordings.done(8)))
    async with app.run_test(size=(120, 40)) as pilot:
        plot = app.screen.query_one("#first", LossPlot)
        await pilot.press("plus", "plus")
        assert plot.window == (6.0, 8.0)
        await pilot.press("left")
        assert plot.window == (5.0, 7.0)
        await pilot.press(*["left"] * 20)
        assert plot.window == (0.0, 2.0)
        await pilot.press(*["right"] * 30, "minus", "minus")
        assert plot.window is None


async def test_steps_can_be_counted_instead_of_epochs(tmp_path):
    app = watching(record(new_run(tmp_path), recordings.done(8)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("b")
        await pilot.pause()
        assert f"{8 * STEPS}" in screen_text(app)
        assert "─ steps ─" in screen_text(app)


async def test_the_log_is_shown_by_a_key_and_follows_what_is_written(tmp_path):
    run = record(new_run(tmp_path), recordings.interrupted())
    run.log_file.write_text("Traceback\n[bold]OutOfMemory\x1b[31m\n")
    app = watching(run)
    async with app.run_test() as pilot:
        await pilot.press("t")
        await pilot.pause()
        assert "[bold]OutOfMemory" in screen_text(app)
        run.log_file.write_text("another\n")
        app.screen.look()
        await pilot.pause()
        assert "another" in screen_text(app)
        await pilot.press("escape")
        assert app.screen.query(RunView)


async def test_that_nothing_can_be_saved_is_said_while_it_goes_on(tmp_path):
    unsaved = Unsaved(epoch=2, step=3, text="No space left on device.")
    with at_work(record(new_run(tmp_path), [*TWO_EPOCHS, unsaved])) as run:
        app = watching(run)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert "Nothing can be saved: No space left on device." in screen_text(app)


async def test_a_silent_trainer_is_noticed(tmp_path):
    with at_work(record(new_run(tmp_path), TWO_EPOCHS)) as run:
        run.heartbeat_file.touch()
        os.utime(run.heartbeat_file, (1, 1))
        app = watching(run)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert "No sign of life for" in screen_text(app)


async def test_the_end_has_a_verdict(tmp_path):
    app = watching(record(new_run(tmp_path), recordings.done(3)))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Still improving: the validation loss fell by 47%" in " ".join(screen_text(app).split())


def test_curves_join_samples_and_epochs_in_their_order():
    history = fold_all(TWO_EPOCHS)
    epochs = [x for x, _ in training_curve(history, "loss")]
    assert epochs == [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5]
    assert [x for x, _ in validation_curve(history, "accuracy")] == [1, 2]


@given(losses=st.lists(st.floats(0.01, 10), min_size=STEPS, max_size=STEPS), looks=st.sets(st.integers(1, STEPS)))
def test_a_point_of_the_training_curve_is_the_mean_since_the_point_before(losses, looks):
    samples = [
        Sample(epoch=1, step=step, loss=mean(losses[:step]), accuracy=0.5, images_per_second=1.0)
        for step in sorted(looks)
    ]
    curve = training_curve(fold_all([*beginning(), *samples]), "loss")
    ends = [0, *sorted(looks)]
    assert [y for _, y in curve] == pytest.approx([mean(losses[a:b]) for a, b in pairwise(ends)], abs=1e-9)


def test_a_sample_before_the_beginning_is_known_is_left_out(tmp_path):
    run = new_run(tmp_path)
    with EventWriter(run.events_file) as writer:
        writer.write(Sample(epoch=1, step=1, loss=1.0, accuracy=0.1, images_per_second=1.0))
    assert training_curve(run.history(), "loss") == ()


@pytest.mark.parametrize(("last", "wanted"), [(0.2, 4), (1, 5), (3, 4), (10, 3), (37, 5), (100_000, 6)])
def test_ticks_are_round_begin_at_0_and_reach_the_end(last, wanted):
    ticks = epoch_ticks(last, wanted)
    assert ticks[0] == 0
    assert last <= ticks[-1] <= 2.5 * last
    assert 2 <= len(ticks) <= wanted + 2


def test_a_constant_curve_has_one_tick():
    assert even_ticks(0.1, 0.1, 5) == [0.1]
    assert even_ticks(0, 1, 3) == [0, 0.5, 1]
