"""The catalogue as catalogues and downloaders read it: every file described, every figure true."""

import io
from pathlib import Path

import httpx
import networkx
import pandas
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from loaders.release import open_release
from ontology.namespaces import BASE, STANDARD, VOCABULARY

DATASET = BASE + "dataset"
PREFIXES = "".join(f"PREFIX {name}: <{STANDARD[name]}> " for name in ("dcat", "dcterms", "void", "rdf"))


@pytest.fixture
def catalogue(client: httpx.Client) -> Store:
    store = Store()
    store.bulk_extend(parse(client.get("/dataset.ttl").content, RdfFormat.TURTLE))
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(
        f"{PREFIXES} PREFIX vndx: <{VOCABULARY}> PREFIX spdx: <http://spdx.org/rdf/terms#> {query}"
    )
    return [tuple(term.value for term in row) for row in found]  # type: ignore[union-attr]


def test_every_distribution_can_be_had_and_is_what_is_said(client: httpx.Client, catalogue: Store) -> None:
    found = rows(
        catalogue,
        f"""SELECT DISTINCT ?url ?media {{ <{DATASET}> dcat:distribution ?file .
            ?file a dcat:Distribution ; dcterms:license ?licence ;
                  dcat:downloadURL ?url ; dcat:mediaType ?media }}""",
    )
    urls = {url for url, _ in found}
    assert len(urls) == len(found) > 40, "one media type each"
    for end in (".nq.gz", ".trig.gz", ".jsonld.gz", "person.csv", "person.parquet", ".graphml", ".gexf"):
        assert any(url.endswith(end) for url in urls), end
    for url in urls:
        assert client.head("/" + url.removeprefix(BASE)).status_code == 200, url


def test_every_dump_has_size_and_checksum(client: httpx.Client, catalogue: Store, release: Path) -> None:
    found = rows(
        catalogue,
        "SELECT ?file ?size ?sum { ?file dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }",
    )
    told = {(file.rpartition("/")[2], int(size), digest) for file, size, digest in found}
    assert told == {
        (entry["path"].removeprefix("dumps/"), entry["size"], entry["sha256"])
        for entry in open_release(release).manifest["files"]
        if entry["path"].startswith("dumps/")
    }


def test_counts_and_bounds_stand_on_the_same_parts(catalogue: Store, release: Path) -> None:
    found = rows(
        catalogue,
        f"""SELECT ?class ?count ?least ?most {{ <{DATASET}> void:classPartition ?part .
            ?part void:class ?class ; void:entities ?count ; vndx:atLeast ?least ; vndx:atMost ?most }}""",
    )
    classes = open_release(release).manifest["classes"]
    assert len(found) > 15
    for name, count, least, most in found:
        assert int(count) == classes[name]
        assert int(least) <= int(count) <= int(most)


def test_counts_of_properties_are_those_of_the_graph(client: httpx.Client, catalogue: Store) -> None:
    ((count,),) = rows(
        catalogue,
        f"""SELECT ?count {{ <{DATASET}> void:propertyPartition ?part .
            ?part void:property vndx:evidence ; void:triples ?count }}""",
    )
    query = f"SELECT (COUNT(*) AS ?n) {{ ?s <{VOCABULARY}evidence> ?o }}"
    answer = client.get("/sparql", params={"query": query, "format": "json"}).json()
    assert answer["results"]["bindings"][0]["n"]["value"] == count


def test_the_vocabulary_and_the_endpoint_are_linked(client: httpx.Client, catalogue: Store) -> None:
    links = {
        (quad.predicate.value.rpartition("#")[2].rpartition("/")[2], quad.object.value)
        for quad in catalogue.quads_for_pattern(NamedNode(DATASET), None, None)
        if isinstance(quad.object, NamedNode | Literal)
    }
    assert {("conformsTo", BASE + "ontology"), ("sparqlEndpoint", BASE + "sparql")} <= links
    assert client.get("/ontology", headers={"Accept": "text/html"}).status_code == 200


def test_networks_are_read_back_by_networkx(client: httpx.Client) -> None:
    graphml = networkx.parse_graphml(client.get("/views/recommendations.graphml").text)
    gexf = networkx.read_gexf(io.BytesIO(client.get("/views/recommendations.gexf").content))
    assert set(graphml.nodes) == set(gexf.nodes)
    assert graphml.number_of_edges() == gexf.number_of_edges() > 5
    assert f"{BASE}id/platform/vo-so" in graphml.nodes


def test_tables_are_read_back_by_pandas(client: httpx.Client, release: Path) -> None:
    classes = open_release(release).manifest["classes"]
    rows = pandas.read_parquet(io.BytesIO(client.get("/dumps/recommendation.parquet").content))
    assert len(rows) == classes[VOCABULARY + "Recommendation"]
    text = pandas.read_csv(io.BytesIO(client.get("/dumps/recommendation.csv").content))
    assert list(text["id"]) == list(rows["id"])
    assert client.head("/dumps/recommendation.csv").headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_groups_the_files(client: httpx.Client, language: str) -> None:
    page = client.get("/dataset", params={"lang": language}, headers={"Accept": "text/html"}).text
    for name in ("whole", "tables", "shapes", "graphs", "networks"):
        assert f'<h3 id="{name}">' in page
    for name in ("vndx.jsonld.gz", "person.parquet", "popolo.json", "entities.ftm.json", "SHA256SUMS"):
        assert f'href="/dumps/{name}"' in page


@pytest.mark.parametrize("path", ["/dataset.csv", "/dataset.turtle", "/dataset.x", "/dataset/nothing"])
def test_what_the_dataset_is_not_given_as(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
