"""The stored notebooks obey the course's rules, and so does the pipeline that builds them."""

import base64
import copy
import functools
import importlib.util
import io
import json
from pathlib import Path

import nbformat
import notebook_rules as rules
import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
LARGEST = 400_000  # bytes

spec = importlib.util.spec_from_file_location("notebooks_build", FOLDER / "build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)

SOURCES = build.source_files()
STEMS = [path.stem for path in SOURCES]


@functools.cache
def stored(stem, which=0):
    """Learner's notebook (0) or solutions (1), as stored."""
    path = FOLDER / ("", "solutions")[which] / f"{stem}.ipynb"
    assert path.exists(), f"{path.name} is not built: make notebooks ONLY={stem}"
    return nbformat.read(path, as_version=4)


# --- the stored notebooks -------------------------------------------------------------------------


def test_the_course_has_notebooks():
    assert {"03_vanilla_gan", "05_dcgan_mnist"} <= set(STEMS)


def test_nothing_is_stored_without_a_source():
    for folder in (FOLDER, FOLDER / "solutions"):
        assert {path.stem for path in folder.glob("*.ipynb")} == set(STEMS)


@pytest.mark.parametrize("which", [0, 1], ids=["learner", "solutions"])
@pytest.mark.parametrize("stem", STEMS)
class TestBothNotebooks:
    def test_agrees_with_its_source(self, stem, which):
        fresh = build.make_notebooks(FOLDER / "src" / f"{stem}.py")[which]
        assert rules.same_as_source(stored(stem, which), fresh) == []

    def test_comes_from_one_sequential_run(self, stem, which):
        assert rules.one_sequential_run(stored(stem, which)) == []

    def test_compared_cells_have_something_to_compare(self, stem, which):
        # The checks of three exercises, and in the lesson itself three closed forms more.
        assert rules.compared_cells_have_output(stored(stem, which), (6, 3)[which]) == []

    def test_records_a_preset_worth_reading(self, stem, which):
        assert rules.preset_is_recorded(stored(stem, which)) == []

    def test_is_valid_small_and_clean(self, stem, which):
        notebook = stored(stem, which)
        nbformat.validate(notebook)
        path = FOLDER / ("", "solutions")[which] / f"{stem}.ipynb"
        assert path.stat().st_size <= LARGEST
        assert rules.clean_outputs(notebook) == []
        assert rules.no_personal_metadata(notebook) == []
        assert rules.compact_pictures(notebook, build.compact_png) == []
        assert rules.links_lead_somewhere(notebook, path.parent) == []

    def test_has_cells_that_fit_on_a_screen(self, stem, which):
        assert rules.short_cells(stored(stem, which)) == []

    def test_exercises_and_verdicts(self, stem, which):
        verdict = ("Not attempted yet: ", "Accepted: ")[which]
        assert rules.exercises_with_checks(stored(stem, which), verdict) == []


@pytest.mark.parametrize("stem", STEMS)
class TestLessons:
    def test_has_all_sections(self, stem):
        assert rules.all_sections(stored(stem)) == []

    def test_describes_its_figures(self, stem):
        assert rules.figures_are_described(stored(stem)) == []

    def test_ends_with_the_footer_of_a_real_run(self, stem):
        assert rules.footer_of_a_real_run(stored(stem)) == []

    def test_hides_the_solutions(self, stem):
        lesson, solutions = stored(stem), stored(stem, 1)
        assert build.STUB in "\n".join(cell.source for cell in lesson.cells)
        assert "NotImplementedError" not in "\n".join(c.source for c in solutions.cells)

    def test_calls_every_check_of_its_module(self, stem):
        module = importlib.import_module(f"gan_lessons.checks.{stem[3:]}")
        checks = {name for name in vars(module) if name.startswith("check_")}
        text = "\n".join(c.source for c in stored(stem).cells if "check" in rules.tags(c))
        assert checks and {name for name in checks if f"{name}(" in text} == checks


# --- the pipeline ---------------------------------------------------------------------------------

SOURCE = '''# %% [markdown]
# # 42 · Tiny
#
# **You will** see how a notebook is made.

# %% tags=["setup"]
import time

from gan_lessons import footer
from gan_lessons.checks.core import check, expect_close

started = time.perf_counter()


@check("double a number")
def check_double(fn):
    expect_close(fn(3.0), 6.0, "Twice.")


# %%
# NBVAL_CHECK_OUTPUT
print(1 + 1)

# %%
# NBVAL_CHECK_OUTPUT
print(2 + 2)

# %% [markdown] tags=["exercise"]
# **1.** Double.


# %%
def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    twice = 2 * x
    return twice
    # END SOLUTION


# %% tags=["check"]
check_double(double)

# %% [markdown] tags=["solution"]
# Or x + x.

# %%
print("preset: quick")

# %%
print("preset: quick")
'''


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "42_tiny.py").write_text(SOURCE)
    return tmp_path


