"""One save as a process of its own, with nothing else in it, for every call to the system to be made to fail.

python -I -B -S one_save.py ROOT FOLDER NAME KEPT     between two marks in the trace
"""

import os
import sys
from pathlib import Path

MARKS = ("/the/save/begins", "/the/save/is/over")
FILES = {"model.safetensors": b"new weights " * 1000, "optimizer.safetensors": b"moments", "state.json": b"{}"}


def main(folder: Path, name: str, kept: int) -> int:
    from cnn_tui.runs.checkpoint_files import clear_stale, remove_surplus, write_checkpoint

    clear_stale(folder)
    os.access(MARKS[0], os.F_OK)
    try:
        write_checkpoint(folder, name, FILES)
        remove_surplus(folder, kept, never=())
    except OSError:
        return 1
    os.access(MARKS[1], os.F_OK)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    sys.exit(main(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
