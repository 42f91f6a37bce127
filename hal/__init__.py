"""Hardware layer of a station: ports, drivers, wire codecs, cables, clock, board file. Imports nothing of the other rooms."""
