"""Composition root: the one place that knows every part and joins them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_state_path

from clinic_desk.credentials.passphrase import PassphrasePrompt
from clinic_desk.credentials.upstream_secret import UpstreamSecret
from clinic_desk.credentials.vault import KeyVault
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.printing.adapters import PdfSlips, PrinterProcess
from clinic_desk.profile.directory import Profile, ProfileChoice, open_or_create_profile
from clinic_desk.profile.lock import ProfileLock
from clinic_desk.profile.number_marker import NumberMarker
from clinic_desk.services.clock import SystemClock
from clinic_desk.services.desk import DeskServices, desk_services
from clinic_desk.services.imports import ImportService
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.slips import SlipPrinter
from clinic_desk.services.sync.upstream_settings import UpstreamSettings, UpstreamSettingsService
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.storage.search import SqlPatientSearch
from clinic_desk.tabular.reader import read_list

if TYPE_CHECKING:
    from clinic_desk.practice_authority.beside import BesideAuthority
    from clinic_desk.services.ports import CancelCheck, Clock, Progress
    from clinic_desk.services.sync.exchange.round_values import Halves
    from clinic_desk.services.sync.exchange.rounds import Rounds
    from clinic_desk.services.sync.exchange.worker import SyncWorker
    from clinic_desk.services.sync.practice_switches import PracticeSwitches
    from clinic_desk.services.sync.upstream_check import LayerResult
    from clinic_desk.services.sync.upstream_port import Resource, Upstream
    from clinic_desk.upstream.eligibility import UpstreamEligibility
    from clinic_desk.upstream.wire_limits import WireLimits

_LAST_ROUND_S = 5.0
"""How long the end waits for a round that is cut short."""


class ProfileInUse(ClinicDeskError):
    """Another program works on the profile. Code: `profile.in_use`."""


@dataclass(slots=True)
class OpenProfile:
    """A profile whose store is open and whose lock is held; `close` it, whatever happens."""

    profile: Profile
    store: SqlStore
    desk: DeskServices
    imports: ImportService
    upstream_settings: UpstreamSettingsService
    _numbering: Numbering
    _lock: ProfileLock
    _is_open: bool = field(default=True)
    practice: BesideAuthority | None = None
    """The made-up authority beside a practice clinic's window; see `set_practice_authority`."""
    sync: SyncWorker | None = None
    """What exchanges with the upstream; whoever starts it need not stop it."""

    def upstream(self) -> Upstream | None:
        """A new connection to the upstream that is set, for whoever closes it; None when none is set.

        Nothing is connected and no keyring asked before the first call.

        Raises:
            ClinicDeskError: the clinic's file of certificates cannot be used.
        """
        line = self._line()
        if line is None:
            return None
        from clinic_desk.upstream.http_upstream import http_upstream

        return http_upstream(*line)

    def rounds(self) -> Rounds:
        """Rounds with the upstream of the profile, for one thread that makes them instead of `sync`."""
        from clinic_desk.services.sync.exchange.rounds import Rounds

        store, clock, rules = self.store, self.desk.clock, self.desk.rules

        def join(upstream: Upstream, statement: Resource) -> Halves:
            # Read by the thread of the rounds, when there is an upstream: the window waits for none of it.
            from clinic_desk.services.sync.exchange.joining import joined

            return joined(store, clock, rules)(upstream, statement)

        return Rounds(store, clock, self.upstream, join)

    def eligibility(self) -> UpstreamEligibility | None:
        """The upstream as a channel for questions about insurance, for whoever closes it; None without one.

        Raises:
            ClinicDeskError: as `upstream`.
        """
        upstream = self.upstream()
        if upstream is None:
            return None
        from clinic_desk.upstream.eligibility import UpstreamEligibility

        today = self.desk.clock.today()
        within_s = self.desk.rules.on(today).limit("eligibility_answer_s").one_on(today).value
        return UpstreamEligibility(upstream, self.desk.clock, within_s)

    def check_upstream(self) -> list[LayerResult]:
        """What a look at the upstream that is set found, layer by layer. Takes as long as its time limits.

        Raises:
            ClinicDeskError: `upstream.not_set`, or the clinic's file of certificates cannot be used.
        """
        line = self._line()
        if line is None:
            raise ClinicDeskError("upstream.not_set")
        from clinic_desk.upstream.check import check_upstream

        clock = self.desk.clock
        today = clock.today()
        skew = self.desk.rules.on(today).limit("clock_skew_warning_s").one_on(today).value
        return check_upstream(*line, now=clock.now, most_skew_s=skew)

    def _line(self) -> tuple[UpstreamSettings, Callable[[], str | None], WireLimits] | None:
        """Which upstream, what reads its secret, and the limits of today; None when none is set."""
        settings = self.upstream_settings.read() or self._practice_settings()
        if settings is None:
            return None
        from clinic_desk.upstream.wire_limits import WireLimits

        today = self.desk.clock.today()
        secrets, goes_to = self.upstream_settings.secrets, settings.secret_goes_to
        return settings, lambda: secrets.read(goes_to), WireLimits.of(self.desk.rules.on(today), today)

    @property
    def practice_switches(self) -> PracticeSwitches | None:
        """What a learner can do to the authority beside the window; None where there is none."""
        if self.practice is None:
            return None
        from clinic_desk.practice_authority.switches import SwitchClient

        return SwitchClient(self.practice.address)

    def _practice_settings(self) -> UpstreamSettings | None:
        """The authority of a practice clinic; None where there is none.

        The one beside the window starts now if it does not run; without a window only one that runs is asked.
        """
        if not self.profile.is_practice:
            return None
        if self.practice is None:
            from clinic_desk.practice_authority.settings import FOLDER
            from clinic_desk.practice_authority.switches import answering_in

            found = answering_in(self.profile.path / FOLDER)
            return None if found is None else UpstreamSettings(found.base)
        try:
            return UpstreamSettings(self.practice.address().base)
        except ClinicDeskError:
            # The desk works on without it; the window says so.
            return None

    def close(self) -> None:
        """Ends the exchange, notes the number counter, closes the store, gives the lock back."""
        if not self._is_open:
            return
        self._is_open = False
        if self.sync is not None:
            self.sync.stop(_LAST_ROUND_S)
        if self.practice is not None:
            self.practice.close()
        try:
            with contextlib.suppress(ClinicDeskError):
                self._numbering.close(self.store)
        finally:
            self.store.close()
            self._lock.release()


