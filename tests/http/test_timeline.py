"""The timeline, and the views of uses, programmes and posts."""

import re

import httpx

THING = "https://w3id.org/vndx/id/"
HTML = {"Accept": "text/html"}


def timeline(client: httpx.Client, **asked: str) -> str:
    answer = client.get("/views/timeline", params={"lang": "en", **asked}, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def days(page: str) -> list[str]:
    return re.findall(r'<time datetime="([^"]+)"', page)


def test_entries_stand_in_the_order_of_their_days(client: httpx.Client) -> None:
    page = timeline(client)
    assert len(days(page)) > 10
    assert days(page) == sorted(days(page))
    assert page.index("/doc/meeting/ben-tre-2020-07-17") < page.index("/doc/meeting/soc-trang-2021-01-04")


def test_due_days_are_told_as_targets(client: httpx.Client) -> None:
    entries = re.findall(r'<li class="(target|done)">(.*?)</div>\n</li>', timeline(client), re.DOTALL)
    assert {name for name, _ in entries} == {"target", "done"}
    for name, entry in entries:
        assert ("target: due" in entry) is (name == "target")
        assert "/doc/meeting/" not in entry or name == "done"


def test_acts_stand_with_their_meeting(client: httpx.Client) -> None:
    page = timeline(client, since="2021-01-04", until="2021-01-04")
    assert set(days(page)) == {"2021-01-04"}
    meeting = page[page.index("/doc/meeting/soc-trang-2021-01-04") :]
    assert meeting.count('href="/doc/act/soc-trang-2021-01-04') > 20


def test_an_empty_range_says_so_and_a_wrong_day_is_none(client: httpx.Client) -> None:
    assert "Nothing in this range" in timeline(client, since="1999-01-01", until="1999-12-31")
    assert days(timeline(client, since="soon")) == days(timeline(client))


def edges(client: httpx.Client, view: str) -> set[tuple[str, str, str]]:
    shown = client.get(f"/views/{view}.json").json()
    return {
        (edge["relation"], edge["source"].removeprefix(THING), edge["target"].removeprefix(THING))
        for edge in shown["edges"]
    }


def test_uses_tell_recommended_from_in_use_and_operated(client: httpx.Client) -> None:
    found = edges(client, "uses")
    assert {name for name, _, _ in found} == {"recommendedTo", "role-in-use", "operatedBy"}
    assert ("recommendedTo", "platform/akachain", "unit/soc-trang") in found
    assert ("role-in-use", "platform/akachain", "unit/soc-trang") not in found
    page = client.get("/views/uses?lang=en", headers=HTML).text
    matrix = page[page.index('class="matrix"') : page.index('class="twin"')]
    assert "in use" in matrix
    assert 'href="/doc/platform/akachain"' in matrix


def test_programmes_have_units_documents_and_acts(client: httpx.Client) -> None:
    found = edges(client, "programmes")
    assert ("area", "programme/chuong-trinh-chuyen-doi-so-soc-trang", "unit/soc-trang") in found
    assert any(name == "about" and one.startswith("document/") for name, one, _ in found)
    shown = client.get("/views/programmes.json").json()
    acts = [event for edge in shown["edges"] for event in edge["events"]]
    assert any("/act/" in event["id"] for event in acts)


def test_posts_lead_from_people_to_organizations(client: httpx.Client) -> None:
    found = edges(client, "posts")
    held = {(one, post) for name, one, post in found if name == "heldPost"}
    bodies = {post: body for name, post, body in found if name == "organization"}
    posts = {post for one, post in held if one == "person/nguyen-manh-hung"}
    assert {bodies.get(post) for post in posts} >= {"organization/bo-thong-tin-va-truyen-thong"}


def test_the_index_leads_to_every_view(client: httpx.Client) -> None:
    page = client.get("/views?lang=en", headers=HTML).text
    for name in ("map", "timeline", "meetings", "uses", "programmes", "posts"):
        assert f'href="/views/{name}"' in page
