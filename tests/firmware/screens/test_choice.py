"""After the plate: the regime, the vehicle, and what this plate has bought already. Nothing is answered for the motorist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from firmware.domain.parking_right import ParkingRight
from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import Ledger, ledger_of
from firmware.machine import Machine
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightSold
from firmware.screens.choice import Already, Closed, Full, RegimeChoice, VehicleChoice, after_plate, after_regime
from firmware.screens.duration import Ahead, Duration, NoPaper
from firmware.screens.payment import NotKnown
from firmware.screens.plate import Typing
from firmware.screens.screen import Over, Screen
from firmware.screens.ticket import Paid
from firmware.screens.trouble import OutOfService
from firmware.tariff import Holding, Stay
from firmware.visit.context import Context, card_reference
from firmware.visit.effects import Charge, Record
from firmware.visit.events import Event
from firmware.visit.health import Health
from hal.ports import Approved, Declined, Key, KeyPressed, PrinterState, Reason, Unanswered
from tests.builders import context, paris

PLATE = "AB123CD"
HERE = context()
SILENT = Health(PrinterState.OK, terminal=False)
TYPED = Typing(PLATE)
CHOOSE = "[MINUS]    [PLUS] choisir   [CORRECT] plaque   [OK] valider"
CARS = ("car", "two_wheeler", "heavy")


def at(text: str, context: Context = HERE) -> Context:
    return replace(context, now=paris(text))


def holding(*rights: str, sector: str = "11D", context: Context = HERE) -> Context:
    """The same place, where this plate holds these rights, at home in this sector."""
    held = tuple(Holding(right, frozenset({sector})) for right in rights)
    return replace(context, holdings=lambda plate: held if plate == PLATE else ())


def stayed(units: int, end: str, regime: str = "visitor", begun: str = "2026-03-04T10:01") -> Context:
    """The same place, where this plate has bought so many units, to this end."""
    key, stay = (PLATE, 1, regime), Stay(units, paris(end), paris(begun))
    return replace(HERE, ledger=Ledger(1, stays={key: stay}, classes={key: "car"}))


def rotative(context: Context) -> Context:
    return replace(context, site=replace(context.site, street="rotative"))


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)[1:]


def chosen(screen: Screen, context: Context = HERE) -> list[str]:
    """What stands as chosen, without its price."""
    return [line.text for line in screen.view(context).middle if line.chosen]


def screen_of(move: object) -> Screen:
    assert isinstance(move, Screen)
    return move


Bank = Callable[[ParkingRight], Event]


def yes(right: ParkingRight) -> Event:
    return Approved(card_reference(right.reference), right.cents)


def no(right: ParkingRight) -> Event:
    return Declined(card_reference(right.reference), Reason.REFUSED)


def silence(right: ParkingRight) -> Event:
    return Unanswered(card_reference(right.reference))


def visited(context: Context, keys: str, bank: Bank = yes) -> tuple[Context, Machine, tuple[Fact, ...]]:
    """Press these keys on an idle machine, answer what the bank is asked, and write every fact into the ledger."""
    machine, facts = Machine(health=context.health), list[Fact]()
    waiting: list[Event] = [KeyPressed(Key(key)) for key in keys.split()]
    while waiting:
        machine, effects = machine.fed(waiting.pop(0), 0.0, context)
        for effect in effects:
            if isinstance(effect, Record):
                facts.append(effect.fact)
                context = replace(context, ledger=context.ledger.after(effect.fact))
            if isinstance(effect, Charge):
                waiting.insert(0, bank(effect.right))
    return context, machine, tuple(facts)


def right_in(facts: tuple[Fact, ...]) -> ParkingRight:
    """The one right that was sold or is in doubt."""
    (right,) = [fact.right for fact in facts if isinstance(fact, RightSold | InDoubt)]
    return right


TO_THE_PLATE = "A B 1 2 3 C D OK"


# --- the regime ---------------------------------------------------------------------------------------------------


def test_a_plate_without_rights_is_a_visitor_and_is_not_asked() -> None:
    assert after_plate(PLATE, TYPED, HERE) == VehicleChoice(Purchase(PLATE), TYPED, CARS)
    assert after_plate("ZZ999ZZ", TYPED, holding("resident")) == VehicleChoice(Purchase("ZZ999ZZ"), TYPED, CARS)


def test_the_regimes_a_plate_holds_here_stand_with_their_prices_and_the_visitors_last() -> None:
    context = holding("resident")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert screen == RegimeChoice(PLATE, TYPED, ("resident", "visitor"))
    assert shown(screen, context) == (
        "AB-123-CD : sous quel régime ?",
        "Résident 1,50 € / jour",
        "Visiteur 6,00 € / heure",
        CHOOSE,
    )
    assert chosen(screen, context) == ["Résident"]


def test_what_is_free_stands_first_and_is_what_ok_would_take() -> None:
    context = holding("resident", "pro_mobile", "cmi_s")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert screen == RegimeChoice(PLATE, TYPED, ("cmi_s", "resident", "pro_mobile", "visitor"))
    assert shown(screen, context)[1:4] == (
        "Carte mobilité inclusion gratuit",
        "Résident 1,50 € / jour",
        "Pro mobile 0,50 € / heure",
    )
    assert chosen(screen, context) == ["Carte mobilité inclusion"]


def test_two_rights_together_are_a_regime_of_their_own() -> None:
    screen = screen_of(after_plate(PLATE, TYPED, holding("resident", "low_emission")))
    assert screen == RegimeChoice(PLATE, TYPED, ("low_emission", "low_emission_resident", "resident", "visitor"))


@pytest.mark.parametrize(
    "rights",
    [("resident",), ("pro_sedentary",), ("pro_mobile",), ("pro_public",), ("low_emission",), ("cmi_s",), ("resident", "cmi_s")],
)
@pytest.mark.parametrize("when", ["2016-06-01T10:00", "2019-05-06T10:00", "2022-03-02T10:00", "2023-03-01T10:00"])
def test_ok_alone_never_takes_the_dearest(rights: tuple[str, ...], when: str) -> None:
    """Another regime is dearer by the hour than the first one; and the first class is the light car."""
    context = at(when, holding(*rights))
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert isinstance(screen, RegimeChoice)
    offers = [context.offers(Purchase(PLATE, regime))[0] for regime in screen.options]
    by_the_hour = [offer.cents * {"quarter": 4, "hour": 1, "day": 1 / 11}[offer.unit] for offer in offers]
    assert screen.chosen == 0
    assert by_the_hour[0] == min(by_the_hour) < max(by_the_hour)
    following = screen.on(KeyPressed(Key.OK), context)
    if isinstance(following, VehicleChoice):
        assert (following.chosen, following.options[0]) == (0, "car")


def test_a_resident_of_elsewhere_is_a_visitor_here() -> None:
    assert isinstance(after_plate(PLATE, TYPED, holding("resident", sector="16G")), VehicleChoice)


def test_on_a_rotative_street_residents_and_sedentary_professionals_are_visitors() -> None:
    for right in ("resident", "pro_sedentary"):
        assert isinstance(after_plate(PLATE, TYPED, rotative(holding(right))), VehicleChoice)
    for right in ("cmi_s", "pro_mobile", "pro_public", "low_emission"):
        assert after_plate(PLATE, TYPED, rotative(holding(right))) == RegimeChoice(PLATE, TYPED, (right, "visitor"))


def test_plus_and_minus_go_round_the_regimes_and_three_of_them_are_in_sight() -> None:
    context = holding("resident", "pro_mobile", "cmi_s")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    seen = []
    for _ in range(5):
        seen.append(chosen(screen, context))
        assert len(screen.view(context).middle) == 4
        screen = screen_of(screen.on(KeyPressed(Key.PLUS), context))
    names = [["Carte mobilité inclusion"], ["Résident"], ["Pro mobile"], ["Visiteur"], ["Carte mobilité inclusion"]]
    assert seen == names
    assert chosen(screen_of(screen.on(KeyPressed(Key.MINUS), context)), context) == ["Carte mobilité inclusion"]


def test_correct_goes_back_to_the_plate_and_no_digit_answers_for_the_regime() -> None:
    screen = RegimeChoice(PLATE, TYPED, ("resident", "visitor"))
    context = holding("resident")
    assert screen.on(KeyPressed(Key.CORRECT), context) == TYPED
    assert screen.on(KeyPressed(Key.CANCEL), context) == Over()
    for key in (Key.D1, Key.D2, Key.A, Key.MAX):
        assert screen.on(KeyPressed(key), context) == screen


def test_info_says_where_the_regimes_come_from() -> None:
    said = RegimeChoice(PLATE, TYPED, ("resident", "visitor")).explain(HERE)
    assert said == "Les droits de votre plaque dans ce secteur, d’après le registre de la Ville."


# --- the vehicle --------------------------------------------------------------------------------------------------


def test_the_vehicle_is_asked_only_where_it_changes_the_price() -> None:
    assert isinstance(after_regime(Purchase(PLATE), TYPED, at("2022-03-02T10:00")), Duration)
    assert after_regime(Purchase(PLATE), TYPED, at("2023-03-01T10:00")) == VehicleChoice(
        Purchase(PLATE), TYPED, ("car", "two_wheeler")
    )
    assert after_regime(Purchase(PLATE), TYPED, HERE) == VehicleChoice(Purchase(PLATE), TYPED, CARS)
    resident = Purchase(PLATE, "resident")
    assert after_regime(resident, TYPED, HERE) == VehicleChoice(resident, TYPED, ("car", "two_wheeler"))
    for free in ("cmi_s", "pro_public"):
        assert isinstance(after_regime(Purchase(PLATE, free), TYPED, HERE), Duration)


def test_low_emission_is_closed_to_a_heavy_car_and_only_its_driver_knows() -> None:
    green = Purchase(PLATE, "low_emission")
    asked = after_regime(green, TYPED, HERE)
    assert asked == VehicleChoice(green, TYPED, ("car", "heavy"))
    assert isinstance(asked.on(KeyPressed(Key.OK), HERE), Duration)
    heavy = replace(green, vehicle="heavy")
    closed = VehicleChoice(green, TYPED, ("car", "heavy"), 1).on(KeyPressed(Key.OK), HERE)
    assert closed == Closed(heavy, TYPED)
    assert isinstance(closed, Closed)
    assert shown(closed)[:2] == ("Basse émission", "Pas pour cette catégorie de véhicule")
    assert closed.on(KeyPressed(Key.CORRECT), HERE) == TYPED
    visitor = Purchase(PLATE, "visitor", "heavy")
    assert closed.on(KeyPressed(Key.OK), HERE) == Duration(visitor, TYPED, 4)
    assert isinstance(after_regime(green, TYPED, at("2022-03-02T10:00")), Duration)


def test_each_class_stands_with_its_price_and_the_light_car_is_chosen() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    assert shown(screen) == (
        "Votre véhicule ?",
        "Voiture jusqu’à 1,6 t (électrique 2,0 t) 6,00 € / heure",
        "Deux-roues motorisé 3,00 € / heure",
        "Voiture plus lourde 18,00 € / heure",
        CHOOSE,
    )
    assert chosen(screen) == ["Voiture jusqu’à 1,6 t (électrique 2,0 t)"]
    assert screen.explain(HERE) == "La masse en service est à la ligne G de la carte grise."


def test_ok_takes_the_class_that_is_chosen_for_an_hour() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    for presses, vehicle in enumerate(CARS):
        asked: Screen = screen
        for _ in range(presses):
            asked = screen_of(asked.on(KeyPressed(Key.PLUS), HERE))
        assert asked.on(KeyPressed(Key.OK), HERE) == Duration(Purchase(PLATE, vehicle=vehicle), TYPED, 4)
    assert screen.on(KeyPressed(Key.MINUS), HERE) == replace(screen, chosen=2)


@pytest.mark.parametrize(("key", "units"), [(Key.D1, 4), (Key.D2, 8), (Key.D6, 24)])
def test_a_digit_takes_the_chosen_class_and_so_many_hours(key: Key, units: int) -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS, chosen=1)
    assert screen.on(KeyPressed(key), HERE) == Duration(Purchase(PLATE, vehicle="two_wheeler"), TYPED, units)


def test_a_digit_that_is_more_than_there_is_does_nothing() -> None:
    screen = VehicleChoice(Purchase(PLATE), TYPED, CARS)
    for key in (Key.D7, Key.D8, Key.D0):
        assert screen.on(KeyPressed(key), HERE) == screen
    two_hours_left, prolonged = stayed(16, "2026-03-04T14:01"), Duration(Purchase(PLATE), TYPED)
    assert prolonged.on(KeyPressed(Key.D3), two_hours_left) == prolonged
    assert prolonged.on(KeyPressed(Key.D2), two_hours_left) == replace(prolonged, units=8)


@pytest.mark.parametrize(("key", "days"), [(Key.D1, 1), (Key.D2, 2), (Key.D7, 7)])
def test_for_a_resident_the_digit_is_days(key: Key, days: int) -> None:
    purchase = Purchase(PLATE, "resident")
    screen = VehicleChoice(purchase, TYPED, ("car", "two_wheeler"))
    assert screen.on(KeyPressed(key), HERE) == Duration(replace(purchase, vehicle="car"), TYPED, days)


def test_correct_on_the_vehicle_goes_back_to_the_plate() -> None:
    assert VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.CORRECT), HERE) == TYPED
    assert VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.CANCEL), HERE) == Over()


def test_a_stay_has_one_class_and_is_not_asked_again() -> None:
    context, _, _ = visited(HERE, f"{TO_THE_PLATE} PLUS OK OK")
    assert after_plate(PLATE, TYPED, context) == Already(Duration(Purchase(PLATE, vehicle="two_wheeler"), TYPED, 4))
    later = at("2026-03-04T11:17", context)
    assert after_plate(PLATE, TYPED, later) == VehicleChoice(Purchase(PLATE), TYPED, CARS), (
        "a new stay is another vehicle's, perhaps"
    )


def test_a_stay_begun_under_an_older_tariff_goes_on_in_it() -> None:
    """30 September 2024, the last day without heavy cars, to the morning after: nobody is told that the maximum is reached."""
    context = at("2024-09-30T19:30")
    context, _, facts = visited(context, f"{TO_THE_PLATE} OK OK")
    assert right_in(facts).end == paris("2024-10-01T09:30")
    next_day = at("2024-10-01T09:10", context)
    assert after_plate(PLATE, TYPED, next_day) == Already(Duration(Purchase(PLATE), TYPED, 4))
    assert next_day.vehicles(Purchase(PLATE)) == ("car", "two_wheeler")
    assert after_plate("ZZ999ZZ", TYPED, next_day) == VehicleChoice(Purchase("ZZ999ZZ"), TYPED, CARS)


# --- days and hours -----------------------------------------------------------------------------------------------

RESIDENT = Duration(Purchase(PLATE, "resident"), TYPED, 1)
MOBILE = Duration(Purchase(PLATE, "pro_mobile"), TYPED, 1)


@pytest.mark.parametrize(
    ("days", "price", "why"),
    [
        (1, "jusqu’à demain 10:01 1,50 €", "1 jour · 1 jour de plus : 1,50 €"),
        (3, "jusqu’à sam. 10:01 4,50 €", "3 jours · 1 jour de plus : 1,50 €"),
        (6, "jusqu’à mer. 11 mars 10:01 9,00 €", "6 jours · 1 jour de plus : 0,00 €"),
        (7, "jusqu’à mer. 11 mars 10:01 9,00 €", "7 jours : le maximum · à nouveau mer. 11 mars 10:01"),
    ],
)
def test_a_resident_buys_days(days: int, price: str, why: str) -> None:
    """From a Wednesday: Sunday is free and does not count; the seventh day costs nothing."""
    screen = replace(RESIDENT, units=days)
    said = tuple(text.replace("gratuit", "0,00 €") for text in shown(screen))
    assert said == (price, why, "[MINUS]    [PLUS] jour   [1] à 7 : jours   [MAX]    [OK] payer")


@pytest.mark.parametrize(
    ("units", "key", "then"),
    [
        (1, Key.PLUS, 2),
        (1, Key.MINUS, 1),
        (7, Key.PLUS, 7),
        (1, Key.MAX, 7),
        (1, Key.D7, 7),
        (5, Key.D1, 1),
        (1, Key.D8, 1),
    ],
)
@pytest.mark.parametrize("screen", [RESIDENT, MOBILE], ids=["days", "hours"])
def test_a_digit_is_days_or_hours_one_to_seven(screen: Duration, units: int, key: Key, then: int) -> None:
    assert replace(screen, units=units).on(KeyPressed(key), HERE) == replace(screen, units=then)


def test_a_mobile_professional_buys_whole_hours() -> None:
    assert shown(MOBILE) == (
        "jusqu’à 11:01 0,50 €",
        "1 h · 1 heure de plus : 0,50 €",
        "[MINUS]    [PLUS] heure   [1] à 7 : heures   [MAX]    [OK] payer",
    )
    assert shown(replace(MOBILE, units=7))[:2] == ("jusqu’à 17:01 3,50 €", "7 h : le maximum · à nouveau 17:17")


def test_help_on_days_and_hours_says_how_the_price_is_made() -> None:
    assert RESIDENT.explain(HERE).replace("\N{NO-BREAK SPACE}", " ") == "1 jour × 1,50 € = 1,50 €"
    assert replace(MOBILE, units=3).explain(HERE).replace("\N{NO-BREAK SPACE}", " ") == "3 h × 0,50 € = 1,50 €"


def test_quarters_chosen_before_correct_are_never_taken_for_days_nor_days_for_quarters() -> None:
    """Two hours for a visitor, CORRECT, and the plate is a resident's: one day, not the seven of eight quarters."""
    context = holding("pro_sedentary", "resident")
    two_hours = screen_of(Duration(Purchase(PLATE), TYPED, 8).on(KeyPressed(Key.CORRECT), context))
    assert two_hours == Typing(PLATE, units=8)
    resident = after_regime(Purchase(PLATE, "resident", "car"), two_hours, at("2022-03-02T10:00", context))
    assert resident == Duration(Purchase(PLATE, "resident"), two_hours, 1)
    three_days = screen_of(replace(RESIDENT, units=3).on(KeyPressed(Key.CORRECT), context))
    assert three_days == Typing(PLATE)
    assert Ahead(replace(RESIDENT, units=3)).on(KeyPressed(Key.CORRECT), at("2026-03-07T21:00", context)) == Typing(PLATE)


