"""Runs on disks of many sizes: each until it is full, and then on when there is room. It needs a namespace of its own.

unshare -Urm python -m tests.runs.full_disk WARM_RUN FOLDER SIZE...     sizes in KiB; answers with a JSON line a size
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cnn_tui.errors import UserError
from cnn_tui.runs.checkpoint_files import found_checkpoints, read_checkpoint
from cnn_tui.runs.events import Saved, read_events
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment

ROOM_KIB = 64 * 1024


def main(warm: Run, folder: Path, sizes: list[int]) -> None:
    """Tries each size in turn."""
    from cnn_tui.engine.trainer import main as train

    assert train(warm.path) == 0
    for size in sizes:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], check=True)
        print(json.dumps(_tried(size, folder, warm.experiment())), flush=True)
        subprocess.run(["umount", folder], check=True)


def _tried(size: int, folder: Path, experiment: Experiment) -> dict[str, Any]:
    try:
        run = create_run(folder, experiment)
    except UserError as error:
        return {"size": size, "state": "not begun", "text": error.sentence}
    code = _trained(run)
    history = run.history()
    saved = [event for event in read_events(run.events_file)[0] if isinstance(event, Saved)]
    whole = [path.name for path in found_checkpoints(run.checkpoints_folder) if read_checkpoint(path)]
    answer = {
        "size": size,
        "code": code,
        "state": history.state,
        "text": history.text,
        "saved": len(saved),
        "whole": whole,
    }
    _make_room(folder)
    answer["code after"] = _trained(run)
    newest = found_checkpoints(run.checkpoints_folder)[0]
    answer["after"] = {
        "state": run.history().state,
        "checkpoint": newest.name,
        "hashes": [
            read_checkpoint(newest)[name].hex()[-4000:] for name in ("model.safetensors", "optimizer.safetensors")
        ],
    }
    return answer


def _make_room(folder: Path) -> None:
    subprocess.run(["mount", "-o", f"remount,size={ROOM_KIB}k", folder], check=True)


def _trained(run: Run) -> int:
    from cnn_tui.engine.trainer import main as train

    pid = os.fork()
    if not pid:
        code = 1
        try:
            log = os.open(run.path.parent.parent / "full.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            code = train(run.path)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main(Run(Path(sys.argv[1])), Path(sys.argv[2]), [int(size) for size in sys.argv[3:]])
