"""`cnn-tui data`: what is in files, and labels one-hot encoded."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cnn_tui.cli.options import AsJson, Header, found_data
from cnn_tui.cli.output import console, print_json, table
from cnn_tui.spec.layers import by
from cnn_tui.spec.report import Found, Report
from cnn_tui.text import clean

app = typer.Typer(help="Look at data; encode labels.", rich_markup_mode=None, no_args_is_help=True)


@app.command()
def info(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="A folder, or files of images and labels.")],
    header: Header = "auto",
    as_json: AsJson = False,
) -> None:
    """What is in data: shapes, classes, balance, problems."""
    from cnn_tui.data.dataset import open_data
    from cnn_tui.data.statistics import describe

    data = found_data(paths, header)
    assert data is not None
    report = describe(open_data(data))
    if as_json:
        train = report.train
        summary = {
            "images": train.images,
            "shape": list(train.shape),
            "dtype": train.dtype,
            "counts": list(train.counts),
        }
        print_json({**summary, **msgspec.to_builtins(report)})
    else:
        _print_report(report)


@app.command("one-hot")
def one_hot(
    labels: Annotated[Path, typer.Argument(metavar="Y", help="The file of labels: integers or words, one a row.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; - for standard output.")],
    classes: Annotated[
        int | None, typer.Option(help="How many columns; the largest label and one more if left out.")
    ] = None,
    header: Annotated[bool, typer.Option("--header", help="The first line is a header.")] = False,
) -> None:
    """To categorical: one column a class, a 1 where the label is."""
    from cnn_tui.data.one_hot import write_one_hot

    target = sys.stdout.buffer if str(out) == "-" else out
    write_one_hot(labels, target, classes, "yes" if header else "no")


def _print_report(report: Report) -> None:
    out = console()
    parts = [("training", report.train), *([("test", report.test)] if report.test else [])]
    out.print(
        table(
            ["", "images", "values", "type", "lowest", "highest", "mean", "deviation"],
            [[name, *_row(found)] for name, found in parts],
            left=["", "values", "type"],
        )
    )
    out.print(
        f"\n{len(report.classes)} classes; {clean(report.format)}, {'with' if report.header else 'without'} a header\n"
    )
    counts = [
        [clean(name), *(f"{found.counts[place]:,}" for _, found in parts)] for place, name in enumerate(report.classes)
    ]
    out.print(table(["class", *(name for name, _ in parts)], counts, left=["class"]))
    for problem in report.problems:
        out.print(f"\n! {clean(str(problem), 1000)}", soft_wrap=True)


def _row(found: Found) -> list[str]:
    numbers = (found.low, found.high, found.mean, found.deviation)
    return [f"{found.images:,}", by(found.shape), found.dtype, *(f"{number:,.4g}" for number in numbers)]
