"""What a station on a cable answers: nothing that it has not asked for; and what a keyboard in its socket does: nothing."""

from __future__ import annotations

import re
import tomllib

from workshop.common.checkout import ROOT

FIREWALL = (ROOT / "board" / "image" / "root" / "etc" / "nftables.conf").read_text()
RECIPE = tomllib.loads((ROOT / "board" / "image" / "image.toml").read_text())


def chain(name: str) -> list[str]:
    """The rules of a chain, without its braces."""
    found = re.search(rf"chain {name} {{\n(.*?)\n\t}}", FIREWALL, re.DOTALL)
    assert found
    return [line.strip() for line in found[1].splitlines()]


def test_nobody_calls_a_station() -> None:
    first, *rules = chain("input")
    assert first.endswith("policy drop;")
    assert chain("forward")[0].endswith("policy drop;")
    opened = [rule for rule in rules if rule.endswith("accept") and "established" not in rule and "lo" not in rule.split('"')]
    assert all(rule.startswith(("udp sport 67", "ip6 saddr fe80", "icmp")) for rule in opened), opened
    assert not any("echo-request" in rule or "tcp" in rule for rule in rules)


def test_the_firewall_is_installed_and_comes_up_with_the_card() -> None:
    assert "nftables" in RECIPE["packages"]
    assert "nftables.service" in RECIPE["enabled"]


def test_no_name_is_asked_of_or_answered_to_the_cable() -> None:
    resolved = (ROOT / "board" / "systemd" / "resolved.conf.d" / "horodateur.conf").read_text()
    wired = (ROOT / "board" / "image" / "root" / "etc" / "systemd" / "network" / "20-wired.network").read_text()
    for text in (resolved, wired):
        assert {"LLMNR=no", "MulticastDNS=no"} <= set(text.splitlines())


def test_a_keyboard_restarts_nothing_and_logs_in_nowhere() -> None:
    assert {"ctrl-alt-del.target", "getty@.service", "getty@tty1.service"} <= set(RECIPE["masked"])
