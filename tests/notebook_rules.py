"""Rules for stored notebooks. Each takes a notebook (nbformat) and returns a list of complaints.

`test_notebooks.py` applies them to the course's notebooks, and shows on a small notebook that each
of them complains when its rule is broken.
"""

import base64
import re

SECTIONS = (
    "You will",
    "The idea",
    "The maths",
    "Build",
    "Train",
    "Look",
    "Measure",
    "Break it",
    "Exercises",
    "Recap and further reading",
)
LONGEST_CELL = 25  # lines
MACHINE_PATH = re.compile(
    r"(?<![\w.])/(home|root|work|tmp|Users|private|opt|var|mnt)/\w|[A-Z]:\\\w"
)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return set(cell.metadata.get("tags", []))


def is_compared(cell):
    marked = re.search(r"^\s*#\s*NBVAL_CHECK_OUTPUT\s*$", cell.source, re.M)
    return bool(marked) or "nbval-check-output" in tags(cell)


def pictures(cell):
    """The PNG files among a code cell's outputs."""
    found = [output.get("data", {}).get("image/png") for output in cell.get("outputs", [])]
    return [base64.b64decode(data) for data in found if data]


def text_of(output):
    """Everything readable in an output: streams, tracebacks, text and HTML."""
    data = output.get("data", {})
    parts = [output.get("text", ""), *output.get("traceback", [])]
    return "".join(parts + [value for kind, value in data.items() if kind.startswith("text/")])


def printed(cell):
    return "".join(text_of(output) for output in cell.get("outputs", []))


def same_as_source(notebook, fresh):
    def content(nb):
        return [(c.cell_type, c["id"], sorted(tags(c)), c.source) for c in nb.cells]

    stored, expected = content(notebook), content(fresh)
    if len(stored) != len(expected):
        return [f"{len(stored)} cells are stored, the source gives {len(expected)}"]
    pairs = enumerate(zip(stored, expected, strict=True))
    return [f"cell {i} differs from the source:\n{a[3]}" for i, (a, b) in pairs if a != b]


def one_sequential_run(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    expected = list(range(1, len(counts) + 1))
    return [] if counts == expected else [f"execution counts are {counts}, not {expected}"]


def compared_cells_have_output(notebook, least=1):
    compared = [cell for cell in code_cells(notebook) if is_compared(cell)]
    complaints = [] if len(compared) >= least else [f"only {len(compared)} cells are compared"]
    for cell in compared:
        if cell.execution_count is None or not printed(cell).strip():
            complaints.append(f"compared, but nothing is stored to compare with:\n{cell.source}")
    return complaints


def short_cells(notebook):
    lengths = [(len(cell.source.splitlines()), cell.source) for cell in code_cells(notebook)]
    return [f"a cell of {n} lines:\n{text}" for n, text in lengths if n > LONGEST_CELL]


def footer_of_a_real_run(notebook):
    last = code_cells(notebook)[-1]
    found = re.search(r"^preset: (\w+)$", printed(last), re.M)
    if "footer(" not in last.source or not found:
        return ["the last code cell does not print runtime.footer(...)"]
    words = ("device: ", "versions: ", "seed: ", "wall time: ")
    complaints = [f"the footer lacks {word!r}" for word in words if word not in printed(last)]
    if found[1] not in ("quick", "full"):
        complaints.append(f"the stored outputs come from the preset {found[1]}")
    if found[1] != notebook.metadata.gan_lessons.get("preset"):
        complaints.append("footer and metadata name different presets")
    return complaints


def preset_is_recorded(notebook):
    preset = notebook.metadata.gan_lessons.get("preset")
    return [] if preset in ("quick", "full") else [f"stored outputs of preset {preset}"]


def clean_outputs(notebook):
    complaints = []
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                complaints.append(f"an error or error stream is stored:\n{text_of(output)[:500]}")
            found = MACHINE_PATH.search(text_of(output))
            if found:
                complaints.append(f"the path of a machine is stored: {found[0]}...")
    return complaints


def no_personal_metadata(notebook):
    allowed = {"gan_lessons", "kernelspec", "language_info"}
    complaints = [f"metadata {name!r}" for name in set(notebook.metadata) - allowed]
    if "version" in notebook.metadata.language_info:
        complaints.append("the version of one machine's Python in the metadata")
    for cell in notebook.cells:
        complaints += [f"cell metadata {name!r}" for name in set(cell.metadata) - {"tags"}]
    return complaints


def all_sections(notebook):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    places, complaints = [], []
    for section in SECTIONS:
        found = re.search(rf"^(?:#+ |\*\*){section}\b", text, re.M)
        if found:
            places.append((found.start(), section))
        else:
            complaints.append(f"the section {section!r} is missing")
    if places != sorted(places):
        complaints.append(f"the sections stand in the order {[s for _, s in sorted(places)]}")
    return complaints


def figures_are_described(notebook):
    complaints, waiting = [], None
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and waiting is not None:
            if "What you should see" not in cell.source:
                complaints.append(f"a figure without 'What you should see' after it:\n{waiting}")
            waiting = None
        elif cell.cell_type == "code" and pictures(cell):
            if waiting is not None:
                complaints.append(f"a figure without 'What you should see' after it:\n{waiting}")
            waiting = cell.source
    return complaints + ([f"a figure ends the notebook:\n{waiting}"] if waiting else [])


def compact_pictures(notebook, compact):
    """`compact` makes a PNG as small as the pipeline can."""
    complaints = []
    for cell in code_cells(notebook):
        for png in pictures(cell):
            if len(png) > 1.1 * len(compact(png)):
                complaints.append(f"a picture of {len(png)} bytes could be smaller:\n{cell.source}")
    return complaints


def exercises_with_checks(notebook, verdict, least=3):
    exercises = [c for c in code_cells(notebook) if "exercise" in tags(c)]
    checks = [c for c in code_cells(notebook) if "check" in tags(c)]
    complaints = []
    if len(exercises) < least or len(checks) < len(exercises):
        complaints.append(f"{len(exercises)} exercises, {len(checks)} checks; {least} at least")
    for cell in checks:
        if not printed(cell).startswith(verdict):
            complaints.append(f"{cell.source} should print {verdict!r}, not {printed(cell)!r}")
    return complaints


def links_lead_somewhere(notebook, folder):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    targets = {t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in t}
    return [f"a link leads nowhere: {t}" for t in targets if t and not (folder / t).exists()]
