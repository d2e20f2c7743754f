"""Showing the course's own code in a notebook: always the live source, never a copy of it."""

import contextlib
import inspect
import json
import textwrap
from pathlib import Path

RESULTS = Path(__file__).parent.parent / "benchmarks" / "results"


def source(*objects):
    """The source of functions, methods or classes, to be displayed as highlighted Python.

    Raises:
        TypeError: something has no Python source, such as a built-in or a plain value.
    """
    from IPython.display import Markdown

    parts = [textwrap.dedent(inspect.getsource(thing)).strip() for thing in objects]
    return Markdown("```python\n" + "\n\n\n".join(parts) + "\n```")


def results(name):
    """A table of `benchmarks/results/`, such as "arms_race-bundled-quick", as a dict.

    Raises:
        FileNotFoundError: there is no such table; the message names those that there are.
    """
    path = RESULTS / f"{name}.json"
    if not path.exists():
        there = ", ".join(sorted(p.stem for p in RESULTS.glob("*.json"))) or "none"
        raise FileNotFoundError(f"There is no table {name!r} of results; there are: {there}.")
    return json.loads(path.read_text(encoding="utf-8"))


def tables(names):
    """Those of some tables that there are, {label: table}, of names {label: name}."""
    found = {}
    for label, name in names.items():
        with contextlib.suppress(FileNotFoundError):
            found[label] = results(name)
    return found


def compared(tables, figures):
    """Tables of several seeds as text, one line for each: means and standard deviations.

    Args:
        tables: {label: table}. figures: {name in the tables' summary: (heading, format)}.
    """
    if not tables:
        return "no table yet: the programs that make them are in benchmarks/"
    width, cell_width = max(12, *(len(label) + 1 for label in tables)), 16
    headings = "".join(f"{heading:>{cell_width}}" for heading, _ in figures.values())
    lines = [f"{'':{width}}seeds{headings}"]
    for label, table in tables.items():
        line = f"{label:{width}}{len(table['runs']):5}"
        for name, (_, form) in figures.items():
            found = table["summary"][name]
            cell = f"{found['mean']:{form}} ± {found['std']:{form}}"
            line += f"{cell:>{cell_width}}"
        lines.append(line)
    return "\n".join(lines)


def expected(name, preset):
    """What several seeds have reached, from the tables of `benchmarks/quality.py`, as text.

    Args:
        name: lesson and data set, such as "dcgan-mnist".
        preset: name of the preset; there are tables of "quick" and "full" at most.
    """
    try:
        table = results(f"{name}-{preset}")
    except FileNotFoundError:
        return f"no table for the preset {preset}"
    figures = {k: v for k, v in table["summary"].items() if k not in ("steps", "seconds", "floor")}
    told = ", ".join(f"{k} {v['mean']:.4f} +- {v['std']:.4f}" for k, v in figures.items())
    return f"{told} ({len(table['runs'])} seeds)"
