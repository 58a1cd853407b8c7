"""Two desks before HAPI FHIR: the suite that the practice authority passes too."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.hapi_server import HapiServer
from tests.services.conftest import template
from tests.sync.clinic_before_server import clinic_before
from tests.sync.server_suite import SUITE, Clinic

__all__ = ["template"]


@pytest.mark.parametrize("check", SUITE)
def test_suite(
    check: Callable[[Clinic], None],
    hapi: HapiServer,
    template: Path,
    tmp_path: Path,
) -> None:
    with clinic_before(hapi.base, tmp_path, template) as clinic:
        check(clinic)
