"""Translating pictures of your own, of any size: the names stay, and so do the sizes."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
from keras import ops

from gan_lessons.datasets.unpaired import ENDINGS, as_colours
from gan_lessons.files import written_aside
from gan_lessons.translators import build_translator

LARGEST = 1024  # pixels of the longer side that a network is shown: more would need much memory
SAME = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".bmp": "BMP"}


@dataclasses.dataclass(frozen=True)
class Done:
    """What came of it: the files written, and those left out with the reason."""

    written: list[Path]
    skipped: list[tuple[Path, str]]


def translate(model, source, target, to="y", verbose=True):
    """Translate a folder of pictures, those in its subfolders included, or one picture.

    A picture keeps its name, its place and its size in pixels, turned upright where its EXIF note
    asks for it. What cannot be written in its own format becomes .png, its old ending staying in
    the name. The network sees the picture with its shorter side as long as in training, so that
    things are as large as it knows them.

    Args:
        model: a `CycleGAN`. source: folder or file. target: folder, made where it is not there.
        to: "y", or "x" for the way back.

    Returns:
        A `Done`.

    Raises:
        FileNotFoundError: there is no source, or no picture in it.
        ValueError: the target lies in the source, or the source in it, so that files could be lost.
    """
    source, target = Path(source).expanduser(), Path(target).expanduser()
    files = _pictures(source, target)
    network = any_size(model, to)
    written, skipped = [], []
    for number, file in enumerate(files, 1):
        place = file.relative_to(source) if source.is_dir() else Path(file.name)
        same = place.suffix.lower() in SAME
        path = target / (place if same else place.with_name(place.name + ".png"))
        try:
            picture = as_colours(file.read_bytes())
        except (OSError, ValueError, SyntaxError) as error:  # Pillow's ways to say no
            skipped.append((file, str(error)))
            continue
        made = translated(network, picture, model.preset.size)
        with written_aside(path) as aside:
            made.save(aside, SAME.get(path.suffix.lower(), "PNG"))
        written.append(path)
        if verbose and sys.stdout.isatty():
            end = "\n" if number == len(files) else ""
            print(f"\r{number} of {len(files)}: {place}\x1b[K", end=end, flush=True)
    return Done(written, skipped)


def any_size(model, to="y"):
    """The translator towards a kind, for pictures of any size whose sides are multiples of 4."""
    trained = model.averaged({"y": model.G, "x": model.F}[to])
    p = model.preset
    network = build_translator((None, None, p.colours), p.channels, p.blocks, p.kernel, p.brush)
    network.set_weights(trained.get_weights())
    return network


def translated(network, picture, size):
    """One Pillow picture, translated; it keeps its size.

    Args:
        size: length of the shorter side, in pixels, that the network is used to.
    """
    from PIL import Image

    scale = size / min(picture.size)
    scale = min(scale, max(size, LARGEST) / max(picture.size))
    width, height = (max(4, round(side * scale / 4) * 4) for side in picture.size)
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    # Mirrors at the edges need a few pixels to look into, even of a very long and narrow picture.
    border = [(0, max(0, 16 - side)) for side in (height, width)]
    pixels = np.pad(np.asarray(small, "float32") / 127.5 - 1.0, (*border, (0, 0)), "edge")
    made = ops.convert_to_numpy(ops.stop_gradient(network(pixels[None], training=False)))[0]
    made = np.clip(np.rint((made[:height, :width] + 1.0) * 127.5), 0, 255).astype("uint8")
    return Image.fromarray(made).resize(picture.size, Image.Resampling.LANCZOS)


def _pictures(source, target):
    """The picture files to translate, sorted."""
    if source.is_file():
        if (target / source.name).resolve() == source.resolve():
            raise ValueError(f"{source} would be overwritten: choose another folder to write to.")
        return [source]
    if not source.is_dir():
        raise FileNotFoundError(f"There is no folder or picture {source}.")
    a, b = source.resolve(), target.resolve()
    if a == b or a in b.parents or b in a.parents:
        raise ValueError(
            f"{target} and {source} lie in each other, so pictures could be overwritten, or "
            "translated twice: choose another folder to write to."
        )
    found = [
        path
        for path in sorted(source.rglob("*"))
        if path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file()
    ]
    if not found:
        raise FileNotFoundError(f"{source} holds no pictures ({' '.join(sorted(ENDINGS))}).")
    return found
