"""The official R4 schema, compiled once a session for the resources we write."""

import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema

WRITTEN = (
    *("Patient", "ServiceRequest", "Task", "EpisodeOfCare", "Communication", "Organization"),
    *("HealthcareService", "CoverageEligibilityRequest", "CoverageEligibilityResponse", "Coverage"),
)


@cache
def whole_schema() -> dict[str, Any]:
    packed = (Path(__file__).parent / "fhir.schema.json.gz").read_bytes()
    loaded: dict[str, Any] = json.loads(gzip.decompress(packed))
    return loaded


@cache
def _validator() -> Callable[[Any], Any]:
    whole = whole_schema()
    kinds = [{"$ref": f"#/definitions/{name}"} for name in (*WRITTEN, "Bundle")]
    # All 146 kinds can stand in a bundle; compiling those we write keeps the start short.
    definitions = {**whole["definitions"], "ResourceList": {"oneOf": kinds}}
    top = {"$schema": whole["$schema"], "definitions": definitions, "$ref": "#/definitions/ResourceList"}
    compiled: Callable[[Any], Any] = fastjsonschema.compile(top)
    return compiled


def check(resource: Any) -> None:
    """Raises JsonSchemaValueException where the resource is not valid R4; `None` and NaN are no JSON."""
    _validator()(json.loads(json.dumps(resource, allow_nan=False)))


def checked_parts(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The resources of a valid bundle by type."""
    check(bundle)
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}
