"""Entry point of `python -m workshop.flash`."""

import sys

from workshop.flash.cli import main

sys.exit(main())
