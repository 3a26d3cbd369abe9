"""The trainer's process: holds the run's lock, says how it ends, and never leaves without a word if it can help it.

python -m cnn_tui.engine.trainer RUN
"""

import errno
import sys
import traceback
from pathlib import Path

from cnn_tui.engine.attention import Attention, Interrupted, Stopped
from cnn_tui.errors import UserError
from cnn_tui.runs.events import EventWriter, Finished, Outcome, Phase
from cnn_tui.runs.lock import held
from cnn_tui.runs.run import Run

EXIT_CODES: dict[Outcome, int] = {"done": 0, "stopped": 0, "interrupted": 143, "diverged": 1, "failed": 1}


def main(path: Path) -> int:
    """Trains the run at this path to its end, or from its newest checkpoint on; returns the exit code."""
    run = Run(path)
    attention = Attention(run)
    attention.listen()
    try:
        with held(run.lock_file), EventWriter(run.events_file) as events:
            events.write(Phase(name="reading data"))
            finished = _work(run, attention, events)
            events.write(finished)
    except UserError as error:  # another trainer holds the lock, and the events are its own
        print(error.sentence, file=sys.stderr)
        return 1
    return EXIT_CODES[finished.how]


def _work(run: Run, attention: Attention, events: EventWriter) -> Finished:
    """How it went. torch is imported here, behind the lock, so that viewers see the run from the first moment."""
    try:
        from cnn_tui.engine.job import perform

        return perform(run, attention, events.write)
    except Stopped:
        return Finished(how="stopped", text="It was asked to stop before it had trained.")
    except Interrupted:
        return Finished(how="interrupted", text="The system asked it to end before it had trained.")
    except UserError as error:
        return Finished(how="failed", text=error.sentence)
    except Exception as error:
        traceback.print_exc()
        return Finished(how="failed", text=_sentence(error, run))


def _sentence(error: Exception, run: Run) -> str:
    """What a person can do about an error that is no one's input."""
    if isinstance(error, MemoryError) or "out of memory" in str(error) or "can't allocate memory" in str(error):
        return "The memory is full. Use a smaller batch size or a smaller model."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Free some space and resume the run."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'}: {error.strerror}. Mend it and resume the run."
    return f"The program failed ({type(error).__name__}); {run.log_file.name} in the run has more."


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
