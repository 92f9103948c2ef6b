"""Every dump is read back by the tools it is meant for, and says what the record says."""

import gzip
import hashlib
import io
import json
from itertools import product
from pathlib import Path

import minirecord
import pandas
import pytest
import rdflib
from minirecord import SLUG
from pyoxigraph import RdfFormat, Store, parse
from rdflib.compare import isomorphic

from loaders import columns, tables, tabular
from loaders.building import build
from loaders.release import Release, ReleaseError
from ontology.namespaces import THING, VOCABULARY


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("dumps")
    return build(minirecord.write(folder / "data"), folder / "out")


def unpacked(release: Release, name: str) -> bytes:
    return gzip.decompress((release.dumps / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "format"),
    [("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG), ("jsonld", RdfFormat.JSON_LD)],
)
def test_the_whole_graph_in_each_format(release: Release, name: str, format: RdfFormat) -> None:
    read = set(parse(unpacked(release, f"vndx.{name}.gz"), format))
    assert read == set(parse(path=release.quads))
    assert len(read) == release.manifest["quads"]


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph:DeprecationWarning"
)  # rdflib's parsers warn of themselves
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
@pytest.mark.parametrize(("name", "format"), [("nq", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")])
def test_rdflib_reads_each_format(release: Release, name: str, format: str) -> None:
    read = rdflib.Dataset()
    read.parse(data=unpacked(release, f"vndx.{name}.gz"), format=format)
    assert sum(len(graph) for graph in read.graphs()) == release.manifest["quads"]
    registry = rdflib.Graph().parse(release.dumps / "graph-registry.ttl")
    assert isomorphic(registry, read.graph(rdflib.URIRef("https://w3id.org/vndx/graph/registry")))


def test_checksums_cover_every_file(release: Release) -> None:
    lines = (release.dumps / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(listed) == {path.name for path in release.dumps.iterdir()} - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256((release.dumps / name).read_bytes()).hexdigest() == digest


def test_a_table_a_class_with_a_row_an_instance(release: Release) -> None:
    classes = release.manifest["classes"]
    names = {path.stem for path in release.dumps.glob("*.csv")}
    assert names == {path.stem for path in release.dumps.glob("*.parquet")}
    assert {
        "person",
        "meeting",
        "administrative-unit",
        "recommendation",
        "platform-statement",
        "concept",
    } <= names
    assert "act" not in names, "only derived"
    for name, class_name in (("person", "Person"), ("observation", "Observation"), ("evidence", "Evidence")):
        rows = pandas.read_parquet(release.dumps / f"{name}.parquet")
        assert len(rows) == classes[VOCABULARY + class_name]


def test_pandas_reads_parquet_with_types(release: Release) -> None:
    rows = pandas.read_parquet(release.dumps / "observation.parquet").set_index("id")
    row = rows.loc[f"{THING}observation/{SLUG}-ho"]
    assert rows["value"].dtype == "float64"
    assert row["value"] == 49.4
    assert row["date"].isoformat() == "2020-01-01"
    assert row["label_vi"] == "49,4% hộ"
    assert list(row["area"]) == [f"{THING}unit/mot"]
    meeting = pandas.read_parquet(release.dumps / "meeting.parquet").iloc[0]
    assert set(meeting["party"]) == {f"{THING}organization/bo", f"{THING}unit/mot"}
    post = pandas.read_parquet(release.dumps / "post.parquet").set_index("id")
    assert bool(post.loc[f"{THING}post/bo-truong-bo", "singleSeat"]) is True


def test_csv_says_the_same_as_parquet_and_is_documented(release: Release) -> None:
    described = json.loads((release.dumps / tabular.METADATA).read_bytes())
    assert described["@context"] == "http://www.w3.org/ns/csvw"
    assert {table["url"] for table in described["tables"]} == {
        path.name for path in release.dumps.glob("*.csv")
    }
    for table in described["tables"]:
        rows = pandas.read_csv(release.dumps / table["url"], dtype=str, keep_default_na=False)
        typed = pandas.read_parquet(release.dumps / table["url"].replace(".csv", ".parquet"))
        columns = table["tableSchema"]["columns"]
        assert list(rows.columns) == list(typed.columns) == [column["name"] for column in columns]
        for column in columns:
            if column["name"] == "id":
                continue
            assert column["propertyUrl"].startswith("http"), column
            assert column["dc:title"], column
            cells = zip(rows[column["name"]], typed[column["name"]], strict=True)
            for text, value in cells:
                if "separator" in column:
                    assert text == column["separator"].join(map(str, value))
                elif column["datatype"] in ("string", "anyURI", "date") and text:
                    assert text == str(value)


def test_texts_that_hold_a_bar_stay_one_value() -> None:
    column = columns.Column("alt", "x", "vi", "text", True, {}, {})
    id_ = columns.Column("id", "", "", "iri", False, {}, {})
    table = tables.Table("t", "c", {}, (id_, column), ((("x:1",), ("a|b", "c")),))
    assert tabular.csv_bytes(table) == b"id,alt\r\nx:1,a\xc2\xa6b|c\r\n"
    read = pandas.read_parquet(io.BytesIO(tabular.parquet(table)))
    assert list(read["alt"][0]) == ["a|b", "c"]


def test_more_values_than_the_shapes_allow_are_all_kept() -> None:
    store = Store()
    store.load(
        b"<https://w3id.org/vndx/id/person/x> a <https://w3id.org/vndx/ontology#Person> ;"
        b' <https://w3id.org/vndx/ontology#datePrecision> "day", "year" .',
        RdfFormat.TURTLE,
    )
    (table,) = tables.tables(store)
    assert table.columns[1].many
    assert table.rows[0][1] == ("day", "year")


def test_popolo(release: Release) -> None:
    told = json.loads((release.dumps / "popolo.json").read_bytes())
    ids = {thing["id"] for name in ("persons", "organizations", "posts", "areas") for thing in told[name]}
    (membership,) = told["memberships"]
    assert membership["person_id"] == f"{THING}person/an"
    assert membership["role"] == "Bộ trưởng"
    assert {membership["person_id"], membership["organization_id"], membership["post_id"]} <= ids
    assert membership["sources"][0]["note"] == "attested on 2020-03-02"
    assert not {"start_date", "end_date"} & set(membership), "nothing invented"
    binh = next(person for person in told["persons"] if person["name"] == "Bình")
    assert {"name": "ông Bình", "lang": "vi", "note": "alternative"} in binh["other_names"]
    assert {post["organization_id"] for post in told["posts"]} <= ids


POPOLO = {
    "persons": "id name other_names links",
    "organizations": "id name other_names links parent_id area_id",
    "posts": "id label other_label links organization_id area_id",
    "memberships": "id person_id organization_id post_id role sources",
    "areas": "id name parent_id classification",
    "other_names": "name note",
    "links": "url",
    "sources": "url note",
}
"""Those of Popolo's terms that we use, by the class of its schemas that has them."""
BEYOND = {"areas": {"other_names", "links", "valid_from", "valid_until"}, "other_names": {"lang"}}
"""Terms of ours where Popolo has none that would do."""


def test_popolo_has_terms_of_ours_only_where_it_has_none_itself(release: Release) -> None:
    told = json.loads((release.dumps / "popolo.json").read_bytes())
    inner: dict[str, list[dict[str, str]]] = {"other_names": [], "links": [], "sources": []}
    for things in (told[name] for name in POPOLO if name in told):
        for thing, (name, listed) in product(things, inner.items()):
            listed += thing.get(name, [])
    for name, terms in POPOLO.items():
        things = told.get(name) or inner[name]
        assert things, f"no {name} to look at"
        used = {term for thing in things for term in thing}
        assert used <= {*terms.split(), *BEYOND.get(name, ())}, name
    (minister,) = (post for post in told["posts"] if post["label"] == "Bộ trưởng")
    assert minister["other_label"] == ["Minister"]


def test_followthemoney(release: Release) -> None:
    lines = (release.dumps / "entities.ftm.json").read_text(encoding="utf-8").splitlines()
    entities = {entity["id"]: entity for entity in map(json.loads, lines)}
    assert len(entities) == len(lines)
    assert {entity["schema"] for entity in entities.values()} == {
        "Person",
        "Organization",
        "Position",
        "Occupancy",
    }
    (held,) = (entity["properties"] for entity in entities.values() if entity["schema"] == "Occupancy")
    assert entities[held["holder"][0]]["properties"]["name"] == ["An"]
    assert entities[held["post"][0]]["properties"]["organization"] == ["vndx-organization-bo"]
    assert held["date"] == ["2020-03-02"]
    for entity in entities.values():
        assert set(entity) == {"id", "schema", "properties"}
        assert all(isinstance(values, list) and all(values) for values in entity["properties"].values())


def test_schema_org(release: Release) -> None:
    body = (release.dumps / "schema-org.jsonld").read_bytes()
    graph = Store()
    graph.bulk_extend(parse(body, RdfFormat.JSON_LD))
    found = graph.query(
        "PREFIX schema: <https://schema.org/> SELECT ?day ?who ?job {"
        " ?meeting a schema:Event ; schema:startDate ?day ; schema:attendee ?who ."
        " ?who a schema:Person ; schema:jobTitle ?job }"
    )
    rows = [tuple(term.value for term in row) for row in found]  # type: ignore[union-attr]
    assert rows == [("2020-03-02", f"{THING}person/an", "Bộ trưởng")]
    assert json.loads(body)["@graph"][0]["license"].startswith("https://creativecommons.org/")


def test_a_build_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ReleaseError, match=r"pyarrow is not installed: run `pip install 'vndx\[build\]'`"):
        build(minirecord.write(tmp_path / "data"), tmp_path / "out")