@pytest.fixture
def pair(folder):
    return build.make_notebooks(folder / "src" / "42_tiny.py")


def test_learners_get_a_stub_and_the_solutions_the_answer(pair):
    lesson, solutions = ("\n".join(cell.source for cell in nb.cells) for nb in pair)
    assert "twice" not in lesson and "SOLUTION" not in lesson + solutions
    assert f'    """Twice x."""\n    {build.STUB}' in lesson
    assert "    twice = 2 * x\n    return twice" in solutions
    assert "Or x + x." in solutions and "Or x + x." not in lesson


def test_solutions_hold_setup_exercises_checks_and_nothing_else(pair):
    kinds = [sorted(rules.tags(cell) - {build.COMPARED}) for cell in pair[1].cells]
    assert kinds == [[], ["setup"], ["exercise"], ["exercise"], ["check"], ["solution"]]
    assert "# Solutions: 42 · Tiny" in pair[1].cells[0].source
    assert "(../42_tiny.ipynb)" in pair[1].cells[0].source


def test_verdicts_are_compared(pair):
    for notebook in pair:
        compared = [cell.source for cell in rules.code_cells(notebook) if rules.is_compared(cell)]
        assert "check_double(double)" in compared


def test_cell_ids_are_unique_and_do_not_depend_on_place(folder, pair):
    ids = [cell["id"] for cell in pair[0].cells]
    assert len(set(ids)) == len(ids)  # although two cells are the same
    path = folder / "src" / "42_tiny.py"
    path.write_text(SOURCE.replace("# %%\n# NBVAL", "# %%\nprint('new')\n\n# %%\n# NBVAL", 1))
    after = [cell["id"] for cell in build.make_notebooks(path)[0].cells if "new" not in cell.source]
    assert after == ids


@pytest.mark.parametrize(
    "broken",
    [
        "x = 1\n# END SOLUTION",
        "# BEGIN SOLUTION\nx = 1",
        "# BEGIN SOLUTION\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION",
    ],
)
@pytest.mark.parametrize("keep", [True, False])
def test_unpaired_solution_marks_are_refused(broken, keep):
    with pytest.raises(build.BuildError, match="without its partner"):
        build.replace_solutions(broken, keep)


def test_two_solutions_in_a_cell():
    cell = "a\n# BEGIN SOLUTION\nb\n# END SOLUTION\nc\n  # BEGIN SOLUTION\n  d\n  # END SOLUTION"
    assert build.replace_solutions(cell, keep=True) == "a\nb\nc\n  d"
    assert build.replace_solutions(cell, keep=False) == f"a\n{build.STUB}\nc\n  {build.STUB}"


def test_a_notebook_needs_a_title_and_no_empty_cells(folder):
    path = folder / "src" / "42_tiny.py"
    path.write_text(SOURCE.replace("# # 42", "# 42"))
    with pytest.raises(build.BuildError, match="Title"):
        build.make_notebooks(path)
    path.write_text(SOURCE.replace("print(1 + 1)", "").replace("# NBVAL_CHECK_OUTPUT\n", ""))
    with pytest.raises(build.BuildError, match="empty code cell"):
        build.make_notebooks(path)


def test_sources_are_found_by_name(folder):
    (folder / "src" / "07_other.py").write_text(SOURCE)
    (folder / "src" / "helper.py").write_text("")
    assert [p.stem for p in build.source_files(folder=folder)] == ["07_other", "42_tiny"]
    assert [p.stem for p in build.source_files(["42_tiny"], folder)] == ["42_tiny"]
    with pytest.raises(build.BuildError, match="No source named 43_no.*07_other, 42_tiny"):
        build.source_files(["43_no"], folder)


@pytest.mark.parametrize(
    "text, clean",
    [
        ("plain  \ntext\t\n", "plain  \ntext\t\n"),  # nbval compares it: not a blank may change
        ("\x1b[1mbold\x1b[0m", "bold"),
        ("1/3\r2/3\r3/3\ndone\n", "3/3\ndone\n"),
        ("1/3\b\b\b2/3\n", "2/3\n"),
        ("all\r\n", "all\n"),
    ],
)
def test_text_is_what_a_terminal_shows_in_the_end(text, clean):
    assert build.clean_text(text) == clean


