"""The parts of the HTML report that are about predicted numbers: scatters, scores, the largest errors."""

import base64

from cnn_tui.results.html_words import head, number, plain, short_name, table, whole_name
from cnn_tui.results.numbers import WORDS, Numbers
from cnn_tui.results.run_report import Miss, RunReport

SIDE, EDGE = 300, 46
"""Of a scatter, and the room for its numbers."""
MOST_DOTS = 3_000
"""Images whose dots are drawn; of more, evenly many of all."""
_TICKS = 4


def numbers_head(report: RunReport, numbers: Numbers) -> str:
    """The top of the report."""
    first = {one.name: one.value for one in numbers.scores(0)}
    facts = [("loss", f"{numbers.loss:.4g}"), (f"{numbers.part} images", f"{numbers.images:,}")]
    if len(numbers.targets) == 1:
        facts[:0] = [(WORDS[name], number(first[name])) for name in ("r2", "mean_absolute_error")]
    return head(report, facts)


def scatters(numbers: Numbers) -> str:
    """Predicted against true, a figure each number."""
    drawn = "".join(
        f"<figure>{_scatter(numbers, target)}<figcaption>{whole_name(name)}</figcaption></figure>"
        for target, name in enumerate(numbers.targets)
    )
    words = "Across: true. Up: predicted. On the line all would be right."
    return f'<section><h2>Predicted and true</h2><p>{words}</p><div class="figures">{drawn}</div></section>\n'


def number_scores(numbers: Numbers) -> str:
    """A row each number: how right it is told, and how wrong it would be to say the mean of every image."""
    header = ["number", *WORDS.values(), "mean error of saying the mean"]
    rows = [
        [whole_name(name), *(_short(one.value) for one in numbers.scores(at)), _short(numbers.baseline(at)[1])]
        for at, name in enumerate(numbers.targets)
    ]
    return f"<section><h2>Scores</h2>{table(header, rows)}</section>\n"


def misses(report: RunReport) -> str:
    """The images with the largest errors."""
    if not report.misses and not report.why_no_mistakes:
        return ""
    shown = "".join(map(_miss, report.misses))
    why = f"<p>{plain(report.why_no_mistakes)}</p>" if report.why_no_mistakes else ""
    return f'<section><h2>Largest errors</h2>{why}<div class="mistakes">{shown}</div></section>\n'


def _miss(one: Miss) -> str:
    data = base64.b64encode(one.picture).decode("ascii")
    return (
        f'<figure><img alt="{plain(one.where)}" src="data:image/png;base64,{data}"><figcaption>'
        f"{short_name(one.where)}<br>{short_name(one.number)} true {one.true:.4g}<br>predicted {one.predicted:.4g} "
        f"({one.predicted - one.true:+.3g})</figcaption></figure>"
    )


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _scatter(numbers: Numbers, target: int) -> str:
    """Both axes have the same ends."""
    import numpy as np

    true, predicted = numbers.true[:, target].astype(float), numbers.predicted[:, target].astype(float)
    low, high = float(min(true.min(), predicted.min())), float(max(true.max(), predicted.max()))
    span = (high - low) or 1.0
    room = SIDE - EDGE - 10

    def across(value: float) -> float:
        return EDGE + (value - low) / span * room

    def down(value: float) -> float:
        return 10 + (high - value) / span * room

    every = np.linspace(0, len(true) - 1, min(len(true), MOST_DOTS)).astype(int)
    dots = "".join(
        f'<circle class="train" cx="{across(true[at]):.1f}" cy="{down(predicted[at]):.1f}" r="2"/>' for at in every
    )
    ends = f"{across(low):.1f},{down(low):.1f} {across(high):.1f},{down(high):.1f}"
    ticks = [low + span * step / _TICKS for step in range(_TICKS + 1)]
    axes = "".join(
        f'<text class="tick" x="{EDGE - 6}" y="{down(tick) + 4:.1f}" text-anchor="end">{tick:.3g}</text>'
        f'<text class="tick" x="{across(tick):.1f}" y="{SIDE - 18}" text-anchor="middle">{tick:.3g}</text>'
        for tick in ticks
    )
    title = plain(f"{numbers.targets[target]}: predicted against true")
    return (
        f'<svg viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{title}"><title>{title}</title>{axes}'
        f'<polyline class="validation" points="{ends}"/>{dots}</svg>'
    )
