"""Queries of the suites: those with results, those to accept, those to reject, and those refused here."""

import answers
import httpx
import pytest
from answers import Found
from manifest import Case, Data
from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize
from stage import Stage, quads
from suite import EngineFailureError

_QUERY = {"Content-Type": "application/sparql-query"}
_ENGINE = {
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "text/csv": QueryResultsFormat.CSV,
}


def test_evaluation(stage: Stage, evaluation: Case) -> None:
    assert evaluation.result is not None
    text = _based(evaluation)
    wanted = answers.expected(evaluation.result, ordered="ORDER BY" in text.upper())
    file = stage.show(quads(evaluation.data))
    accept = answers.accept(evaluation.result)
    got = _found(stage.client.post("/sparql", content=text, headers=_QUERY | {"Accept": accept}))
    wrong = got if isinstance(got, str) else answers.differences(wanted, got, reduced=evaluation.reduced)
    if wrong:
        store = Store()
        store.load(path=file, format=RdfFormat.N_QUADS)
        if _same(got, _engine(store, text, accept)):
            raise EngineFailureError(wrong)
        pytest.fail(wrong)


def test_accepted(stage: Stage, accepted: Case) -> None:
    answer = _get(stage, accepted)
    assert answer.status_code == 200, answer.text


def test_rejected(stage: Stage, rejected: Case) -> None:
    answer = _get(stage, rejected)
    if answer.status_code == 200:
        assert rejected.text is not None
        Store().query(rejected.text.read_text("utf-8"))
        raise EngineFailureError("the engine's parser takes it")
    assert (answer.status_code, answer.json()["code"]) == (400, "query-syntax"), answer.text


def test_federated_is_refused(stage: Stage, federated: Case) -> None:
    answer = _get(stage, federated)
    assert (answer.status_code, answer.json()["code"]) == (400, "service-refused"), answer.text


def test_update_is_refused(stage: Stage, update: Case) -> None:
    stage.show([])
    assert update.text is not None
    body = update.text.read_bytes()
    headers = {"Content-Type": "application/sparql-update"}
    answer = stage.client.post("/sparql", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "update-refused"), answer.text
    answer = stage.client.post("/sparql", content=body, headers=_QUERY)
    assert answer.status_code in (400, 403), answer.text


def _get(stage: Stage, case: Case) -> httpx.Response:
    stage.show(quads(Data()))
    assert case.text is not None
    return stage.client.get("/sparql", params={"query": case.text.read_text("utf-8")})


def _based(case: Case) -> str:
    """The query with the address that its relative IRIs are meant for."""
    assert case.text is not None
    return f"BASE <{case.base}>\n{case.text.read_text('utf-8')}"


def _found(answer: httpx.Response) -> Found | str:
    """What the service answers; its complaint where it answers nothing."""
    if answer.status_code == 200:
        return answers.answered(answer.content, answer.headers["Content-Type"])
    return f"{answer.status_code}: {answer.text}"


def _same(got: Found | str, alone: Found | str) -> bool:
    """Whether service and engine answer the same, or both nothing."""
    if isinstance(got, str) or isinstance(alone, str):
        return isinstance(got, str) and isinstance(alone, str)
    return not answers.differences(alone, got, reduced=False)


def _engine(store: Store, text: str, accept: str) -> Found | str:
    """What the engine answers without the service; its complaint where it answers nothing."""
    try:
        found = store.query(text)
        if isinstance(found, QueryTriples):
            return answers.answered(serialize(found, format=RdfFormat.TURTLE) or b"", "text/turtle")
        media_type = accept.partition(",")[0]
        if isinstance(found, QueryBoolean):
            return Found(boolean=bool(found))
        return answers.answered(found.serialize(format=_ENGINE[media_type]) or b"", media_type)
    except (SyntaxError, RuntimeError) as error:
        return str(error) or type(error).__name__
