"""Tools for tariff files, `horodateur tariff`: check one, show and draw its prices, compare two. None is needed to sell.

`cli.py` and `commands.py` read files and the clock, `png.py` reads fonts; the others know no clock, no wire and no disk.
"""
