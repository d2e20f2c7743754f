"""Build the notebooks of the course from their sources in ``notebooks/src``.

    python notebooks/build.py                          build and run all of them (make notebooks)
    python notebooks/build.py --only 05_dcgan_mnist    one of them
    python notebooks/build.py --preset full            on a GPU
    python notebooks/build.py --no-execute             text was changed, code was not

Each source ``src/NN_name.py`` (py:percent, read with jupytext) gives two notebooks:
``NN_name.ipynb``, what learners open, and ``solutions/NN_name.ipynb``, the exercises solved.
Both are run from the first cell to the last in a fresh kernel and stored with their outputs.
The conventions of a source, in full in docs/writing_notebooks.md:

- A code cell with ``# BEGIN SOLUTION`` and ``# END SOLUTION`` is an exercise. Learners get
  ``raise NotImplementedError`` in place of the lines between, the solutions get the lines.
- Tags: ``setup`` (code that the exercises need; goes into both notebooks), ``exercise`` (its text),
  ``check`` (calls a check; goes into both, and its output is compared whenever the notebooks are
  tested), ``solution`` (only in the solutions).
- The first comment ``# NBVAL_CHECK_OUTPUT`` in a cell has its output compared too. Use it where
  the output depends neither on the preset nor on the machine.
"""

from __future__ import annotations

import argparse
import base64
import copy
import hashlib
import io
import os
import re
import sys
import textwrap
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).resolve().parent
BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
STUB = 'raise NotImplementedError("your turn")  # replace this line'
LARGE_PICTURE = 24_000  # bytes
COMPARED = "nbval-check-output"  # nbval's tag for cells whose output is compared
SOLUTION_TAGS = {"setup", "exercise", "check", "solution"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}


class BuildError(Exception):
    """A source or the run of a notebook breaks a rule; the message says which and where."""


def source_files(only: list[str] | None = None, folder: Path = FOLDER) -> list[Path]:
    """Return the sources, sorted; ``only`` names some of them by their stem.

    Raises BuildError for a name that has no source.
    """
    files = sorted((folder / "src").glob("[0-9][0-9]_*.py"))
    stems = [file.stem for file in files]
    unknown = [name for name in only or [] if name not in stems]
    if unknown:
        raise BuildError(f"No source named {', '.join(unknown)}. There are: {', '.join(stems)}.")
    return [file for file in files if not only or file.stem in only]


# --- from a source to two notebooks -------------------------------------------------------------


def is_exercise(source: str) -> bool:
    """Whether a code cell holds a solution that learners are to find."""
    return BEGIN in source


def replace_solutions(source: str, keep: bool) -> str:
    """Take the solution markers out of a cell: with the lines between them, or a stub instead.

    Raises BuildError if the markers do not come in pairs.
    """
    lines, inside = [], False
    for line in source.splitlines():
        mark = line.strip()
        if mark in (BEGIN, END):
            if inside == (mark == BEGIN):
                raise BuildError(f"'{mark}' without its partner in the cell:\n{source}")
            inside = mark == BEGIN
            if inside and not keep:
                lines.append(line[: len(line) - len(line.lstrip())] + STUB)
        elif keep or not inside:
            lines.append(line)
    if inside:
        raise BuildError(f"'{BEGIN}' without its partner in the cell:\n{source}")
    return "\n".join(lines)


def _title(notebook) -> str:
    """First heading of a notebook, without the marks."""
    for cell in notebook.cells:
        found = re.match(r"#\s+(.+)", cell.source) if cell.cell_type == "markdown" else None
        if found:
            return found[1].strip()
    raise BuildError("A notebook begins with a '# Title'.")


def _finish(cells: list, stem: str) -> nbformat.NotebookNode:
    """Put cells into a notebook with stable ids, so that a small change gives a small diff."""
    seen: dict[str, int] = {}
    for cell in cells:
        content = f"{cell.cell_type}\n{cell.source}"
        number = seen[content] = seen.get(content, 0) + 1
        cell["id"] = hashlib.sha256(f"{content}\n{number}".encode()).hexdigest()[:12]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = nbformat.from_dict(
        {
            "gan_lessons": {"source": f"notebooks/src/{stem}.py"},
            "kernelspec": KERNEL,
            "language_info": LANGUAGE,
        }
    )
    return notebook


def _new_cell(cell, source: str, tags: list[str]):
    """A fresh cell of the same type, with nothing in its metadata but tags."""
    new = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    return new(source=source, metadata={"tags": tags} if tags else {})


def make_notebooks(path: Path) -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
    """Turn a source file into the learner's notebook and the solutions, neither of them run."""
    text = jupytext.read(path, fmt="py:percent")
    learner, solutions = [], []
    title = _title(text)
    for cell in text.cells:
        tags = list(cell.metadata.get("tags", []))
        code = cell.cell_type == "code"
        if code and not cell.source.strip():
            raise BuildError(f"{path.name} holds an empty code cell.")
        if code and is_exercise(cell.source) and "exercise" not in tags:
            tags.append("exercise")
        if code and "check" in tags:
            tags.append(COMPARED)
        if "solution" not in tags:
            learner.append(_new_cell(cell, replace_solutions(cell.source, keep=False), tags))
        if SOLUTION_TAGS & set(tags):
            solved = replace_solutions(cell.source, keep=True)
            solutions.append(_new_cell(cell, solved, tags))
    hint = nbformat.v4.new_markdown_cell(
        f"# Solutions: {title}\n\n"
        f"The exercises of [the notebook](../{path.stem}.ipynb), solved, with the code that they "
        "need before them. Have a go yourself first: the checks tell you what is missing."
    )
    return _finish(learner, path.stem), _finish([hint, *solutions], path.stem)


