"""Bundle of the station for a stock Raspberry Pi OS (Bookworm, 64 bits): one file that flash.sh puts on its boot partition.

    archive.py      archives that are the same bytes for the same files
    station.py      the station's own wheel: hal, firmware, tariff file, boards
    wheels.py       the Python packages of requirements/pi.txt, by hash, for that system's Python
    headers.py      Debian's header files, to compile the one that comes as source
    boot.py         the overlays, compiled, and the lines of config.txt that load them
    build.py cli.py     the steps in order, and the signature

`python -m workshop.bundle`; workshop/flash/bundle.py checks it, workshop/flash/first-boot.sh unpacks it there.

Bookworm alone: lgpio is published for no Python after 3.12, and Trixie has 3.13.
"""