def png(pixels, **options):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format="PNG", **options)
    return out.getvalue()


def test_pictures_get_smaller_and_stay_the_same():
    grey = np.arange(100 * 100, dtype="uint32").reshape(100, 100) % 200
    opaque = np.stack([grey, grey, grey, np.full_like(grey, 255)], -1).astype("uint8")
    large = png(opaque, compress_level=0)
    small = build.compact_png(large)
    assert len(small) < len(large) / 3
    again = np.asarray(Image.open(io.BytesIO(small)).convert("RGB"))
    np.testing.assert_array_equal(again, opaque[..., :3])
    assert build.compact_png(small) == small


def test_transparent_pictures_become_white_where_nothing_is():
    pixels = np.zeros((40, 40, 4), "uint8")
    small = build.compact_png(png(pixels, compress_level=0))
    assert np.all(np.asarray(Image.open(io.BytesIO(small)).convert("RGB")) == 255)


def with_outputs(pair, *outputs):
    notebook = copy.deepcopy(pair[0])
    rules.code_cells(notebook)[1].outputs = [nbformat.from_dict(output) for output in outputs]
    return notebook


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_pieces_of_a_stream_are_joined_and_cleaned(pair):
    notebook = with_outputs(pair, stream("1/2\r"), stream("2/2\n"), stream("end\n"))
    build.clean_outputs(notebook, "here")
    assert [o.text for o in rules.code_cells(notebook)[1].outputs] == ["2/2\nend\n"]


@pytest.mark.parametrize(
    "output, words",
    [
        (stream("UserWarning: look here", "stderr"), "error stream:\nUserWarning: look here"),
        (stream(f"saved in {ROOT}/runs"), "printed the path"),
        (
            {
                "output_type": "display_data",
                "data": {"text/html": f"<a href='{Path.home()}/x'>x</a>"},
                "metadata": {},
            },
            "printed the path",
        ),
        (
            {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["boom"]},
            "error stream:\nboom",
        ),
    ],
)
def test_outputs_that_nobody_should_see_stop_the_build(pair, output, words):
    with pytest.raises(build.BuildError, match="here, cell 2") as caught:
        build.clean_outputs(with_outputs(pair, output), "here")
    assert words in str(caught.value)


def quietly(*args, **kwargs):
    pass


def fake_run(notebook, folder, preset):
    """What executing would leave behind, without a kernel."""
    for count, cell in enumerate(rules.code_cells(notebook), 1):
        cell.execution_count = count
        cell.outputs = [nbformat.from_dict(stream(f"run in {preset}\n"))]
        cell.metadata["execution"] = {"iopub.status.busy": "2026-11-22T06:00:00Z"}
    notebook.metadata["gan_lessons"]["preset"] = preset


def test_text_can_change_without_a_run_but_code_cannot(folder, monkeypatch):
    monkeypatch.setattr(build, "execute", fake_run)
    path = folder / "src" / "42_tiny.py"
    build.build(path, "quick", folder, quietly)
    path.write_text(SOURCE.replace("how a notebook is made", "how notebooks are made"))
    build.build(path, None, folder, quietly)
    lesson = nbformat.read(folder / "42_tiny.ipynb", as_version=4)
    assert "how notebooks are made" in lesson.cells[0].source
    assert rules.one_sequential_run(lesson) == [] and rules.preset_is_recorded(lesson) == []
    assert "run in quick" in rules.printed(rules.code_cells(lesson)[1])

    path.write_text(SOURCE.replace("print(1 + 1)", "print(1 + 2)"))
    build.build(path, None, folder, quietly)
    lesson = nbformat.read(folder / "42_tiny.ipynb", as_version=4)
    assert rules.one_sequential_run(lesson) and not rules.code_cells(lesson)[1].outputs


def test_building_twice_gives_the_same_bytes(folder, monkeypatch):
    monkeypatch.setattr(build, "execute", fake_run)
    path = folder / "src" / "42_tiny.py"
    build.build(path, "quick", folder, quietly)
    first = (folder / "42_tiny.ipynb").read_bytes()
    build.build(path, "quick", folder, quietly)
    assert (folder / "42_tiny.ipynb").read_bytes() == first
    assert b"2026-11-22" not in first and json.loads(first)["nbformat"] == 4


