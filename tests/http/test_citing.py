"""Citations over HTTP: every field of each form, for a statement, a question and the dataset."""

import re
from typing import Any

import httpx
import pytest

ACT = "/doc/act/ben-tre-2020-07-17-vo-so"
IRI = "https://w3id.org/vndx/id/act/ben-tre-2020-07-17-vo-so"
ENGLISH = "Ben Tre should bring its farm products to marketplaces such as Vỏ sò"


@pytest.fixture
def manifest(client: httpx.Client) -> dict[str, Any]:
    """The digest of the release in force and its date, as the dataset's description tells them."""
    text = client.get("/dataset.nt").text
    identifier = re.search(r'terms/identifier> "([0-9a-f]{64})"', text)
    modified = re.search(r'terms/modified> "(\d{4}-\d\d-\d\d)"', text)
    assert identifier
    assert modified
    return {"digest": identifier[1], "date": modified[1]}


def fields(bibtex: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) = \{(.*)\},?$", bibtex, re.MULTILINE))


def test_a_statement_as_bibtex(client: httpx.Client, manifest: dict[str, Any]) -> None:
    answer = client.get(f"{ACT}.bib", params={"lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-bibtex; charset=utf-8"
    assert 'filename="vndx-act-ben-tre-2020-07-17-vo-so.bib"' in answer.headers["content-disposition"]
    assert answer.text.startswith("@misc{vndx-act-ben-tre-2020-07-17-vo-so,\n")
    said = fields(answer.text)
    note = said.pop("note")
    assert said == {
        "author": "{vndx}",
        "title": f"{{{ENGLISH}}}",
        "year": manifest["date"][:4],
        "date": manifest["date"],
        "version": manifest["digest"],
        "howpublished": "Knowledge graph of Viet Nam’s digital transformation",
        "url": f"{str(client.base_url).rstrip('/')}{ACT}?release={manifest['digest']}",
        "langid": "english",
    }
    assert note.startswith(IRI)
    assert "paragraph 23 · characters 4626–4797 · SHA-256 1c7401144602abb3" in note
    assert note.endswith(f"Release {manifest['digest']}. CC BY 4.0.")
    assert answer.text.count("{") == answer.text.count("}")


def test_a_statement_as_ris(client: httpx.Client, manifest: dict[str, Any]) -> None:
    answer = client.get(f"{ACT}.ris", params={"lang": "en"})
    assert answer.headers["content-type"] == "application/x-research-info-systems; charset=utf-8"
    lines = answer.content.decode().split("\r\n")
    assert lines.pop() == ""
    said = {line[:2]: line[6:] for line in lines}
    assert [line[:6] for line in lines] == [
        f"{tag}  - " for tag in "TY ID AU TI T2 PY DA ET UR LA N1 ER".split()
    ]
    assert said["TY"] == "DATA"
    assert said["ID"] == "vndx-act-ben-tre-2020-07-17-vo-so"
    assert said["AU"] == "vndx"
    assert said["TI"] == ENGLISH
    assert said["T2"] == "Knowledge graph of Viet Nam’s digital transformation"
    assert said["PY"] == manifest["date"][:4]
    assert said["DA"] == manifest["date"].replace("-", "/")
    assert said["ET"] == manifest["digest"]
    assert said["UR"].endswith(f"{ACT}?release={manifest['digest']}")
    assert said["LA"] == "en"
    assert IRI in said["N1"]


def test_a_statement_as_csl_json(client: httpx.Client, manifest: dict[str, Any]) -> None:
    answer = client.get(f"{ACT}.csl.json")
    assert answer.headers["content-type"] == "application/vnd.citationstyles.csl+json"
    (item,) = answer.json()
    note = item.pop("note")
    assert item == {
        "id": "vndx-act-ben-tre-2020-07-17-vo-so",
        "type": "entry",
        "title": "Bến Tre cần đưa sản phẩm nông nghiệp lên các sàn như Vỏ sò",
        "author": [{"literal": "vndx"}],
        "version": manifest["digest"],
        "URL": f"{str(client.base_url).rstrip('/')}{ACT}?release={manifest['digest']}",
        "language": "vi",
        "container-title": "Đồ thị tri thức chuyển đổi số Việt Nam",
        "issued": {"date-parts": [[int(part) for part in manifest["date"].split("-")]]},
    }
    assert "đoạn 23 · ký tự 4626–4797" in note


@pytest.mark.parametrize("path", ["/dataset", "/questions/vo-so", ACT])
@pytest.mark.parametrize("extension", ["bib", "ris", "csl.json"])
def test_pages_link_citations_that_are_the_same_every_time(
    client: httpx.Client, path: str, extension: str
) -> None:
    address = f"{path}.{extension}"
    assert f'href="{address}"' in client.get(path, headers={"Accept": "text/html"}).text
    first, again = client.get(address), client.get(address)
    assert first.status_code == 200
    assert first.content == again.content
    assert client.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_the_dataset_is_cited_as_a_dataset(client: httpx.Client, manifest: dict[str, Any]) -> None:
    (item,) = client.get("/dataset.csl.json", params={"lang": "en"}).json()
    assert item["type"] == "dataset"
    assert item["title"] == "Knowledge graph of Viet Nam’s digital transformation"
    assert item["version"] == manifest["digest"]
    assert "container-title" not in item
    assert client.get("/dataset.bib").text.startswith("@dataset{vndx-dataset,")


def test_a_permanent_address_leads_to_the_page(client: httpx.Client) -> None:
    for path in ("/dataset", "/questions/vo-so", ACT):
        (item,) = client.get(f"{path}.csl.json").json()
        answer = client.get(item["URL"], headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert f"?release={item['version']}" in answer.text
        gone = client.get(item["URL"].partition("?")[0] + "?release=" + "0" * 64)
        assert gone.status_code == 404


def test_what_is_unknown_cannot_be_cited(client: httpx.Client) -> None:
    assert client.get("/doc/act/nothing-of-the-kind.bib").status_code == 404
    assert client.get("/questions/nosuch.ris").status_code == 404
    assert client.get("/questions/vo-so.exe").status_code == 404
