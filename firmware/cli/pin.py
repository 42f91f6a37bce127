"""`horodateur pin`: makes a person's line of `people.json`, which lets them open the service menu.

It asks for the PIN on the terminal, twice, and never takes it from the command line, where every user of the computer could
read it. The line is all there is: nobody can get the PIN back from it, and a lost one is replaced by a new line.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from getpass import getpass
from typing import get_args

from firmware.protocol.person import SALT_BYTES, Role
from firmware.service.people import check_person, new_person, people_line


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `pin`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "pin",
        description="Ask for a PIN of six digits, twice, and print the line that people.json in a station's folder needs for "
        "this person: `horodateur pin --number 07 --name 'A. Martin' >> people.json`. It takes effect the next time "
        "somebody opens the menu; the station need not restart.",
    )
    parser.add_argument(
        "--number", required=True, metavar="NN", help="two digits, typed before the PIN and kept in the journal"
    )
    parser.add_argument("--name", required=True, help="for people who read the file; it is never sent anywhere")
    parser.add_argument(
        "--role", choices=get_args(Role), default="technician", help="what the menu opens for them (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask for the PIN, print the line and return 0; 1 if number, name or PIN is not acceptable, or the PINs differ."""
    try:
        check_person(arguments.number, arguments.name)
        pin = ask_pin("PIN, six digits: ")
        person = new_person(arguments.number, arguments.name, pin, secrets.token_bytes(SALT_BYTES), arguments.role)
        if ask_pin("The same again: ") != pin:
            raise ValueError("the two PINs differ")
    except ValueError as error:
        sys.stderr.write(f"horodateur: {error}\n")
        return 1
    print(people_line(person))
    return 0


def ask_pin(prompt: str) -> str:
    """Ask at the terminal, unseen; where standard input is none, read a line of it. Raises EOFError at its end."""
    if sys.stdin.isatty():
        return getpass(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")