def open_profile(
    choice: ProfileChoice,
    *,
    clock: Clock | None = None,
    ask_passphrase: PassphrasePrompt | None = None,
    printer: SlipPrinter | None = None,
    state: Path | None = None,
    only_reads: bool = False,
) -> OpenProfile:
    """The profile, locked and open.

    `printer` stands in for this machine's printing, `state` for the folder of the number marker. Who
    `only_reads` is let in beside a program that has the profile, and can change nothing then.

    Raises:
        ProfileInUse: another program has it.
        ClinicDeskError: what keeps the profile, the key or the store from opening.
    """
    profile = open_or_create_profile(choice.path, choice.kind)
    lock = ProfileLock(profile)
    is_guest = not lock.acquire()
    if is_guest and not only_reads:
        raise ProfileInUse("profile.in_use")
    try:
        return _open(profile, lock, clock or SystemClock(), ask_passphrase, printer, state, is_guest=is_guest)
    except BaseException:
        lock.release()
        raise


def make_practice_clinic(
    profile: OpenProfile, people: int, progress: Progress, cancelled: CancelCheck
) -> None:
    """The practice profile holds its made-up polyclinic; nothing happens when it already does.

    Raises:
        ClinicDeskError: `commands.not_practice`.
        Cancelled: the person stopped; nothing was kept.
    """
    from clinic_desk.practice.seeding import is_made, make_clinic

    if not profile.profile.is_practice:
        raise ClinicDeskError("commands.not_practice")
    if not is_made(profile.store):
        make_clinic(profile.store, profile.desk.clock, people, progress, cancelled)


