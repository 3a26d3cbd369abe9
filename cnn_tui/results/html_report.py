"""A run as one HTML page that needs nothing else: no script, nothing from elsewhere, every outside text escaped."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.html_style import STYLE
from cnn_tui.results.run_report import LAYER_COLUMNS, Mistake, RunReport
from cnn_tui.results.scores import confused_pairs, wilson_interval
from cnn_tui.results.svg_curves import curves_svg
from cnn_tui.text import clean

LARGEST_MATRIX = 60
"""Classes whose matrix is drawn whole; of more, the pairs that are confused most are listed."""
MOST_PAIRS = 40
LONGEST, SHORT = 400, 24
"""Cells of a name where it stands whole, and on the edges of the matrix."""
SHADES = 10


def html_report(report: RunReport) -> str:
    """The page. Its policy allows the style below by its hash and pictures that are written in it, and nothing else."""
    sha = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{sha}'; img-src data:; base-uri 'none'; form-action 'none'"
    sections = (
        _head(report),
        _matrix(report.evaluation.confusion),
        _scores(report.evaluation.confusion),
        _curves(report),
        _mistakes(report),
        _layers(report),
        _settings(report),
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(report.name)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{''.join(sections)}<footer>{_text(report.made)}</footer>\n</body>\n</html>\n"
    )


def _text(text: object) -> str:
    """An outside text as HTML: nothing in it is a tag, an entity or a control character."""
    return escape(clean(text, LONGEST), quote=True)


def _name(text: object) -> str:
    """An outside text whose direction of writing stays its own."""
    return f"<bdi>{_text(text)}</bdi>"


def _short(text: object) -> str:
    """A name that must not be wide; the whole of it is said when it is pointed at."""
    return f'<bdi title="{_text(text)}">{escape(clean(text, SHORT))}</bdi>'


def _head(report: RunReport) -> str:
    evaluation, confusion = report.evaluation, report.evaluation.confusion
    low, high = wilson_interval(confusion.correct, confusion.images)
    facts = (
        ("accuracy", f"{confusion.accuracy:.4f}"),
        ("95 % interval", f"{low:.4f} – {high:.4f}"),
        ("loss", f"{evaluation.loss:.4f}"),
        (f"{evaluation.part} images", f"{confusion.images:,}"),
        ("right", f"{confusion.correct:,}"),
    )
    shown = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return (
        f"<header><h1>{_name(report.name)}</h1><p>Model {_name(report.model)}. {_text(report.ending)}</p>"
        f"<dl>{shown}</dl></header>\n"
    )


def _matrix(confusion: Confusion) -> str:
    if len(confusion.classes) > LARGEST_MATRIX:
        return _pairs(confusion)
    head = "".join(f'<th scope="col">{_short(name)}</th>' for name in confusion.classes)
    rows = []
    for true, counts in enumerate(confusion.counts):
        cells = "".join(_cell(count, sum(counts), true == place) for place, count in enumerate(counts))
        recall = _score(confusion.score(true).recall)
        rows.append(f'<tr><th scope="row">{_short(confusion.classes[true])}</th>{cells}<td>{recall}</td></tr>')
    feet = "".join(f"<td>{_score(confusion.score(place).precision)}</td>" for place in range(len(confusion.classes)))
    return (
        "<section><h2>Confusion matrix</h2><p>Rows: true class. Columns: predicted class. Darker: a larger share of "
        f'the row.</p><div class="wide"><table class="matrix"><thead><tr><th>true \\ predicted</th>{head}'
        f'<th>recall</th></tr></thead><tbody>{"".join(rows)}</tbody><tfoot><tr><th scope="row">precision</th>{feet}'
        "<td></td></tr></tfoot></table></div></section>\n"
    )


def _cell(count: int, of: int, is_hit: bool) -> str:
    shade = min(SHADES, -(-SHADES * count // of)) if count else 0
    kind = f"{'hit' if is_hit else 'miss'}{shade}"
    return f'<td class="{kind}">{f"{count:,}" if count else "·"}</td>'


def _pairs(confusion: Confusion) -> str:
    pairs = confused_pairs(confusion)[:MOST_PAIRS]
    names = confusion.classes
    rows = [(_name(names[p.true]), _name(names[p.predicted]), f"{p.images:,}", f"{p.share:.1%}") for p in pairs]
    return (
        f"<section><h2>Most confused</h2><p>A matrix of {len(names):,} classes has no room on a page.</p>"
        f"{_table(('true', 'predicted', 'images', 'of the true class'), rows)}</section>\n"
    )


def _scores(confusion: Confusion) -> str:
    rows = [
        (_name(one.label), _score(one.precision), _score(one.recall), _score(one.f1), f"{one.support:,}")
        for one in confusion.scores()
    ]
    return f"<section><h2>Scores</h2>{_table(('class', 'precision', 'recall', 'F1', 'images'), rows)}</section>\n"


def _curves(report: RunReport) -> str:
    drawn = [
        f"<figure>{svg}<figcaption>{quantity}</figcaption></figure>"
        for quantity in ("loss", "accuracy")
        if (svg := curves_svg(quantity, report.curves))
    ]
    return f'<section><h2>Training</h2><div class="figures">{"".join(drawn)}</div></section>\n' if drawn else ""


def _mistakes(report: RunReport) -> str:
    if not report.mistakes and not report.why_no_mistakes:
        return ""
    shown = "".join(map(_mistake, report.mistakes))
    why = f"<p>{_text(report.why_no_mistakes)}</p>" if report.why_no_mistakes else ""
    return f'<section><h2>Worst mistakes</h2>{why}<div class="mistakes">{shown}</div></section>\n'


def _mistake(one: Mistake) -> str:
    data = base64.b64encode(one.picture).decode("ascii")
    return (
        f'<figure><img alt="{_text(one.where)}" src="data:image/png;base64,{data}"><figcaption>{_short(one.where)}<br>'
        f"true {_short(one.true)}<br>predicted {_short(one.predicted)} {one.chance:.3f}</figcaption></figure>"
    )


def _layers(report: RunReport) -> str:
    rows = [tuple(map(_text, layer)) for layer in report.layers]
    return f'<section class="words"><h2>Layers</h2>{_table(LAYER_COLUMNS, rows)}</section>\n' if rows else ""


def _settings(report: RunReport) -> str:
    rows = [(_text(name), _name(value)) for name, value in report.settings]
    return f"<section class='words'><h2>Settings</h2>{_table(('setting', 'value'), rows)}</section>\n" if rows else ""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
