"""The rules of sending and refusing at each of their boundaries, one line a case."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.attachment import (
    CASE_MOVES,
    AttachmentCase,
    CaseState,
    Consent,
    ConsentGiver,
    ConsentWay,
    ForbiddenCaseMove,
    SeenDocument,
    check_case_move,
)
from clinic_desk.domain.attachment_rules import (
    AttachmentRequest,
    find_at_refusal,
    find_at_sending,
    rule_on,
)
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, DoctorId, OperationId, PatientId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState, NoIinReason, Patient
from clinic_desk.domain.rule_tables import parse_tables
from clinic_desk.domain.rule_tables.attachment import AttachmentMode
from clinic_desk.services.rules_of_the_day import shipped_documents, shipped_tables

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
GENERAL = District(DistrictId("1" * 32), "7", DistrictKind.GENERAL, DoctorId("d" * 32))
PEDIATRIC = District(DistrictId("2" * 32), "8", DistrictKind.PEDIATRIC)
THERAPEUTIC = District(DistrictId("3" * 32), "9", DistrictKind.THERAPEUTIC)
PRIMARY = District(DistrictId("4" * 32), "1", DistrictKind.PRIMARY)
DOCTOR = Doctor(DoctorId("d" * 32), "1", PersonName("Оспанова", "Гүлнар"), "", "")
GONE = Doctor(DoctorId("e" * 32), "2", PersonName("Ким", "Олег"), "", "", active_to=dt.date(2026, 11, 22))
GONE_OWN = Doctor(
    GENERAL.doctor_id or DoctorId(""),
    "1",
    PersonName("Ким", "Олег"),
    "",
    "",
    "",
    None,
    TODAY - dt.timedelta(1),
)
IDENTITY = SeenDocument("identity_document")
B, G, W = AttachmentBasis, ConsentGiver, ConsentWay
CONSENT = Consent(G.PATIENT, W.PAPER, NOW, "Сәбитова Г.")
PARENT = Consent(G.PARENT, W.PAPER, NOW, "Сәбитова Г.", "Үлгібаева А.")
WORKER = (SeenDocument("foreign_document"), SeenDocument("insurance_contract"))


def born(age: int, *, days: int = 0) -> dt.date:
    """The birth date of somebody who is `age` years old today; `days` later for somebody younger."""
    return TODAY.replace(year=TODAY.year - age) + dt.timedelta(days=days)


def person(birth_date: dt.date | None = born(31), attachment: Attachment = Attachment()) -> Patient:  # noqa: B008
    return Patient(
        PatientId("9" * 32),
        PersonName("Үлгібаев", "Нұрлан"),
        birth_date,
        Sex.MALE,
        no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND,
        attachment=attachment,
    )


def find(day: dt.date = TODAY, tables: Any = None, **changed: Any) -> list[Finding]:
    values: dict[str, Any] = {
        "patient": person(),
        "basis": B.RESIDENCE,
        "district": GENERAL,
        "doctor": DOCTOR,
        "consent": CONSENT,
        "documents": (IDENTITY,),
        "care_at_home": "",
        "contract_until": None,
        "received_at": None,
        "now": NOW,
        "other_case": None,
        "free_changes_used": 0,
        "people": 0,
        "doctor_people": None,
        "is_outside_area": False,
        "is_online": True,
    }
    return find_at_sending(AttachmentRequest(**{**values, **changed}), day, tables or shipped_tables())


def codes(severity: Severity, **changed: Any) -> set[str]:
    return {f.code.removeprefix("attachment.") for f in find(**changed) if f.severity is severity}


def case(state: CaseState, **values: Any) -> AttachmentCase:
    return AttachmentCase(
        AttachmentCaseId("c" * 32), PatientId("9" * 32), OperationId("o" * 32), NOW, "x", state, **values
    )


def here(district: District, state: AttachmentState = AttachmentState.ATTACHED) -> Patient:
    return person(attachment=Attachment(state, district.id, B.RESIDENCE))


def test_nothing_speaks_against_a_whole_application() -> None:
    assert find() == []


BY_POWER = Consent(G.BY_POWER, W.PAPER, NOW, "Сәбитова Г.", "Ким О.")
GUARDIAN = replace(BY_POWER, giver=G.GUARDIAN)
POWER = (IDENTITY, SeenDocument("power_of_attorney"))
MINOR: dict[str, Any] = {"patient": person(born(18, days=1)), "consent": PARENT}
WORKS: dict[str, Any] = {"basis": B.EAEU_CONTRACT, "documents": WORKER}
BLOCKS: list[tuple[str, dict[str, Any]]] = [
    ("no_consent", {"consent": None}),
    ("no_basis", {"basis": None}),
    ("no_district", {"district": None, "doctor": None}),
    ("no_identity_document", {"documents": ()}),
    ("no_identity_document", {"documents": (SeenDocument("residence_proof"),)}),
    ("no_identity_document", {"documents": (SeenDocument("pensioner_certificate"),)}),
    ("", {"documents": (SeenDocument("identity_digital"),)}),
    ("", {"documents": (SeenDocument("foreign_document"),)}),
    # A birth certificate proves a child, whose parent is there; not an adult alone.
    ("no_identity_document", {"documents": (SeenDocument("birth_certificate"),)}),
    ("", {"documents": (SeenDocument("birth_certificate"),), "patient": person(born(3)), "consent": PARENT}),
    ("already_here", {"patient": here(GENERAL)}),
    ("", {"patient": here(PEDIATRIC)}),
    ("", {"patient": here(GENERAL, AttachmentState.PENDING)}),
    ("", {"patient": here(GENERAL, AttachmentState.DETACHED)}),
    ("case_open", {"other_case": case(CaseState.SENT, consent=CONSENT)}),
    ("received_in_future", {"received_at": NOW + SECOND}),
    ("", {"received_at": NOW}),
    ("consent_in_future", {"consent": Consent(G.PATIENT, W.PAPER, NOW + SECOND, "x")}),
    ("no_giver_name", {"consent": replace(BY_POWER, name=""), "documents": POWER}),
    ("document_missing", {"consent": BY_POWER}),
    ("", {"consent": BY_POWER, "documents": POWER}),
    ("document_missing", {"consent": GUARDIAN}),
    ("", {"consent": GUARDIAN, "documents": (IDENTITY, SeenDocument("guardian_proof"))}),
    # Minors through a parent, people of age themselves: the birthday is the boundary.
    ("minor", {"patient": person(born(18, days=1))}),
    ("", {"patient": person(born(18))}),
    ("", MINOR),
    ("of_age", {"patient": person(born(18)), "consent": PARENT}),
    ("", {"patient": person(None)}),
    ("", {"patient": person(None), "consent": PARENT}),
    # Districts by age.
    ("age_of_district", {"district": THERAPEUTIC, "doctor": None, **MINOR}),
    ("", {"district": THERAPEUTIC, "doctor": None, "patient": person(born(18))}),
    ("age_of_district", {"district": PEDIATRIC, "doctor": None, "patient": person(born(18))}),
    ("", {"district": PEDIATRIC, "doctor": None, **MINOR}),
    ("", {"district": PEDIATRIC, "doctor": None, "patient": person(None)}),
    ("", {"district": PRIMARY, "doctor": None}),
    ("doctor_not_working", {"doctor": GONE}),
    ("", {"doctor": GONE_OWN}),
    # Workers of EAEU states.
    ("no_contract_date", WORKS),
    ("contract_over", {**WORKS, "contract_until": TODAY - dt.timedelta(days=1)}),
    ("", {**WORKS, "contract_until": TODAY}),
    ("document_missing", {**WORKS, "documents": WORKER[:1], "contract_until": TODAY}),
    # A newborn's basis holds until the first birthday.
    ("not_newborn", {"basis": B.NEWBORN, "patient": person(born(1)), "consent": PARENT}),
    ("", {"basis": B.NEWBORN, "patient": person(born(1, days=1)), "consent": PARENT}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changed"), BLOCKS)
def test_what_forbids_sending(code: str, changed: dict[str, Any]) -> None:
    assert codes(Severity.BLOCK, **changed) == ({code} if code else set())


YEAR_2025, YEAR_2024 = dt.date(2025, 5, 5), dt.date(2024, 5, 5)
FREE = {"basis": B.FREE_CHOICE}
WARNINGS: list[tuple[str, dict[str, Any]]] = [
    ("", {"people": 1699}),
    ("over_norm", {"people": 1700}),
    ("over_norm", {"people": 2200, "district": THERAPEUTIC, "doctor": None}),
    ("", {"people": 2199, "district": THERAPEUTIC, "doctor": None}),
    ("over_norm", {"people": 900, "district": PEDIATRIC, "doctor": None, "patient": person(None)}),
    ("", {"people": 899, "district": PEDIATRIC, "doctor": None, "patient": person(None)}),
    ("", {"people": 99_999, "district": PRIMARY, "doctor": None}),
    ("", {"doctor_people": 1699}),
    ("doctor_over_norm", {"doctor_people": 1700}),
    ("", {"free_changes_used": 1, **FREE}),
    ("change_limit", {"free_changes_used": 2, **FREE}),
    ("change_limit", {"free_changes_used": 2, "basis": B.FAMILY}),
    ("", {"free_changes_used": 9}),
    ("", {"free_changes_used": 9, "basis": B.STUDY}),
    # The campaign of 2025: 1 September to 1 November, both included.
    ("outside_campaign", {"day": dt.date(2025, 8, 31), **FREE}),
    ("", {"day": dt.date(2025, 9, 1), **FREE}),
    ("", {"day": dt.date(2025, 11, 1), **FREE}),
    ("outside_campaign", {"day": dt.date(2025, 11, 2), **FREE}),
    ("", {"day": dt.date(2025, 11, 2)}),
    ("outside_campaign", {"day": dt.date(2025, 12, 31), **FREE}),
    ("", {"day": dt.date(2026, 1, 1), **FREE}),
    # The one of 2024: 15 September to 15 November.
    ("outside_campaign", {"day": dt.date(2024, 9, 14), **FREE}),
    ("", {"day": dt.date(2024, 9, 15), **FREE}),
    ("", {"day": dt.date(2024, 11, 15), **FREE}),
    ("outside_campaign", {"day": dt.date(2024, 11, 16), **FREE}),
    ("", {"day": dt.date(2024, 11, 16)}),
    ("change_limit", {"day": dt.date(2024, 10, 1), "free_changes_used": 1, **FREE}),
    ("", {"day": dt.date(2025, 10, 1), "free_changes_used": 1, **FREE}),
    ("change_limit", {"day": dt.date(2025, 10, 1), "free_changes_used": 2, **FREE}),
]


@pytest.mark.parametrize(("code", "changed"), WARNINGS)
def test_what_asks_for_a_reason(code: str, changed: dict[str, Any]) -> None:
    assert codes(Severity.WARNING, **changed) == ({code} if code else set())


def _switched(**rule: Any) -> Any:
    documents = dict(shipped_documents())
    table = documents["attachment_rules"]
    row = {**table["rows"][-1], **rule}
    documents["attachment_rules"] = {**table, "rows": [*table["rows"][:-1], row]}
    return parse_tables(documents)


AUTUMN = {"campaign_from": "09-01", "campaign_to": "11-01"}


@pytest.mark.parametrize(
    ("rule", "day", "free", "expected"),
    [
        ({"takes_moves": True, "takes_free_changes": False}, TODAY, False, ""),
        ({"takes_moves": True, "takes_free_changes": False}, TODAY, True, "no_changes_now"),
        ({"takes_moves": False, "takes_free_changes": True}, TODAY, False, "no_changes_now"),
        ({"takes_moves": False, "takes_free_changes": True}, TODAY, True, ""),
        ({"takes_moves": False, "takes_free_changes": False, **AUTUMN}, TODAY, False, "outside_campaign"),
        ({"takes_moves": False, "takes_free_changes": False, **AUTUMN}, dt.date(2026, 10, 1), False, ""),
        ({"takes_moves": False, "takes_free_changes": False, **AUTUMN}, dt.date(2026, 10, 1), True, ""),
        ({"takes_moves": True, "takes_free_changes": True, **AUTUMN}, TODAY, True, ""),
    ],
)
def test_the_three_switches_work_each_for_itself(
    rule: dict[str, Any], day: dt.date, free: bool, expected: str
) -> None:
    basis = B.FREE_CHOICE if free else B.RESIDENCE
    found = codes(Severity.WARNING, day=day, basis=basis, tables=_switched(**rule))
    assert found == ({expected} if expected else set())


def test_notes_ask_for_nothing() -> None:
    assert codes(Severity.NOTE, is_outside_area=True) == {"outside_area"}
    assert codes(Severity.NOTE, is_outside_area=True, care_at_home="келісілді") == set()
    assert codes(Severity.NOTE, is_online=False) == {"counts_from_sending"}
    assert codes(Severity.NOTE, is_online=False, received_at=NOW) == set()


def test_a_basis_that_left_the_table_is_not_taken() -> None:
    documents = dict(shipped_documents())
    table = documents["attachment_bases"]
    rows = [{**row, "valid_to": "2026-11-22"} if row["code"] == "study" else row for row in table["rows"]]
    documents["attachment_bases"] = {**table, "rows": rows}
    tables = parse_tables(documents)
    assert codes(Severity.BLOCK, basis=B.STUDY, tables=tables) == {"basis_not_in_force"}
    assert codes(Severity.BLOCK, basis=B.STUDY, tables=tables, day=dt.date(2026, 11, 22)) == set()


def test_every_finding_has_a_source_and_blocks_come_first() -> None:
    found = find(
        consent=None, documents=(), people=1700, free_changes_used=2, basis=B.FREE_CHOICE, is_online=False,
        is_outside_area=True,
    )  # fmt: skip
    assert all(finding.source for finding in found)
    order = [finding.severity for finding in found]
    assert order == sorted(order, key=[Severity.BLOCK, Severity.WARNING, Severity.NOTE].index)
    assert set(order) == set(Severity)


@pytest.mark.parametrize(
    ("ground", "text", "expected"),
    [
        ("not_genuine", "", "attachment.ground_needs_text"),
        ("not_genuine", "\n ", "attachment.ground_needs_text"),
        ("not_genuine", "8-тармақ", ""),
        ("not_by_rules", "", "attachment.ground_needs_text"),
        ("negative_answer", "", ""),
        ("court_prohibits", "", ""),
        ("court_takes_right", "", ""),
        ("no_consent", "", ""),
        ("list_full", "тізім толы", "attachment.unknown_ground"),
        ("", "", "attachment.unknown_ground"),
    ],
)
def test_the_closed_list_of_grounds(ground: str, text: str, expected: str) -> None:
    found = find_at_refusal(ground, text, TODAY, shipped_tables())
    assert [finding.code for finding in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("day", "mode", "limit", "first_day_of_a_free_change", "is_uncertain"),
    [
        (dt.date(2024, 10, 1), AttachmentMode.CAMPAIGN, 1, dt.date(2025, 1, 1), False),
        (dt.date(2024, 12, 31), AttachmentMode.CAMPAIGN, 1, dt.date(2025, 1, 1), False),
        (dt.date(2025, 1, 1), AttachmentMode.CAMPAIGN, 2, dt.date(2026, 1, 1), False),
        (dt.date(2025, 12, 31), AttachmentMode.CAMPAIGN, 2, dt.date(2026, 1, 1), False),
        (dt.date(2026, 1, 1), AttachmentMode.ALL_YEAR, 2, dt.date(2026, 1, 1), True),
        (TODAY, AttachmentMode.ALL_YEAR, 2, TODAY, True),
    ],
)
def test_the_rule_of_each_period(
    day: dt.date, mode: AttachmentMode, limit: int, first_day_of_a_free_change: dt.date, is_uncertain: bool
) -> None:
    row = rule_on(shipped_tables(), day)
    assert (row.value.mode, row.value.max_free_changes, row.uncertain) == (mode, limit, is_uncertain)
    assert row.value.effective_on(day, free_change=True) == first_day_of_a_free_change
    assert row.value.effective_on(day, free_change=False) == day


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("sent", [None, NOW])
def test_only_a_draft_or_a_dropped_case_is_without_consent(
    state: CaseState, sent: dt.datetime | None
) -> None:
    may_be = state in (CaseState.DRAFT, CaseState.ENDED) and sent is None
    assert case(state, sent_at=sent, consent=CONSENT).consent == CONSENT
    if may_be:
        assert case(state, sent_at=sent).consent is None
    else:
        with pytest.raises(InvalidValue) as caught:
            case(state, sent_at=sent)
        assert caught.value.code == "attachment.no_consent"


@given(st.sampled_from(CaseState), st.sampled_from(CaseState))
def test_moves_are_those_of_the_table_and_an_end_is_an_end(current: CaseState, wanted: CaseState) -> None:
    if wanted in CASE_MOVES[current]:
        check_case_move(current, wanted)
    else:
        with pytest.raises(ForbiddenCaseMove):
            check_case_move(current, wanted)
    assert CASE_MOVES[CaseState.ENDED] == CASE_MOVES[CaseState.REFUSED] == frozenset()
    assert CaseState.SENT not in CASE_MOVES[CaseState.DRAFT]
