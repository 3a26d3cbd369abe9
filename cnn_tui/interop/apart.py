"""Foreign files are read by a process of their own: what goes wrong in it, goes wrong there.

The question goes in as JSON, the answer comes out as one safetensors blob with the rest in its metadata; no pickle.
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.safe_tensors import SafeTensors, write_tensors
from cnn_tui.interop.weights import most_bytes

if TYPE_CHECKING:
    from cnn_tui.interop.weights import Arrays

ENVIRONMENT = {"HDF5_PLUGIN_PRELOAD": "::", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""No plug-ins, and no memory for threads that have nothing to do."""
HOUSE = Path(__file__).parents[2]
START = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
"""Python on its own, which looks for modules neither where it was started nor where variables point, but for this
program's own, which need not be installed."""
PATIENCE_SECONDS = 120.0
"""After which a reader is ended that computes nothing, as one that computes too much ends itself."""
HEARD_AT_ONCE = 2**20
PARTING_SECONDS = 5.0
TOOK_TOO_LONG = 24
"""The signal of a process that computed longer than it may, on all systems that have it."""
ROOM = 16 * 2**20
"""What an answer may hold beside numbers."""
GONE = {MemoryError: "needs more memory to read than such a file should", RecursionError: "is nested too deeply"}
BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RuntimeError, EOFError, IndexError)
"""What libraries raise about files that are not what they should be."""


def ask(
    module: str, path: Path, question: dict[str, Any], seconds: float = PATIENCE_SECONDS
) -> tuple[dict[str, Any], "Arrays"]:
    """What a module, run as a process of its own, answers about a file. Raises UserError, also when it crashes."""
    try:
        most = 2 * most_bytes(path.stat().st_size) + ROOM
    except OSError as error:
        fact = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise UserError(fact, Place(path), "Check the path.") from None
    with subprocess.Popen(
        [sys.executable, "-I", "-c", START, str(HOUSE), module, str(path.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **ENVIRONMENT},
    ) as process:
        assert process.stdout
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        alarm = threading.Timer(seconds, stop)
        alarm.start()
        try:
            answer = _talk(process, json.dumps(question).encode(), most)
        finally:
            alarm.cancel()
            process.stdout.close()  # a reader that says more than it may is not listened to
            with suppress(subprocess.TimeoutExpired):
                process.wait(PARTING_SECONDS)
            process.kill()
    if late.is_set() or process.returncode == -TOOK_TOO_LONG:
        raise UserError("takes longer to read than such a file should", Place(path), "Nothing was taken from it.")
    return _understood(answer, path)


def answer(read: Any) -> None:
    """The other end: what `read(path, question)` gives, or the error it raises, on standard output.

    `read` returns a message and arrays. Whatever a library prints goes elsewhere.
    """
    heard = json.loads(sys.stdin.buffer.read())
    sys.stdin.close()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    path = Path(sys.argv[1])
    try:
        message, arrays = read(path, heard)
    except UserError as error:
        message, arrays = {"problem": error.problem, "where": str(error.where), "remedy": error.remedy}, {}
    except tuple(GONE) as error:
        message, arrays = {"problem": GONE[type(error)], "where": path.name, "remedy": ""}, {}
    except BROKEN:
        message, arrays = {"problem": "is damaged", "where": path.name, "remedy": "Save it once more."}, {}
    write_tensors(out, arrays, {"json": json.dumps(message)})
    out.flush()


def _talk(process: subprocess.Popen[bytes], question: bytes, most: int) -> bytes:
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError):
        process.stdin.write(question)
        process.stdin.close()
    heard = bytearray()
    while (piece := process.stdout.read(HEARD_AT_ONCE)) and len(heard) <= most:
        heard += piece
    return bytes(heard) if len(heard) <= most else b""


def _understood(heard: bytes, path: Path) -> tuple[dict[str, Any], "Arrays"]:
    source: IO[bytes] = BytesIO(heard)
    try:
        held = SafeTensors(source, path.name)
        message = json.loads(held.metadata["json"])
        arrays = {key: held.array(key) for key in held.stored}
    except (UserError, KeyError, ValueError):
        raise UserError("made the reader crash", Place(path), "Nothing was taken from it.") from None
    if "problem" in message:
        raise UserError(message["problem"], message["where"], message["remedy"])
    return message, arrays
