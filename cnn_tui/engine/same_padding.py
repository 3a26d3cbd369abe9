"""Keras's `same` padding: how many rows or columns are added before and after an image."""


def same_padding(size: int, reach: int, stride: int) -> tuple[int, int]:
    """What is added before and after `size` so that a window gives ceil(size / stride) values.

    TensorFlow's rule, the odd one at the end: tensorflow.org/api_docs/python/tf/nn, "Notes on padding".
    """
    places = -(-size // stride)
    total = max((places - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2
