"""A dark and a light theme: quiet surfaces, one accent, and the colours that carry meaning by name."""

from textual.theme import Theme

_DARK = {
    "train": "#7aa2f7",
    "validation": "#e0af68",
    "heat-hit-low": "#16202a",
    "heat-hit-high": "#7ee0c3",
    "heat-miss-low": "#241a1c",
    "heat-miss-high": "#ffb199",
}
_LIGHT = {
    "train": "#2456c5",
    "validation": "#a35a00",
    "heat-hit-low": "#f2f7f5",
    "heat-hit-high": "#0b6b52",
    "heat-miss-low": "#fbf4f2",
    "heat-miss-high": "#b5391d",
}

THEMES = (
    Theme(
        name="cnn-dark",
        primary="#7dcfb6",
        secondary="#7aa2f7",
        accent="#7dcfb6",
        foreground="#d8dee9",
        background="#0f1419",
        surface="#141b22",
        panel="#1c252e",
        success="#7dcfb6",
        warning="#e0af68",
        error="#f7768e",
        dark=True,
        variables=_DARK,
    ),
    Theme(
        name="cnn-light",
        primary="#0b6b52",
        secondary="#2456c5",
        accent="#0b6b52",
        foreground="#1f2933",
        background="#fafbfb",
        surface="#f2f4f5",
        panel="#e4e8ea",
        success="#0b6b52",
        warning="#a35a00",
        error="#b3261e",
        dark=False,
        variables=_LIGHT,
    ),
)
