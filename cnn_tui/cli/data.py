"""`cnn-tui data`: what is in files, labels one-hot encoded, data from the network."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from cnn_tui.cli import standard_input
from cnn_tui.cli.options import AsJson, found_data
from cnn_tui.cli.output import console, print_json, table
from cnn_tui.cli.progress import bar
from cnn_tui.cli.settings_options import Settings, with_settings
from cnn_tui.data.catalogue import CATALOGUE
from cnn_tui.data.download import MAX_BYTES
from cnn_tui.errors import one_of
from cnn_tui.spec.data import Data, Reading
from cnn_tui.spec.layers import by
from cnn_tui.spec.report import Found, PartName, Report, Spread
from cnn_tui.text import clean

app = typer.Typer(help="Look at data; encode labels; download data.", rich_markup_mode=None, no_args_is_help=True)
MOST_CLASSES = 1000
"""How many classes a person is shown."""
_TITLES: dict[PartName, str] = {"train": "training", "validate": "validation", "test": "test"}


@app.command()
@with_settings(Data, only=(*Reading.__struct_fields__, "targets"))
def info(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="A folder, or files of images and labels; - standard input.")
    ],
    as_json: AsJson = False,
    *,
    settings: Settings,
) -> None:
    """What is in data: shapes, classes and their balance, or numbers; problems."""
    from cnn_tui.data.dataset import look_into
    from cnn_tui.data.statistics import describe

    with standard_input.files(paths) as files, bar("Reading") as shown:
        data = found_data(files, settings)
        assert data is not None
        report = describe(
            look_into(data, lambda share: shown.tell(share / 2)), lambda share: shown.tell(0.5 + share / 2)
        )
    if as_json:
        train = report.train
        summary = {"images": train.images, "shape": list(train.shape), "dtype": train.dtype}
        counted = {"counts": list(train.counts)} if report.labelled else {"counts": [], "classes": []}
        print_json({**summary, **msgspec.to_builtins(report), **counted})
    else:
        _print_report(report)


@app.command("one-hot")
@with_settings(Reading, only=("delimiter", "encoding", "label_column"))
def one_hot(
    labels: Annotated[
        str, typer.Argument(metavar="Y", help="The file of labels: integers or words, one a row; - standard input.")
    ],
    out: Annotated[str, typer.Argument(metavar="OUT", help="The file to write; - for standard output.")],
    classes: Annotated[
        int | None, typer.Option(help="How many columns; the largest label and one more if left out.")
    ] = None,
    header: Annotated[bool, typer.Option("--header", help="The first line is a header.")] = False,
    *,
    settings: Settings,
) -> None:
    """To categorical: one column a class, a 1 where the label is."""
    from cnn_tui.data.one_hot import write_one_hot

    target = sys.stdout.buffer if out == "-" else Path(out)
    with standard_input.files([labels]) as files:
        write_one_hot(Path(files[0]), target, classes, Reading(header="yes" if header else "no", **settings))


@app.command()
def fetch(
    what: Annotated[str, typer.Argument(metavar="NAME|URL", help=f"{one_of(tuple(CATALOGUE))}, or a URL of a file.")],
    sha256: Annotated[str | None, typer.Option(metavar="HEX", help="What the file's SHA-256 must be.")] = None,
    max_bytes: Annotated[int, typer.Option(help="The largest file that is taken.")] = MAX_BYTES,
    as_json: AsJson = False,
) -> None:
    """Download data into the cache folder: resumed where it broke off, and checked."""
    from cnn_tui.data.fetch import fetch_data

    with bar("Downloading", bytes_count=True) as shown:
        fetched = fetch_data(what, sha256, max_bytes, shown.tell)
    command = shlex.join(["cnn-tui", "data", "info", str(fetched.path)])
    if as_json:
        print_json({"path": str(fetched.path), "files": [str(file) for file in fetched.files], "next": command})
    else:
        console().print(f"{clean(fetched.path, 1000)}\nTo go on: {clean(command, 1000)}", soft_wrap=True)


def _print_report(report: Report) -> None:
    out = console()
    parts = [(_TITLES[part], found) for part, found in report.parts.items()]
    out.print(
        table(
            ["", "images", "values", "type", "lowest", "highest", "mean", "deviation"],
            [[name, *_row(found)] for name, found in parts],
            left=["", "values", "type"],
        )
    )
    header = f", {'with' if report.header else 'without'} a header" if report.kind == "table" else ""
    out.print(f"\n{_what_labels_are(report)}; {clean(report.format)}{header}\n")
    if report.labelled:
        out.print(_target_table(report) if report.targets else _class_table(report))
    if (hidden := len(report.classes) - MOST_CLASSES) > 0:
        out.print(f"and {hidden:,} more; --json lists them all")
    for problem in report.problems:
        out.print(f"\n! {clean(str(problem), 1000)}", soft_wrap=True)


def _what_labels_are(report: Report) -> str:
    if not report.labelled:
        return "no labels"
    if report.targets:
        return f"{len(report.targets):,} number{'' if len(report.targets) == 1 else 's'} a label"
    return f"{len(report.classes):,} class{'' if len(report.classes) == 1 else 'es'}"


def _target_table(report: Report) -> Table:
    """Between what and around what the numbers of the labels lie in each part."""
    rows = [
        [clean(target.name), _TITLES[part], *(f"{number:,.4g}" for number in _of_spread(found.spreads[place]))]
        for place, target in enumerate(report.targets)
        for part, found in report.parts.items()
        if found.spreads
    ]
    return table(["number", "", "lowest", "highest", "mean", "deviation"], rows, left=["number", ""])


def _of_spread(spread: Spread) -> tuple[float, ...]:
    return spread.low, spread.high, spread.mean, spread.deviation


def _class_table(report: Report) -> Table:
    """How many images each class has in each part."""
    parts = report.parts
    counts = [
        [clean(name), *(f"{found.counts[place]:,}" for found in parts.values())]
        for place, name in enumerate(report.classes[:MOST_CLASSES])
    ]
    return table(["class", *(_TITLES[part] for part in parts)], counts, left=["class"])


def _row(found: Found) -> list[str]:
    numbers = (found.low, found.high, found.mean, found.deviation)
    return [f"{found.images:,}", by(found.shape), found.dtype, *(f"{number:,.4g}" for number in numbers)]
