"""All use cases of one open profile, handed to the window and to the commands as a whole."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass

from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.services.actor import Actor
from clinic_desk.services.desk_settings import DeskSettings, SettingsService
from clinic_desk.services.drafts import DraftService
from clinic_desk.services.insurance import InsuranceService
from clinic_desk.services.patients import PatientService
from clinic_desk.services.ports import Clock, PatientSearch
from clinic_desk.services.referrals import ReferralService
from clinic_desk.services.slips import SlipService


@dataclass(frozen=True, slots=True)
class DeskServices:
    """The use cases; `is_practice` when the people are made up and every screen and paper must say so."""

    patients: PatientService
    search: PatientSearch
    insurance: InsuranceService
    referrals: ReferralService
    slips: SlipService
    drafts: DraftService
    settings: SettingsService
    tables: RuleTables
    clock: Clock
    is_practice: bool

    def actor(self, settings: DeskSettings | None = None) -> Actor:
        """Who acts at this desk now; until the settings name a registrar, the account of the system."""
        known = settings or self.settings.read()
        return Actor(known.desk.registrar.strip() or _account(), known.desk)


def _account() -> str:
    """The system's name for whoever is signed in, so that the audit log always says who."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "?"
