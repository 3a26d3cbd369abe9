"""`cnn-tui model`: the layer table of a model file."""

from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from cnn_tui.cli.options import AsJson
from cnn_tui.cli.output import complain, console, print_json, table
from cnn_tui.errors import UserError
from cnn_tui.spec.checks import check
from cnn_tui.spec.fields import brief
from cnn_tui.spec.layers import by
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import Row, total_macs, total_parameters, trace

app = typer.Typer(help="Look at models.", rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Look at models."""


@app.command("show")
def show_model(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model in JSON: ours, Keras's or Galaxy's.")],
    input_shape: Annotated[str, typer.Option("--input", help="Another input shape, such as 28,28,1.")] = "",
    as_json: AsJson = False,
) -> None:
    """The layer table: shapes, parameters, multiply-adds and receptive field."""
    from cnn_tui.interop.models import open_model

    opened = open_model(model)
    if input_shape:
        opened = replace(opened, input_shape=_shape(input_shape))
    rows, problems = trace(opened), check(opened)
    if as_json:
        print_json(_document(opened, rows, [problem.sentence for problem in problems]))
    else:
        _print(opened, rows)
        for problem in problems:
            complain(f"✗ {problem.sentence}")


def _shape(text: str) -> tuple[int, ...]:
    sizes = text.replace("x", ",").split(",")
    if not all(size.strip().isdecimal() and 0 < int(size) < 2**31 for size in sizes) or len(sizes) > 4:
        raise UserError(f'"{text}" is not a shape', "--input", "Write sizes such as 784 or 28,28,1.")
    return tuple(map(int, sizes))


def _document(model: Model, rows: tuple[Row, ...], problems: list[str]) -> dict[str, Any]:
    return {
        "input_shape": list(model.input_shape),
        "layers": [
            {
                "layer": type(row.layer).__name__,
                "name": name,
                "output_shape": row.output_shape and list(row.output_shape),
                "parameters": row.parameters,
                "macs": row.macs,
                "receptive_field": list(row.seen.size) if row.seen else None,
                "problem": row.problem.sentence if row.problem else None,
            }
            for row, name in zip(rows, layer_names(model), strict=False)
        ],
        "parameters": total_parameters(rows),
        "macs": total_macs(rows),
        "problems": problems,
    }


def _print(model: Model, rows: tuple[Row, ...]) -> None:
    def cells(row: Row) -> list[str]:
        head = [f"✗ {row.index + 1}" if row.problem else str(row.index + 1), type(row.layer).__name__, brief(row.layer)]
        if row.output_shape is None:
            return [*head, "", "", "", ""]
        sees = by(row.seen.size) if row.seen else "all"
        return [*head, by(row.output_shape), f"{row.parameters:,}", f"{row.macs:,}", sees]

    out = console()
    columns = ["#", "Layer", "Settings", "Output", "Parameters", "Mult-adds", "Sees"]
    entry = ["", "Input", "", by(model.input_shape), "", "", ""]
    out.print(table(columns, [entry, *map(cells, rows)], left=["Layer", "Settings"]))
    out.print(f"\n{total_parameters(rows):,} parameters, {total_macs(rows):,} multiply-adds an image")
