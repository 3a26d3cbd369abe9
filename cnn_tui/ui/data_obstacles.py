"""Why something cannot be done to the data now; what has an obstacle is greyed, and its key says the reason."""

from cnn_tui.spec.augmentation import unavailable
from cnn_tui.ui.data_view import mending
from cnn_tui.ui.session import Session
from cnn_tui.ui.source_edits import free_role

OF_DATA = ("settings", "sources", "add", "command", "read_again", "mend")
OF_IMAGES = ("augment", "problems", "next_class", "step", "part", "means", "one_hot", "next_target")
"""What is done to files that were chosen, and to images that were read."""


def obstacle(deed: str, session: Session) -> str:
    """The sentence; empty when nothing is in the way."""
    if deed not in OF_DATA + OF_IMAGES:
        return ""
    if session.data is None:
        return "There is no data yet: o opens some, s takes sample digits."
    if session.report is None and deed in OF_IMAGES:
        return "The data is being read." if session.is_reading else "There are no images: these files cannot be read."
    return _of(deed, session)


def _of(deed: str, session: Session) -> str:
    assert session.data
    report = session.report
    match deed:
        case "add" if free_role(session.data) is None:
            return "There are sources for training, validation and test already; e corrects them."
        case "read_again" if session.is_reading:
            return "The data is being read."
        case "mend" if mending(session) is None:
            return "There is no advice that a key could follow."
        case "augment" if reason := unavailable():
            return reason.sentence
        case "problems" if report and not report.problems:
            return "No problems were found."
        case "one_hot" if report and report.targets:
            return "These labels are numbers, which the model is asked to answer as they are."
        case "next_target" if report and len(report.targets) < 2:
            return "Labels hold one number only." if report.targets else "These labels are classes, not numbers."
        case "part" if report and len(report.parts) == 1:
            return "There are training images only; a adds others."
    return ""
