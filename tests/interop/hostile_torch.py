"""Hostile `.pt`: pickles that call what they like, tensors that reach beyond their file, kinds that are not plain."""

import builtins
import os
import pickle
import subprocess
import zipfile
from collections import OrderedDict
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cnn_tui.spec.model import Model


class Calls:
    """Pickled, it calls a function when it is read."""

    def __init__(self, function: Any, *given: Any) -> None:
        self.call = function, given

    def __reduce__(self) -> Any:
        return self.call


def files(model: Model, folder: Path) -> Iterable[tuple[str, bytes]]:
    touch = f"touch {folder}/canary"
    calls = {
        "system": Calls(os.system, touch),
        "eval": Calls(builtins.eval, f"__import__('os').system('{touch}')"),
        "exec": Calls(builtins.exec, f"import os; os.system('{touch}')"),
        "popen": Calls(subprocess.Popen, ["touch", f"{folder}/canary"]),
        "open": Calls(builtins.open, f"{folder}/canary", "w"),
        "load": Calls(torch.load, f"{folder}/secret"),
        "getattr": Calls(getattr, "", "join"),
    }
    for name, call in calls.items():
        yield f"{name}.pt", saved({"weight": call})
    for name in ("system", "eval"):
        yield f"{name}_old.pt", saved({"weight": calls[name]}, _use_new_zipfile_serialization=False)
        yield f"{name}.pickle", pickle.dumps(calls[name])
    yield "deep.pt", b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."
    yield "module.pt", saved(torch.nn.Linear(3, 3))
    yield "quantized.pt", saved({"weight": torch.quantize_per_tensor(torch.rand(3), 0.1, 0, torch.qint8)})
    yield "sparse.pt", saved({"weight": torch.eye(3).to_sparse()})
    yield "complex.pt", saved({"weight": torch.zeros(3, dtype=torch.complex64)})
    yield "meta.pt", saved({"weight": torch.empty(2**40, device="meta")})
    yield "spread.pt", saved({"weight": torch.zeros(1).expand(2**36)})
    yield "lie.pt", saved({"weight": _reaching(10**6, 1)})
    yield "lie_stride.pt", saved({"weight": _reaching(3, 2**40)})
    yield "words.pt", saved({"weight": "x" * 100})
    yield "numbers.pt", saved([1, 2, 3])
    yield "nothing.pt", saved({})
    yield "other.pt", saved({"0.weight": torch.zeros(7, 7)})
    yield "script.pt", scripted()
    yield "exported.pt2", exported(calls["system"])
    yield "cut.pt", saved({"weight": torch.zeros(100)})[:-200]
    objects = BytesIO()
    np.savez(objects, x=np.array([calls["system"]], object))
    yield "objects.npz", objects.getvalue()
    yield "objects.pt", objects.getvalue()


def saved(held: Any, **how: Any) -> bytes:
    made = BytesIO()
    torch.save(held, made, **how)
    return made.getvalue()


def _reaching(size: int, stride: int) -> Calls:
    storage = torch.zeros(3)._typed_storage()
    return Calls(torch._utils._rebuild_tensor_v2, storage, 0, (size,), (stride,), False, OrderedDict())


def scripted() -> bytes:
    """A program of torch's own kind."""
    made = BytesIO()
    torch.jit.save(torch.jit.trace(torch.nn.ReLU(), torch.zeros(1)), made)
    return made.getvalue()


def exported(call: Calls) -> bytes:
    """What `torch.export` writes, with a pickle among its example inputs."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x/archive_format", "pt2")
        archive.writestr("x/data/sample_inputs/model.pt", saved(call))
    return made.getvalue()
