"""All use cases of one open profile, handed to the window and to the commands as a whole."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from typing import Protocol

from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment import AttachmentService
from clinic_desk.services.attachment_answers import AttachmentAnswers
from clinic_desk.services.attachment_lists import AttachmentLists
from clinic_desk.services.attachment_papers import AttachmentPapers, AttachmentRenderer
from clinic_desk.services.check_list import CheckListService
from clinic_desk.services.desk_settings import DeskSettings, SettingsService
from clinic_desk.services.districts import DistrictService
from clinic_desk.services.drafts import DraftService
from clinic_desk.services.due_dates import due_follower
from clinic_desk.services.imports import ListReader
from clinic_desk.services.insurance import InsuranceService
from clinic_desk.services.leaflets import LeafletRenderer, LeafletService
from clinic_desk.services.merging import MergingService
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.patients import PatientService
from clinic_desk.services.ports import Clock, PatientSearch, Store
from clinic_desk.services.redistricting import RedistrictingService
from clinic_desk.services.referrals import ReferralService
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.rule_imports import RuleImportService
from clinic_desk.services.slips import SlipPrinter, SlipRenderer, SlipService
from clinic_desk.services.sync.deciding.attention import AttentionService
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from clinic_desk.services.sync.deciding.unread import UnreadService
from clinic_desk.services.sync.papers.recalls import RecallService
from clinic_desk.services.sync.papers.shift_sheet import ShiftRenderer, ShiftService


class Renderer(SlipRenderer, AttachmentRenderer, LeafletRenderer, ShiftRenderer, Protocol):
    """Draws every paper of the desk."""


@dataclass(frozen=True, slots=True)
class DeskServices:
    """The use cases; `is_practice` when the people are made up and every screen and paper must say so."""

    patients: PatientService
    merging: MergingService
    search: PatientSearch
    insurance: InsuranceService
    checks: CheckListService
    referrals: ReferralService
    slips: SlipService
    leaflets: LeafletService
    attachments: AttachmentService
    attachment_answers: AttachmentAnswers
    attachment_lists: AttachmentLists
    attachment_papers: AttachmentPapers
    attention: AttentionService
    conflicts: ConflictService
    unread: UnreadService
    recalls: RecallService
    shifts: ShiftService
    drafts: DraftService
    districts: DistrictService
    redistricting: RedistrictingService
    settings: SettingsService
    rules: RuleBook
    rule_imports: RuleImportService
    clock: Clock
    is_practice: bool

    @property
    def tables(self) -> RuleTables:
        """The rule tables in force today; asked for at every use, since an import changes them."""
        return self.rules.on(self.clock.today())

    def actor(self, settings: DeskSettings | None = None) -> Actor:
        """Who acts at this desk now; until the settings name a registrar, the account of the system."""
        known = settings or self.settings.read()
        return Actor(known.desk.registrar.strip() or _account(), known.desk)


def desk_services(
    store: Store,
    clock: Clock,
    rules: RuleBook,
    numbering: Numbering,
    *,
    search: PatientSearch,
    renderer: Renderer,
    printer: SlipPrinter,
    list_reader: ListReader,
    is_practice: bool,
) -> DeskServices:
    """The use cases over a store, joined; what reaches outside the program is handed in."""
    settings = SettingsService(store, clock)
    patients = PatientService(store, clock, rules)
    return DeskServices(
        patients=patients,
        merging=MergingService(store, clock),
        search=search,
        insurance=InsuranceService(store, clock, rules),
        checks=CheckListService(store, clock, rules),
        referrals=ReferralService(store, clock, rules, numbering),
        slips=SlipService(store, clock, rules, settings, renderer, printer, is_practice=is_practice),
        leaflets=LeafletService(store, clock, rules, settings, renderer, printer, is_practice=is_practice),
        attachments=AttachmentService(store, clock, rules),
        attachment_answers=AttachmentAnswers(store, clock, rules),
        attachment_lists=AttachmentLists(store, clock, rules),
        attachment_papers=AttachmentPapers(
            store, clock, settings, renderer, printer, is_practice=is_practice
        ),
        attention=AttentionService(store, clock),
        conflicts=ConflictService(store, clock, patients),
        unread=UnreadService(store, clock),
        recalls=RecallService(store, clock),
        shifts=ShiftService(store, clock, settings, renderer, printer, is_practice=is_practice),
        drafts=DraftService(store, clock),
        districts=DistrictService(store, clock, rules),
        redistricting=RedistrictingService(store, clock, rules),
        settings=settings,
        rules=rules,
        # Followers, told of an import inside its transaction, stand in the list.
        rule_imports=RuleImportService(store, clock, rules, list_reader, followers=[due_follower(clock)]),
        clock=clock,
        is_practice=is_practice,
    )


def _account() -> str:
    """The system's name for whoever is signed in, so that the audit log always says who."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "?"
