"""Environment variables that the city reads."""

from __future__ import annotations

DATABASE = "HORODATEUR_DATABASE"
"""SQLAlchemy's URL of the register: here no list of processes shows its password."""
SIGNING_KEY = "HORODATEUR_SIGNING_KEY"
"""The file of the city's signing key."""
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers keep their counters together; prometheus_client reads it once, when it is imported."""
