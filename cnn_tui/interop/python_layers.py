"""What each layer is in a stand-alone Python file: the torch module that holds its weights, and its line of code."""

from typing import Any

from msgspec import Struct

from cnn_tui.interop.python_steps import sizes_of, weightless
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Layer, Shape, separable, transposed, values
from cnn_tui.spec.layers.axes import place
from cnn_tui.spec.layers.convolution import Convolution
from cnn_tui.spec.layers.local import LocallyConnected
from cnn_tui.spec.layers.normalization import Normalization
from cnn_tui.spec.layers.windows import reach
from cnn_tui.spec.same_padding import as_torch_pads, uncovered
from cnn_tui.spec.same_padding import edges as padding_of


class Written(Struct, frozen=True):
    """A layer as code."""

    modules: dict[str, str] = {}
    """What `__init__` makes, by the attribute."""
    lines: tuple[str, ...] = ()
    """What `forward` does with x."""
    weights: dict[str, str] = {}
    """Our names of its arrays, and those that torch has for them in the module."""
    filled: dict[str, tuple[float, Shape]] = {}
    """Arrays that torch has and Keras has not, by torch's name: a number, and the shape."""


def written(layer: Layer, name: str, shape: Shape) -> Written:
    """The code of a layer for inputs of this shape; `name` is the attribute of its module."""
    made = _with_weights(layer, name, shape)
    return made or Written(lines=tuple(f"x = {one}" for one in weightless(layer, shape)))


def _with_weights(layer: Layer, name: str, shape: Shape) -> Written | None:
    match layer:
        case Convolution():
            return _convolution(layer, name, shape)
        case transposed.Transposed():
            return _transposed(layer, name, shape)
        case separable.Depthwise():
            return _depthwise(layer, name, shape)
        case LocallyConnected():
            return _locally_connected(layer, name, shape)
        case spec.Dense():
            inputs, units = layer.weights(shape)["kernel"]
            made = _call("nn.Linear", inputs, units, bias=(layer.use_bias, True))
            return Written({name: made}, (f"x = self.{name}(x)",), _kernel_and_bias(layer, name))
        case Normalization():
            return _normalization(layer, name, shape)
        case spec.PReLU():
            alpha = layer.weights(shape)["alpha"]
            line = f"x = F.relu(x) - self.{name} * F.relu(-x)"
            return Written({name: f"nn.Parameter(torch.zeros({sizes_of(alpha)}))"}, (line,), {"alpha": name})
        case spec.Join():
            return _join(layer, name, shape)
    return None


def _convolution(layer: Convolution, name: str, shape: Shape) -> Written:
    *window, depth, filters = layer.weights(shape)["kernel"]
    reached = reach(layer.kernel_size, layer.dilation_rate)
    padding, padded = _padding(padding_of(layer.padding, shape[:-1], reached, layer.strides))
    made = _call(
        f"nn.Conv{len(window)}d", depth * layer.groups, filters, tuple(window),
        stride=(layer.strides, _ones(window)), padding=(padding, _zeros(window)),
        dilation=(layer.dilation_rate, _ones(window)), groups=(layer.groups, 1), bias=(layer.use_bias, True),
    )  # fmt: skip
    return Written({name: made}, (f"x = last(self.{name}({padded}))",), _kernel_and_bias(layer, name))


def _depthwise(layer: separable.Depthwise, name: str, shape: Shape) -> Written:
    *window, channels, multiplier = layer.weights(shape)["depthwise_kernel"]
    reached = reach(layer.kernel_size, layer.dilation_rate)
    padding, padded = _padding(padding_of(layer.padding, shape[:-1], reached, layer.strides))
    mixes = isinstance(layer, separable.Separable)
    made = _call(
        f"nn.Conv{len(window)}d", channels, channels * multiplier, tuple(window),
        stride=(layer.strides, _ones(window)), padding=(padding, _zeros(window)),
        dilation=(layer.dilation_rate, _ones(window)), groups=(channels, 1), bias=(layer.use_bias and not mixes, True),
    )  # fmt: skip
    weights = {"depthwise_kernel": f"{name}.weight"}
    if not mixes:
        weights |= {"bias": f"{name}.bias"} if layer.use_bias else {}
        return Written({name: made}, (f"x = last(self.{name}({padded}))",), weights)
    mixing = f"{name}_mixing"
    *ones, between, filters = layer.weights(shape)["pointwise_kernel"]
    mixer = _call(f"nn.Conv{len(ones)}d", between, filters, tuple(ones), bias=(layer.use_bias, True))
    weights |= {"pointwise_kernel": f"{mixing}.weight"} | ({"bias": f"{mixing}.bias"} if layer.use_bias else {})
    return Written({name: made, mixing: mixer}, (f"x = last(self.{mixing}(self.{name}({padded})))",), weights)


def _transposed(layer: transposed.Transposed, name: str, shape: Shape) -> Written:
    """What is filled up behind gets the bias too, so it comes after the padding."""
    *window, filters, channels = layer.weights(shape)["kernel"]
    reached = reach(layer.kernel_size, layer.dilation_rate)
    numbers = zip(shape[:-1], reached, layer.strides, layer.output_shape(shape)[:-1], strict=True)
    pads = as_torch_pads(tuple(uncovered(layer.padding == "same", *one) for one in numbers))
    apart = layer.use_bias and any(pad > 0 for pad in pads)
    made = _call(
        f"nn.ConvTranspose{len(window)}d", channels, filters, tuple(window), stride=(layer.strides, _ones(window)),
        dilation=(layer.dilation_rate, _ones(window)), bias=(layer.use_bias and not apart, True),
    )  # fmt: skip
    spread = f"self.{name}(first(x))"
    spread = f"last(F.pad({spread}, {pads}))" if any(pads) else f"last({spread})"
    if not apart:
        return Written({name: made}, (f"x = {spread}",), _kernel_and_bias(layer, name))
    modules = {name: made, f"{name}_bias": f"nn.Parameter(torch.zeros({filters}))"}
    return Written(modules, (f"x = {spread} + self.{name}_bias",), {"kernel": f"{name}.weight", "bias": f"{name}_bias"})


