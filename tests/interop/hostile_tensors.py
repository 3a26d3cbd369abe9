"""Hostile safetensors: headers without end, arrays that overlap or are larger than the file, notes that lie."""

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from cnn_tui.interop.notes import notes_document
from cnn_tui.interop.safe_tensors import write_tensors
from cnn_tui.spec.model import Model
from tests.interop.support import random_arrays


def files(model: Model, folder: Path) -> Iterable[tuple[str, bytes]]:
    arrays = random_arrays(model)
    about = {"format": 1, "classes": ["a", "b", "c"], "data_shape": [6, 6, 1], "scaling": {}, "epoch": 1}
    notes = notes_document(model, about)
    held = BytesIO()
    write_tensors(held, arrays, {})
    good = held.getvalue()
    length = int.from_bytes(good[:8], "little")
    header, numbers = json.loads(good[8 : 8 + length]), good[8 + length :]
    for name, change in HEADERS.items():
        wrong = json.loads(json.dumps(header))
        change(wrong)
        yield f"{name}.safetensors", made(json.dumps(wrong), numbers)
    yield "header_2_60.safetensors", (2**60).to_bytes(8, "little") + good[8:]
    yield "header_100_mb.safetensors", made(json.dumps(header) + " " * 10**8, numbers)
    yield "header_list.safetensors", made("{}".replace("{}", "{" + '"a":[1]' + "}"), numbers)
    yield "header_deep.safetensors", made("{" + '"a":{' * 50_000 + "}" * 50_000 + "}", numbers)
    yield "header_twice.safetensors", made(json.dumps(header).replace("dense.bias", "dense.kernel"), numbers)
    yield "header_nan.safetensors", made(json.dumps(header).replace("[3]", "[NaN]"), numbers)
    yield "header_bytes.safetensors", made(json.dumps(header).replace("dense", "\udcff"), numbers)
    yield "many.safetensors", made(json.dumps({str(n): _entry([0], 0, 0) for n in range(30_000)}), b"")
    yield "cut.safetensors", good[:-100]
    yield "longer.safetensors", good + b"evil"
    yield "short.safetensors", good[:4]
    yield "numbers_none.safetensors", made(json.dumps(header), b"")
    for name, lie in LIES.items():
        wrong = json.loads(json.dumps(notes))
        lie(wrong)
        yield (
            f"own_{name}.safetensors",
            made(json.dumps({**header, "__metadata__": {"cnn_tui": json.dumps(wrong)}}), numbers),
        )
    yield "own_notes_text.safetensors", made(json.dumps({**header, "__metadata__": {"cnn_tui": "{'a'"}}), numbers)
    yield "own_notes_number.safetensors", made(json.dumps({**header, "__metadata__": {"cnn_tui": 7}}), numbers)


def made(header: str, numbers: bytes) -> bytes:
    text = header.encode("utf-8", "surrogateescape")
    return len(text).to_bytes(8, "little") + text + numbers


def _entry(shape: list[int], first: int, last: int, kind: str = "F32") -> dict[str, Any]:
    return {"dtype": kind, "shape": shape, "data_offsets": [first, last]}


HEADERS: dict[str, Any] = {
    "overlap": lambda held: held["dense.bias"].update(data_offsets=[0, 12]),
    "gap": lambda held: held["dense.bias"].update(data_offsets=[2**20, 2**20 + 12]),
    "backwards": lambda held: held["dense.bias"].update(data_offsets=[12, 0]),
    "negative": lambda held: held["dense.bias"].update(data_offsets=[-12, 0]),
    "huge": lambda held: held["dense.kernel"].update(shape=[2**40, 2**20]),
    "64_gib": lambda held: held["dense.kernel"].update(shape=[2**34]),
    "deep_shape": lambda held: held["dense.kernel"].update(shape=[1] * 1000),
    "words": lambda held: held["dense.kernel"].update(shape="3x3"),
    "kind": lambda held: held["dense.kernel"].update(dtype="PICKLE"),
    "kind_object": lambda held: held["dense.kernel"].update(dtype={"os": "system"}),
    "turned": lambda held: held["dense.kernel"].update(shape=held["dense.kernel"]["shape"][::-1]),
    "missing": lambda held: held.pop("dense.bias"),
    "renamed": lambda held: held.update({"../../evil": held.pop("dense.bias")}),
    "entry": lambda held: held.update({"dense.bias": 7}),
}
LIES: dict[str, Any] = {
    "classes_numbers": lambda notes: notes["about"].update(classes=[1, 2, 3]),
    "about": lambda notes: notes.update(about=[]),
    "units": lambda notes: notes["model"]["config"]["layers"][-1]["config"].update(units=10**12),
    "lambda": lambda notes: notes["model"]["config"]["layers"].append({"class_name": "Lambda", "config": {}}),
}
