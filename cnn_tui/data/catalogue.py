"""Known data on the network: where it lies, and what it must be."""

from msgspec import Struct


class Remote(Struct, frozen=True, kw_only=True):
    """A file on the network; `bytes` and `sha256` as published, empty where nobody published them."""

    url: str
    bytes: int | None = None
    sha256: str = ""


class Known(Struct, frozen=True, kw_only=True):
    """A set of data under a name of its own, and what its files hold when they are whole."""

    files: tuple[Remote, ...]
    training: int
    test: int
    pixels: int
    classes: int


_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
_GALAXY = "https://zenodo.org/record/4697906/files"
CATALOGUE: dict[str, Known] = {
    "mnist": Known(
        files=(
            Remote(
                url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
                bytes=11_490_434,
                sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            ),
        ),
        training=60_000,
        test=10_000,
        pixels=784,
        classes=10,
    ),
    "fashion-mnist": Known(
        files=(
            Remote(
                url=f"{_FASHION}/train-images-idx3-ubyte.gz",
                bytes=26_421_880,
                sha256="08dc20ab1689590a0bcd66e874647b6ee8464e2d501b5a3f1f78831db19a3fdc",
            ),
            Remote(
                url=f"{_FASHION}/train-labels-idx1-ubyte.gz",
                bytes=29_515,
                sha256="b0197879cbda89f3dc7b894f9fd52b858e68ea4182b6947c9d8c2b67e5f18dcc",
            ),
            Remote(
                url=f"{_FASHION}/t10k-images-idx3-ubyte.gz",
                bytes=4_422_102,
                sha256="78dcbbfb5a27efaf1b6c1d616caca68560be8766c5bffcb2791df9273a534229",
            ),
            Remote(
                url=f"{_FASHION}/t10k-labels-idx1-ubyte.gz",
                bytes=5_148,
                sha256="42bd18137a62d5998cdeae52bf3a0676ac6b706f5cf8439b47bb5b151ae3dccf",
            ),
        ),
        training=60_000,
        test=10_000,
        pixels=784,
        classes=10,
    ),
    "galaxy-cnn": Known(
        files=tuple(Remote(url=f"{_GALAXY}/{name}.tsv") for name in ("X_train", "y_train", "X_test", "y_test")),
        training=60_000,
        test=10_000,
        pixels=784,
        classes=10,
    ),
}
"""The Galaxy tutorial's files have no published SHA-256, so that what they hold is what is checked."""
