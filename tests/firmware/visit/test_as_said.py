"""What is written as a person says it: the cases are typed from speech, not worked out by a program."""

from __future__ import annotations

import pytest

from firmware.visit.as_said import as_said, spelled


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("fr", "12,00\N{NO-BREAK SPACE}€", "12 euros"),
        ("fr", "1,50\N{NO-BREAK SPACE}€", "un euro 50"),
        ("fr", "0,05\N{NO-BREAK SPACE}€", "5 centimes"),
        ("fr", "0 €", "0 euros"),
        ("en", "€12.00", "12 euros"),
        ("en", "€0.01", "one cent"),
        ("de", "6,50\N{NO-BREAK SPACE}€", "6 Euro 50"),
        ("es", "6,50\N{NO-BREAK SPACE}€", "6 euros con 50"),
        ("it", "6,50\N{NO-BREAK SPACE}€", "6 euro e 50"),
    ],
)
def test_an_amount(language: str, written: str, said: str) -> None:
    assert as_said(written, language) == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("fr", "Fin 16 h 00", "Fin 16 heures"),
        ("fr", "demain à 9 h 05", "demain à 9 heures 5"),
        ("fr", "lun. à 9 h 30", "lundi à 9 heures 30"),
        ("en", "Until 16:30", "Until 4 30 PM"),
        ("en", "tomorrow 9:05", "tomorrow at 9 oh 5 AM"),
        ("en", "12:00", "noon"),
        ("en", "0:00", "midnight"),
        ("de", "Bis 16.30 Uhr", "Bis 16 Uhr 30"),
        ("de", "Bis 16.30", "Bis 16 Uhr 30"),
        ("de", "Mo. 9.00 Uhr", "Montag um 9 Uhr"),
        ("de", "30. Sept. 12.45 Uhr", "30. September um 12 Uhr 45"),
        ("es", "Hasta 16:00", "Hasta las 16"),
        ("es", "mar. 1:30", "el martes a la una y 30"),
        ("es", "30 mar. 12:45", "el 30 de marzo a las 12 y 45"),
        ("it", "Fine 16:30", "Fine ore 16 e 30"),
        ("it", "mar. 9:00", "martedì alle ore 9"),
        ("it", "4 mar. 9:00", "il 4 marzo alle ore 9"),
        ("it", "Fino a 12:01", "Fino alle ore 12 e 1"),
        ("it", "lun.–sab. 9:00–20:00", "lunedì a sabato dalle ore 9 alle ore 20"),
        ("es", "vie. 9:00", "el viernes a las 9"),
        ("es", "Hasta vie. 9:00", "Hasta el viernes a las 9"),
        ("es", "Hasta mañana 9:00", "Hasta mañana a las 9"),
        ("es", "lun.–sáb. 9:00–20:00", "lunes a sábado de las 9 a las 20"),
        ("it", "Fino a 4 mar. 9:00", "Fino al 4 marzo alle ore 9"),
        ("it", "domani 9:00", "domani alle ore 9"),
        ("en", "Until Fri 0:00", "Until Friday at midnight"),
        ("en", "4 Mar 9:00", "4 March at 9 AM"),
        ("en", "Mon–Sat 9:00–20:00", "Monday to Saturday from 9 AM to 8 PM"),
        ("de", "Bis morgen 9.00 Uhr", "Bis morgen um 9 Uhr"),
        ("de", "Mo.–Sa. 9.00–20.00 Uhr", "Montag bis Samstag von 9 Uhr bis 20 Uhr"),
        ("fr", "dim. 1er févr. à 9 h 00", "dimanche premier février à 9 heures"),
    ],
)
def test_a_time_and_a_date(language: str, written: str, said: str) -> None:
    assert as_said(written, language) == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("fr", "1 h 30 · encore ¼ h : 1,50 €", "une heure 30, encore un quart d’heure : un euro 50"),
        ("fr", "1 h 15,00 €   2 h 30,00 €", "une heure 15 euros, 2 heures 30 euros"),
        ("fr", "3e heure : 6,00 € le ¼ h", "troisième heure : 6 euros le quart d’heure"),
        ("fr", "quitter (30 s)", "quitter, 30 secondes"),
        ("en", "next ¼ h: €1.50", "next quarter of an hour: one euro 50"),
        ("de", "noch ¼ h: 1,50 €", "noch eine Viertelstunde: ein Euro 50"),
        ("de", "1,50 € je ¼ h", "ein Euro 50 je Viertelstunde"),
        ("es", "¼ h más", "un cuarto de hora más"),
        ("it", "ancora ¼ h", "ancora un quarto d’ora"),
        ("en", "1 h 30", "one hour 30 minutes"),
        ("en", "1 h €6.00   2 h €12.00", "one hour 6 euros, 2 hours 12 euros"),
        ("de", "1 h 30 min", "eine Stunde 30 Minuten"),
        ("de", "1. Stunde 4 × 1,50 €", "erste Stunde 4 mal ein Euro 50"),
        ("es", "45 min", "45 minutos"),
        ("it", "1 h", "un’ora"),
        ("fr", "Payant lun.–sam. 9 h 00–20 h 00", "Payant lundi à samedi de 9 heures à 20 heures"),
        ("fr", "plus de 1,6 t (élec. 2,0 t)", "plus de 1,6 tonnes, électrique 2,0 tonnes"),
        ("fr", "FPS 75,00 €", "F P S 75 euros"),
        ("en", "by a charge (FPS).", "by a charge, F P S."),
    ],
)
def test_lengths_scales_and_abbreviations(language: str, written: str, said: str) -> None:
    assert as_said(written, language) == said


def test_codes_are_spelled() -> None:
    assert as_said("Paiement en panne. Code T5", "fr") == "Paiement en panne. Code T, 5"
    assert as_said("Code T5 · 75011-0042 · allez au", "fr") == "Code T, 5, 7 5 0 1 1, 0 0 4 2, allez au"
    assert spelled("AB-123-CD") == "A, B, 1, 2, 3, C, D"
