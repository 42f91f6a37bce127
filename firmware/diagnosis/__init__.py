"""Self-test and diagnostic bundle: what every device answers, and a report that names no plate."""