def set_practice_authority(profile: OpenProfile, language: str) -> None:
    """The practice clinic talks to a made-up authority of its own, which starts when it is first needed.

    An upstream that was set on purpose stays the one that is asked. Nothing happens for a clinic's profile.
    """
    from clinic_desk.practice.seeding import made_as
    from clinic_desk.practice.size import PEOPLE
    from clinic_desk.practice_authority.beside import BesideAuthority, command_for
    from clinic_desk.practice_authority.settings import FOLDER

    if not profile.profile.is_practice or profile.upstream_settings.read() is not None:
        return
    path = profile.profile.path

    def command() -> list[str]:
        people, made_on = made_as(profile.store) or (PEOPLE, profile.desk.clock.today())
        return command_for(path, people=people, made_on=made_on, language=language)

    profile.practice = BesideAuthority(path / FOLDER, command)


def remove_practice_clinic(choice: ProfileChoice) -> None:
    """The store of the practice profile is gone, if there was one; a clinic's is never touched.

    Raises:
        ProfileInUse: another program has it.
        ClinicDeskError: `commands.not_practice`, or the folder cannot be used.
    """
    from clinic_desk.practice_authority.settings import FOLDER

    if not choice.path.exists():
        return
    profile = open_or_create_profile(choice.path, choice.kind)
    if not profile.is_practice:
        raise ClinicDeskError("commands.not_practice")
    lock = ProfileLock(profile)
    if not lock.acquire():
        raise ProfileInUse("profile.in_use")
    try:
        for suffix in ("", "-wal", "-shm"):
            profile.database_path.with_name(profile.database_path.name + suffix).unlink(missing_ok=True)
            (profile.path / FOLDER / f"authority.db{suffix}").unlink(missing_ok=True)
    finally:
        lock.release()


def _open(
    profile: Profile,
    lock: ProfileLock,
    clock: Clock,
    ask_passphrase: PassphrasePrompt | None,
    printer: SlipPrinter | None,
    state_folder: Path | None,
    *,
    is_guest: bool,
) -> OpenProfile:
    is_new = not profile.database_path.exists() and not is_guest
    key = KeyVault().load_or_create(profile, ask_passphrase)
    store = open_store(profile.database_path, key, create=is_new, profile_id=profile.id, read_only=is_guest)
    rules = shipped_book()
    # Outside the profile's folder: a copy of the whole folder put back must not bring its own proof along.
    state = (state_folder or user_state_path("clinic-desk", appauthor=False)) / profile.id
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ClinicDeskError("profile.unwritable") from error
    numbering = Numbering(NumberMarker(state), clock)
    desk = desk_services(
        store,
        clock,
        rules,
        numbering,
        search=SqlPatientSearch(store),
        renderer=PdfSlips(),
        printer=printer or PrinterProcess(),
        list_reader=read_list,
        is_practice=profile.is_practice,
    )
    desk.rule_imports.load()
    imports = ImportService(store, clock, read_list, rules)
    upstream_settings = UpstreamSettingsService(
        store, clock, UpstreamSecret(profile, key), _check_ca_file, is_practice=profile.is_practice
    )
    opened = OpenProfile(profile, store, desk, imports, upstream_settings, numbering, lock)
    if not is_guest:
        opened.sync = _sync_worker(opened)
        upstream_settings.on_moved = opened.sync.begin_anew
    return opened


def _sync_worker(opened: OpenProfile) -> SyncWorker:
    """What exchanges with the upstream of the profile; it rests until somebody starts it."""
    from clinic_desk.services.sync.exchange.worker import SyncWorker

    return SyncWorker(opened.store, opened.rounds(), opened.desk.clock, opened.desk.rules)


def _check_ca_file(ca_file: str) -> None:
    """See `UpstreamSettingsService`."""
    from clinic_desk.upstream.certificates import trust

    trust(ca_file)
