"""The layer table of a model on the command line, for people and for scripts."""

from typing import Any

from cnn_tui.cli.output import console, table
from cnn_tui.spec.fields import brief
from cnn_tui.spec.layers import by
from cnn_tui.spec.memory import BYTES, image_bytes, training_bytes
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import Row, total_activation_values, total_macs, total_not_trained, total_parameters

COLUMNS = ["#", "Layer", "Settings", "Kernel", "Output", "Parameters", "Mult-adds", "Sees"]
WIDE = 100
"""From so many columns on there is room for everything."""
MEGABYTE = 2**20


def document(model: Model, rows: tuple[Row, ...], batch: int) -> dict[str, Any]:
    """What is known of a model and each of its layers, for scripts; counts are for one image, bytes for the batch."""
    return {
        "input_shape": list(model.input_shape),
        "layers": [_entry(row, name) for row, name in zip(rows, layer_names(model), strict=False)],
        "parameters": total_parameters(rows),
        "trainable_parameters": total_parameters(rows) - total_not_trained(rows),
        "macs": total_macs(rows),
        "batch_size": batch,
        "activation_bytes": batch * BYTES * total_activation_values(rows),
        "training_bytes": training_bytes(rows, model.input_shape, batch),
    }


def _entry(row: Row, name: str) -> dict[str, Any]:
    return {
        "layer": type(row.layer).__name__,
        "name": name,
        "enabled": row.layer.enabled,
        "input_shape": row.input_shape and list(row.input_shape),
        "output_shape": row.output_shape and list(row.output_shape),
        "weights": {weight: list(shape) for weight, shape in row.weights.items()},
        "parameters": row.parameters,
        "trainable_parameters": row.parameters - row.not_trained,
        "macs": row.macs,
        "activation_values": row.activation_values,
        "receptive_field": list(row.seen.size) if row.seen else None,
        "formula": row.arithmetic or None,
        "problem": row.problem.sentence if row.problem else None,
    }


def print_model(model: Model, rows: tuple[Row, ...], batch: int) -> None:
    """The table, and under it what the model costs."""
    out = console()
    shown = [column for column in COLUMNS if column != "Kernel" or out.width >= WIDE]
    entry = {"Layer": "Input", "Output": by(model.input_shape)}
    lines = [[cells.get(column, "") for column in shown] for cells in (entry, *map(_cells, rows))]
    out.print(table(shown, lines, left=["Layer", "Settings"], whole=["Layer"]))
    not_trained = total_not_trained(rows)
    trained = f" ({total_parameters(rows) - not_trained:,} trained)" if not_trained else ""
    out.print(f"\n{total_parameters(rows):,} parameters{trained}, {total_macs(rows):,} multiply-adds an image")
    images = "an image" if batch == 1 else f"{batch:,} images"
    weights, activations = BYTES * total_parameters(rows), batch * BYTES * total_activation_values(rows)
    out.print(f"{_megabytes(weights)} of weights, {_megabytes(activations)} of activations for {images}")
    training, more = training_bytes(rows, model.input_shape, batch), image_bytes(rows, model.input_shape)
    out.print(f"training on {images}: about {_megabytes(training)}, {_megabytes(more)} more with each image")


def _cells(row: Row) -> dict[str, str]:
    mark = "✗ " if row.problem else "" if row.layer.enabled else "off "
    cells = {"#": f"{mark}{row.index + 1}", "Layer": type(row.layer).__name__, "Settings": brief(row.layer)}
    if row.output_shape is None or not row.layer.enabled:
        return cells
    return cells | {
        "Kernel": next((by(shape) for name, shape in row.weights.items() if name.endswith("kernel")), ""),
        "Output": by(row.output_shape),
        "Parameters": f"{row.parameters:,}",
        "Mult-adds": f"{row.macs:,}",
        "Sees": by(row.seen.size) if row.seen else "all",
    }


def _megabytes(count: int) -> str:
    return f"{count / MEGABYTE:,.1f} MB" if count < 1000 * MEGABYTE else f"{count / MEGABYTE / 1024:,.1f} GB"
