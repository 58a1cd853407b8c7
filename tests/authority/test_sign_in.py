"""The ways to sign in that a desk may be set to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.authority.serving import RunningAuthority, serving
from tests.authority.test_contract import is_outcome


@pytest.fixture(params=["basic", "bearer", "oauth2"])
def locked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, RunningAuthority]]:
    with serving(tmp_path, sign_in=request.param, user="desk", secret="s3cret") as running:
        yield request.param, running


def right_way(way: str, running: RunningAuthority) -> dict[str, str]:
    if way == "bearer":
        return {"authorization": "Bearer s3cret"}
    if way == "basic":
        return {"authorization": "Basic ZGVzazpzM2NyZXQ="}
    given = httpx.post(
        running.base.replace("/fhir", "/oauth/token"),
        data={"grant_type": "client_credentials"},
        auth=("desk", "s3cret"),
    )
    assert given.json()["token_type"] == "Bearer"
    assert given.headers["cache-control"] == "no-store"
    return {"authorization": f"Bearer {given.json()['access_token']}"}


def test_only_who_signed_in_comes_in(locked: tuple[str, RunningAuthority]) -> None:
    way, running = locked
    assert httpx.get(f"{running.base}/metadata").status_code == 200
    for headers in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Basic !"},
        {"authorization": "x"},
    ):
        refused = httpx.get(f"{running.base}/Patient", headers=headers)
        assert is_outcome(refused, 401)
        assert refused.headers["www-authenticate"]
    assert is_outcome(httpx.get(f"{running.base}/metadata", headers={"authorization": "Bearer wrong"}), 401)
    headers = right_way(way, running)
    assert httpx.get(f"{running.base}/Patient", headers=headers).status_code == 200
    running.switch("sign_out")
    assert httpx.get(f"{running.base}/Patient", headers=headers).status_code == (
        401 if way == "oauth2" else 200
    )


def test_token_is_for_the_client_only(tmp_path: Path) -> None:
    with serving(tmp_path, sign_in="oauth2", secret="s3cret", token_lifetime_s=0) as running:
        address = running.base.replace("/fhir", "/oauth/token")
        form = {"grant_type": "client_credentials", "client_id": "desk", "client_secret": "s3cret"}
        assert httpx.post(address, data={**form, "client_secret": "x"}).json() == {"error": "invalid_client"}
        assert httpx.post(address, data={**form, "grant_type": "password"}).status_code == 400
        token = httpx.post(address, data=form).json()["access_token"]
        late = httpx.get(f"{running.base}/Patient", headers={"authorization": f"Bearer {token}"})
        assert late.status_code == 401
