"""An exchange that did not go smoothly, to be shown: something refused, something changed on both sides."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from clinic_desk.domain.ids import ConflictId, OpId
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, SyncConflict
from clinic_desk.domain.sync.ops import LastAnswer, Op, OpKind, OpState
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import Store

_REFUSED: Final = "Қызмет жеткізуші шартында жоқ / Услуги нет в договоре поставщика"
"""The words of a server, which come in whatever language it speaks."""
_THEIR_PHONE: Final = "+77000000022"
_OTHER_AUTHOR: Final = "Ким В. А."


def stage_trouble(store: Store, now: dt.datetime, iin: str) -> None:
    """Of what waits one referral is refused, and the phone of the person with `iin` differs upstream.

    Args:
        store: a practice clinic's, with operations that wait.
        now: the moment, aware UTC.
        iin: somebody with a card here.
    """
    with store.write() as work:
        waiting = work.outbox.waiting(0, 500)
        issued = next((op for op in waiting if op.kind is OpKind.REFERRAL_ISSUE), None)
        if issued is not None:
            answer = LastAnswer("refused", now, _REFUSED, 422)
            work.outbox.save(
                replace(issued, state=OpState.REJECTED, attempts=1, first_sent_at=now, answer=answer)
            )
        patient = work.patients.by_iin(iin)
        if patient is not None:
            values = values_of(patient)
            mine, address = values["phone"], values["address"]
            op = work.outbox.add(
                Op(
                    0,
                    OpId(new_id()),
                    patient.id,
                    OpKind.PATIENT_CHANGE,
                    patient.id,
                    patient.id,
                    issued.actor if issued else "",
                    issued.desk if issued else "",
                    now - dt.timedelta(minutes=10),
                    payload={"changes": {"phone": ["", mine], "address": ["", address]}},
                    state=OpState.CONFLICT,
                )
            )
            earlier = now - dt.timedelta(minutes=13)
            fields = (
                FieldConflict(
                    "phone", "", mine, _THEIR_PHONE, op.actor, op.acted_at, "", _OTHER_AUTHOR, earlier
                ),
                FieldConflict(
                    "address", "", address, f"{address}, 7", op.actor, op.acted_at, "", _OTHER_AUTHOR,
                    earlier, values["document"],
                ),
            )  # fmt: skip
            work.conflicts.add(
                SyncConflict(
                    ConflictId(new_id()),
                    ConflictKind.FIELDS,
                    patient.id,
                    now,
                    "Patient",
                    "shown",
                    op.op_id,
                    fields,
                )
            )
        work.commit()


__all__ = ["stage_trouble"]
