"""A motorist at the page, in a real browser on the real server: plate, duration, card, ticket, and the city's plate check."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.page import DESKTOP, PHONE, DeskServer, OpenDesk, Opened, hour_printed, took_ticket

# --- buying -------------------------------------------------------------------------------------------------------


def buy_two_hours(desk: OpenDesk) -> str:
    """Type the plate, choose the vehicle and two hours, pay, take the ticket; its text."""
    for key in "AB1":
        desk.key(f"touche {key}")
    for key in "23cd":
        desk.page.keyboard.press(key)
    desk.says(". AB-123-CD.")
    desk.key("touche OK, valider")
    desk.shows("vehicle")
    desk.says("1 Voiture 6,00\N{NO-BREAK SPACE}€")
    desk.page.keyboard.press("Enter")
    desk.shows("duration")
    desk.says("12,00")
    desk.page.keyboard.press("Enter")
    desk.shows("present card")
    expect(desk.page.locator("#terminal")).to_contain_text("INSEREZ CARTE")
    desk.card("contactless")
    desk.shows("approved")
    desk.key("touche OK, valider")
    return took_ticket(desk)


def test_a_motorist_buys_two_hours_and_the_city_sees_the_plate(opened: Opened, server: DeskServer) -> None:
    desk = opened(DESKTOP)
    ticket = buy_two_hours(desk)
    assert "AB-123-CD" in ticket
    assert "VILLE DE PARIS" in ticket
    hour = hour_printed(ticket)
    assert hour == "12:01"

    expect(desk.page.locator("#unsent")).to_have_text("0 écriture à envoyer à la ville")
    desk.post("clock", speed=0)
    desk.check()
    answer = desk.page.locator("#answer")
    expect(answer).to_contain_text("Autorisé")
    expect(answer).to_contain_text("AB-123-CD · zone 1 · secteur 11D")
    expect(answer).to_contain_text(f"jusqu’à mer. 4 mars 2026, {hour}")

    desk.post("clock", at="2026-03-04T12:00:59")
    desk.check()
    expect(answer.locator("strong")).to_have_text("Autorisé")
    desk.post("clock", at=f"2026-03-04T{hour}:00")
    desk.check()
    expect(answer.locator("strong")).to_have_text("Toléré : le ticket vient de finir")
    desk.post("clock", at="2026-03-04T12:06:00")
    desk.check()
    expect(answer.locator("strong")).to_have_text("Ne pas conclure")  # not allowed, and about now nobody knows everything
    expect(answer).to_contain_text("On pourra conclure pour cet instant (12:06:00) au plus tôt à 12:07:15.")
    desk.post("clock", advance_s=180)
    desk.page.get_by_role("button", name="Redemander pour cet instant").click()
    expect(answer.locator("strong")).to_have_text("Aucun droit connu")
    expect(answer).to_contain_text(f"dernier ticket fini : mer. 4 mars 2026, {hour}")


def test_a_phone_can_do_it_too(opened: Opened) -> None:
    desk = opened(PHONE, touch=True)
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it must not scroll sideways"
    for key in "XY987ZT":
        desk.key(f"touche {key}")
    desk.says(". XY-987-ZT.")
    desk.key("touche OK, valider")
    desk.shows("vehicle")
    desk.key("touche OK, valider")
    desk.shows("duration")
    desk.key("touche Plus")
    desk.key("touche OK, valider")
    desk.shows("present card")
    desk.card("contactless")
    desk.shows("approved")
    desk.key("touche OK, valider")
    hour = hour_printed(took_ticket(desk))
    assert hour == "12:16"
    expect(desk.page.locator("#unsent")).to_have_text("0 écriture à envoyer à la ville")
    desk.check()
    expect(desk.page.locator("#answer")).to_contain_text(f"jusqu’à mer. 4 mars 2026, {hour}")


def test_each_ticket_is_its_own_picture(opened: Opened) -> None:
    desk = opened(DESKTOP)
    asked: list[str] = []
    desk.page.on("response", lambda got: asked.append(f"{got.status} {got.url}") if ".png" in got.url else None)
    for _ in range(2):
        buy_two_hours(desk)
        desk.post("clock", advance_s=3 * 3600)
        desk.shows("resting")
    pictures = {each for each in asked if "ticket.png" in each}
    assert len(pictures) == 4, "one in the slot, one in the hand, of each"
    assert {each[:3] for each in asked} == {"200"}


# --- the display --------------------------------------------------------------------------------------------------


def test_the_canvas_is_the_panel_pixel_for_pixel(opened: Opened) -> None:
    desk = opened(DESKTOP)
    desk.post("clock", speed=0)
    desk.canvas_is_the_screen()
    desk.post("key", key="W")
    desk.shows("plate")
    desk.canvas_is_the_screen()
    desk.post("clock", speed=1)
    for key in ("W", "1", "OK"):
        desk.post("key", key=key)
    desk.post("clock", speed=0)
    desk.shows("second look")
    desk.canvas_is_the_screen()


def test_keys_are_a_keyboard_a_mouse_and_a_screen_reader(opened: Opened) -> None:
    desk = opened(DESKTOP)
    desk.page.keyboard.press("a")
    desk.says(". A.")
    desk.page.keyboard.press("Shift+B")
    desk.says(". AB.")
    desk.page.keyboard.press("Backspace")
    desk.page.keyboard.press("Digit7")
    desk.says(". A-7.")
    desk.page.get_by_role("button", name="touche Z", exact=True).focus()
    desk.page.keyboard.press("Space")
    desk.says(". A-7-Z.")
    desk.page.keyboard.press("F2")
    desk.says("As on the registration")
    desk.page.keyboard.press("Escape")
    desk.shows("idle")


# --- the drawer ---------------------------------------------------------------------------------------------------


def test_faults_mains_wire_and_journal_are_in_the_drawer(opened: Opened) -> None:
    desk = opened(DESKTOP)
    page = desk.page
    out_of_paper = page.get_by_role("switch", name="Plus de papier", exact=True)
    out_of_paper.click()
    expect(out_of_paper).to_be_checked()
    desk.post("clock", advance_s=60)
    expect(page.locator("#alarms")).to_contain_text("I2 · Imprimante : plus de papier")
    expect(page.locator("#alarms")).to_contain_text("Ventes : vente sans ticket")
    expect(page.locator("#alarms")).to_contain_text("Mettre un rouleau neuf")
    out_of_paper.click()
    expect(out_of_paper).not_to_be_checked()
    desk.post("clock", advance_s=60)
    expect(page.locator("#alarms li")).to_have_count(0)
    page.get_by_role("tab", name="Journal").click()
    expect(page.locator("#entries li, #entries .fact").first).to_be_visible()
    page.get_by_role("tab", name="Fils").click()
    expect(page.locator("#trace")).to_contain_text("DLE EOT")
    page.get_by_role("tab", name="Réglages").click()
    page.get_by_role("switch", name="Alimentation").click()
    desk.shows("off")
    page.get_by_role("switch", name="Alimentation").click()
    desk.shows("idle")


# --- the end ------------------------------------------------------------------------------------------------------


def test_control_c_ends_it_cleanly_with_a_page_open(opened: Opened, server: DeskServer) -> None:
    desk = opened(DESKTOP)
    assert server.interrupt() == (0, "", "")
    expect(desk.page.locator("#link")).to_contain_text("Connexion perdue")
    desk.page.close()  # until then it tries again, and the browser says that nobody is there
    desk.complaints.clear()
