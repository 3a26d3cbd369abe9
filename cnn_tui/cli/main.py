"""The command line as a whole: exit codes, and the one place where errors are said."""

import os
import sys
from pathlib import Path

from cnn_tui.errors import UserError

INTERRUPTED = 130


def run(arguments: list[str]) -> int:
    """Does what the arguments say and returns the exit code: 0 done, 1 a problem in what was given, 2 wrong usage."""
    try:
        return _do(arguments)
    except UserError as error:
        from cnn_tui.cli.output import complain

        complain(error.sentence)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


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
