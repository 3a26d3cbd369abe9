"""Hostile models in JSON, alone, inside a `.keras` and an `.h5`: code, functions by name, sizes without end, texts that are none."""

import base64
import json
import marshal
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import h5py

from cnn_tui.interop.keras_writers import keras, legacy_h5
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import to_document
from tests.interop.support import random_arrays


def files(model: Model, folder: Path) -> Iterable[tuple[str, bytes]]:
    arrays = random_arrays(model)
    whole, old = keras(model, arrays, {}), legacy_h5(model, arrays, {})
    for name, text in texts(to_document(model), folder).items():
        yield f"{name}.json", text.encode()
        yield f"own_{name}.keras", with_config(whole, text)
        if len(text) < 10_000_000:
            yield f"own_{name}.h5", with_model_config(old, text)


def texts(document: dict[str, Any], folder: Path) -> dict[str, str]:
    """The JSON texts by what is wrong in them."""
    code = compile(f"__import__('os').system('touch {folder}/canary')", "x", "eval")
    lambda_ = {"class_name": "__lambda__", "config": {"code": base64.b64encode(marshal.dumps(code)).decode()}}
    function = {"module": "os", "class_name": "function", "config": "system", "registered_name": "function"}
    layers = {
        "lambda": {"class_name": "Lambda", "config": {"function": lambda_}},
        "lambda_keras_3": {"module": "keras.layers", "class_name": "Lambda", "config": {"function": lambda_}},
        "tf_lambda": {"class_name": "TFOpLambda", "config": {"function": "io.write_file"}},
        "custom": {"module": "evil", "class_name": "Dense", "config": {"units": 3}, "registered_name": "evil>Dense"},
        "module": {"module": "subprocess", "class_name": "Popen", "config": {"args": ["touch", f"{folder}/canary"]}},
        "activation": {"class_name": "Dense", "config": {"units": 3, "activation": function}},
        "initializer": {"class_name": "Dense", "config": {"units": 3, "kernel_initializer": function}},
        "get_file": {
            "class_name": "Dense",
            "config": {
                "units": 3,
                "kernel_constraint": {"module": "keras.utils", "class_name": "get_file", "config": {}},
            },
        },
        "nested": {"class_name": "TimeDistributed", "config": {"layer": document}},
        "recurrent": {"class_name": "LSTM", "config": {"units": 3}},
        "1e12_units": {"class_name": "Dense", "config": {"units": 10**12}},
        "2e9_units": {"class_name": "Dense", "config": {"units": 2_000_000_000}},
        "no_units": {"class_name": "Dense", "config": {"units": -1}},
        "true_units": {"class_name": "Dense", "config": {"units": True}},
        "words": {"class_name": "Dense", "config": {"units": "$(touch canary)"}},
        "no_config": {"class_name": "Dense", "config": []},
        "list": [{"class_name": "Dense"}],
        "escape": {"class_name": "\x1b]52;c;aGk=\x07Dense", "config": {}},
        "markup": {"class_name": "[@click=app.quit]Dense[/]", "config": {}},
    }
    made = {name: json.dumps(_with_layers(document, [layer])) for name, layer in layers.items()}
    dense = {"class_name": "Dense", "config": {"units": 3}}
    made["many_layers"] = json.dumps(_with_layers(document, [dense] * 10_000))
    made["deep"] = "[" * 100_000 + "]" * 100_000
    made["deep_objects"] = '{"config":' * 100_000 + "1" + "}" * 100_000
    made["nan"] = json.dumps(document).replace('"units": 3', '"units": NaN')
    made["twice"] = json.dumps(document).replace('"units": 3', '"units": 3, "units": 4')
    made["digits"] = json.dumps(document).replace('"units": 3', f'"units": {"9" * 100_000}')
    made["long"] = json.dumps({**document, "x": "y" * (5 * 2**20)})
    made["no_json"] = "class_name: Sequential"
    made["number"] = "7"
    made["nothing"] = ""
    made["subclassed"] = json.dumps({**document, "class_name": "MyModel"})
    return made


def _with_layers(document: dict[str, Any], layers: list[Any]) -> dict[str, Any]:
    config = document["config"]
    return {**document, "config": {**config, "layers": [*config["layers"], *layers]}}


def with_config(content: bytes, text: str) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(made, "w") as target:
        for member in source.infolist():
            target.writestr(member, text if member.filename == "config.json" else source.read(member))
    return made.getvalue()


def with_model_config(content: bytes, text: str) -> bytes:
    made = BytesIO(content)
    with h5py.File(made, "r+") as file:
        file.attrs["model_config"] = text
    return made.getvalue()
