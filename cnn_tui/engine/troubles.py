"""What a person can do about an error that is no one's input: a full disk, too little memory, a disk that fails."""

import errno
import os
import re
import traceback
from pathlib import Path

import psutil

from cnn_tui.errors import UserError
from cnn_tui.runs.checkpoint_files import found_checkpoints
from cnn_tui.runs.run import Run
from cnn_tui.runs.space import FULL, RESERVE_BYTES, disk_full, megabytes, room_for
from cnn_tui.spec.memory import largest_batch, training_bytes, weight_bytes
from cnn_tui.spec.shapes import trace

WORDS_FOR_NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")
SHARE_OF_FREE_MEMORY = 0.8
FREE_ON_GPU = re.compile(r"of which ([\d.]+) (MiB|GiB) is free")


def sentence_of(error: Exception, run: Run) -> str:
    """The sentence that a run ends with."""
    if is_no_memory(error):
        return _no_memory(error, run)
    if isinstance(error, OSError) and error.errno in FULL:
        return disk_full("the run", run.path, _room_to_go_on(run)).sentence
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return f"{run.name}: its disk has become read-only. Mend that and resume the run."
    if isinstance(error, OSError) and error.errno:
        name = Path(error.filename).name if isinstance(error.filename, str) else "A file"
        return f"{name}: {os.strerror(error.errno)}. Mend that and resume the run."
    if _compiles(run):  # from where an error of torch's compiler comes cannot be told: it takes its traces away
        reason = f"The program failed ({type(error).__name__}) with a network that torch compiles"
        return f"{reason}; {run.log_file.name} in the run has more. Train without jit_compile."
    return f"The program failed ({type(error).__name__}); {run.log_file.name} in the run has more."


def is_no_memory(error: Exception) -> bool:
    """Whether it says that there is too little memory, here or on a GPU."""
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in WORDS_FOR_NO_MEMORY)


def _compiles(run: Run) -> bool:
    try:
        return run.experiment().training.jit_compile
    except UserError:
        return False


def _room_to_go_on(run: Run) -> int:
    """What the next checkpoint and a last word take; as the newest one, or else by the number of weights."""
    for path in found_checkpoints(run.checkpoints_folder):
        return room_for(file.stat().st_size for file in path.iterdir()) + RESERVE_BYTES
    try:
        return weight_bytes(trace(run.experiment().model)) + RESERVE_BYTES
    except UserError:
        return RESERVE_BYTES


def _no_memory(error: Exception, run: Run) -> str:
    """How much is needed and free, and the largest batch for which there is room."""
    try:
        experiment = run.experiment()
    except UserError:
        return "The memory is full. Train again with a smaller batch size or a smaller model."
    traceback.clear_frames(error.__traceback__)  # what the failed batch holds is free again
    rows, shape, batch = trace(experiment.model), experiment.model.input_shape, experiment.training.batch_size
    free = int(_free(error) * SHARE_OF_FREE_MEMORY)
    fits = min(max(largest_batch(rows, shape, free), 1), batch // 2)
    need = megabytes(training_bytes(rows, shape, batch))
    way_out = f"Train again with --batch-size {fits}." if fits else "Train a smaller model."
    return f"The memory is full: batches of {batch:,} need about {need} and {megabytes(free)} are free. {way_out}"


def _free(error: Exception) -> float:
    """What is free, in bytes: on the GPU as its error says, else on this machine, or below this process's limit."""
    if found := FREE_ON_GPU.search(str(error)):
        return float(found[1]) * (2**30 if found[2] == "GiB" else 2**20)
    free = float(psutil.virtual_memory().available)
    if os.name == "posix":
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            free = min(free, max(limit - psutil.Process().memory_info().vms, 0))
    return free
