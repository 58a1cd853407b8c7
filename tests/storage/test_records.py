"""Referrals, slips, drafts, settings, numbers and the audit log in a real encrypted store."""

import datetime as dt
import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from clinic_desk.domain.errors import Conflict, NotFound
from clinic_desk.domain.ids import OperationId, ReferralId
from clinic_desk.domain.referral import PrintState, Referral, ReferralStatus
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditEntry, Draft, NumberState, ReferralFilter
from clinic_desk.storage.audit import FIRST_HASH, chained_hash
from clinic_desk.storage.database import SqlStore
from clinic_desk.storage.engine import SecretKey, open_connection
from tests.storage.examples import KEY, NOW, referral


def issue(store: SqlStore, number: str = "D1-0TGA-00001-V", **changes: object) -> Referral:
    issued = replace(referral(store, number), **changes)  # type: ignore[arg-type]
    with store.write() as work:
        stored = work.referrals.add(issued)
        work.commit()
    return stored


def test_an_added_referral_is_there(store: SqlStore) -> None:
    stored = issue(store)
    assert stored.version == 1
    with store.read() as work:
        assert work.referrals.get(stored.id) == stored
        assert work.referrals.by_number(stored.number) == stored
        assert work.referrals.by_operation(stored.operation_id) == stored
        assert work.referrals.of_patient(stored.patient_id) == [stored]
        assert work.referrals.get(ReferralId("none")) is None
        assert work.referrals.by_number("none") is None
        (first,) = work.referrals.history(stored.id)
    assert first == (stored.id, ReferralStatus.ISSUED, NOW, stored.issued_by, "")


@pytest.mark.parametrize("same", ["number", "operation_id", "id"])
def test_number_operation_and_identity_are_taken_once(store: SqlStore, same: str) -> None:
    stored = issue(store)
    second = replace(
        stored, id=ReferralId(new_id()), number="D1-0TGA-00002-X", operation_id=OperationId(new_id())
    )
    with pytest.raises(Conflict, match=r"store\.already_there"), store.write() as work:
        work.referrals.add(replace(second, **{same: getattr(stored, same)}))
    with store.write() as work:
        work.referrals.add(second)
        work.commit()


def test_a_move_is_written_and_told_in_the_history(store: SqlStore) -> None:
    stored = issue(store)
    later = NOW + dt.timedelta(hours=2)
    with store.write() as work:
        moved = work.referrals.save(
            replace(stored, status=ReferralStatus.CANCELLED), by="Б", at=later, note="қате"
        )
        work.commit()
    with store.read() as work:
        assert (
            work.referrals.get(stored.id)
            == moved
            == replace(stored, status=ReferralStatus.CANCELLED, version=2)
        )
        assert work.referrals.history(stored.id)[1:] == [
            (stored.id, ReferralStatus.CANCELLED, later, "Б", "қате")
        ]


def test_printing_is_written_without_a_line_of_history(store: SqlStore) -> None:
    stored = issue(store)
    with store.write() as work:
        work.referrals.save(replace(stored, print_state=PrintState.PRINTED, copies_printed=1), by="Б", at=NOW)
        work.commit()
    with store.read() as work:
        assert len(work.referrals.history(stored.id)) == 1
        again = work.referrals.get(stored.id)
    assert again and (again.print_state, again.copies_printed) == (PrintState.PRINTED, 1)


def test_another_appointment_is_a_line_of_history(store: SqlStore) -> None:
    stored = issue(store)
    with store.write() as work:
        one = work.referrals.save(replace(stored, status=ReferralStatus.SENT), by="Б", at=NOW)
        two = work.referrals.save(
            replace(one, status=ReferralStatus.SCHEDULED, appointment_at=NOW), by="Б", at=NOW
        )
        work.referrals.save(replace(two, appointment_at=NOW + dt.timedelta(days=1)), by="Б", at=NOW)
        work.commit()
    with store.read() as work:
        assert [line.status for line in work.referrals.history(stored.id)] == [
            "issued",
            "sent",
            "scheduled",
            "scheduled",
        ]


