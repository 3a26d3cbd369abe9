"""What the probabilities say beyond the answers: surprise, the true class among the first few, and calibration."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cnn_tui.results.confusion import share_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

BINS = 15
"""As many as in Guo et al. 2017."""


class Bin(Struct, frozen=True):
    """Answers of about the same confidence: how many, how sure they were, and how often they were right."""

    images: int
    confidence: float
    accuracy: float


def losses(probabilities: "Array", labels: "Array") -> "Array":
    """How surprised the model is by the true class of each image: -log p, with p kept off 0 as in scikit-learn."""
    import numpy as np

    true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    least = np.finfo(np.float64).eps
    surprise: Array = -np.log(np.clip(true, least, 1 - least))
    return surprise


def log_loss(probabilities: "Array", labels: "Array") -> float | None:
    """The mean of them."""
    return float(losses(probabilities, labels).mean()) if len(labels) else None


def top_k(probabilities: "Array", labels: "Array", k: int) -> float | None:
    """The share of images whose true class is among the k likeliest; of equal ones the later class comes first."""
    import numpy as np

    true = probabilities[np.arange(len(labels)), labels][:, None]
    later = np.arange(probabilities.shape[1])[None] > labels[:, None]
    before = ((probabilities > true) | ((probabilities == true) & later)).sum(axis=1)
    return share_of(int((before < k).sum()), len(labels))


def calibration(probabilities: "Array", labels: "Array", bins: int = BINS) -> tuple[Bin, ...]:
    """The answers in steps of confidence, each without its lower end; steps without an image are left out."""
    import numpy as np

    if not len(labels):
        return ()
    answers = probabilities.argmax(axis=1)
    sure = probabilities.max(axis=1).astype(np.float64)
    step = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], sure)
    images = np.bincount(step, minlength=bins)
    right = np.bincount(step, weights=answers == labels, minlength=bins)
    total = np.bincount(step, weights=sure, minlength=bins)
    return tuple(
        Bin(int(images[at]), float(total[at] / images[at]), float(right[at] / images[at]))
        for at in np.flatnonzero(images)
    )


def calibration_error(bins: tuple[Bin, ...]) -> float | None:
    """The expected calibration error, ECE: how far confidence and accuracy are apart, an image."""
    apart = sum(one.images * abs(one.confidence - one.accuracy) for one in bins)
    return share_of(apart, sum(one.images for one in bins))
