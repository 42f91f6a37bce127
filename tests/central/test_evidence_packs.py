"""The evidence pack of a control: sales with their proof or none, what was known when, alarms then, the city's signature."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader
from sqlalchemy import Engine, insert, select, update

from central.access.tokens import Scope
from central.core.audit import list_audit
from central.core.city import City
from central.db.tables import alarms, entries, rights, statements
from central.enforcement.evidence_packs import PURPOSE, EvidencePack, SignedEvidence, make_pack
from central.pages.evidence_letter import REASONS, STATUSES, evidence_letter
from central.pages.notice_letter import spaced
from central.pages.pdf import render_pdf
from central.rules.evidence import RightStatus
from central.rules.plate_match import alike
from central.rules.sale_proof import fingerprint
from central.rules.verdict import AllowedBecause
from firmware.protocol.envelope import EnvelopeError, envelope_in, open_envelope
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Fact, RightSold
from tests.central.api_client import client_of
from tests.central.notice_rows import FOUR, THREE, control, issue
from tests.central.pdf_reading import pages_of
from tests.central.register_rows import DAY, HOUR, MINUTE, ask, enrol, entitle, report, right, sell
from tests.central.signing_station import NOW, STATION, SigningStation, chain
from tests.central.signing_station import right as sold_right

LATER = NOW + 2 * HOUR
SALE = (RightSold(sold_right(1)), RightSold(sold_right(2, plate="ZZ999ZZ")), RightSold(sold_right(3, plate="YY888YY")))


def pack_of(city: City, check: int, now: datetime) -> EvidencePack:
    return make_pack(city, check, "auditor", now).pack


def hand_in(station: SigningStation, *facts: Fact, now: datetime) -> None:
    """Let a station hand in its journal, written when it is handed in, and report after it."""
    assert station.hand_in(chain(facts, at=now), now)[0] == 200
    report(station.city.store, STATION, now)


# --- sales --------------------------------------------------------------------------------------------------------


def test_a_sale_is_shown_with_its_entry_and_the_signature_that_covers_it(station: SigningStation) -> None:
    hand_in(station, *SALE, now=NOW)
    made = ask(station.city, at=NOW + MINUTE, now=LATER)
    (sale,) = pack_of(station.city, made.id, LATER).sales
    assert (sale.reference, sale.cents, sale.known_at_control) == (f"{STATION}-000001", 600, True)
    assert sale.proof is not None
    assert sale.proof.holds
    assert (sale.proof.entries_between, sale.proof.plate_matches) == (2, True)
    assert '"AB123CD"' in sale.proof.body
    assert "ZZ999ZZ" not in msgspec.json.encode(sale).decode(), "the other sales are other people's"


@pytest.mark.parametrize("broken", ["chain", "statement", "signature", "no statement", "plate"])
def test_a_sale_whose_proof_is_broken_is_not_said_to_be_proven(station: SigningStation, broken: str) -> None:
    hand_in(station, *SALE, now=NOW)
    made = ask(station.city, at=NOW + MINUTE, now=LATER)
    with station.city.store.begin() as connection:
        if broken == "chain":
            connection.execute(update(entries).where(entries.c.seq == 2).values(body=b"{}"))
        elif broken == "no statement":
            connection.execute(statements.delete())
        elif broken == "plate":
            other = {"plate": "AB123CE", "alike": alike("AB123CE")}
            connection.execute(update(rights).where(rights.c.plate == "AB123CD").values(other))
        else:
            document = connection.execute(select(statements.c.document)).scalar_one()
            forged = {"document": document.replace(b'"held":3', b'"held":4')}
            connection.execute(update(statements).values(forged if broken == "statement" else {"signature": "A" * 86}))
    if broken == "plate":
        made = ask(station.city, "AB123CE", NOW + MINUTE, now=LATER)
    (sale,) = pack_of(station.city, made.id, LATER).sales
    assert sale.proof is not None
    assert not sale.proof.holds


def test_where_nothing_was_sold_the_pack_says_so(city: City) -> None:
    enrol(city.store, STATION, FOUR)
    sell(city.store, right("AB123CE", THREE), right(start=THREE - 20 * DAY), right(start=THREE + 2 * DAY))
    pack = pack_of(city, control(city), FOUR)
    assert pack.sales == ()
    assert (pack.then.allowed, pack.now.allowed, pack.notice) == (False, False, None)


def test_a_sale_that_arrived_late_is_known_now_and_was_not_then(city: City) -> None:
    enrol(city.store, STATION, THREE)
    check = control(city)
    sell(city.store, replace(right(start=THREE - MINUTE), known_from=FOUR))
    pack = pack_of(city, check, FOUR + HOUR)
    assert (pack.then.allowed, pack.now.allowed, pack.now.because) == (False, True, AllowedBecause.RIGHT)
    (sale,) = pack.sales
    assert (sale.known_at_control, sale.proof) == (False, None)
    assert [(each.status, each.known_from, each.known_until) for each in sale.statuses] == [("sold", FOUR, None)]
    assert pack.recorded.allowed is False


def test_each_status_of_a_sale_is_there_with_its_dates(city: City) -> None:
    enrol(city.store, STATION, FOUR)
    started = replace(right(start=THREE - MINUTE), status=RightStatus.STARTED)
    sell(city.store, started, known_until=THREE + MINUTE)
    check = control(city)
    sell(city.store, replace(started, status=RightStatus.SOLD, known_from=THREE + MINUTE))
    (sale,) = pack_of(city, check, FOUR).sales
    assert [(each.status, each.known_until) for each in sale.statuses] == [("started", THREE + MINUTE), ("sold", None)]
    assert sale.known_at_control


# --- completeness, holdings, alarms -------------------------------------------------------------------------------


def test_completeness_is_told_as_it_was_and_as_it_is(city: City) -> None:
    enrol(city.store, STATION, THREE - HOUR)
    check = control(city)
    report(city.store, STATION, FOUR, silent_since=THREE - HOUR)
    pack = pack_of(city, check, FOUR)
    assert (pack.recorded.complete_until, pack.recorded.silent) == (THREE - HOUR, (STATION,))
    assert (pack.then.complete_until, pack.then.silent) == (THREE - HOUR, (STATION,))
    assert (pack.now.complete_until, pack.now.silent, pack.now.conclusive) == (FOUR, (), True)


def test_a_card_that_became_known_after_the_control_is_dated(city: City) -> None:
    enrol(city.store, STATION, FOUR)
    check = control(city)
    entitle(city.store, "AB123CD", "cmi_s", known_from=FOUR)
    (held,) = pack_of(city, check, FOUR).holdings
    assert (held.holding, held.known_from, held.sectors) == ("cmi_s", FOUR, ())


def test_the_alarms_of_the_sector_are_those_that_were_up_then(station: SigningStation) -> None:
    hand_in(station, AlarmRaised("card terminal silent"), now=NOW)
    made = ask(station.city, at=NOW + MINUTE, now=LATER)
    with station.city.store.begin() as connection:
        connection.execute(update(alarms).values(cleared_at=NOW + 2 * MINUTE))
        raised = {"station": STATION, "seq": 99, "alarm": "printer paper_out", "raised_at": NOW + 3 * MINUTE}
        connection.execute(insert(alarms).values(raised))
    (there,) = pack_of(station.city, made.id, LATER).stations
    assert (there.station, there.alarms, there.incidents) == (STATION, ("card terminal silent",), ())
    later = ask(station.city, at=NOW + 5 * MINUTE, now=LATER)
    assert pack_of(station.city, later.id, LATER).stations[0].alarms == ("printer paper_out",)


# --- the documents ------------------------------------------------------------------------------------------------


def test_it_is_believed_only_as_this_city_signed_it(city: City) -> None:
    made = make_pack(city, control(city), "auditor", FOUR)
    document = open_envelope(PURPOSE, envelope_in(made.message), city.key.public_key())
    assert msgspec.json.decode(document)["plate"] == "AB123CD"
    with pytest.raises(EnvelopeError):
        open_envelope("agent copy", envelope_in(made.message), city.key.public_key())
    with pytest.raises(EnvelopeError):
        open_envelope(PURPOSE, envelope_in(made.message), Ed25519PrivateKey.generate().public_key())
    with pytest.raises(EnvelopeError):
        open_envelope(PURPOSE, envelope_in(made.message.replace(b"AB123CD", b"AB123CE")), city.key.public_key())


def words(made: SignedEvidence) -> str:
    return " ".join(pages_of(render_pdf(evidence_letter(made)))).replace("\N{NO-BREAK SPACE}", " ")


def test_the_pdf_says_the_same_and_carries_the_signed_document(station: SigningStation) -> None:
    hand_in(station, *SALE, AlarmRaised("card terminal silent"), now=NOW)
    entitle(station.city.store, "AB123CD", "pro_mobile")
    check = ask(station.city, at=NOW + MINUTE, now=LATER)
    made = make_pack(station.city, check.id, "<b>auditor</b>", LATER)
    pdf = render_pdf(evidence_letter(made))
    assert pdf == render_pdf(evidence_letter(made))
    attached = PdfReader(io.BytesIO(pdf)).attachments
    assert attached == {f"controle-{check.id}.json": [made.message]}
    for said in (
        *(f"Dossier de preuve du contrôle n° {check.id}", "AB-123-CD", "04/03/2026 à 11:01:00", "<b>auditor</b>"),
        *("autorisé : un droit acheté le couvre", f"{STATION}-000001", "6,00 €", "signée par la borne (clé "),
        *("Connu au moment du contrôle oui", "pro_mobile partout", "card terminal silent", fingerprint(made.message)),
    ):
        assert said in words(made), said


def test_the_pdf_of_a_control_without_a_sale_and_with_a_notice(city: City) -> None:
    notice = issue(city)
    said = words(make_pack(city, notice.check, "auditor", FOUR))
    assert "Aucune vente n’est connue" in said
    assert spaced(notice.number) in said
    assert "Permet de conclure oui" in said
    sell(city.store, replace(right(start=THREE - MINUTE), known_from=FOUR))
    assert "il contredit un FPS" in words(make_pack(city, notice.check, "auditor", FOUR + HOUR))


def test_every_reason_and_status_has_its_french() -> None:
    assert REASONS.keys() == set(AllowedBecause)
    assert STATUSES.keys() == {status.value for status in RightStatus}


def test_over_http_for_auditors_and_noted(store: Engine) -> None:
    client = client_of(store)
    client.clock.at = FOUR
    check, auditor = control(client.city), client.as_role("auditor")
    signed = auditor.get(f"/v1/checks/{check}/evidence")
    assert signed.status_code == 200
    assert open_envelope(PURPOSE, envelope_in(signed.content), client.city.key.public_key())
    pdf = auditor.get(f"/v1/checks/{check}/evidence.pdf")
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    noted = [(each.action, each.subject) for each in list_audit(store)]
    assert noted.count(("evidence read", f"check {check}")) == 2
    assert auditor.get("/v1/checks/999/evidence").status_code == 404
    assert client.with_token(*set(Scope) - {Scope.AUDIT}).get(f"/v1/checks/{check}/evidence").status_code == 403


def test_once_the_plate_was_deleted_there_is_no_pack(city: City) -> None:
    check = control(city)
    with city.store.begin() as connection:
        connection.exec_driver_sql("UPDATE checks SET plate = ''")
    with pytest.raises(LookupError):
        make_pack(city, check, "auditor", FOUR)


def test_the_alarm_that_was_cleared_by_the_station_is_not_there(station: SigningStation) -> None:
    hand_in(station, AlarmRaised("x"), AlarmCleared("x"), now=NOW)
    made = ask(station.city, at=NOW + MINUTE, now=LATER)
    assert pack_of(station.city, made.id, LATER).stations == ()
