"""How fast the engine trains, against the loops that learners know and against the machine.

    python benchmarks/speed.py [--seconds 10] [--rounds 3] [--only mlp32,...] [--json PATH]

Every measurement is a process of its own, and nothing else should run meanwhile. The loops take
turns in several rounds, so that a slow minute of the machine hits them all, and the best round of
each counts: disturbances only ever slow down. See benchmarks/README.md for what is compared.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = {
    "mlp32": "MLP, batch 32",
    "mlp128": "MLP, batch 128",
    "dcgan64": "DCGAN, batch 64",
    "cgan64": "CGAN, batch 64",
    "wgan64": "WGAN-GP, batch 64, 5 critic steps",
    "cycle4": "CycleGAN, 64x64, batch 4",
}
LOOPS = ("engine", "classic", "plain", "eager")
EXTRAS = ("engine_other", "engine_jax")
PEAK_TARGET = 0.7  # share of the matrix-multiply peak, for the DCGAN


def environment(loop):
    """The environment of one measurement: the classic and plain loops run as they come."""
    found = {k: v for k, v in os.environ.items() if k != "TF_ENABLE_ONEDNN_OPTS"}
    backend = "jax" if loop == "engine_jax" else "tensorflow"
    return {**found, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}


def run(loop, case, images, seconds):
    """One measurement in a fresh process.

    Raises:
        RuntimeError: it failed; its own words are in the message.
    """
    command = [sys.executable, HERE / "loops.py", loop, case, images, str(seconds)]
    done = subprocess.run(command, env=environment(loop), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{loop}, {case} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def machine():
    """The processor, its cores for us and the instructions that matter here; no names."""
    model, flags = platform.processor() or platform.machine(), []
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = dict(
            map(str.strip, line.split(":", 1))
            for line in info.read_text().splitlines()
            if ":" in line
        )
        model = lines.get("model name", model)
        flags = [f for f in ("avx2", "avx512f") if f in lines.get("flags", "").split()]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"processor": model, "cores": cores, "instructions": flags, "system": platform.system()}


def summarise(rounds, targets):
    """From all measurements to one row per case.

    Args:
        rounds: list of {(loop, case): measurement}; the peak stands under ("peak", "").
        targets: {case: {loop: times that the engine should be faster}}.

    Returns:
        {"peak_gflops": number, "cases": {case: row}}. In a row, `images_per_second` is the best
        round's, `ratio` is engine / loop of those, `ratio_range` the least and the greatest ratio
        within one round.
    """
    peak = max(r["peak", ""]["gflops"] for r in rounds)
    rows = {}
    for case, wanted in targets.items():
        loops = [loop for loop, name in rounds[0] if name == case and loop != "breakdown"]
        speeds = {x: [r[x, case]["images_per_second"] for r in rounds] for x in loops}
        best = {loop: max(values) for loop, values in speeds.items()}
        row = {"images_per_second": best, "ratio": {}, "ratio_range": {}, "reached": {}}
        for loop in loops:
            if "engine" in best and loop != "engine":
                each = [a / b for a, b in zip(speeds["engine"], speeds[loop], strict=True)]
                row["ratio"][loop] = best["engine"] / best[loop]
                row["ratio_range"][loop] = [min(each), max(each)]
        for loop in set(wanted) & set(row["ratio"]):
            row["reached"][loop] = row["ratio"][loop] >= wanted[loop]
        if "engine" in best and rounds[0]["engine", case]["flops_per_image"]:
            flops = rounds[0]["engine", case]["flops_per_image"]
            row["flops_per_image"] = flops
            row["share_of_peak"] = best["engine"] * flops / (peak * 1e9)
            if case == "dcgan64":
                row["reached"]["peak"] = row["share_of_peak"] >= PEAK_TARGET
        row["targets"] = wanted
        if ("breakdown", case) in rounds[0]:
            row["breakdown"] = explain(
                min((r["breakdown", case] for r in rounds), key=lambda b: b["step under fit"]),
                row["flops_per_image"] * int(case.removeprefix("dcgan")) / (peak * 1e6),
            )
        rows[case] = row
    return {"peak_gflops": peak, "cases": rows}


def explain(parts, at_peak):
    """Shares of the step's time, in order; `at_peak` is what its arithmetic needs at the peak."""
    whole, bare = parts["step under fit"], parts["step alone"]
    known = ("products", "normalisation and activations", "optimizers")
    pieces = {
        "arithmetic at the peak speed": at_peak,
        "products slower than the peak": parts["products"] - at_peak,
        **{name: parts[name] for name in known[1:]},
        "data, fit and Python": whole - bare,
        "rest": bare - sum(parts[name] for name in known),
    }
    return {
        "milliseconds": whole,
        "shares": {name: ms / whole for name, ms in pieces.items()},
        "gflops by layer": parts["gflops by layer"],
    }


