"""JSON from outside, read strictly: bounded in size and depth, no NaN, no key twice; mistakes named with their line."""

import json
import os
from pathlib import Path
from typing import Any, NoReturn

from cnn_tui.errors import Place, UserError

MAX_BYTES = 4 * 2**20
MAX_DEPTH = 64


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises UserError when it cannot be read or is not JSON."""
    return parse_json(read_text(path), path)


def read_text(path: Path) -> str:
    """The text of a small file of a person's. Raises UserError when there is none, or it is too large or not text."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                f"is larger than {MAX_BYTES >> 20} MB", Place(path), "A model or experiment is a small file."
            )
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError("there is no such file", Place(path), "Check the path.") from None
    except UnicodeDecodeError:
        raise UserError("is not a text file", Place(path), "Give a model or an experiment in JSON.") from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UserError(f"cannot be read: {reason}", Place(path)) from None


def parse_json(text: str, path: Path | str) -> Any:
    """The value of a JSON text; `path` is what errors call it."""
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as error:
        raise UserError(
            f"is not JSON: {error.msg.lower()} at column {error.colno}", Place(path, error.lineno)
        ) from None
    except (ValueError, RecursionError) as error:
        fact = str(error) if not isinstance(error, RecursionError) else "is nested too deeply"
        raise UserError(f"is not usable JSON: {fact}", Place(path)) from None
    if _depth(value) > MAX_DEPTH:
        raise UserError(f"is nested more than {MAX_DEPTH} deep", Place(path))
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f'the key "{next(name for name in names if names.count(name) > 1)}" stands twice')
    return held


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= MAX_DEPTH:
        deepest += 1
        level = [inner for one in level if isinstance(one, (dict, list)) for inner in _inside(one)]
    return deepest


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value
