"""Two desks before the practice authority."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.authority.serving import serving
from tests.sync.clinic_before_server import clinic_before
from tests.sync.server_suite import SUITE, Clinic


@pytest.mark.parametrize("check", SUITE)
def test_suite(check: Callable[[Clinic], None], template: Path, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "authority") as authority,
        clinic_before(authority.base, tmp_path, template) as clinic,
    ):
        check(clinic)
