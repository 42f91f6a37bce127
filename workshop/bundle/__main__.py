"""Entry point of `python -m workshop.bundle`."""

import sys

from workshop.bundle.cli import main

sys.exit(main())
