"""Draws some of the portraits in a process of its own: `python -m gan_lessons.portraits`.

NumPy's steps are too small here for threads, which would wait for Python's lock most of the time.
"""

import sys

from gan_lessons.portraits import draw


def main(seed, count, piece, first, stride):
    """Write every `stride`-th piece, from number `first` on, to standard output: plain bytes."""
    for start in range(first * piece, count, stride * piece):
        pictures, _ = draw(range(start, min(start + piece, count)), seed)
        sys.stdout.buffer.write(pictures.tobytes())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
