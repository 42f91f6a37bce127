"""`flash.sh`: writes the card of a station from an image and its identity, and proves it.

The theory. Everything that can be refused is refused while the card is untouched: the image and its signature, the unit's
fields, the target. Then the card loses its first block before anything else and gets it back after everything else, so that
at no moment in between does it boot. In between, all that was written is read back from the medium, and what was provisioned
is read out of the written file system and compared with what was asked.

    disks.py refusals.py            block devices of this computer, and which must not be erased
    image.py bundle.py              checks of an image and of a bundle
    unit.py                         fields of a station
    scratch.py provision.py stock.py    the files written beside the image
    card_layout.py medium.py write.py   all that goes onto a card, and how it is written
    prove.py                        the written card, read back and compared
    certificate.py register.py      records of each card
    session.py batch.py questions.py cli.py    one card, a list of units, questions, options
"""
