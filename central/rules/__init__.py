"""Rules of a plate check over values: where a right counts, which plates look alike."""
