"""Starting a trainer: a process of its own that outlives the terminal, with the environment that makes it fast."""

import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from cnn_tui.errors import Place, UserError
from cnn_tui.runs.control import take_requests
from cnn_tui.runs.run import Run

PATIENCE_SECONDS = 30.0
ALREADY_AT_WORK = 75
"""The exit code of a trainer that found another one at work."""
TEAM = {"PYTHONSAFEPATH": "1", "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
"""torchrun starts its processes without -P; and those that it starts again would find the addresses of the dead."""
RESTARTS = 3
"""How often a team is started again after one of its processes has died."""
ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""glibc gives every large block back to the system and clears it anew for the next batch. Told to keep its blocks,
which only a new process can be, it trains these networks 1.6 to 2 times as fast; in pages of 2 MB another tenth."""

DETERMINISM = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
"""Without it NVIDIA's matrix products may differ from run to run."""


def launch(run: Run, processes: int | None = None) -> subprocess.Popen[bytes]:
    """Starts the trainer of a run and returns when it holds the run's lock.

    `processes`: how many train together on this machine; None: as many as before, one if there was none.

    Raises UserError when it cannot start, and when another one was faster: of any number, one is at work.

    The process belongs to a session of its own and has no terminal, so neither a closed window nor a killed screen
    takes it along.
    """
    if run.is_running:
        raise _already_at_work(run)
    count = processes or processes_before(run)
    take_requests(run)  # what was asked of an earlier trainer is not meant for this one
    with ThreadPoolExecutor(
        1
    ) as pool:  # what a signal raises here does not come between the start and our knowing of it
        starting = pool.submit(_start, run, count)
        try:
            process = starting.result()
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not _is_ours(run, process, count) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
        except BaseException:  # nobody is left who knows of it
            starting.result().terminate()
            raise
    if process.poll() == ALREADY_AT_WORK:
        raise _already_at_work(run)
    if process.poll() not in (None, 0) and not run.events_file.exists():
        raise UserError("the trainer could not be started", Place(run.path), f"{run.log_file.name} in it says why.")
    return process


def _start(run: Run, processes: int) -> subprocess.Popen[bytes]:
    """The process, which has just begun."""
    with _log(run) as log:
        return subprocess.Popen(
            command(run, processes),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **trainer_environment(processes)},
            start_new_session=True,
        )


def command(run: Run, processes: int) -> list[str]:
    """The command line of the trainer; of several, of torchrun, which starts them again when one of them dies."""
    trainer = ["-m", "cnn_tui.engine.trainer", str(run.path.absolute())]
    if processes == 1:
        return [sys.executable, "-P", *trainer]
    team = ["--standalone", f"--nproc-per-node={processes}", f"--max-restarts={RESTARTS}", "--monitor-interval=0.5"]
    return [sys.executable, "-P", "-m", "torch.distributed.run", *team, *trainer]


def processes_before(run: Run) -> int:
    """How many processes trained together when it was last at work."""
    known = run.machine().get("processes")
    return known if isinstance(known, int) and known > 0 else 1


def _is_ours(run: Run, process: subprocess.Popen[bytes], processes: int) -> bool:
    """Whether the trainer at work is this process; torchrun, and Python itself on Windows, stand between."""
    return run.pid == process.pid or ((processes > 1 or os.name == "nt") and run.is_running)


def _already_at_work(run: Run) -> UserError:
    return UserError("this run has a trainer at work already", Place(run.path), "Attach to it instead.")


def _log(run: Run) -> IO[bytes]:
    try:
        return run.log_file.open("ab")
    except OSError as error:
        raise UserError(f"cannot be written to: {error.strerror}", Place(run.path), "Check its permissions.") from None


def trainer_environment(processes: int = 1) -> dict[str, str]:
    """What is added to the trainer's environment; a value that the user has set stays."""
    wanted = (ALLOCATOR if platform.system() == "Linux" else {}) | DETERMINISM
    if processes > 1:
        wanted = wanted | TEAM | {"OMP_NUM_THREADS": str(max((os.cpu_count() or 1) // processes, 1))}
    return {name: value for name, value in wanted.items() if name not in os.environ}
