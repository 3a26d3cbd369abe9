"""The run directory: the only thing that the trainer and its viewers share."""
