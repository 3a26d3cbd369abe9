"""The screens. They look at runs and edit experiments; they never compute and never import torch."""
