import re

import pytest

from cnn_tui.errors import UserError
from cnn_tui.runs.keeping import objection_to_name, rename, take_back, throw_away
from cnn_tui.runs.run import list_runs
from tests import recordings
from tests.recordings import at_work, new_run, record


@pytest.fixture
def run(tmp_path):
    return record(new_run(tmp_path, "first"), recordings.done(1))


def test_a_run_gets_another_name_with_all_that_is_in_it(run):
    state = run.history()
    renamed = rename(run, "better-name")
    assert (renamed.name, renamed.history(), run.path.exists()) == ("better-name", state, False)


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "..", "a b", "\x1b[31m", "x" * 81])
def test_some_names_cannot_be(run, name):
    assert objection_to_name(run, name)
    with pytest.raises(UserError):
        rename(run, name)
    assert run.experiment_file.exists()


def test_no_run_takes_the_place_of_another(run, tmp_path):
    other = new_run(tmp_path, "second")
    with pytest.raises(UserError, match="There is something of this name already"):
        rename(run, other.name)
    assert len(list_runs(tmp_path)) == 2


def test_a_thrown_away_run_is_not_listed_and_comes_back_whole(run, tmp_path):
    thrown = throw_away(run)
    assert list_runs(tmp_path) == ()
    assert thrown.path.parent == tmp_path / ".trash"
    assert take_back(thrown, run) == run
    assert run.history().state == "done"


def test_the_trash_holds_runs_of_the_same_name(run, tmp_path):
    first = throw_away(run)
    run.path.mkdir()
    assert throw_away(run).path != first.path
    run.path.mkdir()
    with pytest.raises(UserError, match=re.escape("there is something of this name again. It stays in .trash.")):
        take_back(first, run)


def test_a_run_at_work_stays_where_it_is(run):
    with at_work(run):
        for deed in (throw_away, lambda run: rename(run, "x")):
            with pytest.raises(UserError, match="a trainer is at work on this run"):
                deed(run)
    assert run.path.exists()
