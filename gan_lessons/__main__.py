"""``python -m gan_lessons``: the command line of the course (see ``cli``)."""

import sys

from gan_lessons.cli import main

if __name__ == "__main__":
    sys.exit(main())
