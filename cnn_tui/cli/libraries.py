"""Libraries that only some settings need: missed before anything is started, with the way to get them."""

from importlib.util import find_spec

from cnn_tui.errors import UserError
from cnn_tui.spec.training import Training


def refuse_missing_libraries(training: Training) -> None:
    """Raises UserError when a setting needs a library that is not there."""
    if training.tensorboard and find_spec("tensorboard") is None:
        problem = "curves for TensorBoard need the package tensorboard, which is not installed"
        raise UserError(problem, "--tensorboard", "pip install 'cnn-tui[tensorboard]', or leave it out.")
