"""The card's image, built from Debian's packages and the station of this checkout.

    recipe.py      board/image/image.toml, read strictly
    debian.py      Debian's packages, unpacked and configured
    wheels.py      the Python packages of requirements/pi.txt, by hash
    station.py     the station, its units, its user
    boot.py        what the VideoCore reads: kernel, initramfs, trees with our overlay in them
    listing.py     every file and its sum: two builds compared
    sbom.py        what is in it, for those who must know (CycloneDX)
    plan.py filesystems.py disk.py blockmap.py     how it lies on the card
    release.py     the signature
    build.py cli.py     one after the other

`python -m workshop.image build`; docs/image.md says what it needs, how long it takes and what comes of it.
"""
