"""Measures how faces get into the cache: the import of CelebA, and the drawing of portraits.

    python benchmarks/celeba_import.py layouts --source FOLDER
    python benchmarks/celeba_import.py large --source FOLDER --work DIR --pictures 200000
    python benchmarks/celeba_import.py portraits

FOLDER holds `img_align_celeba.zip` and `list_attr_celeba.txt`. `layouts` imports it as .zip and
unpacked, with both forms of the table, and damaged copies of it. `large` makes a .zip of as many
pictures as CelebA has, by repeating those at hand in the original size of 178 x 218 pixels, and
imports it; with --minutes the import is killed after so long, and the same command goes on with it.
`portraits` draws the default set. Results go into `results/celeba_import.json`; peak memory is that
of the process that does the work, Python and NumPy included.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from gan_lessons.datasets import DataError, celeba, celeba_import, portraits, store

RESULT = Path(__file__).parent / "results" / "celeba_import.json"
FULL_SIZE, QUALITY = (178, 218), 90


def keep(part, result):
    """Write one part of the results and leave the others."""
    told = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    told[part] = result
    RESULT.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({part: result}, indent=2))


def measured(program, *arguments, minutes=None, **environment):
    """Run a Python program in a process of its own; returns what it took, and whether it ended."""
    began, peak = time.monotonic(), 0.0
    command = [sys.executable, "-c", program, *map(str, arguments)]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    while True:
        peak = max(peak, memory(process.pid))
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if minutes is not None and time.monotonic() - began > 60 * minutes:
            process.kill()
        time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, -9):
        raise SystemExit(f"the process failed: {process.returncode}")
    return {
        "seconds": time.monotonic() - began,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": peak,
        "ended": status == 0,
    }


def memory(pid):
    """The most memory that a process has held so far, in MB; 0 where it is gone.

    From Linux's own books: what `wait4` tells begins with the memory of the starting process.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


IMPORT = """
import sys
from pathlib import Path
from gan_lessons.datasets import celeba_import
celeba_import.run(sys.argv[1], Path(sys.argv[2]))
"""

PORTRAITS = """
from gan_lessons.datasets import portraits
portraits.load()
"""


def write_csv(table, path):
    """A table of attributes in the other form."""
    lines = [line.split() for line in table.read_text("utf-8").splitlines()]
    rows = [["image_id", *lines[1]], *lines[2:]]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")


def layouts(source, work):
    """Import real files in every layout and damaged ones; all whole ones must be the same."""
    table, archive = source / "list_attr_celeba.txt", source / "img_align_celeba.zip"
    unpacked = work / "unpacked"
    with zipfile.ZipFile(archive) as opened:
        names = [n for n in opened.namelist() if n.endswith(".jpg")]
        (unpacked / celeba.NAME).mkdir(parents=True)
        for name in names:
            (unpacked / celeba.NAME / Path(name).name).write_bytes(opened.read(name))
    (unpacked / table.name).write_bytes(table.read_bytes())
    zipped = work / "zipped"
    zipped.mkdir()
    (zipped / archive.name).symlink_to(archive)
    told = {}
    for place in (zipped, unpacked):
        for form in ("txt", "csv"):
            for old in place.glob("list_attr*"):
                old.unlink()
            if form == "txt":
                (place / table.name).write_bytes(table.read_bytes())
            else:
                write_csv(table, place / "list_attr_celeba.csv")
            celeba_import.run(place, work / "store", verbose=False)
            about = store.manifest(work / "store")
            told[f"{place.name}, {form}"] = {
                k: about[k] for k in ("pictures", "skipped", "sha256", "seconds")
            }
    hashes = {json.dumps(row["sha256"]) for row in told.values()}
    assert len(hashes) == 1, "the layouts differ"
    told["damaged"] = damaged(unpacked, zipped, archive, table, work, len(names))
    keep("layouts", told)


