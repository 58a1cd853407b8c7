"""Which service a code on the command line means."""

from __future__ import annotations

from clinic_desk.bootstrap import OpenProfile
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import ServiceId


def find_service(profile: OpenProfile, text: str) -> ServiceId:
    """The id of the service with that code or id.

    Raises:
        ClinicDeskError: `commands.unknown_service`; `commands.several_services` where one code of
            the tariff list stands for several names: then the id is needed.
    """
    with profile.store.read() as work:
        found = work.catalogue.services_by_code(text)
        if not found:
            by_id = work.catalogue.service(ServiceId(text))
            found = [by_id] if by_id else []
    if not found:
        raise ClinicDeskError("commands.unknown_service", code=text)
    if len(found) > 1:
        raise ClinicDeskError("commands.several_services", code=text, n=len(found))
    return found[0].id
