"""The command line as a whole: exit codes, and the one place where errors are said."""

import io
import os
import sys
from pathlib import Path

from cnn_tui.errors import UserError

INTERRUPTED = 130


def run(arguments: list[str]) -> int:
    """Does what the arguments say and returns the exit code: 0 done, 1 a problem in what was given, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our signs shows ? instead
    try:
        code = _do(arguments)
        sys.stdout.flush()
    except UserError as error:
        return _complain(error.sentence)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as head, has had enough
        _close_output()
        return 0
    except OSError as error:
        _close_output()
        return _complain(f"{error.filename or 'The output'}: {error.strerror}.")
    return code


def _complain(sentence: str) -> int:
    from cnn_tui.cli.output import complain

    complain(sentence)
    return 1


def _close_output() -> None:
    """Lets what is still to be written go nowhere, so that Python does not complain of it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _do(arguments: list[str]) -> int:
    """The application when it is all that is asked for, without waiting for the parser of commands; else a command."""
    from cnn_tui.cli import opening

    match arguments:
        case []:
            return opening.open_application()
        case ["demo"]:
            return opening.open_demo()
        case [path] if "/" in path or path.endswith(".json"):
            return opening.open_application(Path(path))
    from cnn_tui.cli.commands import invoke

    return invoke(arguments)
