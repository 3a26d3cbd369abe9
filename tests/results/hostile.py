"""A report of which every text from outside tries to do harm."""

import numpy as np

from cnn_tui.results.confusion import count
from cnn_tui.results.curves import Curve
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.picture_files import pngs
from cnn_tui.results.run_report import Mistake, NamedCurve, RunReport

CLASSES = (
    "<script>document.title='ran'</script>",
    '"><img src=x onerror="document.title=\'ran\'">',
    '=HYPERLINK("http://evil.example","click")',
    "\x1b]52;c;ZXZpbA==\x07\x1b[31mred",
    "n" * 300,
    "\u202eright to left\u202c",
    "عربى עברית",
    "&lt;b&gt; &amp; </td></table></style>",
    "+1-1",
    "\t=1+1",
    "-->]]><!--",
    "${7*7}{{7*7}}",
)
_CURVE: Curve = ((1.0, 2.0), (2.0, 1.0), (3.0, 0.5))


def hostile_report() -> RunReport:
    """Twelve classes, a few mistakes with pictures, settings and layers of the same words."""
    random = np.random.default_rng(0)
    labels = random.integers(0, len(CLASSES), 500)
    wrong = random.random(500) < 0.2
    answers = np.where(wrong, random.integers(0, len(CLASSES), 500), labels)
    pictures = pngs(random.integers(0, 256, (len(CLASSES), 28, 28, 1), dtype=np.uint8))
    mistakes = tuple(
        Mistake(f"{name}.png", name, CLASSES[place - 1], 0.9, pictures[place]) for place, name in enumerate(CLASSES)
    )
    return RunReport(
        name=CLASSES[0],
        model=CLASSES[1],
        ending=CLASSES[7],
        made=CLASSES[2],
        settings=tuple((name, name) for name in CLASSES),
        layers=tuple((str(place), name, name, "28x28x1", "1", "2", "3x3") for place, name in enumerate(CLASSES)),
        curves=(NamedCurve("loss", "train", _CURVE), NamedCurve("loss", "validation", _CURVE[1:])),
        evaluation=Evaluation("test", 0.5, count(labels, answers, CLASSES)),
        mistakes=mistakes,
        why_no_mistakes=CLASSES[0],
    )
