"""`horodateur speech`: renders the sentences that never change into sound, ahead, so that they begin at once on a Pi."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from firmware.domain.errors import error_text
from firmware.domain.formats import FORMATS
from firmware.locale import catalogues, fixed_sentences
from firmware.visit.as_said import as_said
from hal.speech.sound import file_of, wav_of
from hal.speech.voices import ENGINES, Synthesis, Voices

DESCRIPTION = """\
Renders every sentence without a number, a plate or a time in it, in every language, into FOLDER: a file of sound each. What is
there already is kept. What is not there is spoken all the same, made at the moment.

exit status: 0; 1 the engine is not installed, or the folder cannot be written; 2 a wrong command line.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `speech`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser("speech", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the board file's speaker.rendered")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="nanotts", help="the board file's speaker.engine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Render what is missing, say how many, and return the exit status."""
    try:
        made = sum(1 for _ in render(arguments.folder, ENGINES[arguments.engine]()))
    except (ImportError, OSError) as error:
        sys.stderr.write(f"horodateur: {error_text(error)}\n")
        return 1
    sys.stdout.write(f"{made} sentences rendered into {arguments.folder}\n")
    return 0


def render(folder: Path, synthesis: Synthesis) -> Iterator[Path]:
    """Write the files that are not there; one that the engine cannot say is left out."""
    voices, all_sentences = Voices(synthesis), fixed_sentences()
    for language in FORMATS:
        catalogue = catalogues()[language]
        for phrase in sorted({as_said(catalogue.sentence(sentence), language) for sentence in all_sentences}):
            file = file_of(folder, phrase, language)
            if not file.exists() and (pcm := voices.samples(phrase, language)):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(wav_of(pcm))
                yield file
