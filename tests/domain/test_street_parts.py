"""Cutting streets: what two parts share and what is left, compared with sets of house numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.street_parts import Houses, overlap, shared, together, without
from clinic_desk.domain.streets import StreetSide

ALL, ODD, EVEN = StreetSide.ALL, StreetSide.ODD, StreetSide.EVEN
LAST = 60
"""Beyond every end that the properties draw: an open end goes on at least to here."""


def numbers(parts: list[Houses]) -> set[int]:
    return {
        house
        for part in parts
        for house in range(1, LAST)
        if (part.side is ALL or (house % 2 == 1) is (part.side is ODD))
        and (part.house_from or 1) <= house
        and (part.house_to is None or house <= part.house_to)
    }


@st.composite
def houses(draw: st.DrawFn) -> Houses:
    low = draw(st.none() | st.integers(1, 40))
    high = draw(st.none() | st.integers(low or 1, 45))
    return Houses(draw(st.sampled_from(StreetSide)), low, high)


@given(houses(), houses())
def test_what_is_shared_and_what_is_left_make_the_whole_again(one: Houses, other: Houses) -> None:
    both, left = numbers(shared(one, other)), numbers(without(one, other))
    assert both == numbers([one]) & numbers([other])
    assert left == numbers([one]) - numbers([other])
    assert overlap(one, other) is bool(both)


@given(houses(), houses())
def test_pieces_do_not_lie_on_each_other(one: Houses, other: Houses) -> None:
    pieces = [*shared(one, other), *without(one, other)]
    assert sum(len(numbers([piece])) for piece in pieces) == len(numbers(pieces))


@given(st.lists(houses(), max_size=5))
def test_parts_together_are_all_their_houses_and_no_more(parts: list[Houses]) -> None:
    joined = together(parts)
    assert numbers(joined) == numbers(parts)
    assert together(joined) == joined
    assert together(reversed(parts)) == joined


@pytest.mark.parametrize(
    ("whole", "taken", "left"),
    [
        (Houses(), Houses(), []),
        (Houses(), Houses(ODD), [Houses(EVEN)]),
        (Houses(), Houses(ALL, None, 25), [Houses(ALL, 26)]),
        (Houses(ALL, 1, 50), Houses(ALL, 20, 30), [Houses(ALL, None, 19), Houses(ALL, 31, 50)]),
        (Houses(ODD, 1, 9), Houses(EVEN), [Houses(ODD, None, 9)]),
        (Houses(), Houses(ODD, 1, 9), [Houses(EVEN), Houses(ODD, 11)]),
    ],
)
def test_what_is_left_is_said_shortly(whole: Houses, taken: Houses, left: list[Houses]) -> None:
    assert without(whole, taken) == left
