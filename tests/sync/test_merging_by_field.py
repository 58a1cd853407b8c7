"""Three-way by field and the match of people: tables of cases, then properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.patient_history import FIELDS
from clinic_desk.domain.sync.person_match import PersonMatch, match_people
from clinic_desk.domain.sync.three_way import IDENTITY_FIELDS, BothWays, three_way

VALUES = st.sampled_from(["", "a", "b", "c"])


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("a", "b", "a", "take"),
        ("a", "b", "b", "already"),
        ("a", "b", "c", "clash"),
        ("", "b", "c", "clash"),
        ("a", "", "a", "take"),
        ("a", "b", "", "clash"),
        ("a", "a", "c", "nothing"),
    ],
)
@pytest.mark.parametrize("name", ["phone", "surname"])
def test_one_field(name: str, base: str, mine: str, theirs: str, expected: str) -> None:
    merged = three_way({name: (base, mine)}, {name: theirs})
    assert dict(merged.take) == ({name: mine} if expected == "take" else {})
    assert merged.already == ({name} if expected == "already" else frozenset())
    assert merged.clashes == ((BothWays(name, base, mine, theirs),) if expected == "clash" else ())


def test_a_field_the_other_side_does_not_have_is_left_out() -> None:
    merged = three_way({"district_id": ("1", "2")}, {"phone": "7"})
    assert not merged.take
    assert not merged.needs_person


def test_different_fields_are_both_kept() -> None:
    merged = three_way(
        {"phone": ("1", "2")}, {"phone": "1", "address": "new"}, {"phone": "1", "address": "old"}
    )
    assert merged.take == {"phone": "2"}
    assert not merged.needs_person


def test_two_halves_of_an_identity_are_for_a_person() -> None:
    before = {"surname": "A", "given_name": "B", "birth_date": "2000-01-01"}
    merged = three_way(
        {"surname": ("A", "C")}, {"surname": "A", "given_name": "D", "birth_date": "2000-01-01"}, before
    )
    assert merged.clashes == (
        BothWays("surname", "A", "C", "A"),
        BothWays("given_name", "B", "B", "D"),
    )


def test_the_same_identity_told_by_both_is_no_clash() -> None:
    before = {"surname": "A", "given_name": "B"}
    merged = three_way({"surname": ("A", "C")}, {"surname": "C", "given_name": "B"}, before)
    assert merged.already == {"surname"}
    assert not merged.needs_person


@given(
    st.dictionaries(st.sampled_from(FIELDS), st.tuples(VALUES, VALUES)),
    st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES)),
    st.booleans(),
)
def test_every_change_is_settled_once_and_nothing_of_theirs_is_overwritten(
    changes: dict[str, tuple[str, str]], theirs: dict[str, str], knows_before: bool
) -> None:
    before = {name: changes[name][0] if name in changes else theirs[name] for name in theirs}
    merged = three_way(changes, theirs, before if knows_before else None)
    clashing = [clash.field for clash in merged.clashes]
    settled = [*merged.take, *merged.already, *clashing]
    assert len(settled) == len(set(settled))
    real = {name for name, (base, mine) in changes.items() if base != mine}
    assert real <= set(settled)
    for name, value in merged.take.items():
        base, mine = changes[name]
        assert value == mine
        assert theirs[name] == base
    for clash in merged.clashes:
        assert clash.theirs == theirs[clash.field]
        assert clash.field in real or clash.field in IDENTITY_FIELDS


PERSON = {
    "iin": "1",
    "surname": "Қасымов",
    "given_name": "Ерлан",
    "patronymic": "",
    "birth_date": "2000-01-01",
    "sex": "male",
}


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({}, PersonMatch.SAME),
        ({"surname": "Касымов"}, PersonMatch.SAME),
        ({"surname": "KASSYMOV", "given_name": "Yerlan"}, PersonMatch.SAME),
        ({"surname": "Қасенов"}, PersonMatch.DOUBTFUL),
        ({"given_name": "Ержан"}, PersonMatch.DOUBTFUL),
        ({"patronymic": "Маратұлы"}, PersonMatch.DOUBTFUL),
        ({"birth_date": "2000-01-02"}, PersonMatch.DOUBTFUL),
        ({"birth_date": ""}, PersonMatch.DOUBTFUL),
        ({"iin": "2"}, PersonMatch.OTHER),
        ({"iin": ""}, PersonMatch.OTHER),
    ],
)
def test_people_are_one_only_when_number_date_and_name_agree(
    theirs: dict[str, str], expected: PersonMatch
) -> None:
    assert match_people(PERSON, PERSON | theirs) is expected


def test_people_without_a_number_are_never_one() -> None:
    nobody = PERSON | {"iin": ""}
    assert match_people(nobody, nobody) is PersonMatch.OTHER


def test_a_missing_date_on_both_sides_does_not_agree() -> None:
    nobody = PERSON | {"birth_date": ""}
    assert match_people(nobody, nobody) is PersonMatch.DOUBTFUL
