"""`flash.sh`: an image and an identity become one proven card.

The order of things, and why. Everything that can be refused is refused while the card is untouched: the image and its
signature, the unit's words, the target. Then the card loses its first block before anything else and gets it back after
everything else, so that at no moment in between does it boot. In between, all that was written is read back from the medium,
and what was provisioned is read out of the written file system and compared with what was asked.

    errors.py      whose fault it is, and the exit status
    disks.py       what this computer has; refusals.py what must not be erased, and why
    table.py bmap.py image.py      what an image says of itself
    unit.py        what the technician says of a station
    scratch.py provision.py stock.py     what is put on the card beside the image
    pieces.py medium.py write.py   how it gets there
    prove.py       how one knows
    certificate.py register.py     what is kept of it
    work.py batch.py ask.py cli.py one card, many, by questions, by options
"""
