"""Text from outside, made safe to show: file names, labels, columns, messages of other programs."""

import unicodedata

MAX_CELLS = 200
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINER = "\u200d"


def clean(text: object, cells: int = MAX_CELLS) -> str:
    r"""`text` with everything that could steer a terminal made visible, cut at `cells` columns.

    Control characters, text-direction marks, invisible characters and broken bytes become `\x1b`, `\u202e`, `\xff`;
    a tab becomes four spaces, a line break ⏎. What is left prints as it looks, on one line.
    """
    shown: list[str] = []
    used = 0
    source = str(text)
    for index, character in enumerate(source):
        piece = character if _joins_symbols(source, index) else _visible(character)
        width = _cells(piece)
        # A few hundred combining marks have no width; they must not grow a line without end either.
        if used + width > cells or index >= 4 * cells:
            while shown and used > cells - 1:
                used -= _cells(shown.pop())
            return "".join(shown) + "…"
        shown.append(piece)
        used += width
    return "".join(shown)


def _visible(character: str) -> str:
    if character == "\n":
        return "⏎"
    if character == "\t":
        return "    "
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that is not UTF-8
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _joins_symbols(text: str, index: int) -> bool:
    """Whether the character is the joiner inside an emoji such as a family, where it is harmless and wanted."""
    if text[index] != _JOINER or not 0 < index < len(text) - 1:
        return False
    return all(unicodedata.category(text[near]) in {"So", "Sk", "Mn"} for near in (index - 1, index + 1))


def _cells(text: str) -> int:
    return sum(_cell_width(character) for character in text)


def _cell_width(character: str) -> int:
    if character == _JOINER or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
