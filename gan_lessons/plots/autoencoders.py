"""The figures of lesson 07: detail by frequency, latent dimensions in use, the table as a map."""

import matplotlib.pyplot as plt
import numpy as np

from gan_lessons.plots.colours import DISCRIMINATOR, FAKE, REAL

NAMED = {
    **{"autoencoder": "#9a9a9a", "VAE": REAL, "VAE-GAN": DISCRIMINATOR},
    **{"DCGAN": FAKE, "DCGAN 2016": "#d9a38f"},
}


def _colour(name):
    return NAMED.get(name, "black")


def _bare(ax):
    ax.spines[["top", "right"]].set_visible(False)


def show_blur(place, answers, mean):
    """Edges in several places, and the one picture that is least wrong about all of them.

    Args:
        place: (n,), pixels. answers: (m, n), pictures that are all possible. mean: (n,).
    """
    figure, ax = plt.subplots(figsize=(5.2, 2.6), layout="constrained")
    for number, answer in enumerate(answers):
        label = "what it may be" if number == 0 else None
        ax.step(place, answer, color=REAL, alpha=0.35, linewidth=1, where="mid", label=label)
    ax.plot(place, mean, color=FAKE, linewidth=2, label="the best single answer")
    ax.set(xlabel="pixel", ylabel="brightness")
    ax.legend(frameon=False, fontsize=8)
    _bare(ax)
    return figure


def show_spectra(spectra, real="real"):
    """Power at each frequency relative to real pictures: {name: (k,)}, `real` among the names."""
    figure, ax = plt.subplots(figsize=(5.6, 3.0), layout="constrained")
    for name, power in spectra.items():
        if name != real:
            waves = np.arange(1, len(power) + 1)
            ax.plot(waves, power / spectra[real], color=_colour(name), label=name)
    ax.axhline(1.0, color="black", linewidth=0.8, linestyle=":", label=real)
    ax.set(xlabel="waves across the picture", ylabel="power, real = 1", yscale="log")
    ax.legend(frameon=False, fontsize=8)
    _bare(ax)
    return figure


def show_dimensions(nats):
    """KL of each latent dimension, largest first, side by side: {title: (d,) in nats}."""
    figure, axes = plt.subplots(
        1, len(nats), figsize=(3.4 * len(nats), 2.6), squeeze=False, sharey=True, layout="tight"
    )
    for ax, (title, values) in zip(axes[0], nats.items(), strict=True):
        ax.bar(np.arange(1, len(values) + 1), np.sort(values)[::-1], width=1.0, color=REAL)
        ax.set(xlabel="latent dimension")
        ax.set_title(title, fontsize=10)
        _bare(ax)
    axes[0, 0].set_ylabel("KL in nats")
    return figure


def show_terms(history):
    """The two terms of the ELBO and the error of reconstructions, against steps."""
    panels = {
        "minus reconstruction": -history["reconstruction"],
        "KL": history["kl"],
        "error, root mean square": history["rms_error"],
    }
    figure, axes = plt.subplots(1, 3, figsize=(9.0, 2.6), layout="constrained")
    for ax, (label, values) in zip(axes, panels.items(), strict=True):
        ax.plot(history["step"], values, color=REAL)
        ax.set(xlabel="step")
        ax.set_title(f"{label}{'' if 'error' in label else ' (nats)'}", fontsize=10)
        _bare(ax)
    return figure


def show_map(rows):
    """Models by coverage and sharpness, each a point with its name.

    Args:
        rows: {name: something with `coverage` and `sharpness`}.
    """
    figure, ax = plt.subplots(figsize=(4.8, 3.4), layout="constrained")
    for name, row in rows.items():
        ax.plot(row.coverage, row.sharpness, "o", color=_colour(name))
        ax.annotate(
            name, (row.coverage, row.sharpness), (5, 4), textcoords="offset points", fontsize=8
        )
    ax.axhline(1.0, color="grey", linewidth=0.8, linestyle=":")
    ax.set(xlim=(-0.05, 1.2), xlabel="coverage", ylabel="sharpness, real = 1")
    ax.set_ylim(bottom=0)
    _bare(ax)
    return figure
