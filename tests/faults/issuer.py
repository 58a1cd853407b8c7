"""The child of the crash tests: issues referrals as fast as it can until it is killed.

    python -m tests.faults.issuer FOLDER PATIENT

After each act is durable it writes one line to standard output, such as `issued NUMBER REFERRAL OPERATION`.
Two of three referrals are printed too, so that a kill also meets papers and moves.
"""

import sys
import time
from pathlib import Path

from clinic_desk.domain.ids import OperationId, PatientId
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.services.identity import new_id
from tests.services.desk import ACTOR, DeskOverStore, form_of

WORDS = {"referral.already_living": "сынақ"}


def main(folder: str, patient: str) -> None:
    """Works until killed."""
    desk = DeskOverStore.open(Path(folder))
    say(f"ready {time.monotonic_ns()}")
    turn = 0
    while True:
        turn += 1
        operation = new_id()
        desk.drafts.save("referral", patient, {"turn": turn}, ACTOR)
        issued = desk.issue(form_of(PatientId(patient), reasons_given=WORDS), operation)
        say(f"issued {issued.number} {issued.referral_id} {operation}")
        if turn % 3:
            desk.slips.print(issued.referral_id, ACTOR)
            say(f"printed {issued.referral_id}")
        else:
            desk.referrals.move(issued.referral_id, ReferralStatus.CANCELLED, ACTOR, "сынақ")
            say(f"cancelled {issued.referral_id}")
            again = desk.referrals.issue(
                form_of(PatientId(patient), reasons_given=WORDS), OperationId(operation), ACTOR
            )[0]
            say(f"again {again.number} {again.referral_id} {operation}")


def say(line: str) -> None:
    """One write of a whole line, straight to the pipe: what was said was said, whatever comes next."""
    sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
