"""A run in words: every way to end has its sentence, and hostile text is shown as text."""

import re
from typing import get_args

import pytest
from msgspec.structs import replace

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.runs.events import Finished, Paused
from cnn_tui.runs.history import ENDED, History, State, fold_all
from cnn_tui.ui.run_text import advice, clock, facts, outcome, result_words, state_word, times, why_no_evaluation
from tests import recordings


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (61.9, "01:01"), (3_661, "1:01:01"), (360_000, "100:00:00")]
)
def test_seconds_read_as_a_clock(seconds, text):
    assert clock(seconds) == text


def test_a_run_at_work_tells_where_it_is():
    history = fold_all([*recordings.beginning(), *recordings.epoch(1), *recordings.epoch(2)[:2]])
    assert facts(history) == ("epoch 2 of 10", "11,930 images/s", "cpu", "bf16")
    assert times(history) == "00:06 elapsed · 00:34 left"
    assert (outcome(history), advice(history)) == ("", "")


def test_its_phase_is_its_state_while_it_works_and_not_while_it_is_paused():
    history = fold_all(recordings.done()[:-1])
    assert state_word(history) == "testing"
    assert state_word(fold_all([*recordings.beginning(), Paused()])) == "paused"


@pytest.mark.parametrize("state", ENDED)
def test_every_end_has_its_sentence_and_its_way_on(state):
    history = replace(fold_all([*recordings.beginning(), *recordings.epoch(1)]), state=state, text="Because.")
    assert outcome(history)[2:].lower().startswith(state)
    assert "n makes a new run" in advice(history)


def test_a_finished_run_names_its_best_epoch():
    assert outcome(fold_all(recordings.done(3))) == (
        "✓ Done: 3 epochs in 00:12. The best weights are kept: epoch 3, validation accuracy 0.9162."
    )


def test_a_diverged_run_repeats_the_trainers_advice():
    assert "Try a learning rate below 10." in outcome(fold_all(recordings.diverging()))


def test_the_trainers_words_cannot_steer_the_terminal():
    history = fold_all([*recordings.beginning(), Finished(how="failed", text="\x1b]52;c;x\x07")])
    assert not re.search(r"[\x00-\x1f]", outcome(history))


@pytest.mark.parametrize("state", [None, *get_args(State)])
def test_why_there_is_no_matrix_is_always_said(state):
    fact, way_out = why_no_evaluation(replace(History(), state=state) if state else None)
    assert fact.endswith(".")
    assert way_out.endswith(".")


def test_a_run_that_trains_says_at_which_epoch_it_is():
    history = fold_all([*recordings.beginning(), *recordings.epoch(1)])
    assert why_no_evaluation(history)[0] == "The training is in epoch 2 of 10."


def test_the_result_has_its_interval():
    evaluation = Evaluation("test", 0.0812, Confusion(("a", "b"), ((4875, 125), (123, 4877))))
    assert result_words(evaluation) == "test · 10,000 images · accuracy 0.9752 (95 % 0.9720–0.9781) · loss 0.0812"
