"""Entry point of `python -m workshop.image`."""

import sys

from workshop.image.cli import main

sys.exit(main())