def damaged(unpacked, zipped, archive, table, work, count):
    """What becomes of damaged copies: pictures, the .zip, the table."""
    told = {}
    (unpacked / table.name).write_bytes(table.read_bytes())
    (unpacked / "list_attr_celeba.csv").unlink()
    files = sorted((unpacked / celeba.NAME).glob("*.jpg"))
    for i, file in enumerate(files[:: count // 30]):
        whole = file.read_bytes()
        file.write_bytes((whole[: len(whole) // 2], b"", b"<!DOCTYPE html>")[i % 3])
    celeba_import.run(unpacked, work / "store", verbose=False)
    about = store.manifest(work / "store")
    told["30 of the pictures cut off, empty or a web page"] = {
        "pictures": about["pictures"],
        "skipped": len(about["skipped"]),
    }
    assert about["pictures"] + len(about["skipped"]) == count
    content, lines = archive.read_bytes(), table.read_text("utf-8").splitlines()
    (zipped / archive.name).unlink()
    (zipped / "list_attr_celeba.csv").unlink()

    def refused(what, zip_bytes=content, rows=lines):
        (zipped / archive.name).write_bytes(zip_bytes)
        (zipped / table.name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        try:
            celeba_import.run(zipped, work / "other", verbose=False)
        except DataError as error:
            told[what] = str(error).replace(str(work), "...").partition(" Expected is")[0]
        else:
            raise SystemExit(f"not refused: {what}")

    refused("a .zip cut in the middle", content[: len(content) // 2])
    refused("a web page in the place of the .zip", b"<!DOCTYPE html><html></html>")
    refused("a table that ends early", rows=lines[:5000])
    refused("a table that ends early and says so", rows=["4998", *lines[1:5000]])
    refused("a line with 39 values", rows=[*lines[:9], lines[9][:-3], *lines[10:]])
    refused("a web page in the place of the table", rows=["<!DOCTYPE html>", "<html>"])
    flipped = bytearray(content)
    for i in range(40):
        flipped[(i + 1) * len(content) // 50] ^= 255
    (zipped / archive.name).write_bytes(flipped)
    (zipped / table.name).write_bytes(table.read_bytes())
    celeba_import.run(zipped, work / "store", verbose=False)
    about = store.manifest(work / "store")
    told["40 bytes of the .zip changed"] = {
        "pictures": about["pictures"],
        "skipped": len(about["skipped"]),
    }
    return told


def make_large(source, work, count):
    """A .zip of `count` pictures in CelebA's size, and their table."""
    import io

    from PIL import Image

    work.mkdir(parents=True, exist_ok=True)
    pictures = []
    with zipfile.ZipFile(source / "img_align_celeba.zip") as opened:
        for name in opened.namelist():
            if name.endswith(".jpg") and len(pictures) < count:
                image = Image.open(io.BytesIO(opened.read(name)))
                file = io.BytesIO()
                image.resize(FULL_SIZE, Image.Resampling.BICUBIC).save(
                    file, "JPEG", quality=QUALITY
                )
                pictures.append(file.getvalue())
    lines = (source / "list_attr_celeba.txt").read_text("utf-8").splitlines()
    rows = [line.split(maxsplit=1)[1] for line in lines[2:]]
    with zipfile.ZipFile(work / "img_align_celeba.zip.tmp", "w") as archive:
        for i in range(count):
            archive.writestr(f"img_align_celeba/{i + 1:06d}.jpg", pictures[i % len(pictures)])
    table = [f"{i + 1:06d}.jpg {rows[i % len(rows)]}" for i in range(count)]
    text = "\n".join([str(count), lines[1], *table]) + "\n"
    (work / "list_attr_celeba.txt").write_text(text, encoding="utf-8")
    (work / "img_align_celeba.zip.tmp").rename(work / "img_align_celeba.zip")


def large(source, work, count, minutes):
    """Import as many pictures as CelebA has; may be killed and continued."""
    if not (work / "img_align_celeba.zip").exists():
        make_large(source, work, count)
    notes = work / "pieces.json"
    pieces = json.loads(notes.read_text()) if notes.exists() else []
    pieces.append(measured(IMPORT, work, work / "store", minutes=minutes))
    notes.write_text(json.dumps(pieces))
    if not pieces[-1]["ended"]:
        raise SystemExit("Killed as asked; the same command goes on with it.")
    pictures, attributes, about = store.read(work / "store")
    assert len(pictures) == len(attributes) == count and about["skipped"] == []
    with zipfile.ZipFile(source / "img_align_celeba.zip") as opened:
        at_hand = sum(name.endswith(".jpg") for name in opened.namelist())
    if count > at_hand:  # the first picture has come again
        assert np.array_equal(pictures[0], pictures[at_hand])
        assert not np.array_equal(pictures[0], pictures[1])
    seconds, used = (sum(p[key] for p in pieces) for key in ("seconds", "processor_seconds"))
    keep(
        "large",
        {
            "pictures": count,
            "pixels": FULL_SIZE,
            "zip_mb": round((work / "img_align_celeba.zip").stat().st_size / 1e6),
            "cores": store.cores(),
            "killed and continued": len(pieces) - 1,
            "seconds": round(seconds, 1),
            "processor_seconds": round(used, 1),
            "pictures_per_second": round(count / seconds),
            "pictures_per_processor_second": round(count / used),
            "peak_mb": round(max(p["peak_mb"] for p in pieces)),
        },
    )


def drawing(cache):
    """Draw the default set of portraits into an empty cache."""
    took = measured(PORTRAITS, GAN_LESSONS_CACHE=str(cache))
    keep(
        "portraits",
        {
            "portraits": portraits.COUNT,
            "cores": store.cores(),
            "seconds": round(took["seconds"], 1),
            "processor_seconds": round(took["processor_seconds"], 1),
            "peak_mb": round(took["peak_mb"]),
        },
    )


def main(argv=None):
    """One of the three measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("layouts", "large", "portraits"))
    parser.add_argument("--source", type=Path, help="folder of your CelebA")
    parser.add_argument("--work", type=Path, help="folder for the large .zip, or for portraits")
    parser.add_argument("--pictures", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, help="kill the import after so long")
    arguments = parser.parse_args(argv)
    if arguments.what == "portraits":
        with tempfile.TemporaryDirectory() as folder:
            drawing(arguments.work or folder)
    elif arguments.what == "large":
        large(arguments.source, arguments.work, arguments.pictures, arguments.minutes)
    else:
        with tempfile.TemporaryDirectory() as folder:
            layouts(arguments.source, Path(folder))


if __name__ == "__main__":
    main()
