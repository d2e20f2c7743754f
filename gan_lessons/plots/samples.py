"""Samples as pictures: images in grids and rows, points in the plane."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import FAKE, REAL


def to_uint8(images):
    """Images from [-1, 1] to uint8; a uint8 array passes unchanged.

    The range is fixed. Stretching every image to its own range would hide a saturated generator.

    Raises:
        ValueError: values are far outside [-1, 1], so the array holds something else.
    """
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images
    if not np.isfinite(images).all():
        raise ValueError("Expected images in [-1, 1], received values that are not finite.")
    if images.size and np.abs(images).max() > 1.5:
        raise ValueError(
            "Expected images as uint8 or as floats in [-1, 1], received floats between "
            f"{images.min():.3g} and {images.max():.3g}."
        )
    return np.clip(np.rint((images + 1.0) * 127.5), 0, 255).astype(np.uint8)


def tile(images, columns=None, gap=2, scale=1):
    """Many images in one: (n, h, w, c) to a uint8 array (H, W) for c = 1 or (H, W, 3).

    Args:
        columns: images per row; by default the grid is about square.
        gap: grey pixels between images. scale: each pixel becomes scale x scale pixels.
    """
    images = to_uint8(images)
    n, h, w, c = images.shape
    columns = columns or int(np.ceil(np.sqrt(n)))
    rows = -(-n // columns)
    sheet = np.full((rows * (h + gap) - gap, columns * (w + gap) - gap, c), 128, np.uint8)
    for i, image in enumerate(images):
        top, left = (i // columns) * (h + gap), (i % columns) * (w + gap)
        sheet[top : top + h, left : left + w] = image
    sheet = sheet.repeat(scale, 0).repeat(scale, 1)
    return sheet[..., 0] if c == 1 else sheet


def show_images(images, columns=None, title=None, ax=None, width=None):
    """Draw images as one grid on an axis; returns the axis."""
    sheet = tile(images, columns)
    if ax is None:
        width = width or min(9.0, sheet.shape[1] / 40)
        _, ax = plt.subplots(figsize=(width, width * sheet.shape[0] / sheet.shape[1] + 0.3))
    ax.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.set_axis_off()
    if title:
        ax.set_title(title, fontsize=10)
    return ax


def show_frames(frames, columns=4, titles=None):
    """Pictures made during a training, as (step, picture) pairs, side by side."""
    chosen = [frames[i] for i in np.unique(np.linspace(0, len(frames) - 1, columns).astype(int))]
    figure, axes = plt.subplots(1, len(chosen), figsize=(2.6 * len(chosen), 2.9), squeeze=False)
    for i, (ax, (step, picture)) in enumerate(zip(axes[0], chosen, strict=True)):
        ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
        ax.set_axis_off()
        ax.set_title(titles[i] if titles else f"step {step:,}", fontsize=10)
    figure.tight_layout()
    return figure


def show_rows(rows, height=0.85):
    """Images in labelled rows, as {label: (n, h, w, c)} with the same n in each row.

    Args:
        height: of a row, in inches.
    """
    figure, axes = plt.subplots(
        len(rows), 1, figsize=(8, height * len(rows)), squeeze=False, layout="constrained"
    )
    for ax, (label, images) in zip(axes[:, 0], rows.items(), strict=True):
        sheet = tile(images, columns=len(images))
        # Small pictures are enlarged pixel by pixel: nothing is invented, and files stay small.
        how = "nearest" if images.shape[2] <= 32 else "antialiased"
        ax.imshow(sheet, cmap="gray", vmin=0, vmax=255, aspect="equal", interpolation=how)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    return figure


def show_points(fake, real=None, ax=None, title=None, limit=None):
    """A scatter plot of 2-D samples over real ones; returns the axis."""
    if ax is None:
        _, ax = plt.subplots(figsize=(3.6, 3.6))
    if real is not None:
        ax.scatter(*np.asarray(real).T, s=3, color=REAL, alpha=0.25, label="real", linewidths=0)
    ax.scatter(*np.asarray(fake).T, s=3, color=FAKE, alpha=0.4, label="fake", linewidths=0)
    if limit:
        ax.set(xlim=(-limit, limit), ylim=(-limit, limit))
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    if title:
        ax.set_title(title, fontsize=10)
    return ax


def points_picture(points, limit, size=180):
    """2-D samples as a grey picture, uint8 (size, size): a histogram, darker where denser."""
    counts, _, _ = np.histogram2d(
        -points[:, 1], points[:, 0], bins=size, range=[[-limit, limit], [-limit, limit]]
    )
    return (255 - np.clip(counts * 120, 0, 255)).astype(np.uint8)


def show_clouds(clouds, real, limit):
    """2-D samples side by side, each over the same real ones: {title: array (n, 2)}."""
    figure, axes = plt.subplots(1, len(clouds), figsize=(2.5 * len(clouds), 2.8), squeeze=False)
    for ax, (title, points) in zip(axes[0], clouds.items(), strict=True):
        show_points(points, real, ax, title, limit)
    figure.tight_layout()
    return figure
