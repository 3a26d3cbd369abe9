"""The layers as torch modules: one module a family, as in `spec.layers`."""

from cnn_tui.engine.layers.base import Layer, Step

__all__ = ["Layer", "Step"]