def table(summary):
    """The summary as text."""
    lines = [
        f"matrix-multiply peak: {summary['peak_gflops']:.0f} GFLOP/s",
        "",
        f"| | engine, images/s | {' | '.join(LOOPS[1:])} "
        f"| {' | '.join('against ' + loop for loop in LOOPS[1:])} | of peak |",
        "|---" * (2 * len(LOOPS) + 1) + "|",
    ]
    for case, row in summary["cases"].items():
        speed, ratio = row["images_per_second"], row["ratio"]
        cells = [f"{speed[k]:,.0f}" if k in speed else "-" for k in LOOPS]
        for loop in LOOPS[1:]:
            if loop not in ratio:
                cells.append("-")
                continue
            low, high = row["ratio_range"][loop]
            told = f"{low:.1f}-{high:.1f}"
            if loop in row["targets"]:
                mark = "reached" if row["reached"][loop] else "NOT reached"
                told += f"; {row['targets'][loop]:g}x {mark}"
            cells.append(f"{ratio[loop]:.2f}x ({told})")
        cells.append(f"{row['share_of_peak']:.0%}" if "share_of_peak" in row else "-")
        lines.append(f"| {CASES[case]} | {' | '.join(cells)} |")
    for case, row in summary["cases"].items():
        for loop in set(row["images_per_second"]) & set(EXTRAS):
            lines.append(f"{CASES[case]}, {loop}: {row['images_per_second'][loop]:,.0f} images/s")
        if "breakdown" in row:
            lines += ["", f"{CASES[case]}, where a step's time goes:"]
            lines += [f"  {v:6.1%}  {k}" for k, v in row["breakdown"]["shares"].items()]
            speeds = row["breakdown"]["gflops by layer"].items()
            lines.append("  GFLOP/s: " + ", ".join(f"{k} {v:.0f}" for k, v in speeds))
    return "\n".join(lines)


def main(arguments=None):
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(CASES), help="cases, with commas between")
    parser.add_argument("--loops", default=",".join(LOOPS), help="engine, classic, plain")
    parser.add_argument("--extras", action="store_true", help="also XLA toggled, and JAX")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "speed.json")
    options = parser.parse_args(arguments)
    cases, loops = options.only.split(","), options.loops.split(",")
    for given, known in ((cases, CASES), (loops, LOOPS)):
        if unknown := set(given) - set(known):
            parser.error(f"received {sorted(unknown)}; there are: {', '.join(known)}")
    if options.rounds < 1 or options.seconds <= 0:
        parser.error("--rounds must be at least 1 and --seconds above 0")
    if options.extras:
        jax = importlib.util.find_spec("jax") is not None
        loops += [x for x in EXTRAS if jax or x != "engine_jax"]

    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.pop("TF_ENABLE_ONEDNN_OPTS", None)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load > 0.5:
        print(f"Other programs are running (load {load:.1f}): take these figures as rough.")
    from gan_lessons import datasets, runtime  # first, since it quiets TensorFlow

    sys.path.insert(0, str(HERE))
    import networks
    import numpy as np

    def of_case(case):
        return (
            *networks.CASES[case].loops,
            *(EXTRAS if case in ("mlp32", "mlp128", "dcgan64") else ()),
        )

    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        images = os.path.join(folder, "images.npy")
        np.save(images, datasets.load("mnist", source="bundled").x_train)
        for number in range(options.rounds):
            plan = [("peak", "")]
            plan += [
                (loop, c)
                for c in cases
                for loop in loops
                if loop in (*networks.CASES[c].loops, *EXTRAS)
            ]
            plan += [("breakdown", c) for c in cases if c == "dcgan64" and "engine" in loops]
            rounds.append({})
            for loop, case in plan:
                got = rounds[-1][loop, case] = run(loop, case, images, options.seconds)
                speed = got.get("images_per_second", got.get("gflops"))
                if speed:
                    print(f"round {number + 1}  {case:8} {loop:13} {speed:9,.0f}", flush=True)

    summary = summarise(rounds, {c: networks.CASES[c].targets for c in cases})
    print("\n" + table(summary))
    report = {
        "machine": {**machine(), "load before": load},
        "versions": runtime.versions(),
        "settings": {"seconds": options.seconds, "rounds": options.rounds},
        **summary,
        "measurements": [
            {"round": i + 1, "loop": loop, "case": case, **got}
            for i, r in enumerate(rounds)
            for (loop, case), got in r.items()
        ],
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
