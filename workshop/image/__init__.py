"""Image of a station's card, built from Debian's packages and the station of this checkout.

    debian_sources.py    the servers of this computer's own apt
    debian.py      Debian's packages, unpacked and configured
    wheels.py      the Python packages of requirements/pi.txt, by hash
    station.py     the station, its units, its user
    boot.py        the boot partition: kernel, initramfs, device trees with our overlay applied
    listing.py     every file and its sum; the differences of two builds
    sbom.py        the software bill of materials (CycloneDX)
    plan.py filesystems.py disk.py     partitions, file systems, the disk image and its block map
    build.py cli.py     the steps in order, and the signature

`python -m workshop.image build`; docs/image.md says what it needs, how long it takes and what it makes.
"""
