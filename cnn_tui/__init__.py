"""Build, train and understand convolutional networks in the terminal."""

__version__ = "0.1.0"
