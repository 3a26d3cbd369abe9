"""Texts, names, numbers and tables as HTML: whatever comes from outside is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from cnn_tui.results.run_report import RunReport
from cnn_tui.text import clean

LONGEST, SHORT = 400, 24
"""Cells of a name where it stands whole, and on the edges of the matrix."""


def plain(given: object) -> str:
    """An outside text as HTML: nothing in it is a tag, an entity or a control character."""
    return escape(clean(given, LONGEST), quote=True)


def whole_name(given: object) -> str:
    """An outside text whose direction of writing stays its own."""
    return f"<bdi>{plain(given)}</bdi>"


def short_name(given: object) -> str:
    """A name that must not be wide; the whole of it is said when it is pointed at."""
    return f'<bdi title="{plain(given)}">{escape(clean(given, SHORT))}</bdi>'


def head(report: RunReport, facts: Iterable[tuple[str, str]]) -> str:
    """The top of a report: whose it is, how it ended, and what matters most."""
    shown = "".join(f"<div><dt>{fact}</dt><dd>{value}</dd></div>" for fact, value in facts)
    return (
        f"<header><h1>{whole_name(report.name)}</h1><p>Model {whole_name(report.model)}. {plain(report.ending)}</p>"
        f"<dl>{shown}</dl></header>\n"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def number(value: float | None) -> str:
    """A score to three decimals; - where there is none."""
    return "-" if value is None else f"{value:.3f}"
