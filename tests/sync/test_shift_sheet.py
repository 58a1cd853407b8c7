"""The sheet of a shift reads zero only on receipts of the server, and closes with whatever is open."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import ConflictId, OpId, PatientId, ReferralId
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.conflicts import ConflictKind, SyncConflict
from clinic_desk.domain.sync.ops import Op, OpKind, OpState, Receipt
from clinic_desk.domain.sync.recalls import RecallEnd
from clinic_desk.services.actor import Actor
from clinic_desk.services.desk_settings import DeskSettings
from clinic_desk.services.identity import new_id
from clinic_desk.services.slips import PrintAnswer
from clinic_desk.services.sync.exchange.offline_spells import Spell, note_link, spells_between
from clinic_desk.services.sync.papers.contradictions import note_refused
from clinic_desk.services.sync.papers.recalls import RecallService
from clinic_desk.services.sync.papers.shift_sheet import ShiftService
from clinic_desk.services.sync.papers.shift_values import Left, ShiftSheet
from clinic_desk.texts import Language
from tests.services.desk import ACTOR, NOW, PERSON, DeskOverStore, form_of, iin

OTHER = Actor("Ким В.", Desk("T2", "2", "Ким В."))


@pytest.fixture
def shifts(desk: DeskOverStore) -> ShiftService:
    return ShiftService(desk.store, desk.clock, desk.settings, desk.renderer, desk.printer, is_practice=True)


@pytest.fixture
def recalls(desk: DeskOverStore) -> RecallService:
    return RecallService(desk.store, desk.clock)


@pytest.fixture
def person(desk: DeskOverStore) -> PatientId:
    saved = desk.person()
    desk.insured(saved.id)
    return saved.id


def printed(desk: DeskOverStore, person: PatientId, actor: Actor = ACTOR) -> ReferralId:
    referral_id = desk.issue(form_of(person), actor=actor).referral_id
    desk.slips.print(referral_id, actor)
    return ReferralId(referral_id)


def only_op(desk: DeskOverStore, state: OpState = OpState.PENDING, actor: Actor = ACTOR) -> OpId:
    """All that was queued by the acts before has its receipt; one operation stands in `state`."""
    settle_all(desk)
    key = OpId(new_id())
    op = Op(0, key, key, OpKind.PATIENT_CHANGE, "a" * 32, "a" * 32, actor.user, "T2", desk.clock.now())
    with desk.store.write() as work:
        work.outbox.save(replace(work.outbox.add(op), state=state))
        work.commit()
    return key


def settle_all(desk: DeskOverStore) -> None:
    with desk.store.write() as work:
        for op in work.outbox.in_states([OpState.PENDING]):
            work.outbox.save(replace(op, state=OpState.ACCEPTED, receipt=Receipt("Patient", "1", "1")))
        work.commit()


def become(desk: DeskOverStore, key: OpId, state: OpState) -> None:
    receipt = Receipt("Patient", "7", "1") if state is OpState.ACCEPTED else None
    with desk.store.write() as work:
        op = work.outbox.get(key)
        assert op is not None
        work.outbox.save(replace(op, state=state, receipt=receipt))
        work.commit()


def left(sheet: ShiftSheet) -> dict[Left, int]:
    return {item.kind: item.n for item in sheet.left}


def test_before_the_first_act_there_is_no_shift(desk: DeskOverStore, shifts: ShiftService) -> None:
    sheet = shifts.sheet(ACTOR)
    assert (sheet.opened_at, sheet.figures.served, sheet.is_closed) == (None, 0, False)
    with pytest.raises(InvalidValue, match=r"shift\.nothing_done"):
        shifts.close(ACTOR)


def test_a_shift_begins_with_the_first_act_and_counts_what_its_registrar_did(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    desk.clock.forward(minutes=20)
    printed(desk, person)
    other = desk.patients.register(replace(PERSON, iin=iin("88021440001")), OTHER)[0]
    desk.issue(form_of(other.id, service_id="2" * 32), actor=OTHER)
    sheet = shifts.sheet(ACTOR)
    assert (sheet.opened_at, sheet.as_of, sheet.user) == (NOW, desk.clock.now(), ACTOR.user)
    done = sheet.figures
    assert (done.served, done.registered, done.insurance) == (1, 1, 1)
    assert (done.referrals, done.provisional, done.papers, done.attachments) == (1, 1, 1, 0)
    desk.printer.answer = PrintAnswer.NO_PRINTER
    desk.slips.print(desk.referrals.by_scan(desk.renderer.last.number).id, ACTOR)
    assert shifts.sheet(ACTOR).figures.papers == 1
    theirs = shifts.sheet(OTHER).figures
    assert (theirs.served, theirs.registered, theirs.referrals, theirs.papers) == (1, 1, 1, 0)


@pytest.mark.parametrize(
    "state", [OpState.PENDING, OpState.SENDING, OpState.CONFLICT, OpState.REJECTED, OpState.HELD]
)
def test_the_sheet_reads_zero_only_on_a_receipt(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId, state: OpState
) -> None:
    key = only_op(desk, state)
    assert shifts.sheet(ACTOR).unsent == 1
    assert shifts.sheet(OTHER).unsent == 0
    if state in {OpState.REJECTED}:
        become(desk, key, OpState.PENDING)
    become(desk, key, OpState.SENDING)
    assert shifts.sheet(ACTOR).unsent == 1
    become(desk, key, OpState.ACCEPTED)
    sheet = shifts.sheet(ACTOR)
    assert (sheet.unsent, sheet.unsent_since) == (0, None)
    assert sheet.sent >= 1


def test_an_operation_under_a_wrong_clock_or_of_another_day_is_not_lost_from_the_count(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    desk.clock.forward(days=-40)
    only_op(desk)
    desk.clock.forward(days=41)
    assert (shifts.sheet(ACTOR).opened_at, shifts.sheet(ACTOR).unsent) == (None, 1)


def test_lines_that_a_wrong_clock_dated_earlier_still_belong_to_the_shift(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    desk.clock.forward(days=-300)
    printed(desk, person)
    desk.clock.forward(days=300)
    desk.insured(person)
    assert shifts.sheet(ACTOR).figures.referrals == 1


def test_what_a_person_took_back_is_said_apart(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    become(desk, only_op(desk), OpState.WITHDRAWN)
    sheet = shifts.sheet(ACTOR)
    assert (sheet.unsent, sheet.taken_back) == (0, 1)


def test_a_shift_closes_with_open_papers_and_waiting_records_and_says_what_passes_on(
    desk: DeskOverStore, shifts: ShiftService, recalls: RecallService, person: PatientId
) -> None:
    told_id, open_id = printed(desk, person), printed_again(desk, person)
    with desk.store.write() as work:
        told = note_refused(work, told_id, actor=ACTOR, at=NOW)
        note_refused(work, open_id, actor=ACTOR, at=NOW)
        work.commit()
    assert told is not None
    recalls.called(told.id, ACTOR)
    key = only_op(desk)
    desk.clock.forward(hours=9)
    closed, _ = shifts.close(ACTOR)
    number = {one: desk.referrals.get(one).number for one in (told_id, open_id)}
    assert (closed.recalls, closed.told, closed.unsent) == ((number[open_id],), (number[told_id],), 1)
    assert left(closed)[Left.RECALLS] == left(closed)[Left.WAITING] == 1
    assert closed.closed_at == desk.clock.now()
    # Who was told is settled, who was not passes on.
    assert [row.referral_id for row in recalls.rows()] == [open_id]
    with desk.store.read() as work:
        assert work.recalls.of_referral(told_id)[0].end is RecallEnd.TOLD
        assert work.audit.verify() is None
        assert (closed.head_seq, closed.head_hash) == tuple(work.audit.head())
        assert work.audit.of_object("shift", closed.shift_id)[-1].action == "shift.close"
    # What is sent afterwards changes nothing of what the sheet said.
    become(desk, key, OpState.ACCEPTED)
    desk.clock.forward(minutes=5)
    assert shifts.sheet(ACTOR) == closed


def test_a_difference_that_came_down_by_itself_passes_on_and_is_no_unsent_record(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    only_op(desk, OpState.REJECTED)
    with desk.store.write() as work:
        one_id = ConflictId(new_id())
        work.conflicts.add(SyncConflict(one_id, ConflictKind.GONE, person, NOW, "Patient", "7"))
        work.commit()
    sheet = shifts.sheet(ACTOR)
    assert (left(sheet)[Left.ATTENTION], sheet.unsent) == (2, 1)
    closed, _ = shifts.close(ACTOR)
    assert left(closed)[Left.ATTENTION] == 2


def printed_again(desk: DeskOverStore, person: PatientId) -> ReferralId:
    issued = desk.issue(form_of(person, reasons_given={"referral.already_living": "екінші рет"}))
    desk.slips.print(issued.referral_id, ACTOR)
    return ReferralId(issued.referral_id)


def test_news_under_somebody_s_name_begins_no_shift_of_theirs(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    referral_id = printed(desk, person)
    closed, _ = shifts.close(ACTOR)
    desk.clock.forward(minutes=30)
    with desk.store.write() as work:
        note_refused(work, referral_id, actor=ACTOR, at=desk.clock.now())
        work.commit()
    assert shifts.sheet(ACTOR) == closed


def test_after_closing_the_next_act_begins_a_new_shift_and_printing_does_not(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    closed, _ = shifts.close(ACTOR)
    assert shifts.print(ACTOR, Language.KK).answer is PrintAnswer.ACCEPTED
    assert shifts.sheet(ACTOR) == closed
    content, paper = desk.renderer.shifts[-1]
    assert (content.sheet, content.language, content.is_practice, paper) == (closed, Language.KK, True, "a5")
    with pytest.raises(InvalidValue):
        shifts.close(ACTOR)
    desk.clock.forward(minutes=30)
    desk.insured(person)
    again = shifts.sheet(ACTOR)
    assert (again.opened_at, again.figures.registered, again.figures.insurance) == (desk.clock.now(), 0, 1)


def test_another_day_is_another_shift(desk: DeskOverStore, shifts: ShiftService, person: PatientId) -> None:
    shifts.close(ACTOR)
    desk.clock.forward(days=1)
    assert shifts.sheet(ACTOR).opened_at is None
    desk.insured(person)
    assert shifts.sheet(ACTOR).figures.served == 1


def test_a_killed_program_forgets_nothing_of_the_shift(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    before = shifts.sheet(ACTOR)
    desk.abandon()
    again = DeskOverStore.open(desk.folder, desk.clock)
    try:
        after = ShiftService(
            again.store, again.clock, again.settings, again.renderer, again.printer, is_practice=True
        ).sheet(ACTOR)
    finally:
        again.close()
    assert (after.opened_at, after.figures) == (before.opened_at, before.figures)


def test_a_printer_that_fails_leaves_the_sheet_and_a_line(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    desk.settings.change(DeskSettings(ClinicProfile("№5 емхана", "№ 5"), ACTOR.desk), ACTOR)
    desk.printer.answer = PrintAnswer.TIMED_OUT
    assert shifts.print(ACTOR, Language.RU).answer is PrintAnswer.TIMED_OUT
    assert desk.audit("shift", "")[-1].reason == "timed_out"
    assert desk.renderer.shifts[-1][0].clinic.kk == "№5 емхана"


def test_provisional_papers_that_were_confirmed_are_counted(
    desk: DeskOverStore, shifts: ShiftService, person: PatientId
) -> None:
    referral_id = printed(desk, person)
    assert (shifts.sheet(ACTOR).figures.provisional, shifts.sheet(ACTOR).confirmed) == (1, 0)
    desk.clock.forward(minutes=5)
    desk.referrals.move(referral_id, ReferralStatus.SENT, ACTOR)
    assert (shifts.sheet(ACTOR).figures.provisional, shifts.sheet(ACTOR).confirmed) == (0, 1)


def test_offline_hours_are_the_spells_of_the_day(desk: DeskOverStore, shifts: ShiftService) -> None:
    def at(minutes: int) -> dt.datetime:
        return NOW + dt.timedelta(minutes=minutes)

    with desk.store.write() as work:
        for down, moment in ((at(-60), -50), (at(-60), -40), (None, -30), (None, -20)):
            note_link(work, down, at(moment))
        note_link(work, at(10), at(11))
        work.commit()
    desk.person()
    desk.clock.forward(minutes=30)
    assert shifts.sheet(ACTOR).spells == (Spell(at(10)),)
    with desk.store.write() as work:
        note_link(work, None, at(25))
        assert spells_between(work, at(-55), at(30)) == [Spell(at(-55), at(-30)), Spell(at(10), at(25))]
        note_link(work, at(40), at(41))
        note_link(work, None, at(-500))
        assert spells_between(work, at(39), at(60)) == [Spell(at(40), at(40))]


def test_a_kept_sheet_comes_back_whole(desk: DeskOverStore, shifts: ShiftService, person: PatientId) -> None:
    printed(desk, person)
    only_op(desk, OpState.REJECTED)
    with desk.store.write() as work:
        note_link(work, NOW, NOW)
        work.commit()
    closed, _ = shifts.close(ACTOR)
    assert closed.spells
    assert closed.left
    assert shifts.sheet(ACTOR) == closed
    assert closed.head_short == " ".join(closed.head_hash[at : at + 4].upper() for at in range(0, 16, 4))
