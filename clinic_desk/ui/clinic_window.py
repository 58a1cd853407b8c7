"""Joins the screens of an open clinic into the window: who opens what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId, ReferralId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import Referral
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings
from clinic_desk.services.imports import ImportService
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.day_watch import DayWatch
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.omnibox.omnibox import Omnibox
from clinic_desk.ui.patient_section import PatientSection
from clinic_desk.ui.patients.patient_page import PatientPage
from clinic_desk.ui.rail_counts import RailCounts
from clinic_desk.ui.rules.aside_watch import AsideWatch
from clinic_desk.ui.scan_ways import ScanWays
from clinic_desk.ui.sync.exchange_desk import ExchangeDesk

if TYPE_CHECKING:
    from clinic_desk.services.sync.exchange.worker import SyncWorker
    from clinic_desk.services.sync.papers.replacement import Replacement
    from clinic_desk.ui.attachment.section import AttachmentSection
    from clinic_desk.ui.patients.leaflet_desk import LeafletDesk
    from clinic_desk.ui.people.duplicates_page import DuplicatesPage
    from clinic_desk.ui.people.merge_desk import MergeDesk
    from clinic_desk.ui.referrals.issuing import PrintDesk
    from clinic_desk.ui.referrals.referral_editor import ReferralEditor
    from clinic_desk.ui.register.register_page import RegisterPage


_CARD_KEYS = (
    ("F5", "shell.keys.recheck"),
    ("Shift+F5", "shell.keys.record"),
    ("Ctrl+G", "insurance_plan.card.whole"),
    ("Ctrl+H", "shell.keys.history"),
    ("Ctrl+D", "people.keys.duplicates"),
    ("Ctrl+I", "people.keys.complete"),
)
"""Keys of the card, for the sheet of keys."""


class ClinicWindow(QObject):
    """The open clinic behind the window."""

    def __init__(
        self,
        window: MainWindow,
        words: UiText,
        jobs: Jobs,
        services: DeskServices,
        imports: ImportService,
        sync: SyncWorker | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._words = words
        self._jobs = jobs
        self._services = services
        self._imports = imports
        self._sync = sync
        self.notifier = ChangeNotifier(self)
        self.notifier.changed.connect(self._on_changed)
        self.exchange = ExchangeDesk(window, services.clock, words, jobs, self.notifier, sync)
        self.omnibox = Omnibox(services, jobs, words, window.omnibox)
        self.card = PatientPage(services, jobs, words, self.notifier)
        self.people = PatientSection(self.card)
        self._register: RegisterPage | None = None
        self._editor: ReferralEditor | None = None
        self._prints: PrintDesk | None = None
        self._merges: MergeDesk | None = None
        self._duplicates: DuplicatesPage | None = None
        self._leaflets: LeafletDesk | None = None
        self._desk = Desk("", "", "")
        self._aside = AsideWatch(window, services.rules, words, self.notifier)
        self._day = DayWatch(services, jobs, self.notifier, self)
        self.counts = RailCounts(window, services, jobs, self._tell_error)
        self._scans = ScanWays(window, self.omnibox, services, jobs, self.show_patient, self._tell_error)
        self._add_sections()
        self._connect()
        words.language_changed.connect(self._say_desk)

    def begin(self) -> None:
        """The first screen is there and the omnibox waits for an IIN."""
        self._window.show_section("patient")
        self._window.focus_omnibox()
        self._read_settings()
        self.counts.begin()
        self._day.begin()
        self._aside.look()
        # The modules of the dialogs are read while nobody waits for them; making widgets stays for later,
        # since that would hold up the window.
        self._jobs.run(_read_dialogs, lambda _: None, owner=self, lane="side")
        self._jobs.run(
            self._services.search.warm_up, lambda _: None, self._tell_error, owner=self, lane="read"
        )

    def begin_exchange(self) -> None:
        """The exchange with the upstream goes on beside the window from now on."""
        self.exchange.begin()

    def show_patient(self, patient_id: str) -> None:
        """The card of that person is in front."""
        self.people.show_page(self.card)
        self._window.show_section("patient")
        self.card.show_patient(PatientId(patient_id))

    @property
    def services(self) -> DeskServices:
        """The use cases behind the screens."""
        return self._services

    # Parts made when they are first needed -----------------------------------------------------

    def editor(self) -> ReferralEditor:
        """The referral dialog."""
        if self._editor is None:
            from clinic_desk.ui.referrals.referral_editor import ReferralEditor

            editor = ReferralEditor(
                self._services,
                self._jobs,
                self._words,
                self.notifier,
                self._window,
                tell=self._window.show_toast,
            )
            editor.closed.connect(self._window.focus_omnibox)
            editor.person_scanned.connect(self._scans.follow)
            self._editor = editor
        return self._editor

    def register_page(self) -> RegisterPage:
        """The registration form."""
        if self._register is None:
            from clinic_desk.ui.register.register_page import RegisterPage

            page = RegisterPage(self._services, self._jobs, self._words, self.notifier)
            page.saved.connect(self.show_patient)
            page.open_wanted.connect(self.show_patient)
            page.merge_wanted.connect(self._merge)
            page.closed.connect(self._leave_registration)
            self._register = page
        return self._register

    def attachment(self) -> AttachmentSection:
        """The section of attachment."""
        page = self._window.page("attachment")
        from clinic_desk.ui.attachment.section import AttachmentSection

        assert isinstance(page, AttachmentSection)  # noqa: S101 - the section's own page
        return page

    def merge_desk(self) -> MergeDesk:
        """What makes one card of two."""
        if self._merges is None:
            from clinic_desk.ui.people.merge_desk import MergeDesk

            desk = MergeDesk(
                self._services,
                self._jobs,
                self._words,
                self.notifier,
                self._window,
                self._window.show_toast,
            )
            desk.merged.connect(self._show_settled)
            desk.unmerged.connect(self._show_settled)
            self._merges = desk
        return self._merges

    def duplicates_page(self) -> DuplicatesPage:
        """The list of people who may be here twice."""
        if self._duplicates is None:
            from clinic_desk.ui.people.duplicates_page import DuplicatesPage

            page = DuplicatesPage(self._services, self._jobs, self._words, self.notifier)
            page.merge_wanted.connect(self._merge)
            page.closed.connect(self._leave_registration)
            self._duplicates = page
        return self._duplicates

    def print_desk(self) -> PrintDesk:
        """What prints slips from the card."""
        if self._prints is None:
            from clinic_desk.ui.referrals.issuing import PrintDesk

            self._prints = PrintDesk(
                self._services, self._jobs, self._words, self.notifier, self._window.show_toast, self
            )
        return self._prints

    # Wiring ------------------------------------------------------------------------------------

    def _add_sections(self) -> None:
        window = self._window
        window.add_section("patient", "user", "shell.section.patient", lambda: self.people)
        window.add_section("referrals", "paper-plane-tilt", "shell.section.referrals", self._make_list)
        window.add_section(
            "attachment", "identification-card", "shell.section.attachment", self._make_attachment
        )
        window.add_section("checks", "shield-warning", "shell.section.checks", self._make_checks)
        window.add_section("districts", "map-trifold", "shell.section.districts", self._make_districts)
        window.add_section("shift", "clipboard-text", "shell.section.shift", self._make_shift)
        # Opened from the chip of the state and by its name: the rail is for daily work.
        window.add_page("sync", self._make_sync)
        window.add_section("import", "tray", "shell.section.import", self._make_import, below=True)
        window.add_section("rules", "scales", "shell.section.rules", self._make_rules, below=True)
        window.add_section("settings", "gear", "shell.section.settings", self._make_settings, below=True)

    def _connect(self) -> None:
        window = self._window
        for key, text_key in _CARD_KEYS:
            window.add_key_line(key, text_key)
        window.register_requested.connect(lambda: self._start_registration(""))
        window.attach_requested.connect(self._attach_current)
        window.refer_requested.connect(self._refer_current)
        window.print_requested.connect(self._print_current)
        window.scanned.connect(self._on_window_scanned)
        window.closing.connect(self._keep_drafts)
        self.omnibox.person_chosen.connect(self.show_patient)
        self.omnibox.refer_wanted.connect(self._refer)
        self.omnibox.attach_wanted.connect(self._attach)
        self.omnibox.register_wanted.connect(self._start_registration)
        self.omnibox.command_wanted.connect(self._command)
        self.card.refer_wanted.connect(self._open_editor)
        self.card.attach_wanted.connect(self._attach_from_card)
        self.card.edit_wanted.connect(self._edit)
        self.card.complete_wanted.connect(self._complete)
        self.card.duplicates_wanted.connect(self._find_duplicates)
        self.card.undo_wanted.connect(lambda merge_id: self.merge_desk().undo(merge_id))
        self.card.print_wanted.connect(self._print)
        self.card.leaflet_wanted.connect(self._print_leaflet)
        self.card.papers_wanted.connect(lambda: self._window.show_section("shift"))

    def _make_list(self) -> QWidget:
        from clinic_desk.ui.referrals.referral_list import ReferralListPage

        page = ReferralListPage(self._services, self._jobs, self._words, self.notifier)
        page.patient_wanted.connect(self.show_patient)
        return page

    def _make_checks(self) -> QWidget:
        from clinic_desk.ui.checks.check_page import CheckPage

        page = CheckPage(self._services, self._jobs, self._words, self.notifier)
        page.patient_wanted.connect(self.show_patient)
        return page

    def _make_sync(self) -> QWidget:
        from clinic_desk.ui.sync.mend_desk import MendDesk
        from clinic_desk.ui.sync.sync_page import SyncPage

        page = SyncPage(
            self._services, self._jobs, self._words, self.notifier, self._sync, self._window.show_toast
        )
        mends = MendDesk(
            self._services,
            self._jobs,
            self.notifier,
            edit=self._edit_elsewhere,
            issue_in_place=self._open_replacing,
            tell_error=self._tell_error,
            parent=page,
        )
        page.patient_wanted.connect(self.show_patient)
        page.renew_wanted.connect(lambda: self.exchange.renew(self._services.actor))
        page.mend_wanted.connect(mends.mend)
        self.register_page().saved.connect(mends.saved)
        self.register_page().closed.connect(mends.left)
        return page

    def _make_shift(self) -> QWidget:
        from clinic_desk.ui.shift.shift_page import ShiftPage

        page = ShiftPage(self._services, self._jobs, self._words, self.notifier, self._window.show_toast)
        page.patient_wanted.connect(self.show_patient)
        page.replace_wanted.connect(self._open_replacing)
        page.section_wanted.connect(self._show_if_there)
        return page

    def _make_districts(self) -> QWidget:
        from clinic_desk.ui.districts.districts_page import DistrictsPage

        return DistrictsPage(
            self._services, self._jobs, self._words, self.notifier, tell=self._window.show_toast
        )

    def _make_attachment(self) -> QWidget:
        from clinic_desk.ui.attachment.section import AttachmentSection

        page = AttachmentSection(
            self._services, self._jobs, self._words, self.notifier, self._window.show_toast
        )
        page.left.connect(self._leave_attachment)
        return page

    def _make_import(self) -> QWidget:
        from clinic_desk.ui.imports.import_page import ImportPage

        return ImportPage(self._services, self._imports, self._jobs, self._words, self.notifier)

    def _make_rules(self) -> QWidget:
        from clinic_desk.ui.rules.rules_page import RulesPage

        return RulesPage(self._services, self._jobs, self._words, self.notifier, self._window.show_toast)

    def _make_settings(self) -> QWidget:
        from clinic_desk.ui.settings.settings_page import SettingsPage

        page = SettingsPage(self._services, self._jobs, self._words, self.notifier)
        page.settings_changed.connect(self._read_settings)
        return page

    def _command(self, name: str) -> None:
        if name == "register":
            self._start_registration("")
        elif name == "duplicates":
            self._find_duplicates(None)
        elif name == "keys":
            self._window.show_keys()
        elif name == "sync":
            self.exchange.open()
        else:
            self._window.show_section(name)

    # Acts --------------------------------------------------------------------------------------

    def _start_registration(self, text: str) -> None:
        page = self.register_page()
        self.people.show_page(page)
        self._window.show_section("patient")
        page.start(text)

    def _edit(self, patient: Patient) -> None:
        page = self.register_page()
        self.people.show_page(page)
        page.edit(patient)

    def _edit_elsewhere(self, patient: Patient) -> None:
        self._window.show_section("patient")
        self._edit(patient)

    def _complete(self, patient: Patient) -> None:
        page = self.register_page()
        self.people.show_page(page)
        page.complete(patient)

    def _merge(self, kept_id: str, gone_id: str) -> None:
        self.merge_desk().open(kept_id, gone_id)

    def _show_settled(self, patient_id: str) -> None:
        """The card after a merge or its undo; the next patient is on the way."""
        self.show_patient(patient_id)
        self._window.focus_omnibox()

    def _find_duplicates(self, patient: Patient | None) -> None:
        page = self.duplicates_page()
        self.people.show_page(page)
        self._window.show_section("patient")
        page.start(patient)

    def _leave_registration(self) -> None:
        self.people.show_page(self.card)
        self._window.focus_omnibox()

    def _refer_current(self) -> None:
        if self._window.current_section == "patient" and self.people.current is self.card:
            self.card.refer()

    def _attach_current(self) -> None:
        """F4 speaks of whoever is shown: the card, or the row that is chosen in a list."""
        window = self._window
        section = window.current_section
        if section == "patient":
            if self.people.current is self.card:
                self.card.attach()
            return
        page = window.page(section) if section else None
        patient_id = str(getattr(page, "patient_id", ""))
        if patient_id:
            self._attach(patient_id)
        else:
            window.show_toast(self._words.say("attachment_screen.nobody"))
            window.focus_omnibox()

    def _attach(self, patient_id: str) -> None:
        self._open_attachment(patient_id, came_from_card=False)

    def _attach_from_card(self, patient_id: str) -> None:
        self._open_attachment(patient_id, came_from_card=True)

    def _open_attachment(self, patient_id: str, *, came_from_card: bool) -> None:
        self._window.show_section("attachment")
        self.attachment().open_for(PatientId(patient_id), came_from_card=came_from_card)

    def _leave_attachment(self, patient_id: str) -> None:
        if patient_id:
            self.show_patient(patient_id)
            self._window.focus_omnibox()

    def _refer(self, patient_id: str) -> None:
        self.show_patient(patient_id)
        self._jobs.run(
            lambda: self._services.patients.card(PatientId(patient_id)),
            self._open_editor,
            self._tell_error,
            owner=self,
            lane="read",
        )

    def _open_editor(self, card: PatientCard) -> None:
        self.editor().open_for(card)

    def _open_replacing(self, card: PatientCard, old: Replacement) -> None:
        self.editor().open_for(card, old)

    def _show_if_there(self, section: str) -> None:
        if section in self._window.sections:
            self._window.show_section(section)

    def _print_current(self) -> None:
        page = self._window.page(self._window.current_section) if self._window.current_section else None
        if page is self.people and self.people.current is self.card:
            self.card.print_next()
        elif page is not None and hasattr(page, "print_selected"):
            page.print_selected()

    def _print(self, referral_id: str) -> None:
        def send(answer: tuple[Referral, DeskSettings]) -> None:
            referral, settings = answer
            self.print_desk().print(
                referral.id,
                referral.number,
                self._services.actor(settings),
                copy=referral.copies_printed,
                told="referral.done_printing" if not referral.copies_printed else "referral.copy_printing",
            )

        self._jobs.run(
            lambda: (self._services.referrals.get(ReferralId(referral_id)), self._services.settings.read()),
            send,
            self._tell_error,
            owner=self,
            lane="read",
        )

    def _print_leaflet(self, patient_id: str) -> None:
        if self._leaflets is None:
            from clinic_desk.ui.patients.leaflet_desk import LeafletDesk

            tell = self._window.show_toast
            self._leaflets = LeafletDesk(self._services, self._jobs, self._words, tell, self)
        self._leaflets.print(PatientId(patient_id))

    def _on_window_scanned(self, text: str) -> None:
        """An open referral dialog keeps its draft and makes way first."""
        if self._editor is not None and self._editor.view.is_open:
            self._editor.take_scan(text)
        else:
            self._scans.follow(text)

    def _keep_drafts(self) -> None:
        attachment = self.attachment() if self._window.is_made("attachment") else None
        for part in (self._register, self._editor, attachment):
            keep = getattr(part, "keep_draft", None)
            if keep is not None:
                keep()

    # Told from elsewhere -----------------------------------------------------------------------

    def _on_changed(self, change: Change) -> None:
        self.counts.look(change)
        if change.touches(Kind.SETTINGS):
            self._read_settings()

    def _read_settings(self) -> None:
        self._jobs.run(
            self._services.settings.read, self._show_settings, self._tell_error, owner=self, lane="read"
        )

    def _show_settings(self, settings: DeskSettings) -> None:
        self._desk = settings.desk
        self._say_desk()

    def _say_desk(self) -> None:
        label = self._desk.label
        place = self._words.say("shell.desk", label=label) if label.isdigit() else label
        self._window.top_bar.set_user(self._desk.registrar, place)

    def _tell_error(self, error: ClinicDeskError) -> None:
        self._window.show_toast(error_sentence(self._words.texts, error))


def _read_dialogs() -> None:
    import clinic_desk.ui.attachment.section
    import clinic_desk.ui.referrals.referral_editor
    import clinic_desk.ui.register.register_page  # noqa: F401 - read for the next caller
