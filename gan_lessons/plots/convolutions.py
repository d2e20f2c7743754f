"""Convolutions and their transposes on arrays small enough to see every number."""

import matplotlib.pyplot as plt
import numpy as np

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
