"""One transaction with all repositories over its connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection, RootTransaction

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
from clinic_desk.storage.audit import SqlAudit
from clinic_desk.storage.bulk import SqlBulk
from clinic_desk.storage.catalogue import SqlCatalogue
from clinic_desk.storage.clinic import SqlClinic
from clinic_desk.storage.drafts import SqlDrafts
from clinic_desk.storage.errors import translating
from clinic_desk.storage.insurance import SqlInsurance
from clinic_desk.storage.patients import SqlPatients
from clinic_desk.storage.referrals import SqlReferrals
from clinic_desk.storage.settings_store import SqlNumbers, SqlSettings
from clinic_desk.storage.slips import SqlSlips


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
        note_name = self.written_names.append
        self.patients: PatientStore = SqlPatients(connection, now, note_name)
        self.clinic: ClinicStore = SqlClinic(connection)
        self.catalogue: CatalogueStore = SqlCatalogue(connection)
        self.insurance: InsuranceStore = SqlInsurance(connection)
        self.referrals: ReferralStore = SqlReferrals(connection)
        self.slips: SlipStore = SqlSlips(connection)
        self.drafts: DraftStore = SqlDrafts(connection)
        self.settings: SettingsStore = SqlSettings(connection)
        self.numbers: NumberStore = SqlNumbers(connection)
        self.audit: AuditLog = SqlAudit(connection)
        self.bulk: BulkStore = SqlBulk(connection, now, note_name)

    def commit(self) -> None:
        """Durable before it returns; the unit of work is over."""
        with translating():
            self._transaction.commit()
        self.is_committed = True
