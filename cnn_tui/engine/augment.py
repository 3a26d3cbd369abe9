"""Augmentation: batches of training images changed at random, before they are scaled."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from cnn_tui.data.scaling import fit_scaling
from cnn_tui.engine.batches import Change
from cnn_tui.engine.seeds import seed_of
from cnn_tui.spec.augmentation import Augmentation, picture_to_augment, unavailable
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.experiment import Experiment

if TYPE_CHECKING:
    from kornia.augmentation import RandomAffine, RandomContrast

Array = np.ndarray[Any, Any]


class Augmenter:
    """Changes images [n, ...] of `picture`'s (height, width, channels), in values before they are scaled.

    `unit` makes the whole range of the data's values 0 to 1: brightness and noise are shares of it, and what they
    push out of it is cut off. So a setting means the same whatever the scaling. Raises UserError without kornia.
    """

    def __init__(
        self, augmentation: Augmentation, picture: tuple[int, int, int], unit: Scaling, device: torch.device
    ) -> None:
        if problem := unavailable():
            raise problem
        from kornia import augmentation as kornia

        self.augmentation, self.picture = augmentation, picture
        self._low = torch.tensor(unit.subtract, device=device)
        self._span = torch.tensor(unit.divide, device=device)
        self._flips = [
            flip(p=0.5)
            for way, flip in {"horizontal": kornia.RandomHorizontalFlip, "vertical": kornia.RandomVerticalFlip}.items()
            if augmentation.flip in (way, "both")
        ]
        self._move = _affine(augmentation) if augmentation.moves else None
        self._contrast = _contrast(augmentation.contrast) if augmentation.contrast else None
        bright, noise = augmentation.brightness, augmentation.noise
        self._add = [
            *([kornia.RandomBrightness((1 - bright, 1 + bright), clip_output=False, p=1.0)] if bright else []),
            *([kornia.RandomGaussianNoise(std=noise, p=1.0).to(device)] if noise else []),  # drawn where it is added
        ]

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        """The float32 images changed, in their own shape and range; everything random comes from torch's generator."""
        x = images.reshape(-1, *self.picture).permute(0, 3, 1, 2)
        x = self._placed(x)
        x = self._recoloured(x) if self.augmentation.recolours else x
        return x.permute(0, 2, 3, 1).reshape(images.shape)

    def _placed(self, x: Tensor) -> Tensor:
        """The same values at other places, or between them."""
        for flip in self._flips:
            x = flip(x)
        return self._move(x) if self._move else x

    def _recoloured(self, x: Tensor) -> Tensor:
        """Other values at the same places."""
        x = (x - self._low) / self._span
        if self._contrast:
            mean = x.mean(dim=(2, 3), keepdim=True)  # of each channel of each image, as in Keras
            x = self._contrast(x - mean) + mean
        for add in self._add:
            x = add(x)
        return x.clamp(0, 1) * self._span + self._low


def augmenter_of(experiment: Experiment, images: Array, rows: Array, device: torch.device) -> Change | None:
    """What the experiment asks to be done to its training batches. Raises UserError when that cannot be done."""
    augmentation = experiment.data.augmentation
    picture = picture_to_augment(augmentation, experiment.model, images.shape[1:])
    if augmentation is None or picture is None:
        return None
    return Augmenter(augmentation, picture, fit_scaling(images, rows, "unit"), device)


def augmented(images: Array, augmentation: Augmentation, seed: int, unit: Scaling | None = None) -> Array:
    """Pictures [n, height, width, channels] as a training could see them, in their own dtype; equal seeds, equal ones.

    To see several of one picture, give it several times. `unit` as for `Augmenter`; by default, of these pictures.
    Raises UserError without kornia. The state of torch's generator stays as it was.
    """
    unit = unit or fit_scaling(images, np.arange(len(images)), "unit")
    augmenter = Augmenter(augmentation, images.shape[1:], unit, torch.device("cpu"))
    pixels = torch.from_numpy(np.array(images, np.float32))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of(seed, "augment"))
        changed: Array = augmenter(pixels).numpy()
    return changed.round().astype(images.dtype) if images.dtype == np.uint8 else changed


def _affine(augmentation: Augmentation) -> "RandomAffine":
    """Shift, rotation and zoom in one, so that pixels are made from pixels once."""
    from kornia.augmentation import RandomAffine

    shift, zoom = augmentation.shift, augmentation.zoom
    return RandomAffine(
        degrees=augmentation.rotation,
        translate=(shift, shift) if shift else None,
        scale=(1 - zoom, 1 + zoom) if zoom else None,
        padding_mode="reflection" if augmentation.fill == "reflect" else augmentation.fill,
        p=1.0,
    )


def _contrast(share: float) -> "RandomContrast":
    """Pixels times 1 - share to 1 + share."""
    from kornia.augmentation import RandomContrast

    return RandomContrast((1 - share, 1 + share), clip_output=False, p=1.0)
