"""The practice authority speaks FHIR R4 as it says it does, over a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.authority.serving import RunningAuthority, serving

SYSTEM = "urn:test"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAuthority]:
    with serving(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture(scope="module")
def http(authority: RunningAuthority) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=authority.base, timeout=10) as client:
        yield client


_numbers = iter(range(1, 1_000_000))


def person(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": SYSTEM, "value": f"p{next(_numbers)}"}],
        "name": [{"family": "Үлгі"}],
        **more,
    }


def key_of(resource: dict[str, Any]) -> str:
    return f"identifier={SYSTEM}|{resource['identifier'][0]['value']}"


def made(http: httpx.Client, resource: dict[str, Any] | None = None) -> dict[str, Any]:
    resource = resource or person()
    answer = http.post(f"/{resource['resourceType']}", json=resource)
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(http: httpx.Client, resource: dict[str, Any], version: str | None) -> httpx.Response:
    headers = {} if version is None else {"if-match": f'W/"{version}"'}
    return http.put(f"/{resource['resourceType']}/{resource['id']}", json=resource, headers=headers)


def is_outcome(answer: httpx.Response, status: int) -> bool:
    body = answer.json()
    issue = body["issue"][0]
    return (
        answer.status_code == status
        and body["resourceType"] == "OperationOutcome"
        and issue["severity"] == "error"
        and bool(issue["diagnostics"])
        and answer.headers["content-type"].startswith("application/fhir+json")
    )


def test_statement_says_what_is_offered(http: httpx.Client) -> None:
    statement = http.get("/metadata").json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    rest = statement["rest"][0]
    assert {"code": "transaction"} in rest["interaction"]
    patient = next(row for row in rest["resource"] if row["type"] == "Patient")
    assert patient["conditionalCreate"] is True
    assert patient["versioning"] == "versioned-update"
    assert {"code": "history-type"} in patient["interaction"]
    for row in rest["resource"]:
        for parameter in row["searchParam"]:
            value = "ge2020-01-01" if parameter["type"] == "date" else "1"
            answer = http.get(f"/{row['type']}", params={parameter["name"]: value})
            assert answer.status_code == 200, (row["type"], parameter, answer.text)


def test_created_resource_is_read_back(http: httpx.Client) -> None:
    wanted = person(telecom=[{"system": "phone", "value": "+77010000001"}])
    answer = http.post("/Patient", json=wanted)
    one = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{http.base_url}Patient/{one['id']}/_history/1"
    assert answer.headers["etag"] == 'W/"1"'
    assert "last-modified" in answer.headers
    assert "date" in answer.headers
    assert {name: one[name] for name in wanted} == wanted
    assert http.get(f"/Patient/{one['id']}").json() == one
    assert http.get(f"/Patient/{one['id']}/_history/1").json() == one
    assert is_outcome(http.get(f"/Patient/{one['id']}/_history/2"), 404)


def test_conditional_create_makes_one(http: httpx.Client) -> None:
    one = person()
    headers = {"if-none-exist": key_of(one)}
    first = http.post("/Patient", json=one, headers=headers)
    second = http.post("/Patient", json=one, headers=headers)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert second.headers["etag"] == 'W/"1"'
    made(http, one)
    assert is_outcome(http.post("/Patient", json=one, headers=headers), 412)


def test_update_knows_the_version(http: httpx.Client) -> None:
    one = made(http)
    one["gender"] = "male"
    assert is_outcome(put(http, one, None), 428)
    first = put(http, one, "1")
    assert (first.status_code, first.json()["meta"]["versionId"]) == (200, "2")
    assert first.headers["etag"] == 'W/"2"'
    assert is_outcome(put(http, one, "1"), 412)
    assert http.get(f"/Patient/{one['id']}").json()["gender"] == "male"
    assert is_outcome(put(http, {**one, "id": "unknown"}, "1"), 404)
    wrong = http.put(f"/Patient/{one['id']}", json={**one, "id": "x"}, headers={"if-match": 'W/"2"'})
    assert is_outcome(wrong, 400)


def test_deleted_resource_is_gone_and_told(http: httpx.Client) -> None:
    one = made(http)
    address = f"/Patient/{one['id']}"
    assert is_outcome(http.delete(address, headers={"if-match": 'W/"7"'}), 412)
    assert http.delete(address).status_code == 204
    assert http.delete(address).status_code == 204
    assert is_outcome(http.get(address), 410)
    assert is_outcome(put(http, one, "2"), 410)
    assert http.get("/Patient", params={"_id": one["id"]}).json()["total"] == 0
    told = http.get(f"{address}/_history").json()
    assert [entry["request"]["method"] for entry in told["entry"]] == ["DELETE", "POST"]
    assert "resource" not in told["entry"][0]


def test_times_grow_and_a_search_starts_where_it_says(http: httpx.Client) -> None:
    people = [made(http) for _ in range(5)]
    times = [one["meta"]["lastUpdated"] for one in people]
    assert times == sorted(set(times))
    for prefix, wanted in {"ge": people[2:], "gt": people[3:]}.items():
        found = http.get("/Patient", params={"_lastUpdated": f"{prefix}{times[2]}"}).json()
        assert [entry["resource"] for entry in found["entry"]] == wanted
        assert found["total"] == len(wanted)
    upto = http.get("/Patient", params=[("_lastUpdated", f"ge{times[0]}"), ("_lastUpdated", f"le{times[1]}")])
    assert [entry["resource"]["id"] for entry in upto.json()["entry"]] == [one["id"] for one in people[:2]]
    back = http.get("/Patient", params={"_lastUpdated": f"ge{times[3]}", "_sort": "-_lastUpdated"}).json()
    assert [entry["resource"]["id"] for entry in back["entry"]] == [people[4]["id"], people[3]["id"]]


def test_pages_lead_to_the_end(http: httpx.Client) -> None:
    people = [made(http) for _ in range(7)]
    since = people[0]["meta"]["lastUpdated"]
    page = http.get("/Patient", params={"_lastUpdated": f"ge{since}", "_sort": "_lastUpdated", "_count": 3})
    found: list[str] = []
    sizes: list[int] = []
    while True:
        bundle = page.json()
        assert bundle["total"] == 7
        sizes.append(len(bundle["entry"]))
        found += [entry["resource"]["id"] for entry in bundle["entry"]]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        if "next" not in links:
            break
        page = http.get(links["next"])
    assert (sizes, found) == ([3, 3, 1], [one["id"] for one in people])
    counted = http.get("/Patient", params={"_lastUpdated": f"ge{since}", "_summary": "count"}).json()
    assert (counted["total"], "entry" in counted) == (7, False)


def test_search_by_what_resources_refer_to(http: httpx.Client) -> None:
    one, other = made(http), made(http)
    for status, whose in (("requested", one), ("completed", one), ("requested", other)):
        made(
            http,
            {
                "resourceType": "Task",
                "identifier": [{"system": SYSTEM, "value": f"t{next(_numbers)}"}],
                "status": status,
                "intent": "order",
                "for": {"reference": f"Patient/{whose['id']}"},
            },
        )
    for name in ("patient", "subject"):
        for value in (one["id"], f"Patient/{one['id']}", f"{http.base_url}Patient/{one['id']}"):
            assert http.get("/Task", params={name: value}).json()["total"] == 2
    assert http.get("/Task", params={"patient": one["id"], "status": "completed"}).json()["total"] == 1
    assert (
        http.get("/Task", params={"patient": one["id"], "status": "completed,requested"}).json()["total"] == 2
    )
    value = one["identifier"][0]["value"]
    for said in (f"{SYSTEM}|{value}", value):
        found = http.get("/Patient", params={"identifier": said}).json()
        assert [entry["resource"]["id"] for entry in found["entry"]] == [one["id"]]
    assert http.get("/Patient", params={"identifier": f"other|{value}"}).json()["total"] == 0


def test_marks_of_a_search_can_be_part_of_a_value(http: httpx.Client) -> None:
    value = f"a,b|c$d{next(_numbers)}"
    one = made(http, person(identifier=[{"system": SYSTEM, "value": value}]))
    asked = value.replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")
    found = http.get("/Patient", params={"identifier": f"{SYSTEM}|{asked}"}).json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [one["id"]]


def test_logical_reference_is_found_by_its_identifier(http: httpx.Client) -> None:
    here = {"identifier": {"system": "urn:bin", "value": f"b{next(_numbers)}"}, "display": "Үлгі"}
    one = made(http, person(managingOrganization=here))
    asked = f"urn:bin|{here['identifier']['value']}"
    found = http.get("/Patient", params={"organization:identifier": asked}).json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [one["id"]]


def test_changed_resource_is_found_by_its_new_values_only(http: httpx.Client) -> None:
    one = made(http)
    old = one["identifier"][0]["value"]
    one["identifier"] = [{"system": SYSTEM, "value": f"{old}-new"}]
    assert put(http, one, "1").status_code == 200
    assert http.get("/Patient", params={"identifier": old}).json()["total"] == 0
    assert http.get("/Patient", params={"identifier": f"{old}-new"}).json()["total"] == 1


def test_history_of_a_type_since_a_moment(http: httpx.Client) -> None:
    one, other = made(http), made(http)
    since = other["meta"]["lastUpdated"]
    put(http, one, "1")
    http.delete(f"/Patient/{other['id']}")
    told: list[tuple[str, str]] = []
    page = http.get(f"/Patient/_history?_since={quote(since)}&_count=2")
    while True:
        bundle = page.json()
        assert (bundle["type"], bundle["total"]) == ("history", 3)
        told += [
            (entry["request"]["method"], entry["fullUrl"].rsplit("/", 1)[1]) for entry in bundle["entry"]
        ]
        more = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        if not more:
            break
        page = http.get(more[0])
    assert told == [("DELETE", other["id"]), ("PUT", one["id"]), ("POST", other["id"])]


def referral(http: httpx.Client) -> dict[str, Any]:
    whose = made(http)
    number = next(_numbers)
    request = {
        "resourceType": "ServiceRequest",
        "identifier": [{"system": SYSTEM, "value": f"r{number}"}],
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{whose['id']}"},
    }
    task = {
        "resourceType": "Task",
        "identifier": [{"system": SYSTEM, "value": f"t{number}"}],
        "status": "requested",
        "intent": "order",
        "focus": {"reference": "urn:uuid:request"},
        "for": {"reference": f"Patient/{whose['id']}"},
    }
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:task", "resource": task, "request": posted(task)},
            {"fullUrl": "urn:uuid:request", "resource": request, "request": posted(request)},
        ],
    }


def posted(resource: dict[str, Any]) -> dict[str, str]:
    return {"method": "POST", "url": resource["resourceType"], "ifNoneExist": key_of(resource)}


def test_transaction_lands_together_and_once(http: httpx.Client) -> None:
    bundle = referral(http)
    first = http.post("", json=bundle).json()
    assert first["type"] == "transaction-response"
    task, request = (entry["resource"] for entry in first["entry"])
    assert [entry["response"]["status"] for entry in first["entry"]] == ["201", "201"]
    assert task["focus"]["reference"] == f"ServiceRequest/{request['id']}"
    assert first["entry"][0]["response"]["location"] == f"Task/{task['id']}/_history/1"
    again = http.post("", json=bundle).json()
    assert [entry["response"]["status"] for entry in again["entry"]] == ["200", "200"]
    assert [entry["resource"] for entry in again["entry"]] == [task, request]


def test_bad_entry_leaves_nothing_of_a_transaction(http: httpx.Client) -> None:
    bundle = referral(http)
    bundle["entry"].append(
        {"resource": {"resourceType": "Unheard"}, "request": {"method": "POST", "url": "Unheard"}}
    )
    answer = http.post("", json=bundle)
    assert is_outcome(answer, 404)
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[2]"]
    for entry in bundle["entry"][:2]:
        identifier = entry["resource"]["identifier"][0]["value"]
        found = http.get(f"/{entry['resource']['resourceType']}", params={"identifier": identifier})
        assert found.json()["total"] == 0


def test_batch_settles_each_entry_alone(http: httpx.Client) -> None:
    one, known = person(), made(http)
    bundle = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [
            {"request": {"method": "GET", "url": "Patient/unknown"}},
            {"resource": one, "request": posted(one)},
            {"request": {"method": "GET", "url": f"Patient?{key_of(one)}"}},
            {"request": {"method": "GET", "url": "Patient/_history?_since=2020-01-01&_count=1"}},
            {"request": {"method": "GET", "url": f"Patient/{known['id']}/_history"}},
            {"request": {"method": "GET", "url": f"Patient/{known['id']}/_history/1"}},
        ],
    }
    answer = http.post("", json=bundle).json()
    statuses = [entry["response"]["status"] for entry in answer["entry"]]
    assert statuses == ["404", "201", "200", "200", "200", "200"]
    assert answer["entry"][0]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert answer["entry"][2]["resource"]["total"] == 1
    assert answer["entry"][3]["resource"]["type"] == "history"
    assert answer["entry"][3]["resource"]["entry"][0]["resource"]["identifier"] == one["identifier"]
    assert [entry["resource"] for entry in answer["entry"][4]["resource"]["entry"]] == [known]
    assert answer["entry"][5]["resource"] == known


@pytest.mark.parametrize(
    ("preference", "wanted"),
    [("return=minimal", None), ("return=OperationOutcome", "OperationOutcome"), ("", "Patient")],
)
def test_preference_chooses_what_comes_back(http: httpx.Client, preference: str, wanted: str | None) -> None:
    answer = http.post("/Patient", json=person(), headers={"prefer": preference})
    assert answer.status_code == 201
    assert (answer.json()["resourceType"] if answer.content else None) == wanted


def test_every_mistake_is_told(http: httpx.Client) -> None:
    body = b'{"resourceType":"Patient"}'
    json_type = {"content-type": "application/fhir+json"}
    assert is_outcome(http.get("/Unheard/1"), 404)
    assert is_outcome(http.get("/Patient/nobody"), 404)
    assert is_outcome(http.get("/Patient?colour=red"), 400)
    assert is_outcome(http.get("/Patient?_sort=name"), 400)
    assert is_outcome(http.get("/Patient?_count=many"), 400)
    assert is_outcome(http.get("/Patient?_lastUpdated=geyesterday"), 400)
    assert is_outcome(http.get("/Patient/_history?_since=never"), 400)
    assert is_outcome(http.post("/Patient", content=b"{", headers=json_type), 400)
    assert is_outcome(http.post("/Patient", content=b'{"a":1,"a":2}', headers=json_type), 400)
    assert is_outcome(http.post("/Task", content=body, headers=json_type), 400)
    assert is_outcome(http.post("/Patient", content=body, headers={"content-type": "text/xml"}), 415)
    assert is_outcome(http.get("/Patient", headers={"accept": "application/fhir+xml"}), 406)
    assert is_outcome(http.patch("/Patient/1", content=body, headers=json_type), 405)
    assert is_outcome(http.post("", json={"resourceType": "Bundle", "type": "document"}), 400)
    assert is_outcome(http.post("/Patient", json=person(), headers={"if-none-exist": "colour=red"}), 400)


@pytest.mark.parametrize(
    "odd",
    [
        {"identifier": 5}, {"identifier": "x"}, {"identifier": [None, 3, {"value": 7}, {"system": []}]},
        {"managingOrganization": [1]}, {"managingOrganization": {"reference": {}}}, {"active": "yes"},
        {"birthDate": {}}, {"link": [{"other": [[]]}]}, {"name": "x\ud800"}, {"telecom": 4},
    ],
)  # fmt: skip
def test_odd_resource_is_kept_or_refused_but_breaks_nothing(http: httpx.Client, odd: dict[str, Any]) -> None:
    content = json.dumps({"resourceType": "Patient", **odd}).encode()
    answer = http.post("/Patient", content=content, headers={"content-type": "application/fhir+json"})
    assert answer.status_code in (201, 400, 422), answer.text
    if answer.status_code == 201:
        assert http.get(f"/Patient/{answer.json()['id']}").json() == answer.json()


@pytest.mark.parametrize("odd", [{"meta": "x"}, {"meta": [1]}])
def test_resource_without_a_real_meta_is_refused(http: httpx.Client, odd: dict[str, Any]) -> None:
    assert is_outcome(http.post("/Patient", json={"resourceType": "Patient", **odd}), 400)


@pytest.mark.parametrize(
    "odd",
    [
        {"entry": 5}, {"entry": [5]}, {"entry": [{"request": {"method": "GET", "url": 7}}]},
        {"entry": [{"request": {"method": "PATCH", "url": "Patient/1"}}]},
        {"entry": [{"request": {"method": "GET", "url": "../../x"}}]},
        {"entry": [{"request": {"method": "POST", "url": "Patient/_history"}, "resource": {}}]},
        {"entry": [{"request": {"method": "PUT", "url": "Patient"}, "resource": {}}]},
        {"entry": [{"fullUrl": [1], "request": {"method": "POST", "url": "Patient"}, "resource": {}}]},
    ],
)  # fmt: skip
def test_odd_transaction_is_refused(http: httpx.Client, odd: dict[str, Any]) -> None:
    answer = http.post("", json={"resourceType": "Bundle", "type": "transaction", **odd})
    assert answer.status_code in (400, 404, 413), answer.text
    assert is_outcome(answer, answer.status_code)
