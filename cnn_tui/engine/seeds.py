"""Randomness as a function of the seed and the place in the training, so that nothing about it needs to be saved."""

import hashlib

import torch


def seed_of(seed: int, *place: int | str) -> int:
    """A seed of its own for a place such as ("order", epoch); equal places get equal seeds on every machine."""
    digest = hashlib.blake2b(repr((seed, *place)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1  # torch takes 63 bits


def generator(seed: int, *place: int | str) -> torch.Generator:
    """A generator seeded for a place."""
    return torch.Generator().manual_seed(seed_of(seed, *place))
