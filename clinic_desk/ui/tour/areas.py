"""The parts of the walk that follow the main screens, each in a module of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from clinic_desk.ui.tour.attachment import walk_attachment
from clinic_desk.ui.tour.cast import Cast
from clinic_desk.ui.tour.districts import walk_districts
from clinic_desk.ui.tour.evidence import walk_evidence
from clinic_desk.ui.tour.exchange import walk_exchange
from clinic_desk.ui.tour.insurance import walk_insurance
from clinic_desk.ui.tour.people import walk_people
from clinic_desk.ui.tour.rules import walk_rules
from clinic_desk.ui.tour.shift import walk_shift
from clinic_desk.ui.tour.sync import walk_sync
from clinic_desk.ui.tour.verdicts import walk_verdicts

Area = Callable[[Any, Cast], None]
"""Takes the `Walk` and drives it through the screens of one area."""

AREAS: Final[tuple[Area, ...]] = (
    # One area a line, so that two may come at once.
    walk_verdicts,
    walk_evidence,
    walk_attachment,
    walk_districts,
    walk_people,
    walk_rules,
    walk_insurance,
    walk_exchange,
    walk_sync,
    walk_shift,
)
