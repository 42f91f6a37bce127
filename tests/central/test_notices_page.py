"""docs/notices.md is what the code says, and the code keeps to it."""

from __future__ import annotations

from central.rules.notices import TRANSITIONS, NoticeState
from central.rules.notices_page import notices_page
from tests.builders import ROOT


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "notices.md").read_text("utf-8") == notices_page(), "make docs"


def test_every_state_can_be_reached_and_none_but_the_ends_is_left_without_a_way_on() -> None:
    reached = {arrow.after for arrow in TRANSITIONS} | {NoticeState.PROPOSED}
    assert reached == set(NoticeState) == {arrow.before for arrow in TRANSITIONS}
    assert len(set(TRANSITIONS)) == len(TRANSITIONS)
