"""Measures what lesson 07 compares, with several seeds; the table as JSON.

    python benchmarks/vae_vs_gan.py                      # quick, 5 seeds
    python benchmarks/vae_vs_gan.py --preset smoke --seeds 2 --out table.json
    python benchmarks/vae_vs_gan.py --steps 5000         # the same steps, not minutes
    python benchmarks/vae_vs_gan.py --minutes 5          # four times as long

Autoencoder, VAE, VAE-GAN and DCGAN on the same faces, with the same decoder, for the same minutes,
and beside them real pictures, blurred ones, copies, and one face again and again. Runs that are
already in the table are not repeated. Nothing is chosen by score: every seed from 0 on counts.
"""

import argparse
import dataclasses
import functools
from pathlib import Path

from table import RESULTS, fill, one_run

from gan_lessons import comparing, rulers, runtime


def measured(how, seed):
    """{model: figures} of one seed; the pictures that are held out change with it."""
    faces = comparing.load(how, seed)
    ruler = rulers.Ruler(faces)
    rows = {name: dataclasses.asdict(row) for name, row in ruler.yardsticks().items()}
    for name in how.models:
        trained = comparing.train_model(name, how, faces, seed, verbose=False)
        rows[name] = dataclasses.asdict(ruler.measure_trained(trained))
        rows[name]["alarms"] = trained.alarms
        if name == "VAE":
            elbo = trained.model.elbo(faces.test)
            rows[name] |= {"elbo": elbo.value, "bits": elbo.bits, "kl": elbo.kl}
            rows[name]["in_use"] = elbo.in_use
            z = rulers.fitted_codes(trained.model, faces.train, how.n, seed)
            fitted = ruler.measure(trained.model.sample(z=z))
            rows[comparing.FITTED] = dataclasses.asdict(fitted)
    return rows


def main(argv=None):
    """Fill the table up to the wanted number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="quick", choices=runtime.PRESETS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--minutes", type=float, help="of each training")
    parser.add_argument("--steps", type=int, help="of each training, instead of minutes")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args(argv)
    how = comparing.PRESETS[arguments.preset]
    if arguments.steps:
        faces = dataclasses.replace(how.faces, steps=arguments.steps)
        how = dataclasses.replace(how, faces=faces, minutes=None)
    elif arguments.minutes:
        how = dataclasses.replace(how, minutes=arguments.minutes)
    changed = "-steps" if arguments.steps else "-minutes" if arguments.minutes else ""
    name = f"vae_vs_gan-{arguments.preset}{changed}.json"
    settings = {"preset": how, "models": {k: preset for k, (_, preset) in how.models.items()}}
    run = functools.partial(one_run, measured, how)
    fill(arguments.out or RESULTS / name, settings, arguments.seeds, run)


if __name__ == "__main__":
    main()