def test_a_second_writer_of_a_referral_gets_a_conflict(store: SqlStore) -> None:
    stored = issue(store)
    with store.write() as work:
        work.referrals.save(replace(stored, copies_printed=1), by="Б", at=NOW)
        work.commit()
    with pytest.raises(Conflict, match=r"store\.changed_elsewhere"), store.write() as work:
        work.referrals.save(replace(stored, copies_printed=2), by="В", at=NOW)
    with pytest.raises(NotFound, match=r"referral\.not_found"), store.write() as work:
        work.referrals.save(replace(stored, id=ReferralId("none")), by="В", at=NOW)


def test_rows_of_the_list(store: SqlStore) -> None:
    hour = dt.timedelta(hours=1)
    first = issue(store, "D1-0TGA-00001-V")
    second = issue(store, "D1-0TGA-00002-X", issued_at=NOW + hour, print_state=PrintState.PRINTED)
    third = issue(
        store, "E2-0TGA-00001-Y", issued_at=NOW + 2 * hour, status=ReferralStatus.SENT, copies_printed=1
    )

    def ids(**wanted: object) -> list[str]:
        with store.read() as work:
            return [row.referral_id for row in work.referrals.rows(ReferralFilter(**wanted))]  # type: ignore[arg-type]

    assert ids() == [third.id, second.id, first.id]
    assert ids(statuses=frozenset({"issued"})) == [second.id, first.id]
    assert ids(statuses=frozenset({"issued", "sent"}), only_to_print=True) == [third.id, first.id]
    assert ids(text=" d1-0tga ") == [second.id, first.id]
    assert ids(text="%") == []
    assert ids(issued_from=NOW + hour) == [third.id, second.id]
    assert ids(limit=1, offset=1) == [second.id]
    with store.read() as work:
        counts = work.referrals.counts()
        (row,) = work.referrals.rows_of_patient(first.patient_id)
    assert {k: v for k, v in counts.items() if v} == {"issued": 2, "sent": 1, "to_print": 2}
    assert counts["expired"] == 0
    assert row.patient_name == "Үлгібаева Айсұлу Маратқызы"
    assert row.iin_masked.startswith("880214 ••")
    assert (row.service.ru, row.service.kk) == ("УЗИ органов брюшной полости", "Құрсақ қуысы ағзаларының УДЗ")
    assert (row.icd_code, row.supplier_name) == ("I11.9", 'ТОО "Медицинский центр Сана"')
    assert (row.status, row.print_state, row.version) == (ReferralStatus.ISSUED, PrintState.TO_PRINT, 1)
    assert (row.issued_at, row.valid_until) == (NOW, dt.date(2026, 12, 23))


def test_slips(store: SqlStore) -> None:
    stored = issue(store)
    with store.write() as work:
        assert work.slips.latest(stored.id) is None
        work.slips.keep(stored.id, 1, b"%PDF one", NOW)
        work.slips.keep(stored.id, 2, b"%PDF two", NOW)
        work.slips.keep(stored.id, 2, b"%PDF two again", NOW)
        work.commit()
    with store.read() as work:
        assert work.slips.latest(stored.id) == (2, b"%PDF two again")


def test_drafts(store: SqlStore) -> None:
    early = Draft("referral", "p1", "А", {"note": "ә", "n": [1, None]}, NOW)
    late = Draft("register", "", "А", {}, NOW + dt.timedelta(seconds=1))
    with store.write() as work:
        work.drafts.put(early._replace(payload={"old": True}))
        work.drafts.put(early)
        work.drafts.put(late)
        work.drafts.put(early._replace(owner="Б"))
        work.commit()
    with store.write() as work:
        assert work.drafts.get("referral", "p1", "А") == early
        assert work.drafts.of_owner("А") == [late, early]
        work.drafts.remove("referral", "p1", "А")
        work.drafts.remove("referral", "p1", "А")
        work.commit()
    with store.read() as work:
        assert work.drafts.get("referral", "p1", "А") is None
        assert [draft.owner for draft in work.drafts.of_owner("Б")] == ["Б"]


