"""Starts the command line: `cnn-tui`, or `python -m cnn_tui`."""

import sys


def main() -> None:
    """Runs the command of the arguments and ends the process with its exit code."""
    from cnn_tui.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
