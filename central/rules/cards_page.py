"""Text of docs/cards.md: the state machine of a request for cards, and the products that are sold."""

from __future__ import annotations

from collections.abc import Iterator

from central.rules.cards.products import CardCatalogue, CardProduct
from central.rules.cards.states import CARD_TRANSITIONS, CardDelay, CardStatus
from central.rules.state_diagram import diagram, table

HEAD = """\
# A request for parking cards

Drawn from `central/rules/cards/states.py` and `central/cards/data/products.toml` by `make docs`; never edited by hand.
[Why it is so](decisions/0032-cards.md).

The state is worked out each time it is asked for. A request that costs nothing is settled when it is accepted. The right is in
the register from the payment on; it is closed at once by a change or when the vehicle is given up.
"""
SOLD = "## Products\n"


def cards_page(catalogue: CardCatalogue) -> str:
    """The whole page."""
    machine = (*diagram(CARD_TRANSITIONS), "", *table(CardStatus, CARD_TRANSITIONS, tuple(CardDelay)), "")
    return "\n".join([HEAD, *machine, SOLD, *_editions(catalogue), ""])


def _editions(catalogue: CardCatalogue) -> Iterator[str]:
    for edition in catalogue.editions:
        yield f"From {edition.valid_from.isoformat()}: {edition.source}."
        yield ""
        yield from ("| product | card | € | source |", "|-|-|-|-|")
        for product in edition.product:
            yield from (
                f"| {product.label} | {what} | {cents / 100:.2f} | {source} |" for what, cents, source in _prices(product)
            )


def _prices(product: CardProduct) -> Iterator[tuple[str, int, str]]:
    yield from ((each.term.value, each.cents, each.source) for each in product.terms)
    for each in product.hire:
        what = f"hire, up to {each.up_to_months} months" + (", per semester begun" if each.cents_per_semester else "")
        yield what, each.cents or each.cents_per_semester, each.source
    if product.change:
        yield "change, same end", product.change.cents, product.change.source
    if product.duplicate:
        yield (
            f"duplicate (first of a free card free, per {product.duplicate.free})",
            product.duplicate.cents,
            product.duplicate.source,
        )
