"""Every figure of the course: samples as images or points, losses, films of a training."""

import matplotlib.pyplot as plt
import numpy as np

REAL, FAKE, DISCRIMINATOR = "#3b6ea8", "#d1603d", "#5a8f5a"


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


def show_history(history, title=None):
    """Losses, and scores D(x) and D(G(z)) where they were recorded, against steps."""
    losses = [k for k in history if k.endswith("_loss")]
    scores = [k for k in history if k.endswith("_score")]
    panels = [("loss", losses)] + ([("mean D", scores)] if scores else [])
    figure, axes = plt.subplots(1, len(panels), figsize=(4.2 * len(panels), 2.8), squeeze=False)
    colours = {"discriminator_loss": DISCRIMINATOR, "generator_loss": FAKE}
    colours |= {"real_score": REAL, "fake_score": FAKE}
    for ax, (label, names) in zip(axes[0], panels, strict=True):
        for name in names:
            ax.plot(
                history["step"],
                history[name],
                label=name.replace("_", " "),
                color=colours.get(name),
            )
        ax.set(xlabel="step", ylabel=label)
        ax.legend(frameon=False, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    if title:
        figure.suptitle(title, fontsize=10)
    figure.tight_layout()
    return figure


# --- lesson 05: convolutions on tiny arrays, latent paths -----------------------------------------

USED, NEW, PLAIN = "#f6d9a8", "#bcd9bb", "#ffffff"


def number_cells(ax, values, top=0.0, left=0.0, colours=PLAIN, label=None):
    """Draw an array (columns,) or (rows, columns) as cells with their numbers in them.

    Args:
        top, left: where the upper left corner lies; a cell is 1 wide and high, y points down.
        colours: one colour, or a nested list of colours like `values`. NaN leaves a cell empty.
        label: text to the left of the first row.
    """
    values = np.atleast_2d(np.asarray(values, "float64"))
    colours = np.broadcast_to(np.asarray(colours, dtype=object), values.shape)
    for (row, column), value in np.ndenumerate(values):
        x, y = left + column, top + row
        colour = colours[row, column]
        ax.add_patch(plt.Rectangle((x, y), 1, 1, facecolor=colour, edgecolor="#777777", lw=0.7))
        if np.isfinite(value):
            ax.text(x + 0.5, y + 0.52, f"{value:g}", ha="center", va="center", fontsize=9)
    if label:
        ax.text(left - 0.3, top + 0.5, label, ha="right", va="center", fontsize=9)


def _cell_axes(columns, width, height, size=0.3, left=0.0):
    """A row of axes for `number_cells`, each `width` x `height` cells, y pointing down."""
    whole = columns * (width + left + 0.6)
    figure, axes = plt.subplots(1, columns, figsize=(whole * size, (height + 1) * size))
    for ax in np.atleast_1d(axes):
        ax.set(xlim=(-left - 0.1, width + 0.1), ylim=(height + 0.1, -0.1), aspect="equal")
        ax.set_axis_off()
    figure.tight_layout(pad=0.3)
    return figure, np.atleast_1d(axes)


def convolution_steps(x, kernel, stride):
    """A 1-D convolution, one panel per output: the window, the kernel below it, the result."""
    outputs = (len(x) - len(kernel)) // stride + 1
    figure, axes = _cell_axes(outputs, len(x), 4.4, left=2.2)
    done = np.full(outputs, np.nan)
    for i, ax in enumerate(axes):
        window = slice(i * stride, i * stride + len(kernel))
        done[i] = np.dot(x[window], kernel)
        inside = [window.start <= j < window.stop for j in range(len(x))]
        fresh = [NEW if j == i else PLAIN for j in range(outputs)]
        names = ("input", "kernel", "output") if i == 0 else (None, None, None)
        number_cells(ax, x, 0, 0, [USED if j else PLAIN for j in inside], names[0])
        number_cells(ax, kernel, 1.3, window.start, USED, names[1])
        number_cells(ax, done, 3.2, (len(x) - outputs) / 2, fresh, names[2])
        ax.annotate(
            "",
            ((len(x) - outputs) / 2 + i + 0.5, 3.15),
            (window.start + len(kernel) / 2, 2.35),
            arrowprops=dict(arrowstyle="->", color="#777777"),
        )
    return figure


def transposed_steps(x, kernel, stride):
    """A 1-D transposed convolution, one panel per input: the stamp, and the sum so far."""
    size = (len(x) - 1) * stride + len(kernel)
    figure, axes = _cell_axes(len(x), size, 4.4, left=2.2)
    total = np.zeros(size)
    for i, ax in enumerate(axes):
        start = i * stride
        total[start : start + len(kernel)] += x[i] * np.asarray(kernel)
        used = [USED if j == i else PLAIN for j in range(len(x))]
        number_cells(ax, x, 0, (size - len(x)) / 2, used, label="input" if i == 0 else None)
        number_cells(ax, x[i] * np.asarray(kernel), 1.9, start, USED)
        ax.annotate(
            "",
            (start + len(kernel) / 2, 1.85),
            ((size - len(x)) / 2 + i + 0.5, 1.05),
            arrowprops=dict(arrowstyle="->", color="#777777"),
        )
        stamped = [NEW if start <= j < start + len(kernel) else PLAIN for j in range(size)]
        number_cells(ax, total, 3.2, colours=stamped, label="sum" if i == 0 else None)
    return figure


def transposed_steps_2d(x, kernel, stride):
    """A 2-D transposed convolution: the kernel, then the sum after each stamp, new cells green."""
    x, kernel = np.asarray(x, "float64"), np.asarray(kernel, "float64")
    height, width = ((n - 1) * stride + k for n, k in zip(x.shape, kernel.shape, strict=True))
    first = x.shape[1] + 0.6 + kernel.shape[1]
    figure, axes = _cell_axes(1 + x.size, max(width, first), height + 1)
    number_cells(axes[0], x, 1)
    axes[0].text(0, 0.6, "input", fontsize=9)
    number_cells(axes[0], kernel, 1, x.shape[1] + 0.6, USED)
    axes[0].text(x.shape[1] + 0.6, 0.6, "kernel", fontsize=9)
    total = np.zeros((height, width))
    for ax, (row, column) in zip(axes[1:], np.ndindex(*x.shape), strict=True):
        part = (
            slice(row * stride, row * stride + kernel.shape[0]),
            slice(column * stride, column * stride + kernel.shape[1]),
        )
        total[part] += x[row, column] * kernel
        colours = np.full(total.shape, PLAIN, dtype=object)
        colours[part] = NEW
        number_cells(ax, total, 1, colours=colours)
        ax.text(0, 0.6, f"+ {x[row, column]:g} x kernel", fontsize=9)
    return figure


def number_tables(tables):
    """Several small 2-D arrays side by side, as {title: array}, cells that are not 0 coloured."""
    arrays = [np.asarray(a, "float64") for a in tables.values()]
    widths = [a.shape[1] for a in arrays]
    left = np.cumsum([0, *(w + 2 for w in widths)])
    height = max(a.shape[0] for a in arrays)
    figure, axes = _cell_axes(1, left[-1] - 2, height + 1)
    for title, array, x in zip(tables, arrays, left, strict=False):
        colours = np.where(array != 0, USED, PLAIN).astype(object)
        number_cells(axes[0], array, 1, x, colours)
        axes[0].text(x, 0.6, title, fontsize=9)
    return figure


def heat_maps(maps, low=None, high=None, label=None):
    """2-D arrays as pictures on one common scale, as {title: array}."""
    low = min(m.min() for m in maps.values()) if low is None else low
    high = max(m.max() for m in maps.values()) if high is None else high
    figure, axes = plt.subplots(
        1, len(maps), figsize=(2.1 * len(maps) + 0.7, 2.3), squeeze=False, layout="constrained"
    )
    for ax, (title, values) in zip(axes[0], maps.items(), strict=True):
        picture = ax.imshow(values, vmin=low, vmax=high, cmap="viridis", interpolation="nearest")
        ax.set_title(title, fontsize=9)
        ax.set(xticks=[], yticks=[])
    figure.colorbar(picture, ax=axes[0], shrink=0.8).set_label(label or "", fontsize=9)
    return figure


def show_rows(rows):
    """Images in labelled rows, as {label: (n, h, w, c)} with the same n in each row."""
    figure, axes = plt.subplots(
        len(rows), 1, figsize=(8, 0.85 * len(rows)), squeeze=False, layout="constrained"
    )
    for ax, (label, images) in zip(axes[:, 0], rows.items(), strict=True):
        ax.imshow(tile(images, columns=len(images)), cmap="gray", vmin=0, vmax=255, aspect="equal")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    return figure


def show_lengths(lengths, paths, t, typical):
    """Where the lengths of z lie, and the length along paths from one z to another.

    Args:
        lengths: {label: lengths of many points}, drawn as histograms.
        paths: {label: array (len(t),)} of lengths at `t`; typical: the length to expect.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.8))
    for label, values in lengths.items():
        left.hist(values, bins=60, density=True, histtype="stepfilled", alpha=0.6, label=label)
    left.set(xlabel="length of z", ylabel="density")
    for (label, values), colour in zip(paths.items(), (FAKE, REAL), strict=False):
        right.plot(t, values, label=label, color=colour)
    right.axhspan(typical - 1.4, typical + 1.4, color="#dddddd", zorder=0, label="95 % of all z")
    right.set(xlabel="t, from the first z to the second", ylabel="length of z", ylim=(0, None))
    for ax in (left, right):
        ax.legend(frameon=False, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


# --- the vanilla GAN -----------------------------------------------------------------------------


def show_best_answer(x, real, fake, best):
    """Densities of real and fake on a line, and below them the best discriminator's answer."""
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(5.6, 3.4), sharex=True)
    for density, colour, label in ((real, REAL, "real, p(x)"), (fake, FAKE, "fake, q(x)")):
        top.fill_between(x, density, color=colour, alpha=0.35, label=label)
    top.set(ylabel="density", yticks=[])
    bottom.plot(x, best, color=DISCRIMINATOR, label="D*(x) = p / (p + q)")
    bottom.axhline(0.5, color="grey", linewidth=0.8, linestyle=":")
    bottom.set(ylabel="D*(x)", ylim=(-0.05, 1.05), xlabel="x")
    for ax in (top, bottom):
        ax.legend(frameon=False, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def show_loss_shapes(logits, values, slopes):
    """Losses of one sample against its logit, and how strongly each pulls at it.

    Args:
        values, slopes: {name: array like `logits`}.
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.6, 2.8))
    titles = ("the loss", "its pull: size of the slope")
    for ax, curves, title in zip(axes, (values, slopes), titles, strict=True):
        for (name, curve), colour in zip(curves.items(), (REAL, FAKE), strict=True):
            ax.plot(logits, np.abs(curve) if curves is slopes else curve, color=colour, label=name)
        ax.axvspan(logits[0], -2, color="#eeeeee", zorder=0)
        ax.set_title(title, fontsize=10)
        ax.set_xlabel("logit of a fake (grey: D is sure that it is fake)")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    return figure


def show_clouds(clouds, real, limit):
    """2-D samples side by side, each over the same real ones: {title: array (n, 2)}."""
    figure, axes = plt.subplots(1, len(clouds), figsize=(2.5 * len(clouds), 2.8), squeeze=False)
    for ax, (title, points) in zip(axes[0], clouds.items(), strict=True):
        show_points(points, real, ax, title, limit)
    figure.tight_layout()
    return figure


def show_landscapes(landscapes, limit):
    """What a discriminator says everywhere in a square: {title: array (side, side), row 0 below}.

    Values are D(x), from 0 (red, "fake") over 1/2 (white) to 1 (blue, "real").
    """
    count = len(landscapes)
    figure, axes = plt.subplots(1, count, figsize=(2.9 * count, 2.9), squeeze=False)
    for ax, (title, values) in zip(axes[0], landscapes.items(), strict=True):
        extent = (-limit, limit, -limit, limit)
        image = ax.imshow(values, origin="lower", extent=extent, cmap="RdBu", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=10)
    figure.colorbar(image, ax=list(axes[0]), label="D(x)", shrink=0.8)
    return figure


def show_loss_and_score(histories, scores, floor):
    """Generator losses of several runs, and beside them what the samples were worth.

    Args:
        histories: {name: history of a training}.
        scores: {name: list of (step, score)}; a lower score is better.
        floor: the score of real data.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.0, 3.0))
    for (name, history), colour in zip(histories.items(), (REAL, FAKE), strict=True):
        left.plot(history["step"], history["generator_loss"], color=colour, label=name)
        right.plot(*zip(*scores[name], strict=True), "o-", color=colour, markersize=4, label=name)
    right.axhline(floor, color="grey", linewidth=0.8, linestyle=":", label="real digits")
    right.set(xlabel="step", ylabel="rFD, lower is better", yscale="log")
    left.set(xlabel="step", ylabel="loss of G")
    for ax in (left, right):
        ax.spines[["top", "right"]].set_visible(False)
    right.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    return figure
