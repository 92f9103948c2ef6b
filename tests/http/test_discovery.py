"""What search engines find: site map, what is closed to crawlers, OpenSearch, the dataset in schema.org."""

import json
import random
import re
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import httpx
import pytest

from loaders.release import open_release

PAGE = {"Accept": "text/html"}
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client: httpx.Client, address: str) -> list[str]:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    return [one.text or "" for one in ElementTree.fromstring(answer.content).iter(f"{SPACE}loc")]


def test_the_site_map_lists_pages_that_are_there(client: httpx.Client) -> None:
    root = str(client.base_url).rstrip("/")
    parts = locations(client, "/sitemap.xml")
    pages = [page for part in parts for page in locations(client, part)]
    assert len(pages) == len(set(pages)) > 1000
    assert all(page.startswith(f"{root}/") for page in pages)
    assert {f"{root}/", f"{root}/dataset", f"{root}/doc/platform/vo-so"} <= set(pages)
    for page in [*pages[:12], *random.Random(4).sample(pages, 12)]:
        assert client.get(page, headers=PAGE).status_code == 200, page
    assert client.get("/sitemap-9999.xml").status_code == client.get("/sitemap-0.xml").status_code == 404


def test_crawlers_are_kept_from_what_is_made_on_demand(client: httpx.Client) -> None:
    robots = RobotFileParser()
    text = client.get("/robots.txt").text
    robots.parse(text.splitlines())
    assert text.splitlines()[-1] == f"Sitemap: {str(client.base_url).rstrip('/')}/sitemap.xml"
    for path in ("/", "/doc/unit/ben-tre", "/dataset", "/dumps/vndx.nq.gz", "/questions", "/sparql"):
        assert robots.can_fetch("anybot", path), path
    for path in ("/search?q=x", "/explore?focus=x", "/api/path?from=a", "/reconcile", "/sparql?query=x"):
        assert not robots.can_fetch("anybot", path), path


def test_a_browser_can_search_by_opensearch(client: httpx.Client) -> None:
    described = ElementTree.fromstring(client.get("/opensearch.xml").content)
    urls = {one.get("type"): one.get("template", "") for one in described.iter() if one.tag.endswith("}Url")}
    for kind in ("text/html", "application/json"):
        answer = client.get(urls[kind].replace("{searchTerms}", "vo+so"), headers={"Accept": kind})
        assert answer.headers["content-type"].startswith(kind)
        assert "platform/vo-so" in answer.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_dataset_is_described_for_search_engines_of_datasets(
    language: str, client: httpx.Client, release: Path
) -> None:
    answer = client.get("/dataset", params={"lang": language}, headers=PAGE)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
    assert found
    told = json.loads(found[1])
    manifest = open_release(release).manifest
    assert (told["@type"], told["identifier"]) == ("Dataset", manifest["digest"])
    assert 50 <= len(told["description"]) <= 5000 and told["dateModified"] == manifest["date"]
    sizes = {entry["path"]: entry for entry in manifest["files"]}
    assert len(told["distribution"]) == sum(path.startswith("dumps/") for path in sizes)
    for one in told["distribution"]:
        entry = sizes[f"dumps/{one['name']}"]
        assert (one["sha256"], one["contentSize"]) == (entry["sha256"], f"{entry['size']} B")
        assert one["contentUrl"].endswith(f"/dumps/{one['name']}")
    assert '</.well-known/void>; rel="describedby"' in answer.headers["link"]
