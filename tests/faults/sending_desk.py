"""The child of the crash tests of sending: a visit, and everything of it sent, until it is killed on the way.

    python -m tests.faults.sending_desk FOLDER URL TURN [POINT NTH]

At the NTH time it comes to the named place it kills itself. Without a place it only sends, until nothing
waits. After each act is durable it writes a line such as `did referral.issue RECORD`.
"""

import datetime as dt
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.up import crash_points
from clinic_desk.services.sync.up.crash_points import CrashPoint
from clinic_desk.services.sync.up.sending import Sender
from tests.faults.issuer import say
from tests.services.attaching import application
from tests.services.desk import ACTOR, NOW, PERSON, DeskOverStore, MovableClock, form_of, iin
from tests.sync.exchange import Exchange
from tests.upstream.http import upstream_at


def main(folder: str, url: str, turn: int, point: str = "", nth: int = 1) -> None:
    """Works until killed, or until all is sent."""
    clock = MovableClock(NOW + dt.timedelta(hours=turn))
    desk = DeskOverStore.open(Path(folder), clock)
    if point:
        arm(CrashPoint(point), nth)
    say("ready")
    with upstream_at(url) as upstream:
        abilities = abilities_of(upstream.capabilities().body or {})
        if point:
            visit(desk, turn)
        for _ in range(40):
            Sender(desk.store, clock, shipped_book(), upstream, abilities).run(lambda: False)
            with desk.store.read() as work:
                if not work.outbox.in_states([OpState.PENDING, OpState.SENDING]):
                    break
            clock.forward(minutes=6)
    say("sent")
    desk.close()


def visit(desk: DeskOverStore, turn: int) -> None:
    """Somebody is registered, referred, mended, and asks for attachment."""
    ex = Exchange.over(desk)
    number = iin(f"9001014{turn:03d}0")
    person = desk.patients.register(_form(number, turn), ACTOR)[0]
    say(f"did {OpKind.PATIENT_REGISTER} {person.id}")
    desk.insured(person.id)
    issued = desk.issue(form_of(person.id))
    say(f"did {OpKind.REFERRAL_ISSUE} {issued.referral_id}")
    ex.change(person.id, phone="8 702 111 22 33")
    say(f"did {OpKind.PATIENT_CHANGE} {person.id}")
    case = ex.at.send(application(person.id))
    say(f"did {OpKind.ATTACHMENT_SEND} {case.id}")
    desk.referrals.move(issued.referral_id, ReferralStatus.CANCELLED, ACTOR, "сынақ")
    say(f"did {OpKind.REFERRAL_MOVE} {issued.referral_id}")


def arm(point: CrashPoint, nth: int) -> None:
    """This process ends, as by a power cut, the NTH time it comes there."""
    left = [nth]

    def hook(reached: CrashPoint) -> None:
        if reached is point:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    crash_points.arm(hook)


def _form(number: str, turn: int) -> PersonForm:
    return replace(PERSON, iin=number, surname=f"Сынақ{turn}", birth_date=dt.date(1990, 1, 1))


if __name__ == "__main__":
    place, times = (sys.argv[4], int(sys.argv[5])) if len(sys.argv) > 4 else ("", 1)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), place, times)