def test_command_line(folder, monkeypatch, capsys):
    monkeypatch.setattr(build, "execute", fake_run)
    assert build.main(["--folder", str(folder), "--only", "42_tiny", "--preset", "full"]) == 0
    out = capsys.readouterr().out
    assert "42_tiny.ipynb: run in preset full" in out and "solutions/42_tiny.ipynb" in out
    assert build.main(["--folder", str(folder), "--only", "99_none"]) == 1
    assert "99_none" in capsys.readouterr().err


@pytest.mark.slow
def test_a_notebook_runs_in_a_fresh_kernel(folder, monkeypatch):
    monkeypatch.delenv("MPLBACKEND")
    path = folder / "src" / "42_tiny.py"
    path.write_text(SOURCE + '\n# %%\nimport os\nprint(os.environ["GAN_LESSONS_PRESET"])\n')
    build.build(path, "smoke", folder, quietly)
    lesson, solutions = (
        nbformat.read(folder / name, as_version=4)
        for name in ("42_tiny.ipynb", "solutions/42_tiny.ipynb")
    )
    assert rules.one_sequential_run(lesson) == rules.one_sequential_run(solutions) == []
    assert rules.printed(lesson.cells[-1]) == "smoke\n"
    assert rules.exercises_with_checks(lesson, "Not attempted yet: ", least=1) == []
    assert rules.exercises_with_checks(solutions, "Accepted: ", least=1) == []
    assert rules.compared_cells_have_output(lesson, 3) == []
    assert rules.no_personal_metadata(lesson) == rules.clean_outputs(lesson) == []
    assert lesson.metadata.gan_lessons.preset == "smoke" and rules.preset_is_recorded(lesson)


# --- every rule complains when it is broken -------------------------------------------------------


def markdown(text):
    return nbformat.v4.new_markdown_cell(text)


def code(source, text="", picture=None, **metadata):
    outputs = [nbformat.v4.new_output("stream", text=text)] if text else []
    if picture is not None:
        data = {"image/png": base64.b64encode(picture).decode()}
        outputs.append(nbformat.v4.new_output("display_data", data=data))
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata)


FOOTER = "preset: quick\ndevice: cpu:0\nversions: keras 3\nseed: 0\nwall time: 1 min 00 s\n"
DOTS = build.compact_png(png(np.eye(40, dtype="uint8") * 255))


@pytest.fixture
def good():
    cells = [markdown(f"## {section}\n\ntext") for section in rules.SECTIONS]
    cells[1:1] = [code("show()", picture=DOTS), markdown("**What you should see:** dots.")]
    for number in range(3):
        cells.append(code(f"def f{number}(): ...", tags=["exercise"]))
        verdict = f"Not attempted yet: {number}.\n"
        tags = ["check", "nbval-check-output"]
        cells.append(code(f"check_{number}(f{number})", verdict, tags=tags))
    cells.append(code("# NBVAL_CHECK_OUTPUT\nprint(1)", "1\n"))
    cells.append(code("footer(preset, seed, started)", FOOTER))
    for count, cell in enumerate((c for c in cells if c.cell_type == "code"), 1):
        cell.execution_count = count
    language = {"name": "python"}
    metadata = {"gan_lessons": {"preset": "quick"}, "language_info": language}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def change(index, **values):
    return lambda nb: rules.code_cells(nb)[index].update(values)


def set_output(index, text, name="stdout"):
    output = nbformat.v4.new_output("stream", text=text, name=name)
    return change(index, outputs=[output])


def drop(index):
    return lambda nb: nb.cells.pop(index)


def insert(index, cell):
    return lambda nb: nb.cells.insert(index, cell)


def swap(nb):
    nb.cells[5], nb.cells[6] = nb.cells[6], nb.cells[5]


def set_preset(name):
    return lambda nb: nb.metadata.gan_lessons.update(preset=name)


def compared(nb):
    return rules.compared_cells_have_output(nb, 4)


def exercises(nb):
    return rules.exercises_with_checks(nb, "Not attempted yet: ")


def compact(nb):
    return rules.compact_pictures(nb, build.compact_png)


def links(nb):
    return rules.links_lead_somewhere(nb, FOLDER)


