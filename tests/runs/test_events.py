"""Events on disk: every kind comes back as it was, half lines and strange lines do no harm."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.runs.events import (
    Changed,
    Continued,
    EpochEnd,
    Event,
    EventWriter,
    Finished,
    Note,
    Paused,
    Phase,
    Sample,
    Saved,
    Started,
    Unsaved,
    read_events,
)

ONE_OF_EACH: list[Event] = [
    Started(time="2026-11-22T12:03:00+00:00", epochs=2, steps=3, images=30, device="cpu", precision="fp32"),
    Phase(name="training"),
    Sample(epoch=1, step=2, loss=2.5, accuracy=0.125, images_per_second=1e4, elapsed=0.25),
    EpochEnd(epoch=1, loss=None, accuracy=0.5, val_loss=0.25, val_accuracy=1.0, seconds=2.0, images_per_second=9.0),
    Changed(epoch=1, step=3, learning_rate=0.5, elapsed=0.5),
    Saved(epoch=1, step=0, best=True),
    Unsaved(epoch=1, step=0, text="Input/output error"),
    Paused(elapsed=3.0),
    Continued(elapsed=3.0),
    Note(text='a "note"\nof two lines, ünïcode'),
    Finished(how="done", text="All done."),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def write(path: Path, events: list[Event]) -> None:
    with EventWriter(path) as writer:
        for event in events:
            writer.write(event)


def test_every_kind_comes_back_as_it_was(path):
    write(path, ONE_OF_EACH)
    assert read_events(path)[0] == ONE_OF_EACH


def test_every_kind_is_covered_here():
    assert {type(event) for event in ONE_OF_EACH} == set(Event.__subclasses__())


def test_a_line_is_one_json_object_that_names_its_event(path):
    write(path, ONE_OF_EACH)
    documents = [json.loads(line) for line in path.read_text().splitlines()]
    assert [one["event"] for one in documents] == [type(one).__struct_config__.tag for one in ONE_OF_EACH]


def test_a_loss_that_is_not_a_number_is_written_as_null(path):
    write(path, [Sample(epoch=1, step=1, loss=float("nan"), accuracy=0.1, images_per_second=1.0)])
    assert '"loss":null' in path.read_text()
    assert read_events(path)[0][0].loss is None


def test_reading_goes_on_where_it_ended(path):
    write(path, ONE_OF_EACH[:3])
    first, offset = read_events(path)
    write(path, ONE_OF_EACH[3:])
    rest, _ = read_events(path, offset)
    assert first + rest == ONE_OF_EACH


@given(cut=st.integers(0, 400))
def test_a_line_that_is_not_whole_yet_waits_for_its_end(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("events") / "events.jsonl"
    write(path, ONE_OF_EACH)
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    before, offset = read_events(path)
    path.write_bytes(whole)
    assert before + read_events(path, offset)[0] == ONE_OF_EACH


def test_the_half_line_of_a_killed_trainer_is_dropped_by_the_next(path):
    write(path, ONE_OF_EACH[:2])
    with path.open("ab") as file:
        file.write(b'{"event":"sample","epo')
    write(path, ONE_OF_EACH[2:])
    assert read_events(path)[0] == ONE_OF_EACH


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b'{"event":"from the future"}', b'{"event":"saved"}', b"\xff\xfe", b"\x00" * 10]
)
def test_a_line_that_is_no_event_is_skipped(path, line):
    path.write_bytes(line + b"\n" + msgspec.json.encode(ONE_OF_EACH[1]) + b"\n")
    assert read_events(path)[0] == [ONE_OF_EACH[1]]


def test_a_run_without_events_has_none(path):
    assert read_events(path, 7) == ([], 7)
