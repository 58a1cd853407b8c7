"""The use cases over a test's store, joined by the program's own factory."""

from typing import Any

from clinic_desk.services.desk import DeskServices, Renderer, desk_services
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.ports import Clock, PatientSearch, Store
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.slips import SlipPrinter
from clinic_desk.tabular.reader import read_list

_NOT_REACHED: Any = None


def assembled(
    store: Store,
    clock: Clock,
    *,
    rules: RuleBook | None = None,
    numbering: Numbering = _NOT_REACHED,
    search: PatientSearch = _NOT_REACHED,
    renderer: Renderer = _NOT_REACHED,
    printer: SlipPrinter = _NOT_REACHED,
    is_practice: bool = False,
) -> DeskServices:
    """All use cases; a test that never reaches one of the outer parts leaves it out."""
    return desk_services(
        store,
        clock,
        rules or shipped_book(),
        numbering,
        search=search,
        renderer=renderer,
        printer=printer,
        list_reader=read_list,
        is_practice=is_practice,
    )
