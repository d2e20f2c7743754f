"""Measures what lesson 04 says about failures and cures, with several seeds; tables as JSON.

    python benchmarks/failing.py coverage
    python benchmarks/failing.py stacked --preset quick
    python benchmarks/failing.py stacked --preset quick --steps 10000 --forms cured --out long.json
    python benchmarks/failing.py sweep --preset smoke --seeds 2 --out table.json

coverage: modes, quality and evenness on the 25-grid, with each remedy. sweep: the ring at several
rates and widths. sight: how well a fresh network tells a GAN's digits from real ones, at several
sizes. hacks: each GAN hack switched off alone. alarms: which alarm each failure raises, and when;
healthy: that sound runs raise none.
stacked: modes of Stacked MNIST, uncured and cured. Runs that are already in a table are not
repeated. Nothing is chosen by score: every seed from 0 on counts.
"""

import argparse
import dataclasses
import functools
from pathlib import Path

from table import RESULTS, fill, one_run

from gan_lessons import dcgan, failures, hacks, lab, runtime, stacked, vanilla_gan
from gan_lessons.engine.training import train


def coverage(how, seed):
    """{remedy: figures} on the 25-grid."""
    return {
        name: lab.mode_row(train(failures, lab.remedied(name, how), seed=seed, verbose=False))
        for name in failures.REMEDIES
    }


def sweep(how, seed):
    """{"form: what was changed": figures} on the ring."""
    rows, done = {}, {}
    for form, presets in lab.sweep_presets(how.sweep).items():
        for what, preset in presets.items():
            if preset not in done:  # the usual width is also the usual rate
                done[preset] = lab.mode_row(train(failures, preset, seed=seed, verbose=False))
            rows[f"{form}: {what}"] = done[preset]
    return rows


def sight(how, seed):
    """{"after so many steps: size": accuracy} of telling a GAN's digits from real ones."""
    return {name: {"accuracy": value} for name, value in lab.sights(how.sight, seed).items()}


def ablation(how, seed):
    """{hack: figures}."""
    preset = dataclasses.replace(hacks.PRESETS["quick"], steps=how.hacks)
    return {name: lab.hack(name, preset, seed) for name in hacks.ABLATIONS}


def alarms(how, seed):
    """{failure: the alarms, and after what share of the run the expected one sounded}."""
    return {name: lab.alarmed(name, seed) for name in failures.FAILURES}


def healthy(how, seed):
    """{sound lesson: the alarms that it raised all the same}."""
    rows = {}
    for name, (lesson, preset) in SOUND.items():
        trained = train(lesson, preset, seed=seed, verbose=False)
        rows[name] = {"false alarms": len(trained.alarms), "alarms": trained.alarms}
    return rows


# What is trained on Stacked MNIST, made from a preset.
FORMS = {
    "uncured": stacked.uncured,
    "new networks, uncured": stacked.without_cures,
    "cured": lambda preset: preset,
}


def modes_of_stacked(preset, seed, minutes, forms):
    """{form: figures} of Stacked MNIST, each in so many minutes or steps."""
    rows = {}
    for name in forms:
        chosen = FORMS[name](preset)
        trained = train(stacked, chosen, seed=seed, minutes=minutes, verbose=False)
        found = stacked.evaluate(trained.model, chosen)
        rows[name] = {"modes": found.modes, "kl": found.kl, "alarms": trained.alarms}
        rows[name] |= {"steps": int(trained.history["step"][-1]), "seconds": trained.seconds}
    return rows


SOUND = {
    "lesson 03, ring": (vanilla_gan, vanilla_gan.preset_for("quick", "ring")),
    "lesson 03, digits": (vanilla_gan, vanilla_gan.preset_for("quick")),
    "lesson 05, digits": (dcgan, dcgan.preset_for("quick")),
}
# What each table measures; how long, by the field of the `LabPreset`; what else its runs depend on.
TABLES = {
    "coverage": (coverage, "steps", failures.REMEDIES),
    "sweep": (sweep, "sweep", lab.sweep_presets(2000)),
    "sight": (sight, "sight", {"learner": lab.PATIENT, "ages": lab.AGES, "sizes": lab.SIZES}),
    "hacks": (ablation, "hacks", {"base": hacks.PRESETS["quick"], "rows": hacks.ABLATIONS}),
    "alarms": (alarms, None, failures.FAILURES),
    "healthy": (healthy, None, {name: preset for name, (_, preset) in SOUND.items()}),
}


def main(argv=None):
    """Fill one table up to the wanted number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", choices=[*TABLES, "stacked"])
    parser.add_argument("--preset", default="full", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--minutes", type=float, help="of each run of Stacked MNIST")
    parser.add_argument("--steps", type=int, help="of each run of Stacked MNIST")
    parser.add_argument("--forms", nargs="+", default=[*FORMS], choices=FORMS, metavar="FORM")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args(argv)
    if arguments.table == "stacked":
        how, minutes = stacked.PRESETS[arguments.preset], arguments.minutes
        how = dataclasses.replace(how, steps=arguments.steps or how.steps)
        measure = functools.partial(modes_of_stacked, minutes=minutes, forms=arguments.forms)
        forms = {name: FORMS[name](how) for name in arguments.forms}
        settings = {"minutes": minutes, "samples": stacked.SAMPLES, "forms": forms}
    else:
        how = lab.PRESETS[arguments.preset]
        measure, length, depends_on = TABLES[arguments.table]
        settings = {"steps": getattr(how, length) if length else None, "of": depends_on}
    out = arguments.out or RESULTS / f"failing-{arguments.table}.json"
    fill(out, settings, arguments.seeds, lambda seed: one_run(measure, how, seed))


if __name__ == "__main__":
    main()
