"""View renderer: three bands on a glass of 16 greys, 256 x 64 pixels where nothing else is said.

    0..14   where and when: second grey, and only where the middle leaves room
    ..50    one thing, as large as it fits
    51..63  what the keys do

On a taller glass the middle has what is more, and what is large there is as much larger. A view with a QR code has it at the
right, over all three. How high a text must be is a table in `hal/ports/display.py`.

Nothing raises and nothing scrolls: a text too long is drawn smaller, down to what must be readable, then cut with an ellipsis,
and `overflows` names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from PIL import Image

from hal.drawing.code import code_square
from hal.drawing.keycaps import draw_large_caps, keycap
from hal.drawing.patterns import draw_pattern
from hal.drawing.sheet import BRIGHT, DARK, DIM, PlacedText, Sheet, baseline, capital, drawable, ink, rows, width
from hal.drawing.strip import draw_strip
from hal.ports import USUAL_GLASS, Align, GlassSize, Hint, Key, Line, Size, Strip, View
from hal.ports.display import CAPITALS, NEAR, ROWS, STRIP, grown

LARGEST = {Size.SMALL: 11, Size.MEDIUM: 15, Size.LARGE: 34, Size.ENLARGED: 36}
"""Type sizes. The smallest is the first whose capitals are as high as the table of the port says."""
SMALLEST = {size: next(px for px in range(99) if capital(px) >= least) for size, least in CAPITALS.items()}
MEDIUM = LARGEST[Size.MEDIUM]
GROWS = (Size.LARGE, Size.ENLARGED)
"""What shares the rows that are left, and is larger on a taller glass."""

ASCENDERS = 2
"""Rows by which an h is higher than a capital."""
FREE = 2
"""Rows without ink between two lines of a taller glass: what is not large has ascenders that stand out of its rows."""
TIGHT = {Size.SMALL: 1, Size.MEDIUM: 0, Size.LARGE: 2, Size.ENLARGED: 0}
"""Rows by which a line moves closer to the next where there are many."""
BESIDE = 5
"""Columns kept free between two texts of one line."""
MARGIN = 1
"""Columns between the edge of a chosen line and its text."""
BEFORE_CODE = 8
"""Columns kept dark before the lit square of a code."""
TYPED = "GG-000-GG"
"""What is typed starts where this wide plate would, centred: letters already there do not move when one more comes."""

REST_STEPS = 30, 11
"""Minutes a picture of a station at rest takes from left to right, and from top to bottom: no common measure."""

GREYS = bytes((value + 8) // 17 * 17 for value in range(256))


def draw(view: View, glass: GlassSize = USUAL_GLASS) -> Image.Image:
    """Draw a view: mode "L", as large as the glass, every value one of the 16 greys 0, 17, ... 255."""
    if view.pattern:
        return draw_pattern(view.pattern, glass)
    image = _compose(view, glass).image
    picture = Image.frombytes("L", image.size, image.tobytes().translate(GREYS))
    return picture if view.rest is None else _moved(picture, view.rest)


def _moved(picture: Image.Image, minute: int) -> Image.Image:
    """The same texts elsewhere: a step to the right each minute and a step down, through the room they leave, then back."""
    box = picture.getbbox() or (0, 0, *picture.size)
    right, down = (abs((minute + half) % (2 * half) - half) for half in REST_STEPS)
    texts, moved = picture.crop(box), Image.new("L", picture.size)
    spare = picture.width - texts.width, picture.height - texts.height
    moved.paste(texts, (spare[0] * right // REST_STEPS[0], spare[1] * down // REST_STEPS[1]))
    return moved


def overflows(view: View, glass: GlassSize = USUAL_GLASS) -> tuple[str, ...]:
    """The texts a motorist cannot read whole: too long, one line too many, or with a character the typeface lacks."""
    texts = (view.left, view.right, *(text for line in view.middle for text in (line.text, line.beside)))
    labels = tuple(hint.label for hint in view.hints) + tuple(label for _, label in (view.strip or Strip(())).ticks)
    foreign = (text for text in texts + labels if not all(drawable(character) for character in text))
    return tuple(dict.fromkeys((*_compose(view, glass).cut, *foreign)))


def text_sizes(view: View, glass: GlassSize = USUAL_GLASS) -> dict[str, int]:
    """The type size of every text of a picture."""
    return _compose(view, glass).sizes


def placed_texts(view: View, glass: GlassSize = USUAL_GLASS) -> tuple[PlacedText, ...]:
    """Every text of a picture and where it stands."""
    return tuple(_compose(view, glass).placed)


def _compose(view: View, glass: GlassSize) -> Sheet:
    sheet = Sheet(glass)
    if view.code:
        _code(sheet, view.code)
    if view.enlarged:
        if view.middle[0].chosen:
            sheet.bar(0, 0, glass.width, glass.height, BRIGHT)
        draw_large_caps(sheet, view.hints)
        _middle(sheet, view)
        return sheet
    _top(sheet, view)
    _middle(sheet, view)
    for group, left, right, px in _bottom(view.hints, view.bands_on(glass)[1], sheet.edge):
        _hint(sheet, group, left, right, px)
    return sheet


def _code(sheet: Sheet, text: str) -> None:
    """The code stands at the right; one too long for the glass counts as a text that is cut."""
    square = code_square(text)
    if square is None:
        sheet.cut.append(text)
        return
    right, high = sheet.glass.width - square.width, sheet.glass.height - square.height
    sheet.image.paste(square, (right, high // 2))
    sheet.edge = right - BEFORE_CODE


# --- above --------------------------------------------------------------------------------------------------------


def _top(sheet: Sheet, view: View) -> None:
    high, _ = view.bands_on(sheet.glass)
    if not high:
        return
    px = _band_px(high)
    row = high - 2 if high == NEAR else high - 1
    clock = sheet.edge - width(view.right, px)
    sheet.write(view.right, (max(clock, 0), sheet.edge), row, px, DIM)
    sheet.write(view.left, (0, max(clock - BESIDE, 0) if view.right else sheet.edge), row, px, DIM)


def _band_px(high: int) -> int:
    return LARGEST[Size.SMALL] if high == NEAR else MEDIUM


# --- the middle ---------------------------------------------------------------------------------------------------


def _middle(sheet: Sheet, view: View) -> None:
    begin, below = view.bands_on(sheet.glass)
    end = sheet.glass.height - below
    slots = _slots(view, end - begin, grown(sheet.glass))
    free = max(end - begin - sum(slots), 0)
    top = begin + free % (len(slots) + 1)
    for number, (line, slot) in enumerate(zip(view.middle, slots, strict=False)):
        top += free // (len(slots) + 1)
        if top + slot > end:
            sheet.cut += [line.text for line in view.middle[number:]]
            break
        _line(sheet, line, top, slot)
        top += slot
    if view.strip:
        draw_strip(sheet, view.strip, end - STRIP)


def _slots(view: View, room: int, times: int) -> list[int]:
    """How many rows each line has, and the strip after them; they move closer where that makes them fit."""
    least = [ROWS[line.size] for line in view.middle]
    large = sum(line.size in GROWS for line in view.middle)
    spare = max(room - sum(least) - STRIP * bool(view.strip) - ASCENDERS, 0)
    most = {size: rows(LARGEST[size] * times) - ROWS[size] for size in GROWS}
    share = spare // large if large else 0
    more = [min(share, most.get(line.size, 0)) for line in view.middle]
    slots = [high + extra for high, extra in zip(least, more, strict=True)]
    tight = sum(slots) + STRIP * bool(view.strip) > room
    return [high - tight * TIGHT[line.size] for high, line in zip(slots, view.middle, strict=True)] + [STRIP] * bool(view.strip)


def _line(sheet: Sheet, line: Line, top: int, slot: int) -> None:
    left, right = (MARGIN, sheet.edge - MARGIN) if line.chosen else (0, sheet.edge)
    grey = DARK if line.chosen else DIM if line.dim else BRIGHT
    px = _fitting(line, slot, right - left, grown(sheet.glass))
    row = baseline(top, slot, px) if line.size is Size.SMALL else top + (line.size is Size.MEDIUM) + capital(px)
    if line.size in GROWS and grown(sheet.glass) > 1:
        over, under = _ink(line, px)
        row = top + over + (slot - over - under) // 2
    if line.chosen and line.size is not Size.ENLARGED:
        sheet.bar(0, top - (line.size is Size.LARGE), sheet.edge, slot, BRIGHT)
    if line.beside:
        small = px if _room(line, px, px) <= right - left else min(px, MEDIUM)
        edge = max(right - width(line.beside, small), left)
        sheet.write(line.beside, (edge, right), row, small, grey)
        sheet.write(line.text, (left, max(edge - BESIDE, left)), row, px, grey)
    elif line.cursor:
        _typed(sheet, line, (left, right), row, px, grey)
    else:
        sheet.write(line.text, (left, right), row, px, grey, line.align)


def _typed(sheet: Sheet, line: Line, span: tuple[int, int], row: int, px: int, grey: int) -> None:
    """A text and the mark where the next character goes: a bar on the base line, which no letter looks like."""
    left, right = span
    taken, mark = width(line.text, px), _mark(px)
    if line.align is Align.CENTRE:
        room = right - left
        left += max(min((room - mark - width(TYPED, px)) // 2, room - mark - taken), 0)
    sheet.write(line.text, (left, right - mark), row, px, grey)
    sheet.bar(min(left + taken, right - mark) + 1, row - px // 10, mark - 1, px // 10 + 1, grey)


def _mark(px: int) -> int:
    """The width of the typing mark and the gap before it."""
    return px // 2 + 1


def _fitting(line: Line, slot: int, room: int, times: int) -> int:
    """The largest type size at which the whole line fits, or the smallest that may be."""
    smallest = SMALLEST[line.size]
    largest = LARGEST[line.size] * (times if line.size in GROWS else 1)
    highest = [px for px in range(largest, smallest, -1) if _height(line, px, times) <= slot]
    fitting = (px for px in highest if _room(line, px, px) <= room)
    return next(fitting, next((px for px in highest if _room(line, px, MEDIUM) <= room and line.beside), smallest))


def _height(line: Line, px: int, times: int) -> int:
    """The rows a line takes at a type size. On the usual glass an accent stands between what hangs below the line over it."""
    if line.size in GROWS and times > 1:
        return sum(_ink(line, px)) + FREE
    return px if line.size is Size.SMALL else rows(px)


def _ink(line: Line, px: int) -> tuple[int, int]:
    """The rows that a line's letters have above the base line and below it."""
    over, under = zip(*(ink(text, px) for text in (line.text, line.beside)), strict=True)
    return max(over), max(under)


