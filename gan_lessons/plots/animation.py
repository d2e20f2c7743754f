"""Moving pictures that still tell their story where nothing moves."""

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image


class Animation:
    """Frames, shown as a GIF where a page can, and as a sheet of chosen frames where it cannot.

    Args:
        frames: list of uint8 arrays (height, width, 3) of one size.
        text: what is to be seen, for who cannot see it.
        still: how many frames the sheet has, in two columns. milliseconds: per frame.
    """

    def __init__(self, frames, text, still=4, milliseconds=350):
        if not frames:
            raise ValueError("An animation needs one frame at least.")
        self.frames, self.text = [np.asarray(f, "uint8") for f in frames], text
        self.still, self.milliseconds = still, milliseconds

    def gif(self):
        """The bytes of the GIF: 64 colours common to all frames, the last frame held longer."""
        # The largest differences count, not the largest areas: a few dots may be what the picture
        # is about, and a pale background of many shades would take all the colours.
        palette = Image.fromarray(np.concatenate(self.frames)).quantize(
            64, method=Image.Quantize.MAXCOVERAGE
        )
        small = [
            Image.fromarray(f).quantize(palette=palette, dither=Image.Dither.NONE)
            for f in self.frames
        ]
        times = [self.milliseconds] * (len(small) - 1) + [2500]
        out = io.BytesIO()
        small[0].save(
            out,
            "GIF",
            save_all=True,
            append_images=small[1:],
            duration=times,
            loop=0,
            optimize=True,
        )
        return out.getvalue()

    def sheet(self):
        """Chosen frames, first and last among them, as one array."""
        chosen = np.unique(np.linspace(0, len(self.frames) - 1, self.still).round().astype(int))
        cells = [self.frames[i] for i in chosen]
        cells += [np.full_like(cells[0], 255)] * (len(cells) % 2)
        rows = [np.concatenate(cells[i : i + 2], axis=1) for i in range(0, len(cells), 2)]
        return np.concatenate(rows)

    def _repr_mimebundle_(self, include=None, exclude=None):
        gif = base64.b64encode(self.gif()).decode()
        out = io.BytesIO()
        Image.fromarray(self.sheet()).save(out, "PNG")
        return {
            "text/html": f'<img alt="{self.text}" src="data:image/gif;base64,{gif}">',
            "image/png": base64.b64encode(out.getvalue()).decode(),
            "text/plain": self.text,
        }


def animate(draw, moments, text, size=(4.4, 2.4), rows=1, dpi=72, **options):
    """An `Animation`: `draw(axes, moment)` fills the axes of one frame, for every moment.

    Args:
        rows: axes below each other; `draw` gets a list of them, or the one. options: for
            `Animation`.
    """
    frames = []
    for moment in moments:
        figure, axes = plt.subplots(rows, 1, figsize=size, dpi=dpi, sharex=rows > 1)
        draw(axes, moment)
        figure.tight_layout(pad=0.4)
        figure.canvas.draw()
        frames.append(np.asarray(figure.canvas.buffer_rgba())[..., :3].copy())
        plt.close(figure)
    return Animation(frames, text, **options)