# --- free of charge -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "end", "unit", "units"),
    [
        ("cmi_s", "2026-03-05T10:01", "day", 1),
        ("pro_public", "2026-03-05T10:01", "day", 1),
    ],
)
def test_a_free_right_is_given_at_once_without_a_card(right: str, end: str, unit: str, units: int) -> None:
    context, machine, facts = visited(holding(right), f"{TO_THE_PLATE} OK OK")
    given = right_in(facts)
    assert facts == (RightSold(given),)
    assert (given.reference, given.regime, given.cents, given.unit, given.units) == ("75011-0042-000001", right, 0, unit, units)
    assert given.end == paris(end)
    assert machine.screen == Paid(given)
    assert shown(machine.screen, context)[:2] in [
        ("Gratuit. Enregistré jusqu’à", f"{when}{end[-5:]}") for when in ("", "demain ")
    ]
    assert context.next_reference() == "75011-0042-000002"


def test_the_price_of_a_free_right_is_said_to_be_nothing() -> None:
    handi = Duration(Purchase(PLATE, "cmi_s"), TYPED, 1)
    assert shown(handi) == ("jusqu’à demain 10:01 gratuit", "1 jour : le maximum · à nouveau demain 10:01", "[OK] valider")
    for key in (Key.PLUS, Key.MINUS, Key.MAX, Key.D1):
        assert handi.on(KeyPressed(key), HERE) == handi
    free = Duration(Purchase(PLATE, "low_emission"), TYPED, 24)
    assert shown(free)[:2] == ("jusqu’à 16:01 gratuit", "6 h : le maximum · à nouveau 16:17")


