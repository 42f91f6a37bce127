"""Tools for the people who write tariffs: prove a file, show it, compare two. Nothing here is needed to sell.

All but `png.py` know no clock, no wire and no disk; `workshop/tariffs/cli.py` reads the files.
"""
