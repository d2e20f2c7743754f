"""Measures what lesson 10 says about critics, with several seeds; tables as JSON.

    python benchmarks/earth_movers.py known
    python benchmarks/earth_movers.py digits --seeds 2 --preset smoke --out table.json

known: what a critic alone says of five distances that are known exactly. clip: gradients by depth,
and weights at the clip. grid: WGAN-GP on the 25-grid. digits: WGAN-GP, in haste and with patience,
and DCGAN: their rFD, and whether what they log follows it. robust: odd architectures under four
losses. Runs that are already in a table are not repeated. Nothing is chosen by score: every seed
from 0 on counts.
"""

import argparse
from pathlib import Path

from table import RESULTS, fill, one_run

from gan_lessons import robustness, runtime, wgan_lab, witnesses

# What each table measures, the fields of the `WGANLabPreset` and what else its runs depend on.
TABLES = {
    "known": (wgan_lab.known, ("alone", "points"), {"critic": witnesses.ALONE}),
    "clip": (wgan_lab.damage, ("damage",), witnesses.REINS),
    "grid": (wgan_lab.grid, ("points_gan", "sample"), None),
    "digits": (wgan_lab.digits, ("digits", "patient", "rival", "samples", "sample"), None),
    "robust": (
        wgan_lab.robust,
        ("odd", "sample"),
        {"architectures": robustness.ARCHITECTURES, "base": robustness.OddPreset()},
    ),
}


def main(argv=None):
    """Fill one table up to the wanted number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", choices=TABLES)
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args(argv)
    how = wgan_lab.PRESETS[arguments.preset]
    measure, fields, depends_on = TABLES[arguments.table]
    settings = {field: getattr(how, field) for field in fields} | {"of": depends_on}
    out = arguments.out or RESULTS / f"earth_movers-{arguments.table}.json"
    fill(out, settings, arguments.seeds, lambda seed: one_run(measure, how, seed))


if __name__ == "__main__":
    main()
