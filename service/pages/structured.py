"""schema.org descriptions of pages, for search engines and other readers of JSON-LD."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ontology.namespaces import BASE, LICENCE, STANDARD
from visual.article import Article
from visual.description import Description
from visual.words import Language, word

_SCHEMA: Final = STANDARD["schema"]
_PREFERRED: Final = (
    "Person", "Organization", "AdministrativeArea", "SoftwareApplication", "Event", "Article", "CreativeWork",
    "Project",
)  # fmt: skip


def dataset(
    manifest: Mapping[str, Any], files: Iterable[tuple[str, Mapping[str, Any]]], root: str, language: Language
) -> Mapping[str, object]:
    """The dataset of a release as schema.org JSON-LD, for search engines of datasets.

    `files` are the dumps by name with their entries of the manifest; `root` is where this service stands.
    """
    said: dict[str, object] = {
        "@context": {"@vocab": _SCHEMA},
        "@type": "Dataset",
        "@id": BASE + "dataset",
        "name": word("site.subtitle", language),
        "alternateName": "vndx",
        "description": word("dataset.about", language),
        "url": f"{root}/dataset",
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": ["vi", "en"],
        "identifier": manifest["digest"],
        "version": str(manifest.get("version", "")),
        "keywords": word("dataset.keywords", language).split(", "),
        "spatialCoverage": {"@type": "Place", "name": "Việt Nam"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "contentUrl": f"{root}/dumps/{name}",
                "encodingFormat": entry["mediaType"],
                "contentSize": f"{entry['size']} B",
                "sha256": entry["sha256"],
            }
            for name, entry in files
        ],
    }
    if manifest.get("date"):
        said["dateModified"] = manifest["date"]
    return said


def structured(of: Description, article: Article, page: str, language: Language) -> Mapping[str, object]:
    """The thing of a page as schema.org JSON-LD, its context inline; a `Thing` where no class fits."""
    classes = {iri.removeprefix(_SCHEMA) for iri in of.classes(of.focus) if iri.startswith(_SCHEMA)}
    kind = next((name for name in _PREFERRED if name in classes), "Thing")
    said: dict[str, object] = {
        "@context": {"@vocab": _SCHEMA},
        "@id": of.focus,
        "@type": kind,
        "name": article.title,
        "url": page,
        "mainEntityOfPage": {"@id": page, "@type": "WebPage", "inLanguage": language,
                             "license": LICENCE},
    }  # fmt: skip
    other = [name for name in (article.gloss, *article.also) if name]
    if other:
        said["alternateName"] = other
    if article.lede:
        said["description"] = article.lede
    if kind == "Event":
        said.update(_event(of))
    elif kind in ("Article", "CreativeWork") and (day := of.value(of.focus, "date")):
        said["datePublished"] = day
    return said


def _event(of: Description) -> dict[str, object]:
    event: dict[str, object] = {}
    if day := of.value(of.focus, "date"):
        event["startDate"] = day
    people = [iri for part in of.subjects("meeting") for iri in of.things(part, "person")]
    if people:
        event["attendee"] = [{"@type": "Person", "@id": iri} for iri in sorted(set(people))]
    if place := of.thing(of.focus, "place"):
        event["location"] = {"@id": place, "@type": "Place", "name": of.label(place, "vi")}
    return event
