"""A run as one HTML page that needs nothing else: no script, nothing from elsewhere, every outside text escaped."""

import base64
import hashlib

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.html_numbers import misses, number_scores, numbers_head, scatters
from cnn_tui.results.html_style import STYLE
from cnn_tui.results.html_words import head, number, plain, short_name, table, whole_name
from cnn_tui.results.numbers import Numbers
from cnn_tui.results.run_report import LAYER_COLUMNS, Mistake, RunReport
from cnn_tui.results.scores import confused_pairs, wilson_interval
from cnn_tui.results.svg_curves import curves_svg

LARGEST_MATRIX = 60
"""Classes whose matrix is drawn whole; of more, the pairs that are confused most are listed."""
MOST_PAIRS = 40
SHADES = 10


def html_report(report: RunReport) -> str:
    """The page. Its policy allows the style below by its hash and pictures that are written in it, and nothing else."""
    sha = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{sha}'; img-src data:; base-uri 'none'; form-action 'none'"
    evaluation = report.evaluation
    if isinstance(evaluation, Numbers):
        tested = (numbers_head(report, evaluation), scatters(evaluation), number_scores(evaluation))
        worst = misses(report)
    else:
        tested = (_head(report, evaluation), _matrix(evaluation.confusion), _scores(evaluation.confusion))
        worst = _mistakes(report)
    sections = (*tested, _curves(report), worst, _layers(report), _settings(report))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(report.name)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{''.join(sections)}<footer>{plain(report.made)}</footer>\n</body>\n</html>\n"
    )


def _head(report: RunReport, evaluation: Evaluation) -> str:
    confusion = evaluation.confusion
    low, high = wilson_interval(confusion.correct, confusion.images)
    facts = (
        ("accuracy", f"{confusion.accuracy:.4f}"),
        ("95 % interval", f"{low:.4f} – {high:.4f}"),
        ("loss", f"{evaluation.loss:.4f}"),
        (f"{evaluation.part} images", f"{confusion.images:,}"),
        ("right", f"{confusion.correct:,}"),
    )
    return head(report, facts)


def _matrix(confusion: Confusion) -> str:
    if len(confusion.classes) > LARGEST_MATRIX:
        return _pairs(confusion)
    head = "".join(f'<th scope="col">{short_name(name)}</th>' for name in confusion.classes)
    rows = []
    for true, counts in enumerate(confusion.counts):
        cells = "".join(_cell(count, sum(counts), true == place) for place, count in enumerate(counts))
        recall = number(confusion.score(true).recall)
        rows.append(f'<tr><th scope="row">{short_name(confusion.classes[true])}</th>{cells}<td>{recall}</td></tr>')
    feet = "".join(f"<td>{number(confusion.score(place).precision)}</td>" for place in range(len(confusion.classes)))
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
    rows = [
        (whole_name(names[p.true]), whole_name(names[p.predicted]), f"{p.images:,}", f"{p.share:.1%}") for p in pairs
    ]
    return (
        f"<section><h2>Most confused</h2><p>A matrix of {len(names):,} classes has no room on a page.</p>"
        f"{table(('true', 'predicted', 'images', 'of the true class'), rows)}</section>\n"
    )


def _scores(confusion: Confusion) -> str:
    rows = [
        (whole_name(one.label), number(one.precision), number(one.recall), number(one.f1), f"{one.support:,}")
        for one in confusion.scores()
    ]
    return f"<section><h2>Scores</h2>{table(('class', 'precision', 'recall', 'F1', 'images'), rows)}</section>\n"


def _curves(report: RunReport) -> str:
    drawn = [
        f"<figure>{svg}<figcaption>{plain(quantity)}</figcaption></figure>"
        for quantity in report.quantities
        if (svg := curves_svg(quantity, report.curves))
    ]
    return f'<section><h2>Training</h2><div class="figures">{"".join(drawn)}</div></section>\n' if drawn else ""


def _mistakes(report: RunReport) -> str:
    if not report.mistakes and not report.why_no_mistakes:
        return ""
    shown = "".join(map(_mistake, report.mistakes))
    why = f"<p>{plain(report.why_no_mistakes)}</p>" if report.why_no_mistakes else ""
    return f'<section><h2>Worst mistakes</h2>{why}<div class="mistakes">{shown}</div></section>\n'


def _mistake(one: Mistake) -> str:
    data = base64.b64encode(one.picture).decode("ascii")
    return (
        f'<figure><img alt="{plain(one.where)}" src="data:image/png;base64,{data}"><figcaption>'
        f"{short_name(one.where)}<br>true {short_name(one.true)}<br>"
        f"predicted {short_name(one.predicted)} {one.chance:.3f}</figcaption></figure>"
    )


def _layers(report: RunReport) -> str:
    rows = [tuple(map(plain, layer)) for layer in report.layers]
    return f'<section class="words"><h2>Layers</h2>{table(LAYER_COLUMNS, rows)}</section>\n' if rows else ""


def _settings(report: RunReport) -> str:
    rows = [(plain(name), whole_name(value)) for name, value in report.settings]
    return f"<section class='words'><h2>Settings</h2>{table(('setting', 'value'), rows)}</section>\n" if rows else ""
