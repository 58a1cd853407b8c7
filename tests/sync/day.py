"""The acts of one practice day, each known by its number, so that a process may go on where another ended.

    python -m tests.sync.day FOLDER FIRST FATAL

acts from number FIRST on over the store in FOLDER, says `done NUMBER` after each, and is killed in the middle
of the save of number FATAL.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from pathlib import Path

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.services.actor import Actor
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.sync.up import crash_points
from clinic_desk.services.sync.up.crash_points import CrashPoint
from tests.services.desk import NOW
from tests.sync.site import Site, iin_of, person_form

ACTS = 120
LASTS = dt.timedelta(hours=8)
MORNING = Actor("Серікова Г.", Desk("T2", "2", "Серікова Г."))
EVENING = Actor("Оспанова Б.", Desk("T2", "2", "Оспанова Б."))


def author_of_act(number: int) -> Actor:
    """The registrars take turns: every third person comes to the second one."""
    return EVENING if (number // 4) % 3 == 2 else MORNING


def moment_of(number: int) -> dt.datetime:
    """When the act is done, by the desk's clock."""
    return NOW + LASTS * (number / ACTS)


def act(site: Site, number: int) -> None:
    """Each person is registered, answered about insurance, sent on, then attached or given a new phone."""
    person, step = divmod(number, 4)
    actor = author_of_act(number)
    site.clock.moment = moment_of(number)
    if step == 0:
        site.register(person_form(person, surname=f"Үлгібаева{'абвгд'[person % 5]}"), actor)
        return
    known = site.use.patients.by_iin(iin_of(person))
    assert known is not None
    if step == 1:
        answer = RecordAnswer(PatientId(known.id), InsuranceStatus.INSURED_STATE, Channel.EGOV)
        site.use.insurance.record(answer, actor)
    elif step == 2:
        site.issue(known.id, actor)
    elif person % 2:
        site.attach(known.id, actor)
    else:
        site.change(known.id, actor, phone=f"+7 701 55 {person:03d} 01")


def main(folder: str, first: int, fatal: int) -> None:
    """Works until it is killed in the middle of a save."""
    site = Site(Path(folder), "T2")
    for number in range(first, ACTS):
        if number == fatal:
            crash_points.arm(_die)
        act(site, number)
        sys.stdout.buffer.write(f"done {number}\n".encode())
        sys.stdout.buffer.flush()


def _die(point: CrashPoint) -> None:
    if point is CrashPoint.ACT_WRITTEN:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