# --- running and storing ------------------------------------------------------------------------


def execute(notebook, folder: Path, preset: str, timeout: int = 3600) -> None:
    """Run all cells in order in a fresh kernel whose working folder is the notebook's.

    Raises nbclient's CellExecutionError if a cell fails.
    """
    environment = dict(os.environ, GAN_LESSONS_PRESET=preset, KERAS_BACKEND="tensorflow")
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=environment)
    notebook.metadata["language_info"] = nbformat.from_dict(LANGUAGE)  # not this Python's version
    notebook.metadata["gan_lessons"]["preset"] = preset


def clean_text(text: str) -> str:
    """What a terminal would show in the end: no colours, no overwritten progress bars.

    Text without control characters stays exactly as it is: nbval compares it.
    """
    if not re.search(r"[\x1b\x08\r]", text):
        return text
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    while "\b" in text:
        text = re.sub(r"[^\x08\n]?\x08", "", text, count=1)
    # A bar that rewrites its line leaves the last state only.
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")]
    return "\n".join(line.rstrip() for line in lines)


def compact_png(data: bytes) -> bytes:
    """The same picture in fewer bytes: opaque, with few colours. Keeps the smallest file.

    256 colours, or 16 shades where a grey picture would still be large: noisy ones are, and there
    a few shades do. A coloured picture keeps its 256: with fewer, its colour bar would lie.
    """
    picture = Image.open(io.BytesIO(data))
    opaque = Image.new("RGB", picture.size, "white")
    opaque.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    smallest = data
    red, green, blue = opaque.split()
    grey = red.tobytes() == green.tobytes() == blue.tobytes()
    for colours in (256, 16) if grey else (256,):
        out = io.BytesIO()
        few = opaque.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(out, format="PNG", optimize=True)
        smallest = min(smallest, out.getvalue(), key=len)
        if len(smallest) <= LARGE_PICTURE:
            break
    return smallest


def clean_outputs(notebook, where: str) -> None:
    """Make stored outputs small and free of what belongs to one machine or one moment.

    Raises BuildError if a cell wrote to the error stream or printed a path of this machine.
    """
    private = {str(FOLDER.parent), str(Path.home()), sys.prefix}
    notebook.metadata.pop("widgets", None)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        merged = []
        for output in cell.outputs:
            output.get("metadata", {}).clear()
            if output.output_type == "stream" and merged and merged[-1].get("name") == output.name:
                merged[-1].text += output.text
            else:
                merged.append(output)
        for output in merged:
            if output.output_type == "stream":
                output.text = clean_text(output.text)
            data = output.get("data", {})
            if "image/png" in data:
                png = compact_png(base64.b64decode(data["image/png"]))
                data["image/png"] = base64.b64encode(png).decode()
            if output.get("name") == "stderr" or output.output_type == "error":
                text = output.get("text") or "\n".join(output.get("traceback", []))
                raise BuildError(f"{where}, cell {number} wrote to the error stream:\n{text}")
            shown = [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
            text = "".join(shown)
            found = sorted(path for path in private if len(path) > 1 and path in text)
            if found:
                raise BuildError(
                    f"{where}, cell {number} printed the path {found[0]}, which means nothing to a "
                    f"reader. Print it relative to the working folder.\n{text}"
                )
        cell.outputs = [o for o in merged if o.output_type != "stream" or o.text.strip()]


def keep_outputs(new, old_path: Path) -> bool:
    """Take over the outputs of the stored notebook if its code is the same; says whether."""
    if not old_path.exists():
        return False
    old = nbformat.read(old_path, as_version=4)
    ours = [cell for cell in new.cells if cell.cell_type == "code"]
    theirs = [cell for cell in old.cells if cell.cell_type == "code"]
    if [cell.source for cell in ours] != [cell.source for cell in theirs]:
        return False
    for cell, stored in zip(ours, theirs, strict=True):
        cell.outputs = copy.deepcopy(stored.outputs)
        cell.execution_count = stored.execution_count
    new.metadata = old.metadata
    return True


def build(path: Path, preset: str | None, folder: Path = FOLDER, log=print) -> None:
    """Write both notebooks of a source; run them in ``preset``, or not at all if it is None."""
    learner, solutions = make_notebooks(path)
    targets = [(learner, folder / f"{path.stem}.ipynb")]
    if len(solutions.cells) > 1:
        targets.append((solutions, folder / "solutions" / f"{path.stem}.ipynb"))
    for notebook, target in targets:
        where = str(target.relative_to(folder))
        target.parent.mkdir(exist_ok=True)
        started = time.perf_counter()
        if preset is None:
            kept = keep_outputs(notebook, target)
            state = "outputs kept" if kept else "code changed: stored WITHOUT outputs, run it again"
        else:
            execute(notebook, target.parent, preset)
            clean_outputs(notebook, where)
            state = f"run in preset {preset}, {time.perf_counter() - started:.0f} s"
        text = nbformat.writes(notebook) + "\n"
        target.write_text(text, encoding="utf-8", newline="\n")
        log(f"{where}: {state}, {len(text) // 1000} KB", flush=True)


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the notebooks from notebooks/src.")
    parser.add_argument("--only", nargs="+", metavar="NN_name", help="only these")
    parser.add_argument("--preset", choices=("smoke", "quick", "full"), default="quick")
    parser.add_argument(
        "--no-execute", action="store_true", help="do not run; keep the outputs if code is the same"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    try:
        for path in source_files(options.only, options.folder):
            build(path, None if options.no_execute else options.preset, options.folder)
    except BuildError as error:
        print(f"build: {textwrap.indent(str(error), '  ').lstrip()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
