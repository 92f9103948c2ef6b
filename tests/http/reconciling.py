"""The Reconciliation API as its clients ask it, with every question and answer held against its schemas.

These are looked for in `reconciliation` of $VNDX_SHARED (by default `../shared`).
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

REPOSITORY = Path(__file__).resolve().parents[2]
API = (REPOSITORY / os.environ.get("VNDX_SHARED", "../shared") / "reconciliation" / "0.2").resolve()
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}

Valid = Callable[[str, Any], Any]


def validator() -> Valid:
    """What checks an answer against the schema of that name, and hands it on."""
    if not API.is_dir():
        reason = f"the schemas are not in {API}: set VNDX_SHARED to the folder that holds reconciliation/"
        if os.environ.get("CI"):
            pytest.fail(reason)
        return lambda name, answer: answer
    schemas = {path.stem: json.loads(path.read_text()) for path in (API / "schemas").glob("*.json")}
    resources = [(one["$id"], Resource(one, DRAFT7)) for one in schemas.values() if "$id" in one]
    swagger = ("http://swagger.io/v2/schema.json", Resource(schemas["openapi"], DRAFT7))
    registry: Registry[Any] = Registry().with_resources([*resources, swagger])

    def check(name: str, answer: Any) -> Any:
        Draft7Validator(schemas[name], registry=registry).validate(answer)
        return answer

    return check


def reconcile(
    client: httpx.Client, valid: Valid, **queries: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """The candidates of each query, posted as a form."""
    valid("reconciliation-query-batch", queries)
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    found = valid("reconciliation-result-batch", answer.json())
    assert list(found) == list(queries)
    return {name: batch["result"] for name, batch in found.items()}


def extend(
    client: httpx.Client, valid: Valid, ids: list[str], *properties: Any, **params: str
) -> dict[str, Any]:
    asked = {"ids": ids, "properties": [{"id": one} if isinstance(one, str) else one for one in properties]}
    valid("data-extension-query", asked)
    answer = client.post("/reconcile", data={"extend": json.dumps(asked)}, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = valid("data-extension-response", answer.json())
    assert list(found["rows"]) == ids
    return found


def matched(candidates: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in candidates if one["match"]]
