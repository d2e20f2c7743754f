"""How sharp pictures are: the strength of their fine detail, and of detail of every size."""

from __future__ import annotations

import numpy as np


def sharpness(images) -> np.ndarray:
    """Variance of the Laplacian of each picture, in grey values from 0 to 1: (n, h, w, c) to (n,).

    The Laplacian of a pixel is four times its own grey minus its four neighbours: 0 where greys
    change evenly, large at an edge. A blur makes it small. But noise makes it larger than any
    photograph's, so that the right value is that of real pictures, not the highest.

    Args:
        images: uint8, or floats in [-1, 1].

    Source: Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy (2000).
    """
    grey = _grey(images)
    inside = grey[:, 1:-1, 1:-1]
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return (around - 4 * inside).var(axis=(1, 2))


def relative_sharpness(images, real) -> float:
    """Mean `sharpness` of images over that of real pictures of the same size: 1 is right."""
    if np.shape(images)[1:3] != np.shape(real)[1:3]:
        raise ValueError(
            f"Pictures of {np.shape(images)[1:3]} pixels and of {np.shape(real)[1:3]}: sharpness "
            "depends on the size, so compare at the same."
        )
    return float(sharpness(images).mean() / sharpness(real).mean())


def power_spectrum(images) -> np.ndarray:
    """Mean power of detail at each frequency, in grey values from 0 to 1: (n, h, h, c) to (h/2,).

    Entry k is for waves that fit about k + 1 times across the picture, in any direction; the last
    is for waves of two pixels. Each picture's own mean is left out. Power is the squared size of a
    Fourier coefficient over the number of pixels, so that noise of variance v has v everywhere.

    Raises:
        ValueError: the pictures are not square.
    """
    grey = _grey(images)
    height, width = grey.shape[1:]
    if height != width:
        raise ValueError(f"Expected square pictures, received {height} x {width} pixels.")
    grey = grey - grey.mean(axis=(1, 2), keepdims=True)
    power = np.mean(np.abs(np.fft.fft2(grey)) ** 2, axis=0) / height**2  # (h, h)
    waves = np.fft.fftfreq(height, 1 / height)  # how often each fits across
    radius = np.rint(np.hypot(*np.meshgrid(waves, waves))).astype(int)
    rings = [power[radius == k].mean() for k in range(1, height // 2 + 1)]
    return np.array(rings)


def _grey(images) -> np.ndarray:
    """Grey values from 0 to 1, (n, h, w) float64; the colours count alike."""
    images = np.asarray(images)
    if images.ndim != 4:
        raise ValueError(f"Expected images (n, h, w, c), received the shape {images.shape}.")
    grey = images.mean(axis=3, dtype="float64")
    return grey / 255 if images.dtype == np.uint8 else (grey + 1) / 2
