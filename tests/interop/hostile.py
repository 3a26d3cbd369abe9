"""Files that mean harm: each is written, opened as a user would open it, and what came of it is told.

python -m tests.interop.hostile FOLDER h5|json|zip|tensors|torch    writes them
python -m tests.interop.hostile FOLDER tell                        opens them, in a process that has taken little yet
"""

import importlib
import json
import re
import resource
import sys
import time
from pathlib import Path

from cnn_tui.errors import UserError
from cnn_tui.interop.models import open_model
from cnn_tui.interop.weight_files import read_weights
from cnn_tui.spec.layers import Conv2D, Dense, Flatten
from cnn_tui.spec.model import Model

MODEL = Model(
    (6, 6, 1), (Conv2D(filters=2, kernel_size=(3, 3)), Flatten(), Dense(units=3, activation="softmax")), "small"
)
CANARY = "canary"
"""The file that code in a hostile file would make."""
SECRET = "secret"
"""A file beside it that none may read."""
KINDS = ("h5", "json", "zip", "tensors", "torch")


def write(folder: Path, kind: str) -> None:
    """Writes all files of a kind."""
    (folder / SECRET).write_bytes(b"\x00\x00\x80\x3f" * 100)
    for name, content in importlib.import_module(f"tests.interop.hostile_{kind}").files(MODEL, folder):
        (folder / name).write_bytes(content)


def tell(folder: Path) -> dict[str, object]:
    """What each file of a folder came to, and the memory that reading them took, here and in the readers."""
    found = []
    for path in sorted(folder.iterdir()):
        name = path.name
        if name == SECRET:
            continue
        begun = time.monotonic()
        try:
            if path.suffix == ".json":
                open_model(path)
            else:
                read_weights(path, model=None if name.startswith("own_") else MODEL)
            sentence = ""
        except UserError as error:
            sentence = error.sentence
        found.append({"name": name, "sentence": sentence, "seconds": time.monotonic() - begun})
        path.unlink()
    # Not by getrusage for this process: that remembers what its parent had taken.
    taken = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))[0]
    most = [int(taken), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]
    left = sorted(path.name for path in folder.rglob("*"))
    return {"files": found, "most_kb": max(most), "left": left}


if __name__ == "__main__":
    if sys.argv[2] == "tell":
        print(json.dumps(tell(Path(sys.argv[1]))))
    else:
        write(Path(sys.argv[1]), sys.argv[2])