def test_a_free_right_without_paper_is_not_called_paying() -> None:
    context = replace(HERE, health=Health(PrinterState.OUT, terminal=True))
    free = Duration(Purchase(PLATE, "cmi_s"), TYPED, 1)
    assert free.on(KeyPressed(Key.OK), context) == NoPaper(free)
    assert shown(NoPaper(free), context)[-1] == "[CANCEL] annuler   [OK] continuer"
    move = NoPaper(free).on(KeyPressed(Key.OK), context)
    assert isinstance(move, tuple)
    assert isinstance(move[0], Paid)
    assert [effect for effect in move if isinstance(effect, Charge)] == []


def test_a_free_day_is_not_given_twice() -> None:
    context, _, _ = visited(holding("cmi_s"), f"{TO_THE_PLATE} OK OK")
    assert context.offers(Purchase(PLATE, "cmi_s")) == ()
    screen = screen_of(RegimeChoice(PLATE, TYPED, ("cmi_s", "visitor")).on(KeyPressed(Key.OK), context))
    assert screen == Full(Purchase(PLATE, "cmi_s"), TYPED)
    assert shown(screen, context) == ("AB-123-CD : maximum atteint", "À nouveau possible : demain 10:01", "[OK] terminer")


# --- a second purchase --------------------------------------------------------------------------------------------