def test_settings_and_numbers(store: SqlStore) -> None:
    state = NumberState("D1", "0TGA", 42, 60)
    with store.write() as work:
        work.settings.put("theme", {"name": "түнгі", "scale": 1.25})
        work.settings.put("theme", {"name": "күндізгі"})
        work.settings.put("nothing", None)
        work.numbers.put(state._replace(next_counter=1))
        work.numbers.put(state)
        work.commit()
    with store.read() as work:
        assert work.settings.get("theme") == {"name": "күндізгі"}
        assert work.settings.get("nothing") is None
        assert work.settings.get("absent") is None
        assert work.numbers.get("D1") == state
        assert work.numbers.get("D2") is None


def entry(number: int, object_id: str = "r1") -> AuditEntry:
    return AuditEntry(
        NOW + dt.timedelta(seconds=number),
        "Тіркеуші",
        "D1",
        f"referral.{number}",
        "referral",
        object_id,
        ("status", "note"),
        "себеп",
        "op",
    )


def write_log(store: SqlStore, lines: int = 5) -> None:
    for number in range(lines):
        with store.write() as work:
            work.audit.write(entry(number))
            work.audit.write(entry(number, "other"))
            work.commit()


def test_the_log_is_read_by_object_and_is_whole(store: SqlStore) -> None:
    write_log(store)
    with store.read() as work:
        assert work.audit.of_object("referral", "r1") == [entry(number) for number in range(5)]
        assert work.audit.of_object("patient", "r1") == []
        assert work.audit.verify() is None


def test_a_rolled_back_act_leaves_no_line_and_no_hole(store: SqlStore) -> None:
    write_log(store, 1)
    with store.write() as work:
        work.audit.write(entry(7))
    write_log(store, 1)
    with store.read() as work:
        assert work.audit.verify() is None
        assert len(work.audit.of_object("referral", "r1")) == 2


@pytest.mark.parametrize(("tampering", "bad"), [
    ("UPDATE audit_log SET user = 'Басқа' WHERE seq = 4", 4),
    ("UPDATE audit_log SET at = '2026-01-01T00:00:00.000000Z' WHERE seq = 1", 1),
    ("UPDATE audit_log SET fields = '[]' WHERE seq = 10", 10),
    ("UPDATE audit_log SET monotonic_ns = monotonic_ns + 1 WHERE seq = 3", 3),
    ("DELETE FROM audit_log WHERE seq = 6", 6),
    ("DELETE FROM audit_log WHERE seq = 1", 1),
    ("DELETE FROM audit_log WHERE seq >= 8", 8),
    ("DELETE FROM audit_log", 1),
    ("UPDATE audit_log SET seq = 99 WHERE seq = 5", 5),
    ("UPDATE audit_log SET hash = prev_hash WHERE seq = 2", 2),
])  # fmt: skip
def test_tampering_is_named(store: SqlStore, path: Path, tampering: str, bad: int) -> None:
    write_log(store)
    with closing(open_connection(path, SecretKey(KEY))) as raw:
        for verb in ("update", "delete"):
            raw.execute(f"DROP TRIGGER audit_log_no_{verb}")
        raw.execute(tampering)
    with store.read() as work:
        assert work.audit.verify() == bad


def test_the_hash_is_the_documented_one() -> None:
    line = {"seq": 1, "user": "ә"}
    assert chained_hash(FIRST_HASH, line) == (
        hashlib.sha256(("0" * 64 + '|{"seq":1,"user":"ә"}').encode()).hexdigest()
    )


def test_chains_do_not_depend_on_the_connection(store: SqlStore) -> None:
    write_log(store, 2)
    with store.own_reader() as raw:
        rows = raw.execute("SELECT seq, prev_hash, hash FROM audit_log ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert rows[0][1] == FIRST_HASH
    assert all(rows[n + 1][1] == rows[n][2] for n in range(3))
