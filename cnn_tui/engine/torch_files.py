"""The process that unpacks what torch saved, `.pt` and `.pth`: plain dense tensors, and nothing that could be code.

python -m cnn_tui.engine.torch_files FILE, with a question on its standard input: see `interop.apart`
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.apart import answer
from cnn_tui.interop.confined import confine
from cnn_tui.interop.safe_zip import SafeZip
from cnn_tui.interop.weights import most_bytes

if TYPE_CHECKING:
    from cnn_tui.interop.weights import Arrays

WRAPPED = ("state_dict", "model_state_dict", "model", "net", "weights")
"""Where people put the state of a model among other things."""
MAX_ARRAYS = 20_000
MEMORY = 48 * 2**20
"""What unpacking may take beside what torch itself has taken."""
HOW = "Save it with torch.save(model.state_dict(), FILE)."
KINDS = {
    torch.float64, torch.float32, torch.float16, torch.bfloat16,
    torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8,
}  # fmt: skip


def _read(path: Path, question: dict[str, Any]) -> tuple[dict[str, Any], "Arrays"]:
    torch.set_num_threads(1)
    confine(path.stat().st_size, MEMORY)
    name = path.name
    with path.open("rb") as source:
        if source.read(2) == b"PK":
            SafeZip(source, name)
        source.seek(0)
        try:
            held = torch.load(source, map_location="cpu", weights_only=True, mmap=False)
        except MemoryError:
            raise
        except Exception:  # torch raises whatever what it refused stumbled over
            raise UserError("holds more than plain weights, or is damaged", Place(name), HOW) from None
    tensors = dict(_tensors(held, name))
    if sum(one.numel() * 4 for one in tensors.values()) > most_bytes(path.stat().st_size):
        raise UserError("says it holds more than so small a file can", Place(name))
    kinds = {str(one.dtype).removeprefix("torch.") for one in tensors.values() if one.is_floating_point()}
    notes = [f"{kind} became float32" for kind in sorted(kinds - {"float32"})]
    return {"notes": notes}, {key: one.detach().float().contiguous().numpy() for key, one in tensors.items()}


def _tensors(held: Any, name: str) -> Iterable[tuple[str, Tensor]]:
    """The tensors of a state dict, each looked at before a number of it is touched."""
    if isinstance(held, dict):
        held = next((held[key] for key in WRAPPED if isinstance(held.get(key), dict)), held)
    if not isinstance(held, dict) or not held or len(held) > MAX_ARRAYS:
        raise UserError("holds no state of a model", Place(name), HOW)
    for key, value in held.items():
        place = Place(name, inside=str(key)[:200])
        if not isinstance(key, str) or type(value) not in (Tensor, torch.nn.Parameter):
            raise UserError(f"is a {type(value).__name__:.40}, not a plain tensor", place, HOW)
        if value.layout != torch.strided or value.is_quantized or value.device.type != "cpu":
            raise UserError("is no dense tensor", place, "Quantized and sparse weights cannot be read.")
        if value.dtype not in KINDS:
            raise UserError(f"holds {value.dtype}, not plain numbers", place, "Only plain numbers are read.")
        reach = value.storage_offset() + sum((n - 1) * by for n, by in zip(value.shape, value.stride(), strict=True))
        room = value.untyped_storage().nbytes() // value.element_size()
        if value.numel() and (reach >= room or value.numel() > room or min(value.stride(), default=0) < 0):
            raise UserError("reaches beyond the numbers of the file", place, "The file is damaged.")
        yield key, value


if __name__ == "__main__":
    answer(_read)
