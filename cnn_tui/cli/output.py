"""What commands print: tables and matrices for people on a terminal, plain JSON for scripts, errors on stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cnn_tui.results.confusion import NO_NUMBER, Confusion, decimals
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.final_scores import FinalScores
from cnn_tui.results.overall import balanced_accuracy, baseline, cohen_kappa, matthews
from cnn_tui.text import clean

HIT, MISS = (24, 120, 90), (190, 70, 40)
"""The full colours of the diagonal and of the mistakes, red green blue."""


def console() -> Console:
    """Standard output; markup in what is printed stays text."""
    return Console(markup=False, highlight=False, emoji=False)


def progress_console() -> Console:
    """Standard error, for what is not the answer."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def complain(sentence: str) -> None:
    """Says an error."""
    progress_console().print(Text(sentence, style="bold red"), soft_wrap=True)


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    sys.stdout.flush()


def table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], left: Sequence[str] = (), whole: Sequence[str] = ()
) -> Table:
    """A quiet table of cleaned cells; columns in `left` stand to the left, those in `whole` are never broken."""
    made = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        side: Literal["left", "right"] = "left" if column in left else "right"
        made.add_column(Text(column), justify=side, overflow="fold", no_wrap=column in whole)
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(clean(cell)) for cell in row))
    return made


def matrix(confusion: Confusion) -> Table:
    """The confusion matrix, coloured by the share of the row; ten classes fit into 80 columns."""
    names = [clean(name, 12) for name in confusion.classes]
    made = Table(
        box=None, padding=0, header_style="bold", title="rows: true class, columns: predicted", title_justify="left"
    )
    made.add_column()
    for title in (*(f"{name} " for name in names), " recall"):
        made.add_column(Text(title), justify="right", no_wrap=True)
    for index, counts in enumerate(confusion.counts):
        cells = [_cell(number, sum(counts), column == index) for column, number in enumerate(counts)]
        made.add_row(
            Text(f"{names[index]:>9} "), *cells, Text(f" {decimals(confusion.score(index).recall)}", style="dim")
        )
    precisions = [Text(f"{_two_decimals(score.precision)} ", style="dim") for score in confusion.scores()]
    made.add_row(Text("precision ", style="dim"), *precisions, "")
    return made


def scores(confusion: Confusion) -> Table:
    """Precision, recall and F of each class, with the fraction that precision is."""
    return table(
        ["class", "precision", "recall", "F1", "images"],
        [
            [score.label, *map(decimals, (score.precision, score.recall, score.f1)), f"{score.support:,}"]
            for score in confusion.scores()
        ],
        left=["class"],
    )


def print_evaluation(evaluation: Evaluation) -> None:
    """The matrix, the scores and one sentence."""
    confusion, out = evaluation.confusion, console()
    out.print(matrix(confusion))
    out.print()
    out.print(scores(confusion))
    out.print()
    out.print(
        f"{evaluation.part}: accuracy {confusion.accuracy:.4f}, loss {evaluation.loss:.4f}, "
        f"{confusion.correct:,} of {confusion.images:,} images right"
    )
    if largest := baseline(confusion):
        kappa, correlation = decimals(cohen_kappa(confusion)), decimals(matthews(confusion))
        out.print(
            f"balanced accuracy {decimals(balanced_accuracy(confusion))}, Cohen's kappa {kappa}, "
            f"Matthews {correlation}; always {clean(confusion.classes[largest[0]], 24)} gets {largest[1]:.4f}"
        )


def _two_decimals(score: float | None) -> str:
    return NO_NUMBER if score is None else f"{score:.2f}"


def print_final_scores(found: FinalScores) -> None:
    """The primary score, then the others; of predicted numbers the loss before them."""
    words = [f"{found.part}: loss {found.loss:.4f}, {found.images:,} images"] if found.targets else []
    asked = found.targets or len(found.scores) > 1 or found.primary != "accuracy"
    for name, value in sorted(found.scores.items(), key=lambda one: one[0] != found.primary) if asked else ():
        mark = " (primary)" if name == found.primary else ""
        words.append(f"{name}{mark} {'cannot be computed of these rows' if value is None else f'{value:.4f}'}")
    if words:
        console().print("\n".join(words))


def _cell(number: int, of: int, is_hit: bool) -> Text:
    if not number:
        return Text("· ", style="dim")
    share = number / of
    strength = 0.25 + 0.75 * share if is_hit else min(1.0, 0.3 + 6 * share)
    red, green, blue = (round(part * strength) for part in (HIT if is_hit else MISS))
    return Text(f"[{number}]" if is_hit else f" {number} ", style=f"bold white on rgb({red},{green},{blue})")
