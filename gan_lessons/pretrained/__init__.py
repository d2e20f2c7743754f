"""Small trained weights that come with the course, each with a model card.

`<name>.npz` holds nothing but arrays, `<name>.md` is its card: what it was trained on, how, how
good it is, and the sha256 of the weights. Weights are only used if they match their card.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from gan_lessons import runtime
from gan_lessons.datasets.fetch import sha256
from gan_lessons.files import written_aside

FOLDER = Path(__file__).parent


def own_folder() -> Path:
    """The folder for weights that you trained from data of your own, in the cache."""
    return runtime.cache_dir() / "pretrained"


def names() -> list[str]:
    """The names of the weights that are here, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.npz"))


def card(name: str) -> str:
    """The model card of `name`, as Markdown text.

    Raises FileNotFoundError if there is none, listing the names there are.
    """
    return _file(name, ".md").read_text(encoding="utf-8")


def load_weights(name: str) -> dict[str, np.ndarray]:
    """The weights `name` as a dict of float32 arrays, checked against the sha256 in their card.

    Raises FileNotFoundError for an unknown name, ValueError where file and card disagree or the
    file is not a plain archive of arrays. Nothing is ever unpickled.
    """
    path = _file(name, ".npz")
    stated = re.search(r"sha256\W+([0-9a-f]{64})\b", card(name))
    found = sha256(path)
    if stated is None or stated.group(1) != found:
        raise ValueError(
            f"{path}: the weights do not match their card. Found sha256 {found}, the card "
            f"{path.with_suffix('.md').name} says {stated.group(1) if stated else 'nothing'}. "
            "Restore both files from the repository, or build the weights again with the command "
            "in the card."
        )
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key].astype("float32") for key in archive.files}
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(f"{path}: expected an .npz of plain arrays, but {error}") from error


def save_weights(
    name_or_path: str | Path, arrays: dict[str, np.ndarray], dtype: str = "float16"
) -> Path:
    """Write `arrays` (dict: name -> array) as a small .npz and return its path.

    A bare name goes into this folder, anything with a folder or the ending .npz is taken as a path.
    Stored as `dtype` (float16 halves the size; measure scores with the weights read back). The same
    arrays always give the same bytes. Raises ValueError if a value is not finite in `dtype`.
    """
    text = str(name_or_path)
    is_name = Path(text).name == text and not text.endswith(".npz")
    path = FOLDER / f"{text}.npz" if is_name else Path(text).with_suffix(".npz")
    stored = {}
    for key, value in arrays.items():
        with np.errstate(over="ignore"):
            stored[key] = np.asarray(value).astype(dtype)
        if not np.isfinite(stored[key]).all():
            raise ValueError(
                f"{path.name}: {key!r} holds values that are not finite as {dtype}; expected "
                "finite weights. Did the training diverge? Otherwise pass dtype='float32'."
            )
    with written_aside(path) as aside:
        np.savez_compressed(aside, **stored)
    return path


def load_generator(name: str):
    """A pretrained generator, ready to sample: its lesson module, its model, its preset.

    The settings stand in the card, as a block of JSON; the discriminator is not part of the
    weights and starts anew. Raises what `load_weights` raises, and ValueError for a card without
    settings (the weights of something that does not generate).
    """
    from gan_lessons.lessons import get

    block = re.search(r"```json\n(.*?)```", card(name), re.DOTALL)
    if block is None:
        raise ValueError(f"{name!r} is not a generator: its card holds no settings to build one.")
    settings = json.loads(block.group(1))
    lesson, stored = get(settings["lesson"]), settings["preset"]
    if "precision" in stored:
        stored["precision"] = "float32"  # what trained in 16 bits draws in 32 on any machine
    # A setting younger than the card has its default, as when the weights were trained.
    preset = type(lesson.PRESETS["quick"])(**stored)
    model = lesson.build(preset)
    weights = load_weights(name)
    ordered = [weights[key] for key in sorted(weights)]
    for network in model.shipped:
        own, ordered = ordered[: len(network.weights)], ordered[len(network.weights) :]
        for twin in {id(n): n for n in (network, model.averaged(network))}.values():
            twin.set_weights(own)
    if ordered:
        raise ValueError(f"{name!r} holds {len(ordered)} arrays more than its settings ask for.")
    return lesson, model, preset


def _file(name: str, suffix: str) -> Path:
    """Path of the weights or the card of `name`: of the course's, or else of your own."""
    places = (FOLDER, own_folder())
    path = next((p for f in places if (p := f / f"{name}{suffix}").is_file()), None)
    if Path(name).name != str(name) or path is None:
        raise FileNotFoundError(
            f"no pretrained {'card' if suffix == '.md' else 'weights'} named {name!r} in {FOLDER}. "
            f"There are: {', '.join(names()) or 'none'}."
        )
    return path