def _locally_connected(layer: LocallyConnected, name: str, shape: Shape) -> Written:
    shapes = layer.weights(shape)
    modules = {f"{name}_{key}": f"nn.Parameter(torch.zeros({sizes_of(sizes)}))" for key, sizes in shapes.items()}
    bias = f" + self.{name}_bias" if layer.use_bias else ""
    output = layer.output_shape(shape)
    call = f"locally_connected(x, self.{name}_kernel, {layer.kernel_size}, {layer.strides}, {output}){bias}"
    return Written(modules, (f"x = {call}",), {key: f"{name}_{key}" for key in shapes})


def _normalization(layer: Normalization, name: str, shape: Shape) -> Written:
    """torch learns gamma and beta or neither; where Keras learns one, the other is filled up."""
    learns = layer.scale or layer.center
    sizes = layer.normalized(shape)
    weights = {key: f"{name}.{torchs}" for key, torchs in (("gamma", "weight"), ("beta", "bias"))}
    weights = {key: weights[key] for key in layer.weights(shape) if key in weights}
    filled: dict[str, tuple[float, Shape]] = {}
    if learns:
        filled = {} if layer.scale else {f"{name}.weight": (1.0, sizes)}
        filled |= {} if layer.center else {f"{name}.bias": (0.0, sizes)}
    if isinstance(layer, spec.LayerNormalization):
        places = sorted(place(axis, shape) + 1 for axis in layer.axis)
        order = (*(axis for axis in range(len(shape) + 1) if axis not in places), *places)
        made = _call("nn.LayerNorm", sizes, eps=(layer.epsilon, 1e-5), elementwise_affine=(learns, True))
        return Written({name: made}, (f"x = {_in_order(f'self.{name}', order)}",), weights, filled)
    assert isinstance(layer, (spec.BatchNormalization, spec.GroupNormalization))
    axis = place(layer.axis, shape) + 1
    order = (0, axis, *(other for other in range(1, len(shape) + 1) if other != axis))
    if isinstance(layer, spec.BatchNormalization):
        kind = f"nn.BatchNorm{max(1, len(shape) - 1)}d"
        made = _call(kind, sizes[0], eps=(layer.epsilon, 1e-5), affine=(learns, True))
        weights |= {"moving_mean": f"{name}.running_mean", "moving_variance": f"{name}.running_var"}
        return Written({name: made}, (f"x = {_in_order(f'self.{name}', order)}",), weights, filled)
    groups = sizes[0] if layer.groups == -1 else layer.groups
    made = _call("nn.GroupNorm", groups, sizes[0], eps=(layer.epsilon, 1e-5), affine=(learns, True))
    called = f"self.{name}" if values(shape) > groups else f"groups_of_one(self.{name})"
    return Written({name: made}, (f"x = {_in_order(called, order)}",), weights, filled)


def _join(layer: spec.Join, name: str, shape: Shape) -> Written:
    entered, modules, weights = f"before_{name}", {}, {}
    if (strides := layer.strides(shape)) is not None:
        *_, channels, filters = layer.weights(shape)["kernel"]
        modules[name] = _call("nn.Linear", channels, filters, bias=(layer.use_bias, True))
        steps = "".join(f", ::{stride}" if stride > 1 else ", :" for stride in strides)
        looked_at = f"{entered}[:{steps}]" if max(strides, default=1) > 1 else entered
        entered = f"self.{name}({looked_at})"
        weights = {"kernel": f"{name}.weight"} | ({"bias": f"{name}.bias"} if layer.use_bias else {})
    joined = f"x + {entered}" if layer.merge == "add" else f"torch.cat((x, {entered}), dim=-1)"
    return Written(modules, (f"x = {joined}",), weights)


def _padding(widths: tuple[tuple[int, int], ...]) -> tuple[Shape, str]:
    """The padding of a module, and its input: padded before where the widths of two edges differ."""
    if all(before == after for before, after in widths):
        return tuple(before for before, _ in widths), "first(x)"
    return tuple(0 for _ in widths), f"F.pad(first(x), {as_torch_pads(widths)})"


def _in_order(called: str, order: tuple[int, ...]) -> str:
    """A call on x with its axes in another order, and back."""
    if order == tuple(range(len(order))):
        return f"{called}(x)"
    if order == (0, len(order) - 1, *range(1, len(order) - 1)):
        return f"last({called}(first(x)))"
    back = tuple(sorted(range(len(order)), key=order.__getitem__))
    return f"{called}(x.permute({order})).permute({back})"


def _kernel_and_bias(layer: Any, name: str) -> dict[str, str]:
    return {"kernel": f"{name}.weight"} | ({"bias": f"{name}.bias"} if layer.use_bias else {})


def _call(kind: str, *plain: Any, **named: tuple[Any, Any]) -> str:
    """A call with its plain arguments, and of the named ones those that differ from torch's default."""
    words = [repr(one) for one in plain]
    words += [f"{name}={value!r}" for name, (value, default) in named.items() if value != default]
    return f"{kind}({', '.join(words)})"


def _ones(window: Any) -> Shape:
    return tuple(1 for _ in window)


def _zeros(window: Any) -> Shape:
    return tuple(0 for _ in window)
