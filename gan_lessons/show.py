"""Showing the course's own code in a notebook: always the live source, never a copy of it."""

import inspect
import textwrap


def source(*objects):
    """The source of functions, methods or classes, to be displayed as highlighted Python.

    Raises:
        TypeError: something has no Python source, such as a built-in or a plain value.
    """
    from IPython.display import Markdown

    parts = [textwrap.dedent(inspect.getsource(thing)).strip() for thing in objects]
    return Markdown("```python\n" + "\n\n\n".join(parts) + "\n```")
