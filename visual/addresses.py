"""Where on this site a thing is shown."""

from urllib.parse import quote

from ontology.namespaces import BASE, THING


def local(iri: str) -> str:
    """The address under which this site shows `iri`: things, terms and graphs by path, all else as it is.

    What could run as a script when followed (`javascript:` and the like) leads nowhere.
    """
    if iri.startswith(THING):
        return "/doc/" + iri.removeprefix(THING)
    if iri.startswith(BASE):
        return "/" + iri.removeprefix(BASE)
    if iri.startswith(("http://", "https://")):
        return iri
    return "#"


def explore(iri: str) -> str:
    """The address of the graph explorer with `iri` in its middle."""
    return f"/explore?focus={quote(iri, safe='')}"
