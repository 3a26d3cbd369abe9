"""Events folded into a picture: whoever reads them, at once or one by one, sees the same run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cnn_tui.runs.events import Continued, Event, Finished, Note, Paused, Phase, Sample, Saved, Started
from cnn_tui.runs.history import MAX_SAMPLES, History, fold, fold_all
from tests.recordings import STEPS, at_work, beginning, diverging, done, epoch, interrupted, new_run, record


def sample(at_epoch: int, step: int) -> Sample:
    return Sample(epoch=at_epoch, step=step, loss=1.0, accuracy=0.5, images_per_second=100.0, elapsed=step / 4)


def resumed(at_epoch: int, step: int = 0) -> Event:
    began = next(event for event in beginning() if isinstance(event, Started))
    return replace(began, epoch=at_epoch, step=step, elapsed=4.0 * at_epoch)


def test_a_run_from_beginning_to_end():
    history = fold_all(done(3))
    assert (history.state, len(history.epochs), history.best_epoch) == ("done", 3, 3)
    assert history.best == history.epochs[2]
    assert (history.steps, history.images, history.device) == (STEPS, 8_000, "cpu")
    assert history.text.startswith("All 3 epochs")


@given(split=st.integers(0, 40))
def test_it_does_not_matter_in_how_many_pieces_events_arrive(split):
    events = [*done(4), Note(text="late")]
    assert fold_all(events[split:], fold_all(events[:split])) == fold_all(events)


@given(events=st.lists(st.sampled_from([*done(2), *interrupted(), *diverging(), Paused(), Continued()])))
def test_any_order_of_events_can_be_folded_and_every_event_counts(events):
    assert fold_all(events).version == len(events)


def test_a_pause_is_a_state_and_is_over_when_it_goes_on():
    paused = fold_all([*beginning(), Paused()])
    assert paused.state == "paused"
    assert fold(paused, Continued()).state == "training"


def test_the_last_sample_counts_only_within_an_epoch_that_is_not_over():
    history = fold_all([*beginning(), *epoch(1)])
    assert (history.last_sample, history.steps_done) == (None, STEPS)
    history = fold(history, sample(2, 5))
    assert (history.last_sample.step, history.steps_done) == (5, STEPS + 5)


def test_the_time_left_follows_the_pace_so_far():
    history = fold_all([*beginning(), *epoch(1), *epoch(2)])
    assert history.seconds_left == pytest.approx(8.0 / 2 * 8)
    assert fold(history, Finished(how="stopped")).seconds_left is None
    assert fold_all(beginning()).seconds_left is None


def test_a_worse_epoch_does_not_become_the_best():
    assert fold_all([*beginning(), *epoch(1), *epoch(2, best=False)]).best_epoch == 1


def test_a_checkpoint_within_an_epoch_is_not_the_best():
    assert fold_all([*beginning(), *epoch(1), Saved(epoch=2, step=7, best=False)]).best_epoch == 1


def test_a_trainer_that_resumes_forgets_what_it_will_repeat():
    history = fold_all([*interrupted(), Phase(name="reading data"), resumed(2, 4)])
    assert (history.state, len(history.epochs)) == ("training", 2)
    assert history.samples[-1].epoch == 3
    assert history.samples[-1].step == 4
    earlier = fold_all([*interrupted(), resumed(1)])
    assert (len(earlier.epochs), earlier.best_epoch) == (1, 0)


def test_a_resumed_run_ends_like_one_that_was_never_interrupted():
    whole = fold_all(done(4))
    mended = fold_all([*interrupted(), resumed(2), *[event for n in (3, 4) for event in epoch(n)], done(4)[-1]])
    assert mended.epochs == whole.epochs
    assert (mended.state, mended.best_epoch, mended.started) == (whole.state, whole.best_epoch, whole.started)


def test_a_long_run_keeps_few_samples_from_its_whole_length():
    history = fold_all([*beginning(), *(sample(1, step) for step in range(1, 3 * MAX_SAMPLES))])
    steps = [one.step for one in history.samples]
    assert len(steps) <= MAX_SAMPLES
    assert steps == sorted(set(steps))
    assert steps[0] < MAX_SAMPLES / 10
    assert steps[-1] == 3 * MAX_SAMPLES - 1


def test_a_diverged_run_says_so():
    assert fold_all(diverging()).state == "diverged"


def test_a_history_of_nothing_is_about_to_start():
    assert History().state == "starting"
    assert History().images_per_second == 0


def test_a_trainer_that_left_without_a_word_was_interrupted_and_one_at_work_was_not(tmp_path):
    run = record(new_run(tmp_path), interrupted())
    assert run.history().state == "interrupted"
    with at_work(run):
        assert run.history().state == "training"