def test_a_plate_that_is_covered_is_asked_whether_to_prolong() -> None:
    context = stayed(8, "2026-03-04T12:01")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert screen == Already(Duration(Purchase(PLATE), TYPED, 4))
    assert shown(screen, context) == (
        "AB-123-CD est couvert jusqu’à",
        "12:01",
        "Prolonger ?",
        "[CANCEL] non   [OK] prolonger",
    )
    assert screen.explain(context) == "Prolonger continue le même barème : le prix ne repart pas de la première heure."
    assert screen.on(KeyPressed(Key.OK), context) == Duration(Purchase(PLATE), TYPED, 4)
    assert screen.on(KeyPressed(Key.CORRECT), context) == TYPED
    assert screen.on(KeyPressed(Key.CANCEL), context) == Over()
    assert shown(Duration(Purchase(PLATE), TYPED, 4), context)[:2] == (
        "jusqu’à 13:01 12,00 €",
        "1 h · 4e heure : le ¼ h passe à 3,75 €",
    )


@pytest.mark.parametrize("minutes", ["12:01", "12:16"])
def test_up_to_fifteen_minutes_after_its_end_a_stay_goes_on_unasked(minutes: str) -> None:
    context = at(f"2026-03-04T{minutes}", stayed(8, "2026-03-04T12:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert screen == Duration(Purchase(PLATE), TYPED, 4)
    assert "12,00 €" in shown(screen, context)[0]


def test_a_minute_later_it_is_another_stay() -> None:
    context = at("2026-03-04T12:17", stayed(8, "2026-03-04T12:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert shown(screen, context)[0] == "jusqu’à 13:17 6,00 €"


def test_less_than_an_hour_left_is_offered_as_what_it_is() -> None:
    context = stayed(21, "2026-03-04T15:16")
    assert shown(RegimeChoice(PLATE, TYPED, ("resident", "visitor")), context)[2] == "Visiteur 13,50 € / 45 min"
    assert shown(Duration(Purchase(PLATE), TYPED, 1), context) == (
        "jusqu’à 15:31 4,50 €",
        "15 min · encore ¼ h : 4,50 €",
        "[MINUS]    [PLUS] ¼ h   [MAX]    [OK] payer",
    )


@pytest.mark.parametrize(("first", "second"), [("1", "1"), ("2", "2"), ("3", "3"), ("1", "5"), ("5", "1")])
@pytest.mark.parametrize("presses", ["", "PLUS "], ids=["car", "two wheels"])
def test_two_purchases_cost_and_end_as_one(first: str, second: str, presses: str) -> None:
    """price(a) + extension(b) = price(a + b), through the screens and the ledger, and after the journal is read again."""
    whole, _, facts = visited(HERE, f"{TO_THE_PLATE} {presses}{int(first) + int(second)} OK")
    once = right_in(facts)
    context, _, begun = visited(HERE, f"{TO_THE_PLATE} {presses}{first} OK")
    replayed = replace(context, ledger=ledger_of(begun))
    assert replayed.ledger == context.ledger
    context, _, more = visited(at("2026-03-04T10:40", replayed), f"{TO_THE_PLATE} OK {second} OK")
    one, two = right_in(begun), right_in(more)
    assert one.cents + two.cents == once.cents
    assert (one.start, two.start, two.end) == (once.start, one.end, once.end)
    assert (two.reached, two.begun) == (one.units, one.start)
    assert context.stay(Purchase(PLATE)) == whole.stay(Purchase(PLATE)) == Stay(once.units, once.end, once.start)


def test_two_purchases_of_days_cost_and_end_as_one() -> None:
    context, _, begun = visited(holding("resident"), f"{TO_THE_PLATE} OK 3 OK")
    context, _, more = visited(at("2026-03-05T18:00", replace(context, ledger=ledger_of(begun))), f"{TO_THE_PLATE} OK OK 4 OK")
    one, two = right_in(begun), right_in(more)
    assert (one.cents, two.cents, one.units, two.units, two.reached) == (450, 450, 3, 4, 3)
    assert (two.start, two.end) == (paris("2026-03-07T10:01"), paris("2026-03-11T10:01"))
    assert after_regime(Purchase(PLATE, "resident"), TYPED, at("2026-03-09T10:00", context)) == Full(
        Purchase(PLATE, "resident"), TYPED
    )
    renewed = at("2026-03-11T10:01", context)
    assert after_regime(Purchase(PLATE, "resident"), TYPED, renewed) == VehicleChoice(
        Purchase(PLATE, "resident"), TYPED, ("car", "two_wheeler")
    )
    assert renewed.offers(Purchase(PLATE, "resident"))[0].end == paris("2026-03-12T10:01")


def test_another_plate_and_another_regime_begin_a_stay_of_their_own() -> None:
    context = stayed(8, "2026-03-04T12:01")
    assert context.stay(Purchase(PLATE)).reached == 8
    assert context.stay(Purchase("ZZ999ZZ")) == Stay()
    assert context.stay(Purchase(PLATE, "resident")) == Stay()
    assert replace(context, site=replace(context.site, zone=2)).stay(Purchase(PLATE)) == Stay()


def test_a_payment_in_doubt_is_a_stay_and_nobody_calls_it_paid() -> None:
    context, machine, facts = visited(HERE, f"{TO_THE_PLATE} 2 OK", silence)
    assert isinstance(machine.screen, NotKnown)
    assert isinstance(facts[-1], InDoubt)
    assert context.stay(Purchase(PLATE)) == Stay(8, paris("2026-03-04T12:01"), paris("2026-03-04T10:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert isinstance(screen, Already)
    for language, words in (("fr", ("payé", "payer")), ("en", ("paid", "pay"))):
        said = " ".join(shown(screen, replace(context, language=language))).lower().split()
        assert not set(said) & set(words)


def test_what_the_bank_refused_is_no_stay() -> None:
    context, machine, facts = visited(HERE, f"{TO_THE_PLATE} 2 OK", no)
    assert [type(fact) for fact in facts] == [PaymentStarted, PaymentRefused]
    assert machine.screen.name == "refused"
    assert context.ledger.stays == {}
    assert context.stay(Purchase(PLATE)) == Stay()


# --- the maximum --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "now", "again"),
    [
        ("2026-03-04T16:01", "2026-03-04T12:00", "16:17"),
        ("2026-03-04T16:01", "2026-03-04T16:10", "16:17"),
        ("2026-03-04T19:50", "2026-03-04T19:55", "demain 09:06"),
        ("2026-03-07T19:50", "2026-03-07T19:55", "lun. 09:06"),
    ],
)
def test_at_the_maximum_no_money_is_taken_and_it_says_when_one_may_buy_again(end: str, now: str, again: str) -> None:
    context = at(now, stayed(24, end))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert screen == Full(Purchase(PLATE), TYPED)
    assert shown(screen, context) == ("AB-123-CD : maximum atteint", f"À nouveau possible : {again}", "[OK] terminer")
    assert screen.explain(context) == "La durée maximale sert à ce que les places tournent."
    assert screen.on(KeyPressed(Key.OK), context) == Over()
    assert screen.on(KeyPressed(Key.CORRECT), context) == TYPED
    for key in (Key.PLUS, Key.MAX, Key.D1):
        assert screen.on(KeyPressed(key), context) == screen


def test_at_that_hour_a_new_stay_begins() -> None:
    context = at("2026-03-04T16:17", stayed(24, "2026-03-04T16:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert shown(screen, context)[0] == "jusqu’à 17:17 6,00 €"


def test_max_after_a_purchase_is_what_is_left() -> None:
    context, _, first = visited(HERE, f"{TO_THE_PLATE} 4 OK")
    context, _, more = visited(context, f"{TO_THE_PLATE} OK MAX OK")
    assert (right_in(first).units, right_in(more).units) == (16, 8)
    assert right_in(first).cents + right_in(more).cents == 7500
    _, machine, facts = visited(context, TO_THE_PLATE)
    assert (machine.screen.name, facts) == ("cap", ())


# --- free hours ---------------------------------------------------------------------------------------------------


def test_at_night_it_asks_whether_to_pay_ahead_after_the_regime_and_the_vehicle() -> None:
    context = at("2026-03-07T21:00", holding("resident"))
    names = []
    machine = Machine(health=context.health)
    for key in f"{TO_THE_PLATE} OK OK OK OK".split():
        machine, _ = machine.fed(KeyPressed(Key(key)), 0.0, context)
        names.append(machine.screen.name)
    assert names[-5:] == ["regime", "vehicle", "closed", "duration", "present card"]
    assert shown(Ahead(RESIDENT), context)[0] == "Gratuit jusqu’à lun. 09:00"


# --- where money cannot be taken ----------------------------------------------------------------------------------


def test_without_a_bank_a_visitor_and_who_pays_by_the_day_are_told_at_once() -> None:
    for where in (HERE, holding("resident")):
        assert after_plate(PLATE, TYPED, replace(where, health=SILENT)) == OutOfService()


def test_without_a_bank_who_pays_nothing_is_given_the_right_and_asked_of_no_other_regime() -> None:
    context = replace(holding("resident", "pro_public"), health=SILENT)
    length = after_plate(PLATE, TYPED, context)
    assert isinstance(length, Duration)
    assert length.purchase.regime == "pro_public"
    given = length.on(KeyPressed(Key.OK), context)
    assert isinstance(given, tuple)
    assert isinstance(given[0], Paid)


def test_out_of_sales_even_who_pays_nothing_is_given_nothing() -> None:
    context = replace(holding("pro_public"), ledger=Ledger(stopped=True))
    assert after_plate(PLATE, TYPED, context) == OutOfService()
