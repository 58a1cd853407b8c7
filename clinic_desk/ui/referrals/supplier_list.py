"""The suppliers of the chosen service: loaded beside the window, the earliest chosen at first."""

from __future__ import annotations

import datetime as dt
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desk.domain.ids import ServiceId, SupplierId
from clinic_desk.services.referrals import ReferralService
from clinic_desk.services.rows import SupplierChoice, SupplierList
from clinic_desk.ui.kit import ChipData, Jobs, Kind, RowsModel, UiText
from clinic_desk.ui.referrals.referral_editor_view import ReferralEditorView
from clinic_desk.ui.referrals.supplier_columns import supplier_columns

_SLOW_MS: Final = 300


class SuppliersOfService(QObject):
    """The third block of the dialog.

    Signals:
        changed: another supplier, or none, is chosen.
        settled: the list of the service is there.
        failed: the `ClinicDeskError` that kept it from being read.
    """

    changed = Signal()
    settled = Signal()
    failed = Signal(object)

    def __init__(
        self,
        referrals: ReferralService,
        jobs: Jobs,
        words: UiText,
        view: ReferralEditorView,
    ) -> None:
        super().__init__(view)
        self._referrals = referrals
        self._jobs = jobs
        self._words = words
        self._view = view
        self._service_id: ServiceId | None = None
        self._list: SupplierList | None = None
        self._wanted: SupplierId | None = None
        self._model: RowsModel[SupplierChoice] | None = None
        self._is_filling = False
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(lambda: view.show_supplier_text("referral.supplier.loading"))
        view.table.row_changed.connect(self._on_row)
        words.follow(self._retell)

    @property
    def is_loading(self) -> bool:
        """Whether the list of the chosen service is still on its way."""
        return self._service_id is not None and self._list is None

    @property
    def has_rows(self) -> bool:
        """Whether there is a supplier to choose."""
        return self._list is not None and bool(self._list.rows)

    def chosen(self) -> SupplierId | None:
        """Who is chosen; while the list is loading, who shall be."""
        if self._model is None or self._list is None:
            return self._wanted
        row = self._model.row_at(self._view.table.current_row())
        return row.supplier_id if row else None

    def begin(self, today: dt.date) -> None:
        """No service is chosen; dates are told as of `today`."""
        if self._model is not None:
            self._model.deleteLater()
        self._model = RowsModel(supplier_columns(today), self._words, self)
        self._view.table.set_model(self._model)
        self.load(None)

    def load(self, service_id: ServiceId | None, wanted: SupplierId | None = None) -> None:
        """Show the suppliers of this service, `wanted` chosen if it is among them, else the earliest."""
        if service_id is not None and service_id == self._service_id and wanted is None:
            return
        self._service_id, self._wanted, self._list = service_id, wanted, None
        self._slow.stop()
        self._fill(())
        self._view.show_supplier_text("" if service_id else "referral.supplier.choose_service")
        self._retell()
        if service_id is None:
            return
        self._slow.start()
        self._jobs.run(
            lambda: self._referrals.suppliers(service_id),
            lambda found: self._on_list(service_id, found),
            lambda error: self._on_failed(service_id, error),
            owner=self,
        )

    def _on_list(self, service_id: ServiceId, found: SupplierList) -> None:
        if service_id != self._service_id:
            return
        self._slow.stop()
        wanted, self._list = self._wanted, found
        self._fill(found.rows)
        self._view.show_supplier_text("" if found.rows else "referral.supplier.nobody")
        ids = [row.supplier_id for row in found.rows]
        self._view.table.select_row(ids.index(wanted) if wanted in ids else 0 if ids else -1)
        self._retell()
        self.changed.emit()
        self.settled.emit()

    def _on_failed(self, service_id: ServiceId, error: object) -> None:
        if service_id == self._service_id:
            self._slow.stop()
            self._list = SupplierList((), None, False)
            self._view.show_supplier_text("")
            self.failed.emit(error)
            self.settled.emit()

    def _fill(self, rows: tuple[SupplierChoice, ...]) -> None:
        self._is_filling = True
        if self._model is not None:
            self._model.set_rows(rows)
        self._is_filling = False

    def _on_row(self, row: int) -> None:
        if not self._is_filling and row >= 0:
            self.changed.emit()

    def _retell(self) -> None:
        view, say, shown = self._view, self._words.say, self._list
        view.by_date.setVisible(self.has_rows)
        view.list_old.setVisible(shown is not None and shown.is_list_old)
        if shown is None:
            view.list_remark.setText("")
            return
        count = len(shown.rows)
        if shown.list_date is None:
            view.list_remark.setText(say("referral.supplier.list_undated", n=count))
            return
        view.list_remark.setText(say("referral.supplier.list", day=shown.list_date, n=count))
        view.list_old.set_chip(
            ChipData(Kind.WARN, say("referral.supplier.list_old")),
            say("referral.supplier.list_old_sentence", day=shown.list_date),
        )
