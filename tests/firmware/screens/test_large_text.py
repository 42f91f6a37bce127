"""Large text: the pages of a screen, what turns them, what brings the first one back, and when the mode ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.domain.formats import FORMATS
from firmware.machine import Machine
from firmware.screens.duration import Duration
from firmware.screens.idle import Idle, Resting
from firmware.screens.large_text import PAGE_SECONDS, large_pages, wrapped
from firmware.screens.payment import Authorising, Presenting
from firmware.screens.question import StillThere
from firmware.screens.service.login import open_login
from firmware.screens.ticket import NoTicket, Paid
from firmware.visit.events import TimedOut
from firmware.visit.offers import card_reference
from firmware.visit.voice import Voice
from hal.drawing import draw
from hal.ports import NEVER, HeadsetIn, HeadsetOut, Key, KeyHeld, KeyPressed, Progress, SpeechEnded, Step, View
from tests.builders import ROOT
from tests.firmware.screens_shown import HERE, LENGTH, RIGHT, TYPED, VEHICLE, on
from tests.golden_files import GoldenFiles

HELD = KeyHeld(Key.INFO)
GOLDEN = {"duration": LENGTH, "vehicle": VEHICLE, "pay": Presenting(RIGHT), "paid": Paid(RIGHT)}


def texts(view: View) -> tuple[str, ...]:
    keys = tuple(f"[{hint.key.value}]" for hint in view.hints)
    return (*keys, *(line.text.replace("\N{NO-BREAK SPACE}", " ") for line in view.middle))


def begun(machine: Machine) -> Machine:
    """The machine once INFO was held and what is said then is over."""
    spoken, _ = machine.feed(HELD, 6.0, HERE)
    return spoken.feed(SpeechEnded(), 6.0, HERE)[0]


def shown(machine: Machine) -> tuple[str, ...]:
    return texts(machine.view(HERE))


def test_a_screen_is_read_fact_by_fact() -> None:
    view = Paid(RIGHT).view(HERE)
    assert [texts(page) for page in large_pages(view, HERE)] == [
        ("AB-123-CD", "6,00 €"),
        ("Payé", "jusqu’à"),
        ("11 h 01",),
        ("Code", "XEY EGP"),
        ("[OK]", "ticket"),
        ("[CANCEL]", "sans ticket"),
        ("Zone 1", "10 h 00"),
    ]


def test_whose_and_how_much_stand_on_one_page() -> None:
    pages = [texts(page) for page in large_pages(Presenting(RIGHT).view(HERE), HERE)]
    assert pages[:2] == [("AB-123-CD", "6,00 €"), ("jusqu’à", "11 h 01")]


def test_what_is_chosen_comes_first() -> None:
    pages = large_pages(VEHICLE.view(HERE), HERE)
    assert texts(pages[0]) == ("2 Deux-roues", "3,00 €")
    assert all(line.chosen for line in pages[0].middle)
    assert not any(line.chosen for page in pages[1:] for line in page.middle)


def test_the_square_code_has_a_page_of_its_own() -> None:
    view = replace_code(NoTicket(RIGHT).view(HERE))
    assert [page.code for page in large_pages(view, HERE) if page.code] == ["a receipt"]


def replace_code(view: View) -> View:
    return View(view.screen, view.left, view.right, view.middle, view.hints, code="a receipt")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Tapez votre plaque", ("Tapez votre", "plaque")),
        ("Couvert jusqu’à 16 h 30", ("Couvert", "jusqu’à", "16 h 30")),
        ("WWWWWWWWWW", ("WWWWWWW", "WWW")),
        ("48 bis rue du Faubourg-Saint-Denis", ("48 bis rue", "du", "Faubourg-", "Saint-", "Denis")),
        ("", ()),
    ],
)
def test_lines_end_between_words_and_never_in_a_time(text: str, lines: tuple[str, ...]) -> None:
    assert tuple(line.replace("\N{NO-BREAK SPACE}", " ") for line in wrapped(text)) == lines


def test_info_held_begins_it_and_pages_turn_by_time() -> None:
    machine = begun(on(Paid(RIGHT)))
    assert shown(machine) == ("AB-123-CD", "6,00 €")
    assert machine.page_due == 6.0 + PAGE_SECONDS
    second = machine.page_turned(machine.page_due)
    assert shown(second) == ("Payé", "jusqu’à")
    assert second.page_due == 6.0 + 2 * PAGE_SECONDS
    for _ in range(second.reading.pages - 1):
        second = second.page_turned(0.0)
    assert shown(second) == ("AB-123-CD", "6,00 €")


def test_a_headset_begins_it_and_pulled_out_ends_it() -> None:
    machine, _ = on(LENGTH).feed(HeadsetIn(), 6.0, HERE)
    assert machine.view(HERE).enlarged
    small, _ = machine.feed(HeadsetOut(), 7.0, HERE)
    assert small.view(HERE) == LENGTH.view(HERE)
    assert small.page_due == NEVER


def test_a_screen_waits_until_every_page_was_read() -> None:
    machine = begun(on(LENGTH))
    pages = len(large_pages(LENGTH.view(HERE), HERE))
    assert pages > 5
    assert machine.deadline == 6.0 + Duration.patience + (pages - 1) * PAGE_SECONDS


def test_a_count_of_seconds_is_no_longer_for_it_and_turns_no_page_back() -> None:
    asked = replace(begun(on(LENGTH)), screen=StillThere(LENGTH))
    counted, _ = asked.page_turned(7.0).feed(TimedOut(), 7.0, HERE)
    assert counted.reading.page == 1
    assert counted.deadline == 7.0 + StillThere.patience


def test_a_key_that_changes_the_screen_brings_its_first_page_and_any_other_leaves_it() -> None:
    third = begun(on(LENGTH)).page_turned(7.0).page_turned(8.0)
    longer, _ = third.feed(KeyPressed(Key.PLUS), 9.0, HERE)
    assert longer.reading.page == 0
    assert longer.page_due == 9.0 + PAGE_SECONDS
    ignored, _ = third.feed(KeyPressed(Key.Z), 9.0, HERE)
    assert ignored.reading.page == 2
    spoken, _ = third.feed(KeyPressed(Key.LANG), 9.0, HERE)
    assert spoken.reading.page == 0


def test_what_the_terminal_asks_for_comes_up_at_once() -> None:
    paying = begun(on(Authorising(RIGHT, waited=17))).page_turned(7.0)
    asked, _ = paying.feed(Progress(card_reference(paying.screen.awaits), Step.ENTERING_PIN), 8.0, HERE)
    assert asked.reading.page == 0


def test_the_pages_of_an_idle_station_are_read_one_after_the_other() -> None:
    read = replace(begun(on(Idle())), reading=begun(on(Idle())).reading.turned(9.0))
    turned, _ = read.feed(TimedOut(), 60.0, HERE)
    assert turned.screen == Idle(1)
    assert turned.reading.page == 0


def test_it_ends_with_the_visit() -> None:
    over, _ = begun(on(TYPED)).feed(KeyPressed(Key.CANCEL), 7.0, HERE)
    assert over.view(HERE) == Idle().view(HERE)
    assert over.page_due == NEVER


def test_a_station_at_rest_and_a_technician_have_none() -> None:
    private = Voice(on=True, private=True)
    assert on(Resting(), voice=private).view(HERE) == Resting().view(HERE)
    login = open_login(HERE)
    screen = login if not isinstance(login, tuple) else login[0]
    assert on(screen, voice=private).view(HERE) == screen.view(HERE)


@pytest.mark.golden
@pytest.mark.parametrize("language", FORMATS)
@pytest.mark.parametrize("name", GOLDEN)
def test_the_first_page_is_the_golden_one(golden: GoldenFiles, name: str, language: str) -> None:
    here = replace(HERE, language=language)
    picture = draw(large_pages(GOLDEN[name].view(here), here)[0])
    assert picture.tobytes() == golden.picture(f"large/{name}-{language}.png", picture).tobytes()


@pytest.mark.golden
def test_a_page_of_a_key_is_the_golden_one(golden: GoldenFiles) -> None:
    for number, page in enumerate(page for page in large_pages(LENGTH.view(HERE), HERE) if page.hints):
        picture = draw(page)
        assert picture.tobytes() == golden.picture(f"large/key-{number}.png", picture).tobytes()


def test_no_golden_picture_is_left_over() -> None:
    pictures = {f"{name}-{language}.png" for name in GOLDEN for language in FORMATS}
    keys = {f"key-{number}.png" for number in range(4)}
    assert {file.name for file in (ROOT / "tests" / "golden" / "large").iterdir()} == pictures | keys