GREY = png(np.eye(40, dtype="uint8") * 255, compress_level=0)
BROKEN = {
    "a cell run twice": (rules.one_sequential_run, change(3, execution_count=5)),
    "a cell not run": (rules.one_sequential_run, change(3, execution_count=None)),
    "runs out of order": (rules.one_sequential_run, lambda nb: nb.cells.insert(0, nb.cells.pop())),
    "compared, not run": (compared, change(7, execution_count=None)),
    "compared, no output": (compared, change(7, outputs=[])),
    "compared by tag, no output": (compared, change(2, outputs=[])),
    "nothing compared": (compared, change(7, source="print(1)")),
    "long cell": (rules.short_cells, insert(0, code("x = 1\n" * 26))),
    "no footer": (rules.footer_of_a_real_run, drop(-1)),
    "footer not last": (rules.footer_of_a_real_run, insert(99, code("print(1)", "1\n"))),
    "footer not printed": (rules.footer_of_a_real_run, change(-1, outputs=[])),
    "footer of a smoke run": (
        rules.footer_of_a_real_run,
        set_output(-1, FOOTER.replace("quick", "smoke")),
    ),
    "footer without the seed": (
        rules.footer_of_a_real_run,
        set_output(-1, FOOTER.replace("seed", "sed")),
    ),
    "footer and metadata disagree": (rules.footer_of_a_real_run, set_preset("full")),
    "smoke outputs": (rules.preset_is_recorded, set_preset("smoke")),
    "never run": (rules.preset_is_recorded, lambda nb: nb.metadata.gan_lessons.clear()),
    "stderr": (rules.clean_outputs, set_output(0, "warning", "stderr")),
    "traceback": (
        rules.clean_outputs,
        change(0, outputs=[nbformat.v4.new_output("error", traceback=["boom"])]),
    ),
    "home folder": (rules.clean_outputs, set_output(0, "saved in /home/me/runs")),
    "temporary folder": (rules.clean_outputs, set_output(0, "'/tmp" + "/x.png'")),
    "Windows folder": (rules.clean_outputs, set_output(0, "saved in C:\\Users\\me")),
    "timestamps": (
        rules.no_personal_metadata,
        lambda nb: nb.cells[1].metadata.update(execution={"x": 1}),
    ),
    "widgets": (rules.no_personal_metadata, lambda nb: nb.metadata.update(widgets={})),
    "Python version": (
        rules.no_personal_metadata,
        lambda nb: nb.metadata.language_info.update(version="3.11.7"),
    ),
    "section missing": (rules.all_sections, drop(5)),
    "sections swapped": (rules.all_sections, swap),
    "figure not described": (rules.figures_are_described, drop(2)),
    "two figures, one description": (
        rules.figures_are_described,
        insert(1, code("show()", picture=DOTS)),
    ),
    "figure at the end": (rules.figures_are_described, insert(99, code("show()", picture=DOTS))),
    "fat picture": (compact, insert(1, code("show()", picture=GREY))),
    "two exercises": (exercises, lambda nb: nb.cells[12].metadata.update(tags=[])),
    "exercise without check": (exercises, insert(1, code("def g(): ...", tags=["exercise"]))),
    "solved in the learner's notebook": (exercises, set_output(2, "Accepted: 0.\n")),
    "broken link": (links, insert(1, markdown("see [here](99_nothing.ipynb#part)"))),
}


@pytest.mark.parametrize("name", BROKEN)
def test_rule_notices(good, name):
    rule, spoil = BROKEN[name]
    assert rule(good) == []
    spoil(good)
    assert rule(good) != []


@pytest.mark.parametrize(
    "spoil",
    [
        drop(3),
        change(0, source="show_more()"),
        lambda nb: nb.cells[0].update(source="## You will not"),
        lambda nb: nb.cells[1].metadata.update(tags=["setup"]),
        lambda nb: nb.cells[1].update(id="another"),
    ],
)
def test_difference_from_the_source_is_noticed(good, spoil):
    changed = copy.deepcopy(good)
    assert rules.same_as_source(changed, good) == []
    spoil(changed)
    assert rules.same_as_source(changed, good) != []


def test_links_that_lead_somewhere(good):
    text = "[a](build.py) [b](https://example.org/x) [c](#part) [d](src/)"
    good.cells.append(markdown(text))
    assert rules.links_lead_somewhere(good, FOLDER) == []


@pytest.mark.parametrize("coloured", [True, False])
def test_only_a_large_grey_picture_is_cut_down_to_a_few_shades(coloured):
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 1), dtype=np.uint8)
    pixels = np.repeat(noise, 3, axis=2)
    if coloured:
        pixels[..., 0] = 255 - pixels[..., 0]
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format="PNG")
    after = Image.open(io.BytesIO(build.compact_png(out.getvalue()))).convert("RGB")
    colours = len(np.unique(np.array(after).reshape(-1, 3), axis=0))
    assert colours > 100 if coloured else colours <= 16
