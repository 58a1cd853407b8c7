"""Two desks and an upstream through everything that may happen; see `desks`."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine.desks import Desks

pytestmark = pytest.mark.crash

IS_LONG = bool(os.environ.get("CLINIC_DESK_FAULTS"))
STEPS = 50


def test_two_desks_and_an_upstream(template: Path, tmp_path: Path) -> None:
    Desks.template, Desks.place = template, tmp_path
    # Short and the same each time in `./test`; 20,000 steps by chance in `./test faults`.
    profile = settings(
        max_examples=400 if IS_LONG else 8,
        stateful_step_count=STEPS,
        derandomize=not IS_LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if IS_LONG else [Phase.generate],
        print_blob=False,
    )
    run_state_machine_as_test(Desks, settings=profile)
