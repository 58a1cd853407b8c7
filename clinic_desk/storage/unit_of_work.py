"""One transaction with all repositories over its connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection, RootTransaction

from clinic_desk.services.attachment_port import AttachmentStore
from clinic_desk.services.check_list_port import CheckListStore
from clinic_desk.services.districts_port import DistrictStore
from clinic_desk.services.people_port import HistoryStore, MergeStore, PairStore
from clinic_desk.services.ports import (
    AuditLog,
    BulkStore,
    CatalogueStore,
    ClinicStore,
    DraftStore,
    InsuranceStore,
    NumberStore,
    PatientStore,
    ReferralStore,
    SettingsStore,
    SlipStore,
)
from clinic_desk.services.rules_port import RuleDocumentStore
from clinic_desk.services.sync.ports import (
    ConflictStore,
    OutboxStore,
    RecallStore,
    ShadowStore,
    ShiftStore,
    SyncStateStore,
)
from clinic_desk.storage.attachment import SqlAttachments
from clinic_desk.storage.audit import SqlAudit
from clinic_desk.storage.bulk import SqlBulk
from clinic_desk.storage.catalogue import SqlCatalogue
from clinic_desk.storage.check_list import SqlCheckList
from clinic_desk.storage.clinic import SqlClinic
from clinic_desk.storage.districts import SqlDistricts
from clinic_desk.storage.drafts import SqlDrafts
from clinic_desk.storage.errors import translating
from clinic_desk.storage.insurance import SqlInsurance
from clinic_desk.storage.merging import SqlMerges
from clinic_desk.storage.patient_history import SqlPatientHistory
from clinic_desk.storage.patient_pairs import SqlPatientPairs
from clinic_desk.storage.patients import SqlPatients
from clinic_desk.storage.referrals import SqlReferrals
from clinic_desk.storage.rule_documents import SqlRuleDocuments
from clinic_desk.storage.settings_store import SqlNumbers, SqlSettings
from clinic_desk.storage.slips import SqlSlips
from clinic_desk.storage.statement import driver_connection
from clinic_desk.storage.sync.conflicts import SqlConflicts
from clinic_desk.storage.sync.outbox import SqlOutbox
from clinic_desk.storage.sync.recalls import SqlRecalls
from clinic_desk.storage.sync.shadows import SqlShadows
from clinic_desk.storage.sync.state import SqlShifts, SqlSyncState


class SqlUnitOfWork:
    """`UnitOfWork` over an open transaction.

    Attributes:
        is_committed: true once `commit` returned.
        written_names: the folded names of people it wrote.
    """

    def __init__(
        self, connection: Connection, transaction: RootTransaction, now: Callable[[], dt.datetime]
    ) -> None:
        self._transaction = transaction
        self.is_committed = False
        self.written_names: list[str] = []
        driver = driver_connection(connection)
        note_name = self.written_names.append
        self.patients: PatientStore = SqlPatients(driver, now, note_name)
        self.clinic: ClinicStore = SqlClinic(driver)
        self.catalogue: CatalogueStore = SqlCatalogue(connection)
        self.insurance: InsuranceStore = SqlInsurance(driver)
        self.check_list: CheckListStore = SqlCheckList(driver)
        self.referrals: ReferralStore = SqlReferrals(connection)
        self.slips: SlipStore = SqlSlips(driver)
        self.drafts: DraftStore = SqlDrafts(driver)
        self.settings: SettingsStore = SqlSettings(driver)
        self.numbers: NumberStore = SqlNumbers(driver)
        self.audit: AuditLog = SqlAudit(driver)
        self.rule_documents: RuleDocumentStore = SqlRuleDocuments(driver)
        self.bulk: BulkStore = SqlBulk(connection, now, note_name)
        self.districts: DistrictStore = SqlDistricts(driver)
        self.history: HistoryStore = SqlPatientHistory(driver)
        self.pairs: PairStore = SqlPatientPairs(driver)
        self.attachments: AttachmentStore = SqlAttachments(connection)
        self.merges: MergeStore = SqlMerges(driver, now, note_name)
        self.outbox: OutboxStore = SqlOutbox(driver)
        self.shadows: ShadowStore = SqlShadows(driver)
        self.conflicts: ConflictStore = SqlConflicts(driver)
        self.recalls: RecallStore = SqlRecalls(driver)
        self.shifts: ShiftStore = SqlShifts(driver)
        self.sync_state: SyncStateStore = SqlSyncState(driver)

    def commit(self) -> None:
        """Durable before it returns; the unit of work is over."""
        with translating():
            self._transaction.commit()
        self.is_committed = True
