"""Build the bundled digit files from the full MNIST.

    python data/build.py --source FOLDER        (or --source download)

Writes mnist_10k.npz (the first 10,000 training digits), mnist_test_features.npz (what the digit
classifier's features of the 10,000 test digits look like) and their lines in SHA256SUMS beside this
script. Run it again whenever the classifier in gan_lessons/pretrained has been trained again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from gan_lessons import datasets, pretrained
from gan_lessons.datasets import bundled, mnist
from gan_lessons.datasets.fetch import sha256, written_aside
from gan_lessons.metrics import digits
from gan_lessons.metrics.frechet import feature_statistics, frechet_distance

HERE = Path(__file__).resolve().parent
COUNT = 10_000
SIZES = (2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, COUNT)
DRAWS = 20  # random subsets of real digits whose floors are averaged, at every size below COUNT


def test_features(data: datasets.Dataset) -> dict[str, np.ndarray]:
    """Statistics of the test digits, and the floors of real training digits against them."""
    real, logits = digits.predict(data.x_test)
    mean, cov = feature_statistics(real)
    train = digits.features(data.x_train[:COUNT])
    rng = np.random.default_rng(0)
    floors = []
    for size in SIZES:
        draws = [
            rng.choice(COUNT, size, replace=False) for _ in range(DRAWS if size < COUNT else 1)
        ]
        distances = [
            frechet_distance(*feature_statistics(train[draw]), mean, cov) for draw in draws
        ]
        floors.append(np.mean(distances) / np.trace(cov))
        print(f"floor at {size:>6,} digits: {floors[-1]:.5f}")
    return {
        "mean": mean,
        "cov": cov,
        "legible": np.array(digits.legible_share(logits)),
        "sizes": np.array(SIZES),
        "floors": np.array(floors),
        "classifier": np.array(sha256(pretrained.FOLDER / f"{digits.NAME}.npz")),
    }


def main() -> None:
    """Build everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default="download", help="folder with full MNIST, or download")
    data = datasets.load("mnist", source=parser.parse_args().source)
    if data.x_test is None or len(data.x_train) < COUNT:
        raise SystemExit(f"{data.source} is not the full MNIST; pass a folder that holds it.")
    files = {
        "mnist_10k.npz": mnist.pack(data.x_train[:COUNT], data.y_train[:COUNT]),
        "mnist_test_features.npz": test_features(data),
    }
    sums = HERE / bundled.HASHES
    kept = sums.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [line for line in kept if line.split()[-1] not in files]  # written by hand
    for name, arrays in files.items():
        with written_aside(HERE / name) as aside:
            np.savez_compressed(aside, **arrays)
        lines.append(f"{sha256(HERE / name)}  {name}\n")
        print(f"{name}: {(HERE / name).stat().st_size:,} bytes")
    sums.write_text("".join(sorted(lines, key=lambda line: line.split()[-1])), encoding="utf-8")


if __name__ == "__main__":
    main()