def _room(line: Line, px: int, beside: int) -> int:
    """The columns a line takes, with what stands beside it at its own size."""
    return width(line.text, px) + (BESIDE + width(line.beside, beside) if line.beside else 0) + _mark(px) * line.cursor


# --- below --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """Keys side by side and the label they share: a key without a label takes the next one's. MAX is its own label."""

    hints: tuple[Hint, ...]

    @property
    def label(self) -> str:
        return self.hints[-1].label

    @cached_property
    def caps(self) -> int:
        return sum(keycap(hint.key).width + 2 for hint in self.hints)

    def width(self, px: int) -> int:
        return self.caps + width(self.label, px)


def _groups(hints: tuple[Hint, ...]) -> list[_Group]:
    ends = [number for number, hint in enumerate(hints, 1) if hint.label or hint.key is Key.MAX or number == len(hints)]
    return [_Group(hints[start:end]) for start, end in pairwise([0, *ends])]


@lru_cache(maxsize=128)
def _bottom(hints: tuple[Hint, ...], high: int, edge: int) -> tuple[tuple[_Group, int, int, int], ...]:
    """Where each group stands, from and to, and its type size: the first at the left edge, the last at the right, the others
    evenly between. Remembered: the keys stay the same while somebody types.
    """
    groups = _groups(hints)
    gaps = max(len(groups) - 1, 1)
    sizes = (11, 10) if high == NEAR else (MEDIUM,)
    px = next((px for px in sizes if sum(group.width(px) for group in groups) + 4 * gaps <= edge), sizes[-1])
    spare = edge - sum(group.width(px) for group in groups)
    loss = -(-max(4 * gaps - spare, 0) // max(len(groups), 1))
    left, placed = 0, list[tuple[_Group, int, int, int]]()
    for number, group in enumerate(groups):
        room = max(group.width(px) - loss, group.caps)
        placed.append((group, left, left + room, px))
        left += room + (spare * (number + 1) // gaps - spare * number // gaps if not loss else 4)
    return tuple(placed)


def _hint(sheet: Sheet, group: _Group, left: int, right: int, px: int) -> None:
    high = sheet.glass.height
    for hint in group.hints:
        cap = keycap(hint.key)
        sheet.image.paste(cap, (left, high - cap.height - (px == MEDIUM)))
        left += cap.width + 2
    row = high - rows(px) + capital(px) if px == MEDIUM else baseline(high - NEAR, NEAR, px)
    sheet.write(group.label, (left, max(right, left)), row, px)
