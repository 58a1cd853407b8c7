"""`outbox` lists what waits: state, who, when, tries and the last answer; nobody's name."""

import datetime as dt
from dataclasses import replace

from clinic_desk.domain.ids import ConflictId, OpId
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, SyncConflict
from clinic_desk.domain.sync.ops import LastAnswer, OpState
from clinic_desk.texts import Language, Texts
from tests.commands.conftest import MARKUP_NAME, Practice

RU = Texts(Language.RU)


def test_what_waits_is_listed_without_names(practice: Practice) -> None:
    digits = practice.person()
    person = practice.id_of(digits)
    said = practice.run("outbox", "--json", "--limit", "10000")
    assert (said.code, said.err) == (0, "")
    rows = [row for row in said.json["rows"] if row["patient_id"] == person]
    assert [row["kind"] for row in rows] == ["patient.register", "insurance.record"]
    assert {(row["state"], row["attempts"], row["answer"]) for row in rows} == {("pending", 0, None)}
    assert rows[0]["iin_masked"] == f"{digits[:6]} ••{digits[8:]}"
    assert all(row["actor"] and dt.datetime.fromisoformat(row["acted_at"]).tzinfo for row in rows)
    assert said.json["waiting"] >= 2
    lines = practice.run("outbox")
    for out in (said.out, lines.out):
        assert digits not in out
        assert MARKUP_NAME not in out
    assert RU.say("sync.kind.patient.register") in lines.out


def test_the_servers_words_are_a_quotation(practice: Practice) -> None:
    person = practice.id_of(practice.person())
    profile = practice.open()
    try:
        with profile.store.write() as work:
            (op, *_) = work.outbox.of_aggregate(person)
            now = profile.desk.clock.now()
            answer = LastAnswer("refused", now, "Bad\x1b[31m name", 422)
            sending = replace(op, state=OpState.SENDING, attempts=1)
            work.outbox.save(sending)
            work.outbox.save(replace(sending, state=OpState.REJECTED, answer=answer))
            work.commit()
        op_id = OpId(op.op_id)
    finally:
        profile.close()
    said = practice.run("outbox", "--show", "attention", "--json").json
    (row,) = [row for row in said["rows"] if row["op_id"] == op_id]
    assert (row["state"], row["attempts"]) == ("rejected", 1)
    assert row["answer"]["status"] == 422
    assert row["answer"]["message"] == RU.say("sync.answer.refused")
    lines = practice.run("outbox", "--show", "attention").out
    assert RU.say("upstream.outbox.said", said="Bad\\x1b[31m name") in lines
    assert "\x1b" not in lines
    assert practice.run("outbox", "--show", "everything").code == 2


def test_differences_that_came_by_themselves_are_listed_too(practice: Practice) -> None:
    person = practice.id_of(practice.person())
    profile = practice.open()
    try:
        now = profile.desk.clock.now()
        field = FieldConflict("phone", "", "+77010000001", "+77010000002")
        conflict = SyncConflict(
            ConflictId("c" * 32), ConflictKind.FIELDS, person, now, "Patient", "77", fields=(field,)
        )
        with profile.store.write() as work:
            work.conflicts.add(conflict)
            work.commit()
    finally:
        profile.close()
    said = practice.run("outbox", "--json")
    (row,) = [row for row in said.json["differences"] if row["conflict_id"] == "c" * 32]
    assert (row["kind"], row["patient_id"], row["fields"]) == ("fields", person, ["phone"])
    lines = practice.run("outbox").out
    assert RU.say("upstream.outbox.difference_kind.fields") in lines
    for out in (said.out, lines):
        assert "+77010000002" not in out
        assert MARKUP_NAME not in out
