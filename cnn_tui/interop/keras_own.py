"""What is Keras's own, and what other code brings along under whatever name."""

from typing import Any

from cnn_tui.errors import UserError


def refuse_custom(part: Any, place: str) -> None:
    """Raises UserError for a layer, or a part of one, that is not Keras's own, whatever it is called."""
    if isinstance(part, list):
        for inner in part:
            refuse_custom(inner, place)
    if not isinstance(part, dict):
        return
    module, name = part.get("module"), part.get("registered_name")
    is_foreign = isinstance(module, str) and module.split(".")[0] not in ("keras", "builtins")
    if is_foreign or (name is not None and name != part.get("class_name")):
        told = name if name is not None else f"{module}.{part.get('class_name')}"
        raise UserError(f"is made by other code, {told!s:.60}", place, "Only Keras's own layers can be read.")
    for inner in part.values():
        refuse_custom(inner, place)
