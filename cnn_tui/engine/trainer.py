"""The trainer's process: holds the run's lock, says how it ends, and never leaves without a word if it can help it.

python -m cnn_tui.engine.trainer RUN
"""

import faulthandler
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cnn_tui.engine import ranks
from cnn_tui.engine.attention import Attention, Follower, Interrupted, Stopped
from cnn_tui.engine.ranks import PeerLost
from cnn_tui.errors import UserError
from cnn_tui.runs.events import EventWriter, Finished, Outcome, Phase, now
from cnn_tui.runs.history import ENDED
from cnn_tui.runs.launch import ALREADY_AT_WORK
from cnn_tui.runs.lock import held
from cnn_tui.runs.presence import ourselves, write_presence
from cnn_tui.runs.run import Run
from cnn_tui.runs.space import Reserve

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnn_tui.engine.job import Say

EXIT_CODES: dict[Outcome, int] = {"done": 0, "stopped": 0, "interrupted": 143, "diverged": 1, "failed": 1}


def main(path: Path) -> int:
    """Trains the run at this path to its end, or from its newest checkpoint on; returns the exit code."""
    run = Run(path)
    attention = Follower(run) if ranks.rank() else Attention(run)
    attention.listen()
    if ranks.rank():
        return _follow(run, attention)
    try:
        with held(run.lock_file):
            outcome = _hold(run, attention)
            return EXIT_CODES[outcome] if ranks.size() == 1 else 0  # torchrun starts what does not end with 0 again
    except UserError as error:  # another trainer holds the lock, and the run is its own
        print(error.sentence, file=sys.stderr)
        return ALREADY_AT_WORK
    except PeerLost:
        print("Another process of the team has gone.", file=sys.stderr)
        return 1  # torchrun ends the others and starts all again, from the newest checkpoint


def _hold(run: Run, attention: Attention) -> Outcome:
    """Works on the run that is ours now, and says how it ended, in its events if they can be written.

    Raises PeerLost.
    """
    reserve = Reserve(run.path)
    try:
        with EventWriter(run.events_file) as events:
            events.write(Phase(name="reading data"))
            write_presence(run.machine_file, ourselves(), run.machine() | {"started": now()})
            reserve.take()
            finished = _work(run, attention, events)
            reserve.give_back()
            events.write(finished)
    except PeerLost:
        raise
    except Exception as error:  # the disk is full or read-only: what can be said stands in the log and the exit code
        traceback.print_exc()
        finished = _failed(error, run)
        print(finished.text, file=sys.stderr)
    run.heartbeat_file.unlink(missing_ok=True)
    return finished.how


def _follow(run: Run, attention: Attention) -> int:
    """Works in a team that another process leads: that one holds the lock, writes and says how it ended."""
    try:
        _perform(attention)(run, attention, lambda event: None)
    except Interrupted:
        return EXIT_CODES["interrupted"]
    except Exception:
        traceback.print_exc()
        return 0 if run.history().state in ENDED else 1
    return 0


def _work(run: Run, attention: Attention, events: EventWriter) -> Finished:
    """How it went. torch is imported here, behind the lock, so that viewers see the run from the first moment."""
    try:
        attention.look()
        return _perform(attention)(run, attention, events.write)
    except Stopped:
        return Finished(how="stopped", text="It was asked to stop before it had trained.")
    except Interrupted:
        return Finished(how="interrupted", text="The system asked it to end before it had trained.")
    except UserError as error:
        return Finished(how="failed", text=error.sentence)
    except PeerLost:
        raise
    except Exception as error:
        traceback.print_exc()
        return _failed(error, run)


def _perform(attention: Attention) -> "Callable[[Run, Attention, Say], Finished]":
    """What trains, and torch with it, which takes seconds to import. Raises Interrupted where a signal comes."""
    try:
        attention.ends_at_once = True
        from cnn_tui.engine.job import perform
    except Exception:
        attention.heed_signals()  # an import may have made another error of it
        raise
    finally:
        attention.ends_at_once = False
    return perform


def _failed(error: Exception, run: Run) -> Finished:
    from cnn_tui.engine.troubles import sentence_of

    return Finished(how="failed", text=sentence_of(error, run))


def _leave(code: int) -> NoReturn:
    """Ends at once: all is written, and to take torch apart, and wait for what it waits for, takes seconds."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    faulthandler.enable()  # what Python cannot catch leaves its place in the log
    _leave(main(Path(sys.argv[1])))
