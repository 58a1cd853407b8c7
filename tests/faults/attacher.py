"""The child of the crash tests of attachment: sends and answers applications until it is killed.

    python -m tests.faults.attacher FOLDER PATIENT

After each act is durable it writes one line to standard output, such as `sent CASE OPERATION`.
"""

import sys
from itertools import count
from pathlib import Path

from clinic_desk.domain.ids import OperationId, PatientId
from clinic_desk.services.identity import new_id
from tests.assembled import assembled
from tests.faults.issuer import say
from tests.services.attaching import SECOND, application
from tests.services.desk import ACTOR, DISTRICT, DeskOverStore


def main(folder: str, patient: str) -> None:
    """Works until killed."""
    desk = DeskOverStore.open(Path(folder))
    use = assembled(desk.store, desk.clock)
    person = PatientId(patient)
    say("ready")
    left = use.attachments.open_case(person)
    if left is not None:
        # The child before was killed on the way; a registrar would tidy up too.
        use.attachment_answers.withdraw(left.id, ACTOR, "сынақ")
    for turn in count():
        held = use.patients.card(person).patient.attachment
        wanted = SECOND if held.is_here and held.district_id == DISTRICT else DISTRICT
        draft, _ = use.attachments.save_draft(application(person, district_id=wanted, consent=None), ACTOR)
        say(f"draft {draft.id}")
        operation = OperationId(new_id())
        form = application(person, district_id=wanted, version=draft.version)
        sent, _ = use.attachments.send(form, operation, ACTOR)
        say(f"sent {sent.case.id} {operation}")
        again, _ = use.attachments.send(form, operation, ACTOR)
        say(f"sent {again.case.id} {operation}")
        if turn % 4 == 3:
            use.attachment_answers.refuse(sent.case.id, ACTOR, "no_consent")
            say(f"refused {sent.case.id}")
        else:
            use.attachment_answers.accept(sent.case.id, ACTOR, "Р-1")
            say(f"accepted {sent.case.id}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
