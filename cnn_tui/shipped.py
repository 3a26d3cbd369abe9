"""Where the shipped models and sample data are: beside the program in a checkout, inside it in a wheel."""

from pathlib import Path


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, such as `models/galaxy_cnn.json`."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.exists() else package.parent / name
