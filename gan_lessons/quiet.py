"""Keeps TensorFlow's start-up chatter out of notebooks and terminals.

While it is imported, TensorFlow writes several long lines from C++ ("oneDNN custom operations are
on ...") straight to the process's error stream, before it has read ``TF_CPP_MIN_LOG_LEVEL``. In a
notebook they would appear as a red block that looks like a failure. Here the error stream is set
aside during that one import; lines known to be harmless are dropped, all others are passed on.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import os
import re
import sys
import tempfile
from collections.abc import Iterator

# Harmless: the heading of such a block, information ("I0000 ..."), the second line of a message
# about CPU instructions, and GPU libraries that are registered twice.
CHATTER = re.compile(
    rb"^(WARNING: All log messages before absl|I\d{4} |To enable the following instructions"
    rb"|[EW]\d{4} .*(Unable to register|computation placer already registered))"
)


@contextlib.contextmanager
def without_chatter() -> Iterator[None]:
    """Hold back file descriptor 2 while the block runs, then pass on all but the chatter."""
    try:
        stderr = os.dup(2)
    except OSError:  # there is no error stream to protect
        yield
        return
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            log.seek(0)
            kept = [line for line in log if not CHATTER.match(line)]
            os.write(2, b"".join(kept))


class QuietImport(importlib.abc.MetaPathFinder):
    """Import hook that runs the first import of one package inside ``without_chatter``."""

    def __init__(self, package: str):
        self.package = package

    def find_spec(self, name, path=None, target=None):
        """Find the package as usual, and wrap what executes it."""
        if name != self.package:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_quietly(module):
                if self in sys.meta_path:
                    sys.meta_path.remove(self)
                with without_chatter():
                    execute(module)

            spec.loader.exec_module = exec_quietly
        return spec


def install() -> None:
    """Quieten TensorFlow's import, unless it was imported or asked to be loud already."""
    loud = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3") != "3"
    if loud or "tensorflow" in sys.modules:
        return
    if not any(isinstance(finder, QuietImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, QuietImport("tensorflow"))
