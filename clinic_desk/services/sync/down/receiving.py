"""What the upstream decided and what others wrote comes down, type by type, and is applied here.

The first reading of a type goes through the whole list, oldest first, and can be stopped and killed anywhere:
the cursor stands in the transaction of the rows. Afterwards one small question a run asks for the news of all
types at once, as a batch where the server takes one. A server that knows less than it told before is not
followed: see `baseline`.
"""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.services.changes import Change
from clinic_desk.services.desk_settings import SettingsService
from clinic_desk.services.ports import CancelCheck, Clock, Progress, Store
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.down.arrivals.arrival import upstream_actor
from clinic_desk.services.sync.down.arrivals.registry import APPLIERS
from clinic_desk.services.sync.down.arrived import SetAside
from clinic_desk.services.sync.down.asking_news import NewsAsker
from clinic_desk.services.sync.down.looks import Looks
from clinic_desk.services.sync.down.paging import BadReply
from clinic_desk.services.sync.down.receiving_run import ReceivingLimits, ReceivingRun, RestoredSeenNow
from clinic_desk.services.sync.down.slices import SliceKeeper
from clinic_desk.services.sync.down.witness import Witness, is_restored, note_restored
from clinic_desk.services.sync.gentle import only_young_collections
from clinic_desk.services.sync.up.send_result import NO_CHANGE
from clinic_desk.services.sync.upstream_port import NoReply, Reply, Upstream


@dataclass(frozen=True, slots=True)
class Received:
    """What one run brought.

    Args:
        pulled: versions that were not known here.
        conflicts: new items for a person.
        set_aside: what could not be read and was not known to be so.
        restored: the upstream knows less than it told before; nothing was applied since that was seen.
        no_reply: why the run ended early, None when it came to its end.
        bad_reply: an answer that was no page, None when there was none.
        changed: for the open screens.
    """

    pulled: int = 0
    conflicts: int = 0
    set_aside: tuple[SetAside, ...] = ()
    restored: bool = False
    no_reply: NoReply | None = None
    bad_reply: Reply | None = None
    changed: Change = NO_CHANGE


class Receiver:
    """Runs of receiving over one connection; one at a time, in one thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RuleBook,
        upstream: Upstream,
        abilities: Abilities | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._upstream = upstream
        self._abilities = abilities
        self._asker = NewsAsker(upstream)
        self._looks = Looks()

    def run(self, progress: Progress, cancelled: CancelCheck, *, is_idle: bool = False) -> Received:
        """What is new was applied, until the end, a stop, or the first answer that is none.

        What was applied before a stop stays. `progress` is called during first readings with the rows so far
        and how many there are. `is_idle` asks no more than one small question: all types at once where the
        server takes a batch, else the next type in turn.

        Raises:
            StoreRefused: the store cannot be written.
        """
        settings = SettingsService(self._store, self._clock).read()
        keeper = SliceKeeper(
            self._store,
            self._clock,
            self._rules,
            upstream_actor(settings.desk),
            settings.clinic.bin.strip(),
            APPLIERS,
        )
        limits = ReceivingLimits.on(self._rules.on(self._clock.today()), self._clock.today())
        run = ReceivingRun(
            self._store, self._clock, self._upstream, keeper, limits, progress, cancelled, self._looks
        )
        no_reply: NoReply | None = None
        bad_reply: Reply | None = None
        restored = False
        try:
            with only_young_collections():
                run.everything(self.able, self._asker, is_idle=is_idle)
        except NoReply as error:
            no_reply = error
        except BadReply as error:
            bad_reply = error.reply
        except RestoredSeenNow:
            restored = True
        tally = keeper.tally
        return Received(
            tally.pulled,
            tally.conflicts,
            tuple(tally.set_aside),
            restored,
            no_reply,
            bad_reply,
            tally.change,
        )

    def finds_restored(self) -> bool:
        """Whether the upstream knows less than it told before; asked by one small question, and noted.

        Raises:
            NoReply: nothing usable came.
        """
        with self._store.read() as work:
            if is_restored(work):
                return True
            witness = Witness.of(work)
        if witness is None:
            return False
        reply = self._upstream.read(witness.resource_type, witness.resource_id)
        is_missing = witness.is_missing_in(reply)
        if is_missing:
            note_restored(self._store, witness, reply, self._clock.now())
        return is_missing

    def able(self) -> Abilities:
        """What the server says it can do; asked once."""
        if self._abilities is None:
            reply = self._upstream.capabilities()
            if not reply.is_ok or reply.body is None:
                raise BadReply(reply)
            try:
                self._abilities = abilities_of(reply.body)
            except ClinicDeskError as error:
                raise BadReply(reply) from error
        return self._abilities
