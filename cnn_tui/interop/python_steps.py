"""What layers without weights are in a stand-alone Python file: expressions of x, channels last."""

from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Layer, Shape, edges, noise, pooling, upsampling
from cnn_tui.spec.layers.axes import place
from cnn_tui.spec.same_padding import as_torch_pads
from cnn_tui.spec.same_padding import edges as padding_of

ACTIVATIONS = {
    "relu": "F.relu(x)",
    "softmax": "x.softmax(-1)",
    "sigmoid": "x.sigmoid()",
    "tanh": "x.tanh()",
    "elu": "F.elu(x)",
    "selu": "F.selu(x)",
    "softplus": "F.softplus(x)",
    "softsign": "F.softsign(x)",
    "exponential": "x.exp()",
    "hard_sigmoid": "(0.2 * x + 0.5).clamp(0, 1)",
    "gelu": "F.gelu(x)",
    "silu": "F.silu(x)",
    "mish": "F.mish(x)",
    "hard_silu": "F.hardswish(x)",
    "leaky_relu": "F.leaky_relu(x, 0.2)",
    "relu6": "F.relu6(x)",
}
HARD_SIGMOID_OF_KERAS_3 = "F.hardsigmoid(x)"
LOWEST = 'float("-inf")'


def activated(activation: str, keras: int) -> tuple[str, ...]:
    """The line of an activation; none for linear."""
    if activation == "hard_sigmoid" and keras == 3:
        return (f"x = {HARD_SIGMOID_OF_KERAS_3}",)
    return (f"x = {ACTIVATIONS[activation]}",) if activation != "linear" else ()


def weightless(layer: Layer, shape: Shape) -> tuple[str, ...]:
    """What becomes of x, an expression a step; none for what does nothing when the model answers."""
    match layer:
        case spec.Flatten():
            return ("x.flatten(1)",)
        case spec.Reshape():
            return (f"x.reshape(len(x), {sizes_of(layer.output_shape(shape))})",)
        case spec.Permute():
            return (f"x.permute({sizes_of((0, *layer.dims))})",)
        case spec.RepeatVector():
            return (f"x.unsqueeze(1).repeat(1, {layer.n}, 1)",)
        case edges.ZeroPadding():
            return (f"F.pad(x, {as_torch_pads((*layer.edges, (0, 0)))})",)
        case edges.Cropping():
            cut = tuple((-before, -after) for before, after in layer.edges)
            return (f"F.pad(x, {as_torch_pads((*cut, (0, 0)))})",)
        case spec.UpSampling2D(interpolation="bilinear"):
            return (f'last(F.interpolate(first(x), {layer.output_shape(shape)[:-1]}, mode="bilinear"))',)
        case upsampling.UpSampling():
            larger = enumerate(layer.times, start=1)
            return tuple(f"x.repeat_interleave({by}, dim={axis})" for axis, by in larger if by > 1)
        case pooling.Pooling():
            return (_pooled(layer, shape),)
        case pooling.GlobalPooling():
            kind = "amax" if type(layer).__name__.startswith("GlobalMax") else "mean"
            over = tuple(range(1, layer.AXES + 1))
            return (f"x.{kind}({over}{', keepdim=True' if layer.keepdims else ''})",)
        case noise.Dropout() | noise.SpatialDropout() | spec.ActivityRegularization():
            return ()
        case spec.AlphaDropout() | spec.GaussianNoise() | spec.GaussianDropout() | spec.Activation():
            return ()
    return _rectified(layer, shape)


def _rectified(layer: Layer, shape: Shape) -> tuple[str, ...]:
    match layer:
        case spec.ReLU():
            return (_relu(layer),)
        case spec.LeakyReLU():
            return (f"F.leaky_relu(x, {layer.alpha!r})",)
        case spec.ELU():
            return (f"F.elu(x, {layer.alpha!r})",)
        case spec.ThresholdedReLU():
            return (f"torch.where(x <= {layer.theta!r}, 0.0, x)",)
        case spec.Softmax():
            return (f"x.softmax({place(layer.axis, shape) + 1})",)
    raise AssertionError(f"{type(layer).__name__} has no line of code")


def _relu(layer: spec.ReLU) -> str:
    slope, threshold, largest = layer.negative_slope, layer.threshold, layer.max_value
    if threshold == 0 and largest is None:
        return "F.relu(x)" if slope == 0 else f"F.leaky_relu(x, {slope!r})"
    passed = f"torch.where(x <= {threshold!r}, 0.0, x).clamp(0, {largest!r})"
    return f"{passed} - {slope!r} * F.relu({threshold!r} - x)" if slope else passed


def _pooled(layer: pooling.Pooling, shape: Shape) -> str:
    axes = len(layer.pool_size)
    is_max = type(layer).__name__.startswith("Max")
    pads = as_torch_pads(padding_of(layer.padding, shape[:-1], layer.pool_size, layer.moves))
    moves = "" if layer.moves == layer.pool_size else f", {layer.moves}"
    if not any(pads):
        kind = "max_pool" if is_max else "avg_pool"
        return f"last(F.{kind}{axes}d(first(x), {layer.pool_size}{moves}))"
    if is_max:
        return f"last(F.max_pool{axes}d(F.pad(first(x), {pads}, value={LOWEST}), {layer.pool_size}{moves}))"
    return f"last(mean_inside(F.avg_pool{axes}d, first(x), {pads}, {layer.pool_size}, {layer.moves}))"


def sizes_of(shape: Shape) -> str:
    """The sizes as arguments: `28, 28, 1`."""
    return ", ".join(map(str, shape))
