"""All faults are over: everybody does what is theirs, until nothing moves any more."""

from __future__ import annotations

from clinic_desk.domain.sync.conflicts import ConflictKind, Side
from clinic_desk.domain.sync.ops import OpState
from clinic_desk.services.sync.deciding.attention import AttentionService
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from tests.sync.site import Site
from tests.sync.world import World

FOREVER = 10
"""So many rounds are enough for anything that goes by itself."""
_ROUNDS = 60
_QUIET = 3
"""So many rounds of everybody in a row brought nothing: nothing will."""


def drain(world: World) -> None:
    """Rounds of every desk without anybody deciding anything."""
    for _ in range(FOREVER):
        for site in world.sites.values():
            world.round(site)
        world.forward(minutes=6)


def decide_one(site: Site, *, is_mine: bool) -> bool:
    """The registrar decides the oldest difference; whether there was one."""
    service = ConflictService(site.store, site.clock, site.use.patients)
    rows = service.open()
    if not rows:
        return False
    row = rows[0]
    if row.kind is ConflictKind.FIELDS:
        side = Side.MINE if is_mine else Side.THEIRS
        service.decide(row.id, {one.field: side for one in row.fields}, site.actor)
    elif row.kind is ConflictKind.DUPLICATE:
        service.link(row.id, site.actor)
    else:
        service.create_again(row.id, site.actor)
    return True


def settle_one(site: Site, *, is_withdrawn: bool) -> bool:
    """The registrar looks at the oldest rejected operation; whether there was one."""
    rejected = site.ops(frozenset({OpState.REJECTED}))
    if not rejected:
        return False
    service = AttentionService(site.store, site.clock)
    if is_withdrawn:
        service.withdraw(rejected[0].op_id, "қате", site.actor)
    else:
        service.retry(rejected[0].op_id, site.actor)
    return True


def heal_and_drain(world: World) -> None:
    """Every desk is online, every server takes what it is given, everything waiting is decided and sent."""
    world.heal()
    quiet = 0
    for turn in range(_ROUNDS):
        pulled = 0
        for site in world.sites.values():
            for _ in range(100):
                if not decide_one(site, is_mine=turn % 2 == 0):
                    break
            for op in site.ops(frozenset({OpState.REJECTED})):
                service = AttentionService(site.store, site.clock)
                if op.attempts < 20:
                    service.retry(op.op_id, site.actor)
            pulled += world.go_on_if_restored(site)
            pulled += world.round(site).pulled
        world.server.settle_eligibility()
        for body in world.server.all("Patient"):
            # The clinic answers for everybody, so that every desk has to know everybody.
            if "managingOrganization" not in body:
                world.take_into_clinic(body["id"])
        world.forward(minutes=6)
        quiet = 0 if pulled or any(_is_busy(site) for site in world.sites.values()) else quiet + 1
        if quiet == _QUIET:
            return
    left = {
        code: [(op.kind, op.state, op.answer) for op in _open(site)] for code, site in world.sites.items()
    }
    raise AssertionError(f"does not come to rest: {left}")


def _open(site: Site) -> list[object]:
    return [op for op in site.ops() if op.state in (OpState.PENDING, OpState.SENDING) or op.needs_person]


def _is_busy(site: Site) -> bool:
    with site.store.read() as work:
        counts = work.outbox.counts()
        return bool(counts.waiting or work.conflicts.open())
